"""Several at once reach for the same thing, over every store: one transition happens, and everybody else is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.desk.store import WholeStore
from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore
from bot.testing.memory_store import MemoryStore
from bot.testing.small_service import DEWI, SARI, SmallService
from conversation.errors import Refusal
from conversation.messages import Author, Contact
from conversation.tickets import Ticket, TicketId, TicketStatus

ROUNDS = [100, pytest.param(1_000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
JOINED, CLOSED = "dibantu langsung", "sudah selesai"


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where to store; "" in memory."""
    if request.param == "postgres":
        there: str = request.getfixturevalue("postgres_url")
        return there
    return f"sqlite:///{tmp_path}/tanggap.db" if request.param == "sqlite" else ""


@pytest.fixture
async def store(url: str) -> AsyncIterator[WholeStore]:
    """A store of each kind."""
    store: WholeStore = MemoryStore()
    if url:
        store = await (PostgresStore if url.startswith("postgres") else SqliteStore).open(url)
    yield store
    await store.close()


async def complaint(service: SmallService, number: int) -> Ticket:
    """A new customer's ticket."""
    contact = Contact(channel="telegram", address=str(number), name=f"Pelanggan {number}")
    await service.hears("rusak!", contact=contact)
    return await service.open_ticket(contact)


async def notices(store: WholeStore, ticket: Ticket, words: str) -> int:
    """How often the customer was told something."""
    history = await store.history(ticket.conversation_id)
    return sum(row.message.author is Author.SYSTEM and words in row.message.text for row in history)


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_of_two_who_claim_and_one_who_resolves_each_step_happens_once(store: WholeStore, rounds: int) -> None:
    service = SmallService(store=store, with_desk=False)  # type: ignore[arg-type]
    for number in range(1, rounds + 1):
        ticket = await complaint(service, number)
        steps = [
            service.desk.claim(ticket.id, SARI),
            service.desk.claim(ticket.id, DEWI),
            service.desk.resolve(ticket.id, DEWI),
        ]
        results = await asyncio.gather(*(steps[(number + at) % 3] for at in range(3)), return_exceptions=True)
        await service.settle()
        strange = [each for each in results if isinstance(each, BaseException) and not isinstance(each, Refusal)]
        assert strange == []
        joined, closed = await notices(store, ticket, JOINED), await notices(store, ticket, CLOSED)
        left = await store.ticket(ticket.id)
        assert left is not None
        assert joined <= 1
        assert closed == (left.status is TicketStatus.RESOLVED)
        told = [row.message.text for row in await store.history(ticket.conversation_id)]
        assert not closed or CLOSED in told[-1], "nothing happens to a ticket after it was closed"


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_a_press_that_comes_under_many_update_ids_is_one(store: WholeStore, rounds: int) -> None:
    service = SmallService(store=store)  # type: ignore[arg-type]
    for number in range(1, rounds + 1):
        contact = Contact(channel="telegram", address=str(number), name=f"Pelanggan {number}")
        update = service.channel.said("halo", contact)
        await asyncio.gather(*(service.intake.take([update]) for _ in range(3)))
        await service.settle()
        assert service.channel.texts(contact.address) == ["Halo Kak"]


async def test_a_claim_that_read_the_ticket_before_it_was_closed_is_refused(store: WholeStore) -> None:
    """A claim reads the ticket and then its conversation; between the two a colleague resolves it."""
    service = SmallService(store=store, with_desk=False)  # type: ignore[arg-type]
    ticket = await complaint(service, 1)
    interrupted = Interrupted(store, service)
    late = SmallService(store=interrupted, with_desk=False)  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        await late.desk.claim(ticket.id, SARI)
    left = await store.ticket(ticket.id)
    assert left is not None
    assert left.status is TicketStatus.RESOLVED
    assert await notices(store, ticket, JOINED) == 0


class Interrupted:
    """A store in which somebody resolves a ticket right after it was first read."""

    def __init__(self, store: WholeStore, service: SmallService) -> None:
        self._store = store
        self._service = service
        self._first = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """See `Store.ticket`."""
        found = await self._store.ticket(ticket_id)
        if self._first:
            self._first = False
            await self._service.desk.resolve(ticket_id, DEWI)
        return found
