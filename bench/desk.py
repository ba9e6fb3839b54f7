"""What the desk's questions cost with many tickets waiting. Prints a small table, times in milliseconds.

    python bench/desk.py [--waiting 100000] [--closed 100000] [--claims 1000] [--rounds 300] [--folder DIR]

A claim is what the desk does of it: read the ticket and its conversation, commit both and a message to the card,
durably (`synchronous = FULL`). The tickets wait in five departments; 2,000 of them have been taken by 200 agents, and
every conversation has two messages. Claims are measured one after another, without a pause between them, and 50 at a
time; in the first line stands what the disk alone takes to keep the hundred kilobytes that a claim writes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import uvloop
from sqlalchemy import Connection, insert

from bot.storage import rows
from bot.storage.sqlite import SqliteStore
from bot.storage.tables import conversations, messages, tickets
from conversation.desk_ports import SearchQuery, TicketQuery
from conversation.effects import Address, Delivery, SendText
from conversation.messages import Author, Contact, Message
from conversation.ports import Change
from conversation.state import Conversation, Owner
from conversation.tickets import AgentId, Deadlines, HandoffReason, Priority, Ticket, TicketId, TicketStatus

DEPARTMENTS = ("pengaduan", "pembayaran", "pengiriman", "retur", "umum")
OPEN = (
    TicketStatus.QUEUED,
    TicketStatus.ASSIGNED,
    TicketStatus.WAITING_CUSTOMER,
    TicketStatus.SNOOZED,
    TicketStatus.WRAP_UP,
)
TAKEN, AGENTS, BATCH = 2_000, 200, 5_000
CLAIM_BYTES = 100_000
BEGUN = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)
WORDS = ("paket", "rusak", "belum", "sampai", "refund", "pesanan", "tolong", "cek", "saldo", "kurir", "salah", "warna")


def ticket(number: int, waiting: int, chance: random.Random) -> Ticket:
    """One of many: waiting, taken, or closed long ago."""
    queued = BEGUN + timedelta(seconds=number)
    is_open, taken = number <= waiting, waiting - TAKEN < number <= waiting
    status = TicketStatus.ASSIGNED if taken else TicketStatus.QUEUED if is_open else TicketStatus.RESOLVED
    return Ticket(
        id=TicketId(number),
        conversation_id=Contact(channel="telegram", address=str(number)).conversation_id,
        status=status,
        reason=HandoffReason.COMPLAINT,
        department=chance.choice(DEPARTMENTS),
        priority=chance.choices(tuple(Priority), (80, 15, 5))[0],
        queued_at=queued,
        changed_at=queued,
        contact_name=f"Pelanggan {number}",
        assignee=None if status is TicketStatus.QUEUED else AgentId(f"console:{number % AGENTS}"),
        assignee_name="" if status is TicketStatus.QUEUED else "Sari",
        waiting_since=queued if is_open else None,
        packet={"intents": [["rusak", 0.8]], "mood": {"anger": 0.4}, "tried": ["retur/1"]},
        assigned_at=queued if taken else None,
        routed=taken and number % 4 == 0,
        closed_at=None if is_open else queued,
        deadlines=Deadlines(resolution=queued + timedelta(hours=4)),
    )


def fill(connection: Connection, numbers: range, waiting: int, chance: random.Random) -> None:
    """Write conversations with a ticket and two messages each."""
    made = [ticket(number, waiting, chance) for number in numbers]
    talks = [
        Conversation(
            contact=Contact(channel="telegram", address=str(each.id), name=each.contact_name),
            owner=Owner.QUEUE if each.is_open else Owner.BOT,
            ticket_id=each.id,
        )
        for each in made
    ]
    connection.execute(
        insert(conversations), [rows.conversation_values(talk) | {"id": talk.id, "version": 1} for talk in talks]
    )
    said = [
        Message(author=Author.CUSTOMER, text=" ".join(chance.choices(WORDS, k=8)) + f" {each.id}", at=each.queued_at)
        for each in made
        for _ in range(2)
    ]
    texts = [rows.message_values(made[index // 2].conversation_id, message) for index, message in enumerate(said)]
    connection.execute(insert(messages), texts)
    written = [rows.ticket_values(each) | rows.topic_values(None) | {"id": each.id} for each in made]
    connection.execute(insert(tickets), written)


async def claim(store: SqliteStore, number: int) -> None:
    """Take a ticket, as the desk's use case does."""
    found = await store.ticket(TicketId(number))
    assert found is not None
    snapshot = await store.load_by_id(found.conversation_id)
    assert snapshot is not None
    assert snapshot.ticket is not None
    now = datetime.now(UTC)
    taken = replace(
        snapshot.ticket,
        status=TicketStatus.ASSIGNED,
        assignee=AgentId("console:1"),
        assignee_name="Sari",
        assigned_at=now,
        changed_at=now,
    )
    card = Delivery(address=Address(channel="telegram", ticket=taken.id), effect=SendText(text="diambil Sari"))
    conversation = replace(snapshot.conversation, owner=Owner.AGENT)
    await store.commit(Change(conversation=conversation, ticket=taken, deliveries=(card,)))


async def timed(ask: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds that a question takes."""
    begun = time.perf_counter()
    await ask()
    return (time.perf_counter() - begun) * 1e3


def tell(name: str, taken: list[float]) -> None:
    """A line of the table."""
    cuts = statistics.quantiles(taken, n=100)
    print(f"{name:<28} {cuts[49]:>9.2f} {cuts[98]:>9.2f}", flush=True)


def kept(path: Path, rounds: int) -> list[float]:
    """Milliseconds that the disk takes for a claim's worth of bytes."""
    taken = []
    with path.open("wb") as file:
        for _ in range(rounds):
            begun = time.perf_counter()
            file.write(bytes(CLAIM_BYTES))
            file.flush()
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - begun) * 1e3)
    return taken


async def measure(path: Path, waiting: int, closed: int, claims: int, rounds: int) -> None:
    """Fill a database and ask it."""
    store, chance = await SqliteStore.open(f"sqlite:///{path}"), random.Random(7)
    for first in range(1, waiting + closed + 1, BATCH):
        numbers = range(first, min(first + BATCH, waiting + closed + 1))
        await store._write(partial(fill, numbers=numbers, waiting=waiting, chance=chance))
    order = chance.sample(range(1, waiting - TAKEN), claims * 2)
    alone, together = order[:claims], order[claims:]
    some, agent = frozenset(DEPARTMENTS[:2]), AgentId("console:7")
    noon = BEGUN + timedelta(hours=7)
    questions: dict[str, Callable[[], Awaitable[object]]] = {
        "ticket_rows mine": lambda: store.ticket_rows(TicketQuery(statuses=OPEN, assignee=agent)),
        "ticket_rows unassigned": lambda: store.ticket_rows(TicketQuery(statuses=OPEN, unassigned=True), 50),
        "ticket_rows all": lambda: store.ticket_rows(TicketQuery(statuses=OPEN), 50),
        "ticket_rows two departments": lambda: store.ticket_rows(TicketQuery(statuses=OPEN, departments=some), 50),
        "ticket_rows by deadline": lambda: store.ticket_rows(TicketQuery(statuses=OPEN, order="deadline"), 50),
        "ticket_rows closed, newest": lambda: store.ticket_rows(
            TicketQuery(statuses=(TicketStatus.RESOLVED,), order="newest"), 50
        ),
        "ticket_counts": lambda: store.ticket_counts(None),
        "ticket_counts two dep.": lambda: store.ticket_counts(some),
        "in_hand": store.in_hand,
        "position": lambda: store.position(TicketId(chance.choice(together))),
        "open_load": store.open_load,
        "due_tickets": lambda: store.due_tickets(noon, noon),
        "search a rare word": lambda: store.search(SearchQuery(words=f"{chance.randrange(10_000, waiting)}")),
        "search two common words": lambda: store.search(SearchQuery(words="paket rusak")),
        "search, one department": lambda: store.search(SearchQuery(words="paket", departments=frozenset({"umum"}))),
    }
    print(f"{waiting:,} waiting, {closed:,} closed {'p50':>13} {'p99':>9}")
    tell("disk alone", kept(path.with_name("disk"), claims))
    tell("claim", [await timed(partial(claim, store, number)) for number in alone])
    left = iter(together)

    async def claim_on() -> list[float]:
        return [await timed(partial(claim, store, number)) for number in left]

    tell(
        "claim, 50 at a time",
        [each for some in await asyncio.gather(*(claim_on() for _ in range(50))) for each in some],
    )
    for name, ask in questions.items():
        tell(name, [await timed(ask) for _ in range(rounds)])
    await store.close()


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--waiting", type=int, default=100_000)
    arguments.add_argument("--closed", type=int, default=100_000)
    arguments.add_argument("--claims", type=int, default=1_000)
    arguments.add_argument("--rounds", type=int, default=300)
    arguments.add_argument("--folder", type=Path, help="where the database is written; default: a temporary folder")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        uvloop.run(measure(Path(folder) / "bench.db", chosen.waiting, chosen.closed, chosen.claims, chosen.rounds))


if __name__ == "__main__":
    main()
