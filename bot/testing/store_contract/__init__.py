"""The contracts of `Store`, `DeskStore` and `KnowledgeStore`, as tests. Subclass them and give them a pytest fixture:

    class TestMyStore(StoreContract, DeskStoreContract, KnowledgeStoreContract):
        @pytest.fixture
        async def store(self):
            store = await MyStore.open(...)
            yield store
            await store.close()

Needs pytest with `asyncio_mode = "auto"` to be run, and imports nothing of it.
"""

from __future__ import annotations

from bot.testing.store_contract.actions import ActionContract
from bot.testing.store_contract.conversations import ConversationContract
from bot.testing.store_contract.crowds import CrowdContract
from bot.testing.store_contract.deliveries import AtOnceContract, DeliveryContract
from bot.testing.store_contract.desk_people import PeopleContract
from bot.testing.store_contract.desk_queue import QueueContract
from bot.testing.store_contract.desk_reports import ReportContract
from bot.testing.store_contract.desk_search import SearchContract
from bot.testing.store_contract.intake import IntakeContract
from bot.testing.store_contract.knowledge_releases import ReleaseContract
from bot.testing.store_contract.knowledge_review import ReviewContract
from bot.testing.store_contract.names import NameContract
from bot.testing.store_contract.tickets import TicketContract


class SharedStoreContract(
    IntakeContract, ConversationContract, CrowdContract, DeliveryContract, NameContract, TicketContract, ActionContract
):
    """What a store has to do that several services use at once, as far as one of them can tell."""


class StoreContract(SharedStoreContract, AtOnceContract):
    """Everything that a store has to do, one behaviour a test."""


class DeskStoreContract(PeopleContract, QueueContract, SearchContract, ReportContract):
    """Everything that the desk asks of a store, which the fixture `store` gives both ports of."""


class KnowledgeStoreContract(ReleaseContract, ReviewContract):
    """Everything that the knowledge base asks of a store, which the fixture `store` gives all ports of."""


__all__ = ["DeskStoreContract", "KnowledgeStoreContract", "SharedStoreContract", "StoreContract"]
