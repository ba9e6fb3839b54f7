"""What a turn and a claim cost with years of history in the store, beside the same on an empty one.

    python bench/growth.py [--messages 1000000] [--contacts 100000] [--tickets 10000] [--plot FILE.svg]
                           [--cold] [--folder DIR | --url postgresql://user@host/database --empty-url …]

A turn is what the service asks of the store for one message, as in `bench/storage.py`; a claim is what it asks when
an agent takes a ticket: read both, commit both with a message to the card. Both are durable, and several go on side
by side. The history grows in steps up to the size asked for, and at each step the two stores are measured in turns of
a second or so, so that whatever else the machine does meets both. SQLite's file is read through before that: so it
lies in the memory of the system, as what is in use does where there is enough of it. With `--cold` it is not. In the
full store every turn is of any one of all contacts; in the empty one, of a thousand that have a few turns behind them.
Of both as many have a ticket that waits, which costs a look of its own.
Prints one JSON object; `ratio` is the full store to the empty one, and should not exceed 1.3. `cpu` is this program's
alone, which a busy machine does not change. `questions` are what else a running service asks, in milliseconds.

With `--url` the history is written to that PostgreSQL database, and `--empty-url` is the one beside it. Both must be
empty, and keep what is written.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import uvloop
from growth_plot import Line, plot
from history import Size, people, talk
from sqlalchemy import Connection, text
from storage import turn

from bot.desk.store import WholeStore
from bot.storage.postgres import PostgresStore
from bot.storage.postgres_engine import engine_of
from bot.storage.sqlite import SqliteStore, connect, database_path
from conversation.desk_ports import SearchQuery, TicketQuery
from conversation.effects import Address, Delivery, SendText
from conversation.messages import Contact
from conversation.ports import Change
from conversation.state import Owner
from conversation.tickets import AgentId, TicketId, TicketStatus

STEPS = (0.01, 0.1, 1.0)
"""The shares of the history at which the stores are compared."""

FEW = 1_000
"""Contacts of the empty store."""

BEFORE = 3
"""Turns that each of them has behind it, so that as much is loaded for them as for the others."""

TURNS, CLAIMS = 20, 12
"""How many of each a lane has in a round."""

ROUNDS_OF_CLAIMS = 4
"""Rounds of turns to one of claims."""

SETTLING = 2.0
"""Seconds after the turns until the first claim, in which what turns leave to be done is done: it is not theirs."""

FILLING = ("journal_mode = WAL", "synchronous = OFF", "cache_size = -1000000")
"""How SQLite is filled; it is measured as it always runs."""

SIZES = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC"
SIZES_ON_A_SERVER = """
SELECT relname, pg_table_size(oid) FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i') ORDER BY 2 DESC
"""


@dataclass(kw_only=True)
class Place:
    """A store under measurement. `customers` are the numbers of its contacts, `waiting` of tickets not yet claimed."""

    store: WholeStore
    customers: range
    waiting: Iterator[int]
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(10**9))
    taken: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    async def turns(self, count: int, lanes: int) -> None:
        """Take so many turns, so many at once, each of another contact."""
        who = self.chance.sample(self.customers, count)
        await self._timed("turn", (partial(turn, self.store, each, next(self.numbers)) for each in who), lanes)

    async def claims(self, count: int, lanes: int) -> None:
        """Claim so many tickets, so many at once."""
        await self._timed("claim", (partial(claim, self.store, next(self.waiting)) for _ in range(count)), lanes)

    async def _timed(self, what: str, work: Iterator[Callable[[], Awaitable[None]]], lanes: int) -> None:
        taken = self.taken.setdefault(what, [])

        async def lane() -> None:
            for each in work:
                begun = time.perf_counter()
                await each()
                taken.append((time.perf_counter() - begun) * 1e3)

        spent = time.process_time()
        await asyncio.gather(*(lane() for _ in range(lanes)))
        self.cpu[what] = self.cpu.get(what, 0.0) + time.process_time() - spent

    def figures(self, what: str) -> dict[str, float]:
        """Milliseconds that it takes, and those of them that the processor works."""
        taken = self.taken[what]
        cuts = statistics.quantiles(taken, n=100)
        return {"p50": cuts[49], "p99": cuts[98], "cpu": self.cpu[what] / len(taken) * 1e3}


async def claim(store: WholeStore, number: int) -> None:
    """Take a ticket, as the desk's use case does."""
    ticket = await store.ticket(TicketId(number))
    assert ticket is not None
    snapshot = await store.load_by_id(ticket.conversation_id, recent=0)
    assert snapshot is not None
    now = datetime.now(UTC)
    taken = replace(
        ticket, status=TicketStatus.ASSIGNED, assignee=AgentId("console:1"), assigned_at=now, changed_at=now
    )
    card = Delivery(address=Address(channel="telegram", ticket=taken.id), effect=SendText(text="diambil Sari"))
    conversation = replace(snapshot.conversation, owner=Owner.AGENT)
    await store.commit(Change(conversation=conversation, ticket=taken, deliveries=(card,)))


async def filled(url: str, job: Callable[[Connection], None]) -> None:
    """Run a filling on the database of a URL."""
    if url.startswith("postgres"):
        engine = engine_of(url)
        async with engine.connect() as connection:
            await connection.execute(text("SET statement_timeout = 0"))
            await connection.execute(text("SET maintenance_work_mem = '512MB'"))
            await connection.run_sync(job)
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM ANALYZE"))
        return
    with connect(database_path(url), "rw", FILLING).connect() as there:
        job(there)
        there.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    os.sync()  # Or the disk would still be busy with the filling while we measure.


async def opened(url: str) -> WholeStore:
    """The store of a URL."""
    return await (PostgresStore if url.startswith("postgres") else SqliteStore).open(url)


async def compared(full: Place, empty: Place, rounds: int, lanes: int) -> dict[str, object]:
    """Measure both in turns; returns p50 and p99 of each, in milliseconds, and their ratio."""
    for place in (full, empty):
        await place.turns(TURNS * lanes, lanes)
        place.taken, place.cpu = {}, {}
    for number in range(rounds):
        for place in (full, empty) if number % 2 else (empty, full):
            await place.turns(TURNS * lanes, lanes)
    await asyncio.sleep(SETTLING)
    for number in range(rounds // ROUNDS_OF_CLAIMS):
        for place in (full, empty) if number % 2 else (empty, full):
            await place.claims(CLAIMS * lanes, lanes)
    figures: dict[str, object] = {}
    for what in ("turn", "claim"):
        ours, theirs = full.figures(what), empty.figures(what)
        ratio = {name: ours[name] / theirs[name] for name in ours}
        named = {"full_ms": ours, "empty_ms": theirs, "ratio": ratio}
        figures[what] = {name: {key: round(value, 2) for key, value in cuts.items()} for name, cuts in named.items()}
    return figures


async def asked(store: WholeStore, rounds: int) -> dict[str, float]:
    """What else a running service asks, in milliseconds."""
    now, waiting = datetime.now(UTC), (TicketStatus.QUEUED,)
    someone = Contact(channel="telegram", address="1").conversation_id
    questions: dict[str, Callable[[], Awaitable[object]]] = {
        "counts": store.counts,
        "pending_updates": store.pending_updates,
        "interrupted_deliveries": partial(store.interrupted_deliveries, ["telegram"]),
        "due_reminders": partial(store.due_reminders, now),
        "history": partial(store.history, someone),
        "ticket_rows": partial(store.ticket_rows, TicketQuery(statuses=waiting), 50),
        "ticket_counts": partial(store.ticket_counts, None),
        "position": partial(store.position, TicketId(1)),
        "search a rare word": partial(store.search, SearchQuery(words="987")),
        "search two common words": partial(store.search, SearchQuery(words="pesanan kak")),
    }
    return {name: await _median(ask, rounds) for name, ask in questions.items()}


async def sizes(url: str) -> dict[str, float]:
    """MiB of each table and index, the largest first."""
    if url.startswith("postgres"):
        async with engine_of(url, read_only=True).connect() as connection:
            found: Sequence[tuple[str, int]] = [tuple(row) for row in await connection.execute(text(SIZES_ON_A_SERVER))]
    else:
        with connect(database_path(url), "ro").connect() as there:
            found = [tuple(row) for row in there.exec_driver_sql(SIZES)]
    return {name: round(size / 2**20, 1) for name, size in found if size >= 2**20}


def read_through(url: str) -> None:
    """Have the system hold a database in its memory."""
    if not url.startswith("postgres"):
        with database_path(url).open("rb", buffering=0) as file:
            while file.read(2**24):
                pass


async def measure(
    full_url: str, empty_url: str, size: Size, rounds: int, lanes: int, *, cold: bool
) -> dict[str, object]:
    """Fill and measure, step by step."""
    claims = len(STEPS) * (rounds // ROUNDS_OF_CLAIMS) * CLAIMS * lanes
    if size.tickets < 2 * claims:
        raise SystemExit(f"--rounds {rounds} and --lanes {lanes} need {2 * claims} tickets")
    ours = FEW * size.tickets // size.contacts
    few = Size(contacts=2 * claims + FEW, tickets=2 * claims + ours, messages=0)
    print("writing contacts and tickets", file=sys.stderr)
    for url, there in ((full_url, size), (empty_url, few)):
        await (await opened(url)).close()
        await filled(url, partial(people, size=there))
    empty = Place(
        store=await opened(empty_url),
        customers=range(2 * claims + 1, few.contacts + 1),
        waiting=iter(random.Random(7).sample(range(1, 2 * claims, 2), claims)),
    )
    full = Place(
        store=empty.store,
        customers=range(1, size.contacts + 1),
        waiting=iter(random.Random(7).sample(range(1, size.tickets, 2), claims)),
    )
    for customer in (number for number in empty.customers for _ in range(BEFORE)):
        await turn(empty.store, customer, next(empty.numbers))
    steps: dict[int, dict[str, object]] = {}
    done = 0
    for share in STEPS:
        turns = round(size.messages * share) // 2
        begun = time.perf_counter()
        await filled(full_url, partial(talk, size=size, first=done + 1, last=turns, progress=_progress(turns)))
        print(f" in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        if not cold:
            read_through(full_url)
        full.store = await opened(full_url)
        steps[turns * 2] = await compared(full, empty, rounds, lanes)
        done = turns
        if share < STEPS[-1]:
            await full.store.close()
    questions = {"full_ms": await asked(full.store, 15), "empty_ms": await asked(empty.store, 15)}
    await full.store.close()
    await empty.store.close()
    return {"steps": steps, "questions": questions, "mib": await sizes(full_url)}


async def _median(ask: Callable[[], Awaitable[object]], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await ask()
        taken.append((time.perf_counter() - begun) * 1e3)
    return round(statistics.median(taken), 2)


def _progress(turns: int) -> Callable[[int], None]:
    def progress(done: int) -> None:
        bar = "█" * (30 * done // turns)
        print(f"\r{bar:<30} {done * 2:,} of {turns * 2:,} messages", end="", file=sys.stderr, flush=True)

    return progress


def drawn(figures: dict[str, object]) -> str:
    """The picture of p50 and p99 over the size of the history."""
    steps = figures["steps"]
    assert isinstance(steps, dict)

    def line(what: str, cut: str) -> Line:
        ratios = [(float(size), float(step[what]["ratio"][cut])) for size, step in steps.items()]
        return Line(name=f"{what}, {cut}", points=tuple(ratios))

    lines = [line(what, cut) for what in ("turn", "claim") for cut in ("p50", "p99")]
    return plot(lines, title="Time in a full store to that in an empty one", across="messages in the store", bound=1.3)


def main() -> None:
    """Fill, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=1_000_000)
    arguments.add_argument("--contacts", type=int, default=100_000)
    arguments.add_argument("--tickets", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=40)
    arguments.add_argument("--lanes", type=int, default=8)
    arguments.add_argument("--cold", action="store_true", help="do not read the file through before measuring")
    arguments.add_argument("--plot", type=Path, help="where to write a picture of it")
    arguments.add_argument("--folder", type=Path, help="where the databases are written; default: a temporary folder")
    arguments.add_argument("--url", default="", help="an empty PostgreSQL database for the history")
    arguments.add_argument("--empty-url", default="", help="another one to compare with")
    chosen = arguments.parse_args()
    size = Size(contacts=chosen.contacts, tickets=chosen.tickets, messages=chosen.messages)
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        url = chosen.url or f"sqlite:///{folder}/full.db"
        empty_url = chosen.empty_url if chosen.url else f"sqlite:///{folder}/empty.db"
        figures = uvloop.run(measure(url, empty_url, size, chosen.rounds, chosen.lanes, cold=chosen.cold))
        if not chosen.url:
            figures["file_mib"] = round(Path(folder, "full.db").stat().st_size / 2**20)
    figures["peak_rss_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    if chosen.plot:
        chosen.plot.write_text(drawn(figures), encoding="utf-8")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
