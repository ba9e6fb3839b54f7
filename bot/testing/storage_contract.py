"""The contract of a kind of store, as tests: that it keeps what it was given, and says what is wrong. For what the
store itself has to do, see `store_contract`. Subclass `StorageContract` and give it two pytest fixtures:

    class TestMyStorage(StorageContract):
        @pytest.fixture
        def storage(self):
            return MY_STORAGE

        @pytest.fixture
        def url(self, tmp_path):  # where there is nothing yet
            return f"mystore:///{tmp_path}/tanggap"

Needs pytest with `asyncio_mode = "auto"` to be run, and imports nothing of it.
"""

from __future__ import annotations

from bot.storage.plugin import Storage
from bot.testing.store_contract.examples import (
    BUDI,
    answered,
    at,
    commit,
    deliver,
    refused,
    said,
    ticket,
    turn,
    update,
)
from conversation.errors import StorageError
from conversation.messages import Reminder
from conversation.ports import Change, Journaled, Store


class StorageContract:
    """Opening, closing and examining."""

    async def test_what_was_committed_is_there_after_it_was_opened_again(self, storage: Storage, url: str) -> None:
        store = await opened(storage, url)
        (item, waiting) = await store.accept([update("a"), update("b")])
        committed = await commit(
            store,
            entries=(said("barangnya rusak", external_id="7"), answered("Maaf ya Kak")),
            ticket=ticket(5),
            done=(item.id,),
            turn=turn("keluhan"),
        )
        await deliver(store, committed.outbox[0], external_id="8")
        await store.move_chat("telegram", "-1", "-100")
        await store.begin_action("kunci", "lacak", BUDI.conversation_id, at(1))
        reminder = Reminder(name="tanya", intent="EXTERNAL_tanya", due=at(60))
        await store.commit(Change(conversation=committed.conversation, turn=turn("ingat"), reminders=(reminder,)))
        before = await seen(store)
        await store.close()

        store = await opened(storage, url)
        assert await seen(store) == before
        assert await store.pending_updates() == [waiting]
        assert await store.moved_chats("telegram") == {"-1": "-100"}
        assert (await store.begin_action("kunci", "lacak", BUDI.conversation_id, at(2)))[0] is Journaled.UNCERTAIN
        assert [due.reminder for due in await store.due_reminders(at(61))] == [reminder]
        assert await store.accept([update("a")]) == []
        (new,) = await store.accept([update("c")])
        assert new.id > waiting.id
        await store.close()

    async def test_what_was_being_sent_is_found_after_it_was_opened_again(self, storage: Storage, url: str) -> None:
        store = await opened(storage, url)
        committed = await commit(store, entries=(said("halo"), answered("Halo Kak")))
        await store.start_deliveries(committed.outbox)
        await store.close()
        store = await opened(storage, url)
        assert [item.id for item in await store.interrupted_deliveries(["telegram"])] == [committed.outbox[0].id]
        await store.close()

    async def test_reading_makes_nothing(self, storage: Storage, url: str) -> None:
        await refused(StorageError, storage.open(url, note=None, alone=False, create=False))
        await refused(StorageError, storage.open(url, note=None, alone=False, create=False))

    async def test_what_there_is_can_be_read(self, storage: Storage, url: str) -> None:
        await (await opened(storage, url)).close()
        store = await storage.open(url, note=None, alone=False, create=False)
        assert (await store.counts())["messages"] == 0
        await store.close()

    async def test_one_service_at_a_time_holds_it(self, storage: Storage, url: str) -> None:
        store = await opened(storage, url, alone=True)
        await refused(StorageError, storage.open(url, note=None, alone=True, create=True))
        await store.close()
        await (await opened(storage, url, alone=True)).close()

    async def test_a_healthy_store_is_examined_without_an_error(self, storage: Storage, url: str) -> None:
        assert "error" not in {finding.level for finding in await storage.check(url)}
        await (await opened(storage, url)).close()
        findings = await storage.check(url)
        assert findings
        assert "error" not in {finding.level for finding in findings}


async def opened(storage: Storage, url: str, *, alone: bool = False) -> Store:
    """A store, made where there is none."""
    return await storage.open(url, note=None, alone=alone, create=True)


async def seen(store: Store) -> tuple[object, ...]:
    """What can be read of Budi's conversation."""
    return (
        await store.load(BUDI),
        await store.history(BUDI.conversation_id),
        await store.turns(BUDI.conversation_id),
        await store.episodes(BUDI.conversation_id),
        await store.tickets(),
        await store.counts(),
    )
