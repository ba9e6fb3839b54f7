"""Customers who ask a running service many questions, and what came of it: turns a second, waits, CPU, losses.

The Bot API server and the load share this process; the service is one of its own, started as a user would start it,
or several. Each customer asks once and waits for the answer, so that none meets Telegram's one message a second to a
chat. What is printed and what is compared is the business of `tanggap bench` and of the benches.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from bot.testing.bot_api import BotApiServer, NotShown
from bot.testing.service import RunningService, ServiceFailed

QUESTIONS = ("jam buka?", "pesanan sy blm nyampe min", "ongkir ke surabaya brp kak", "bisa cod ga", "cara retur gmn")
"""What the starter knowledge base is asked. One of five is a complaint: it opens a ticket and begins a form."""

WITHOUT_WAITING = MappingProxyType(
    {
        "telegram__messages_per_second": 10_000,
        "dialogue__fragment_pause_seconds": 0,
        "log__level": "WARNING",
        "log__traces": "off",
    }
)
"""The settings of a service that is measured: it waits for no fragments and keeps to no limit of Telegram's."""

WARM_UP = 2.0
PATIENCE = 30.0
"""Seconds before the measurement, and seconds after which an answer counts as lost."""

_AFTERWARDS = 0.5
"""Seconds in which a second answer to the last questions would come."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """How a service is asked: for so many seconds, by so many customers at once or, if it is set, `rate` a second,
    however many still wait for their answers."""

    seconds: float
    at_once: int = 32
    rate: float = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits:
    """Milliseconds from the sending of a question to its answer in the chat, for half and for 99 of 100."""

    p50: float
    p99: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What came of it.

    `cpu_us_per_turn` is user and system time of the service's processes, and `rss_mb` their memory in MiB, both None
    where the system does not tell. `lost` had no answer in time, `doubled` are texts that a chat was sent again, both
    with those of the warm-up. `unknown` deliveries may have been sent or not, None where nobody counts them.
    `start_seconds` are from the start of the process until it was ready, None where it was not started for this.
    """

    turns_per_second: int
    ms: Waits | None
    cpu_us_per_turn: int | None
    rss_mb: int | None
    turns: int
    lost: int
    doubled: int
    unknown: int | None = None
    start_seconds: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What processes have used up to now: seconds of CPU, and bytes of memory."""

    cpu: float
    rss: int


def usage(pids: Iterable[int]) -> Usage | None:
    """Of all these processes together; None where there is no /proc to read, as on macOS."""
    if not Path("/proc/self/stat").exists():
        return None
    # The name, in brackets, may hold anything; after it come the state, and fields of fixed meaning (see proc(5)).
    fields = [Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split() for pid in pids]
    ticks = sum(int(each[11]) + int(each[12]) for each in fields)
    return Usage(
        cpu=ticks / os.sysconf("SC_CLK_TCK"), rss=sum(int(each[21]) for each in fields) * os.sysconf("SC_PAGE_SIZE")
    )


def counted(
    waited: Sequence[float],
    *,
    seconds: float,
    before: Usage | None,
    after: Usage | None,
    lost: int,
    sent: Iterable[tuple[object, object]],
) -> Figures:
    """The figures of answers that took so long (seconds each), all within `seconds`. `sent` are all texts of the
    service as (chat, text)."""
    said, turns = Counter(sent), len(waited)
    cuts = statistics.quantiles(waited, n=100, method="inclusive") if turns > 1 else [*waited] * 99
    return Figures(
        turns_per_second=round(turns / seconds),
        ms=Waits(p50=round(cuts[49] * 1e3, 1), p99=round(cuts[98] * 1e3, 1)) if turns else None,
        cpu_us_per_turn=round((after.cpu - before.cpu) / turns * 1e6) if before and after and turns else None,
        rss_mb=round(after.rss / 2**20) if after else None,
        turns=turns,
        lost=lost,
        doubled=said.total() - len(said),
    )


class Customers(Protocol):
    """Those who ask, by whatever way the service is reached."""

    async def ask(self, number: int, question: str) -> None:
        """Ask as the customer of this number, who asks nothing else, and wait for the answer.

        Raises:
            NotShown: there was none in time.
        """
        ...

    def sent(self) -> Sequence[tuple[object, object]]:
        """All texts that they were sent, as (chat, text)."""
        ...


class TelegramCustomers:
    """Customers of a Bot API server."""

    def __init__(self, server: BotApiServer) -> None:
        self._server = server
        self._asking = set[int]()

    async def ask(self, number: int, question: str) -> None:
        """See `Customers.ask`."""
        customer = self._server.customer(f"Pelanggan {number}")
        self._asking.add(customer.chat_id)
        customer.sends(question)
        await customer.receives(timeout=PATIENCE)

    def sent(self) -> list[tuple[object, object]]:
        """See `Customers.sent`."""
        calls = (call.parameters for call in self._server.ledger.calls("sendMessage"))
        return [(each["chat_id"], each["text"]) for each in calls if each["chat_id"] in self._asking]


class Crowd:
    """Has customers ask one question each, in turn, and keeps how many seconds they waited."""

    def __init__(self, customers: Customers, questions: Sequence[str]) -> None:
        self.waited: list[float] = []
        self.lost = 0
        self._customers = customers
        self._questions = questions
        self._numbers = count()

    async def ask_for(self, seconds: float, asked_for: Load) -> None:
        """Ask until so many seconds are over, and wait for the last answers."""
        begun = time.perf_counter()
        if not asked_for.rate:
            await asyncio.gather(*(self._lane(begun + seconds) for _ in range(asked_for.at_once)))
            return
        under_way = []
        for number in range(int(seconds * asked_for.rate)):
            await asyncio.sleep(begun + number / asked_for.rate - time.perf_counter())
            under_way.append(asyncio.create_task(self._ask()))
        await asyncio.gather(*under_way)

    async def ask(self, questions: int, at_once: int) -> None:
        """Ask so many questions, so many at once, and wait for the last answers."""
        numbers = iter(range(questions))

        async def lane() -> None:
            for _ in numbers:
                await self._ask()

        await asyncio.gather(*(lane() for _ in range(at_once)))

    async def _lane(self, until: float) -> None:
        while time.perf_counter() < until:
            await self._ask()

    async def _ask(self) -> None:
        number, begun = next(self._numbers), time.perf_counter()
        try:
            await self._customers.ask(number, self._questions[number % len(self._questions)])
        except NotShown:
            self.lost += 1
        else:
            self.waited.append(time.perf_counter() - begun)


async def load(
    server: BotApiServer, pids: Sequence[int], asked_for: Load, questions: Sequence[str] = QUESTIONS
) -> Figures:
    """Ask whoever answers at this server, wait for the answers, and count. `pids` are the processes that answer."""
    return await load_of(TelegramCustomers(server), pids, asked_for, questions)


async def load_of(
    customers: Customers, pids: Sequence[int], asked_for: Load, questions: Sequence[str] = QUESTIONS
) -> Figures:
    """The same with customers of another kind."""
    crowd = Crowd(customers, questions)
    await crowd.ask_for(min(WARM_UP, asked_for.seconds), asked_for)
    crowd.waited.clear()
    before, begun = usage(pids), time.perf_counter()
    await crowd.ask_for(asked_for.seconds, asked_for)
    took, after = time.perf_counter() - begun, usage(pids)
    await asyncio.sleep(_AFTERWARDS)
    return counted(crowd.waited, seconds=took, before=before, after=after, lost=crowd.lost, sent=customers.sent())


async def load_service(
    folder: Path, mode: str, asked_for: Load, settings: dict[str, object], questions: Sequence[str] = QUESTIONS
) -> Figures:
    """Start a service in a folder, by `webhook` or `polling`, ask it, and stop it.

    Raises:
        ServiceFailed: it did not start, did not last, or did not stop as it should.
        OSError: no port can be opened, or the folder not be written.
    """
    chosen = {**settings, **WITHOUT_WAITING, "telegram__mode": mode}
    async with BotApiServer() as server, RunningService(server, folder, **chosen) as service:
        figures = await load(server, [service.pid], asked_for, questions)
        if not service.is_running:
            raise ServiceFailed(f"the service ended while it was asked:\n{service.log}")
        health = await service.at_rest()
        return replace(figures, unknown=health["outbox_unknown"], start_seconds=round(service.start_seconds, 1))
