"""Intake, turns, deliveries, the desk and crashes, in whatever order, beside a model of a few lists.

The service is the real one, on a store whose every use case waits at a gate twice: before it happens, and before
anybody hears of it. Which of those who wait goes on, and when everything stops for good, is for Hypothesis to choose.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from abc import abstractmethod
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bot.desk.store import WholeStore
from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore
from bot.testing.memory_store import MemoryStore
from bot.testing.scripted_channel import ScriptedChannel
from bot.testing.small_service import DEWI, SARI, SmallService
from bot.testing.small_shop import small_mind, understood
from conversation.effects import Effect, OutboxStatus, SendText
from conversation.errors import Refusal
from conversation.messages import Author, Contact
from conversation.ports import HistoryRow, Receipt, ReceiptStatus, Target, Update
from conversation.state import Owner
from conversation.tickets import Agent, Ticket
from conversation.understanding import Understanding
from tests.faults.steps import Gate, Gated
from tests.postgres import PostgresServer

CUSTOMERS = tuple(Contact(channel="telegram", address=str(number), name=f"Pelanggan {number}") for number in (1, 2))
COMPLAINT, QUESTION = "rusak!", "jam buka?"
OPENED, CLAIMED, RESOLVED = "nomor laporannya", "dibantu langsung", "sudah selesai"
LONGEST = 5_000
"""Openings of the gate after which a service should long have come to rest."""

T = TypeVar("T")


class Fate(Enum):
    """What becomes of something that is sent."""

    REFUSED = "surely not done"
    VANISHED = "not done, and nobody knows"
    UNANSWERED = "done, and nobody knows"


class Phones(ScriptedChannel):
    """Where customers read. `shown` are the texts that stand there, by chat, under their numbers, in order."""

    def __init__(self) -> None:
        super().__init__(reads_fragments=False)
        self.shown: dict[str, dict[str, str]] = {contact.address: {} for contact in CUSTOMERS}
        self.fates: list[Fate] = []
        self.doubts = 0

    async def perform(self, target: Target, effect: Effect) -> Receipt:
        """See `Channel.perform`."""
        assert isinstance(effect, SendText)
        fate = self.fates.pop(0) if self.fates else None
        number = str(next(self._ids))
        if fate is Fate.REFUSED:
            return Receipt(status=ReceiptStatus.RETRY, retry_after=1.0)
        self.doubts += fate is not None
        if fate is not Fate.VANISHED:
            self.shown[target.chat][number] = effect.text
        return Receipt(status=ReceiptStatus.DONE if fate is None else ReceiptStatus.UNCERTAIN, external_id=number)


class GuardedStore(Gated):
    """A gated store in which a bot's words must not go out while somebody else owns the conversation."""

    async def start_deliveries(self, items: Any) -> Any:
        """See `Store.start_deliveries`."""

        async def started() -> Any:
            before = [await self._owner(item) for item in items]
            going = await self._inner.start_deliveries(items)
            for item, owner in zip(items, before, strict=True):
                allowed = (None, owner, await self._owner(item))
                assert item.id not in going or item.delivery.only_while in allowed, f"{item} went out under {owner}"
            return going

        return await self._gate.through(started)

    async def _owner(self, item: Any) -> Owner:
        snapshot = await self._inner.load_by_id(item.conversation_id, recent=0)
        owner: Owner = snapshot.conversation.owner
        return owner


@dataclass(kw_only=True)
class Reply:
    """Words of an agent's, which are said again after a crash, under the same key, until somebody answers."""

    ticket: Ticket
    agent: Agent
    text: str
    said: bool | None = None


@dataclass
class Model:
    """What has to be true in the end. `told` is what each customer wrote, in order."""

    told: dict[str, list[str]] = field(default_factory=lambda: {contact.address: [] for contact in CUSTOMERS})
    replies: list[Reply] = field(default_factory=list)
    crashes: int = 0


def understand(text: str) -> Understanding:
    """A complaint is a complaint, and everything else is asked about the hours."""
    return understood(text, ("barang_rusak" if COMPLAINT in text else "jam_buka", 0.9))


class ServicesLife(RuleBasedStateMachine):
    """Two customers, two agents, a channel that cannot be relied on, and a service that crashes."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.phones, self.model = Phones(), Model()
        self.unacknowledged: list[Update] = []
        self.acknowledged: list[Update] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.numbers = iter(range(1, 1_000_000))

    @abstractmethod
    async def opened(self) -> WholeStore:
        """The store, for the first time."""

    @abstractmethod
    async def reopened(self, store: WholeStore) -> WholeStore:
        """What a new process finds of it."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the service's loop."""
        return self.runner.run(work)

    @initialize()
    def begins(self) -> None:
        async def begin() -> None:
            self.store = await self.opened()
            await self.live()

        self.run(begin())

    async def live(self) -> None:
        """Put a service together, have it take up what was left, and people go on with what nobody answered."""
        self.gate = Gate()
        self.service = SmallService(
            mind=replace(small_mind(), understand=understand),
            store=GuardedStore(self.store, self.gate),  # type: ignore[arg-type]
            channel=Gated(self.phones, self.gate, prompt=False),  # type: ignore[arg-type]
            with_desk=False,
            fragment_pause=timedelta(),
        )
        self.begin(self.take_up())
        await self.gate.calm()

    async def take_up(self) -> None:
        await self.service.deliveries.recover()
        await self.service.intake.recover()
        for reply in self.model.replies:
            if reply.said is None:
                self.begin(self.say(reply))
        self.begin(self.send())

    async def send(self) -> None:
        """Telegram: sends what was not acknowledged, in order, a few at a time."""
        while True:
            while self.unacknowledged:
                batch = self.unacknowledged[:3]
                await self.service.intake.take(batch)
                del self.unacknowledged[: len(batch)]
                self.acknowledged += batch
            self.news = asyncio.Event()
            await self.news.wait()

    async def say(self, reply: Reply) -> None:
        try:
            await self.service.desk.reply(reply.ticket.id, reply.agent, reply.text, key=reply.text)
        except Refusal:
            reply.said = False
        else:
            reply.said = True

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Have somebody do something beside everybody else."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.ended)

    def ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled():
            task.result()

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """The same, from outside of the loop."""

        async def begun() -> None:
            self.begin(work)
            await self.gate.calm()

        self.run(begun())

    @rule(who=st.sampled_from(CUSTOMERS), rude=st.sampled_from([False, False, True]))
    def a_customer_writes(self, who: Contact, rude: bool) -> None:
        text = f"{COMPLAINT if rude else QUESTION} {next(self.numbers)}"
        self.model.told[who.address].append(text)
        self.unacknowledged.append(self.phones.said(text, who))

        async def wake() -> None:
            if hasattr(self, "news"):
                self.news.set()
            await self.gate.calm()

        self.run(wake())

    @precondition(lambda self: self.acknowledged)
    @rule(which=st.integers(min_value=0))
    def what_was_acknowledged_comes_again(self, which: int) -> None:
        async def again() -> None:
            await self.service.intake.take([self.acknowledged[which % len(self.acknowledged)]])

        self.do(again())

    @rule(which=st.integers(min_value=0, max_value=20), times=st.integers(min_value=1, max_value=20))
    def somebody_goes_on(self, which: int, times: int) -> None:
        for _ in range(times):
            self.run(self.gate.open(which))

    @rule(times=st.integers(min_value=1, max_value=20))
    def all_go_on_side_by_side(self, times: int) -> None:
        for _ in range(times):
            self.run(self.gate.open_wide())

    @rule(fate=st.sampled_from(Fate))
    def something_will_go_wrong(self, fate: Fate) -> None:
        self.phones.fates.append(fate)

    @rule(who=st.sampled_from(CUSTOMERS), agent=st.sampled_from((SARI, DEWI)))
    def an_agent_claims(self, who: Contact, agent: Agent) -> None:
        async def claim() -> None:
            if ticket := await self.ticket_of(who):
                await refusable(self.service.desk.claim(ticket.id, agent))

        self.do(claim())

    @rule(who=st.sampled_from(CUSTOMERS), agent=st.sampled_from((SARI, DEWI)))
    def an_agent_replies(self, who: Contact, agent: Agent) -> None:
        async def reply() -> None:
            if ticket := await self.ticket_of(who):
                words = Reply(ticket=ticket, agent=agent, text=f"balasan {next(self.numbers)}")
                self.model.replies.append(words)
                await self.say(words)

        self.do(reply())

    @rule(who=st.sampled_from(CUSTOMERS), agent=st.sampled_from((SARI, DEWI)))
    def an_agent_resolves(self, who: Contact, agent: Agent) -> None:
        async def resolve() -> None:
            if ticket := await self.ticket_of(who):
                await refusable(self.service.desk.resolve(ticket.id, agent))

        self.do(resolve())

    async def ticket_of(self, who: Contact) -> Ticket | None:
        return (await self.store.load(who, recent=0)).ticket

    @rule(later=st.integers(min_value=0, max_value=40))
    def it_crashes(self, later: int) -> None:
        """After some steps everything in the process is gone, and so is what no transaction has kept."""

        async def crash() -> None:
            for _ in range(later):
                await self.gate.open(0)
            self.model.crashes += 1
            await self.stop()
            self.store = await self.reopened(self.store)
            await self.live()

        self.run(crash())

    async def stop(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        ours = [task for task in tasks if not task.get_name().startswith("storage-")]
        for task in ours:
            task.cancel()
        await asyncio.gather(*ours, return_exceptions=True)
        if hasattr(self, "news"):
            del self.news

    @rule()
    def it_comes_to_rest(self) -> None:
        """Nobody waits for anything any more; then what is stored and what was shown must be what the model says."""

        async def rest() -> None:
            for _ in range(LONGEST):
                if not len(self.gate):
                    break
                await self.gate.open_wide()
            else:
                raise AssertionError("the service does not come to rest")
            await self.compare()

        self.run(rest())

    async def compare(self) -> None:
        assert self.unacknowledged == []
        assert await self.store.pending_updates() == []
        assert await self.store.pending_deliveries() == []
        unknown = 0
        for contact in CUSTOMERS:
            history = await self.store.history(contact.conversation_id)
            told = [row.message.text for row in history if row.message.author is Author.CUSTOMER]
            assert told == self.model.told[contact.address], "every message once, and in order"
            turns = await self.store.turns(contact.conversation_id, limit=10_000)
            asked = [line for turn in turns for line in str(turn.record["text"]).splitlines()]
            assert asked == told, "each of them in one turn"
            compare_shown(history, self.phones.shown[contact.address])
            compare_owners(history)
            unknown += sum(row.delivery is OutboxStatus.UNKNOWN for row in history)
            replies = Counter(row.message.text for row in history if row.message.author is Author.AGENT)
            for reply in self.model.replies:
                if reply.ticket.conversation_id == contact.conversation_id:
                    assert replies[reply.text] == bool(reply.said), reply
        assert unknown <= self.phones.doubts + self.model.crashes * len(CUSTOMERS)

    def teardown(self) -> None:
        try:
            self.it_comes_to_rest()
        finally:
            self.run(self.stop())
            self.run(self.store.close())
            self.runner.close()


def compare_shown(history: list[HistoryRow], shown: dict[str, str]) -> None:
    """What was sent stands there once, in order; what nobody knows of stands there once at most; and nothing else."""
    rows = [row for row in history if row.message.author is not Author.CUSTOMER]
    settled = (OutboxStatus.SENT, OutboxStatus.UNKNOWN, OutboxStatus.DROPPED)
    assert all(row.delivery in settled for row in rows), rows
    sent = [row.message for row in rows if row.delivery is OutboxStatus.SENT]
    assert [(message.external_id, message.text) for message in sent] == [
        (number, text) for number, text in shown.items() if number in {message.external_id for message in sent}
    ]
    rest = Counter(shown.values()) - Counter(message.text for message in sent)
    doubtful = Counter(row.message.text for row in rows if row.delivery is OutboxStatus.UNKNOWN)
    assert rest <= doubtful, f"shown once too often: {rest - doubtful}"


def compare_owners(history: list[HistoryRow]) -> None:
    """The bot decides on no words while an agent has the conversation; each ticket is opened, taken and closed once."""
    owner = Owner.BOT
    for row in history:
        author, text = row.message.author, row.message.text
        if author is Author.BOT:
            assert owner is not Owner.AGENT, history
        elif author is Author.AGENT:
            assert owner is Owner.AGENT, history
        elif author is Author.SYSTEM and OPENED in text:
            assert owner is Owner.BOT, history
            owner = Owner.QUEUE
        elif author is Author.SYSTEM and CLAIMED in text:
            assert owner is Owner.QUEUE, history
            owner = Owner.AGENT
        elif author is Author.SYSTEM and RESOLVED in text:
            assert owner is not Owner.BOT, history
            owner = Owner.BOT


async def refusable(step: Coroutine[Any, Any, object]) -> None:
    """Take a step of the desk, which may say no."""
    try:
        await step
    except Refusal:
        return


class InMemory(ServicesLife):
    """On the store in memory: many interleavings in little time."""

    async def opened(self) -> WholeStore:
        return MemoryStore()

    async def reopened(self, store: WholeStore) -> WholeStore:
        return store


class OnAFile(ServicesLife):
    """On SQLite. A crash leaves what stood in the files at that moment, write-ahead log and all."""

    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
        self.lives = 0

    async def opened(self) -> WholeStore:
        return await SqliteStore.open(f"sqlite:///{self.folder}/0.db")

    async def reopened(self, store: WholeStore) -> WholeStore:
        old, self.lives = f"{self.lives}.db", self.lives + 1
        for file in (self.folder / old, self.folder / f"{old}-wal"):
            if file.exists():
                shutil.copy(file, self.folder / file.name.replace(old, f"{self.lives}.db"))
        await store.close()
        return await SqliteStore.open(f"sqlite:///{self.folder}/{self.lives}.db")

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            shutil.rmtree(self.folder)


class OnAServer(ServicesLife):
    """On PostgreSQL. A crash ends the service's connections, as the server sees it when a process is killed."""

    def __init__(self, server: PostgresServer, database: str) -> None:
        super().__init__()
        self.server, self.database = server, database
        server.empty(database)

    async def opened(self) -> WholeStore:
        return await PostgresStore.open(self.server.url(self.database))

    async def reopened(self, store: WholeStore) -> WholeStore:
        self.server.hang_up(self.database)
        await store.close()
        return await self.opened()


def lives(examples: int, steps: int, *, slow: bool = False) -> settings:
    """So many lives of so many steps."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=not slow,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def trial(machine: type[ServicesLife], examples: int, steps: int, *, slow: bool = False) -> Any:
    """A test of it."""
    case = type(machine.__name__, (machine.TestCase,), {"settings": lives(examples, steps, slow=slow)})
    return pytest.mark.slow(pytest.mark.timeout(3_600)(case)) if slow else case


TestInMemory = trial(InMemory, 60, 40)
TestOnAFile = trial(OnAFile, 8, 30)
TestLongInMemory = trial(InMemory, 3_000, 80, slow=True)
TestLongOnAFile = trial(OnAFile, 300, 60, slow=True)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_lives_on_a_server(postgres: PostgresServer, postgres_database: str) -> None:
    class OnThisServer(OnAServer):
        def __init__(self) -> None:
            super().__init__(postgres, postgres_database)

    run_state_machine_as_test(OnThisServer, settings=lives(100, 50, slow=True))
