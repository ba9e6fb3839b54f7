"""The contract of `Store`, as tests. Subclass `StoreContract` and give it a pytest fixture `store`:

    class TestMyStore(StoreContract):
        @pytest.fixture
        async def store(self):
            store = await MyStore.open(...)
            yield store
            await store.close()

Needs pytest with `asyncio_mode = "auto"` to be run, and imports nothing of it.
"""

from __future__ import annotations

from bot.testing.store_contract.conversations import ConversationContract
from bot.testing.store_contract.deliveries import DeliveryContract
from bot.testing.store_contract.intake import IntakeContract
from bot.testing.store_contract.names import NameContract
from bot.testing.store_contract.tickets import TicketContract


class StoreContract(IntakeContract, ConversationContract, DeliveryContract, NameContract, TicketContract):
    """Everything that a store has to do, one behaviour a test."""


__all__ = ["StoreContract"]
