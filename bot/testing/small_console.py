"""The console of a small shop, served for real: what a browser meets, over a store in memory and the real clock.

    async with small_console() as console:
        await page.goto(console.url("/sign-in"))

Everybody in `STAFF` has an account; their login is their name in small letters, their password `PASSWORD`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from fastapi import FastAPI

from bot.console.accounts import account_id
from bot.console.inbox_aids import Aids
from bot.console.passwords import hash_password
from bot.console.site import PATH, Console, open_console
from bot.desk.acting import WholeStore
from bot.desk.feed import Feed
from bot.desk.roster import Roster
from bot.desk.service import DeskService
from bot.desk_settings import DeskSettings
from bot.knowledge.library import Library
from bot.server import serving
from bot.settings import ConsoleSettings, Settings
from bot.testing.memory_store import MemoryStore
from bot.watching import watched
from conversation.effects import OutboxItem
from conversation.phrases import INDONESIAN, addressed
from conversation.quarantine_ports import Quarantine
from conversation.tickets import Agent, Role
from handoff.policy import DeskPolicy

PASSWORD = "rahasia-sekali-1"


def _person(name: str, role: Role, *departments: str) -> Agent:
    login = name.lower()
    return Agent(id=account_id(login), name=name, login=login, role=role, departments=frozenset(departments))


SARI = _person("Sari", Role.AGENT, "retur")
TONO = _person("Tono", Role.AGENT, "pembayaran")
DEWI = _person("Dewi", Role.SUPERVISOR, "retur")
RUDI = _person("Rudi", Role.SUPERVISOR, "pembayaran")
ADMIN = _person("Admin", Role.ADMIN)
STAFF = (SARI, TONO, DEWI, RUDI, ADMIN)


@cache
def password_hash() -> str:
    """The hash of `PASSWORD`, made once."""
    return hash_password(PASSWORD)


@dataclass(kw_only=True)
class SmallConsole:
    """A console that is being served at `address`."""

    console: Console
    store: WholeStore
    desk: DeskService
    feed: Feed
    address: str
    submitted: list[OutboxItem]
    codes: list[tuple[int, str]]

    def url(self, path: str = "/") -> str:
        """The address of one of its pages."""
        return f"{self.address}{PATH}{path}"

    async def change(self, agent: Agent, **values: object) -> None:
        """Change an account behind the console's back."""
        await self.store.save_agent(replace(agent, **values))  # type: ignore[arg-type]  # names checked by tests


def now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


@asynccontextmanager
async def small_console(
    *,
    settings: ConsoleSettings | None = None,
    resolutions: Sequence[str] = (),
    clock: Callable[[], datetime] = now,
    store: WholeStore | None = None,
    by_telegram: bool = True,
    aids: Aids | None = None,
    policy: DeskPolicy | None = None,
    library: Library | None = None,
    quarantine: Quarantine | None = None,
) -> AsyncIterator[SmallConsole]:
    """Serve it on a free port. What goes to customers is kept in `submitted`, sign-in codes in `codes`."""
    feed, submitted = Feed(), list[OutboxItem]()
    whole = watched(store or MemoryStore(), [feed])
    for agent in STAFF:
        await whole.save_agent(agent, password_hash())
    roster = Roster(whole, (), clock)
    await roster.refresh()
    phrases = addressed(INDONESIAN, "Kak")
    desk = DeskService(
        store=whole,
        phrases=phrases,
        submit=submitted.extend,
        clock=clock,
        roster=roster,
        policy=policy or DeskPolicy(),
    )
    codes: list[tuple[int, str]] = []

    async def send_code(telegram_id: int, text: str) -> None:
        codes.append((telegram_id, text))

    chosen = Settings(console=settings or ConsoleSettings(), desk=DeskSettings(resolutions=list(resolutions)))
    app = FastAPI()
    codes_by = send_code if by_telegram else None
    async with open_console(
        chosen, whole, desk, feed, clock, send_code=codes_by, aids=aids, library=library, quarantine=quarantine
    ) as console:
        app.mount(PATH, console.door)
        trusted = chosen.console.trusted_proxies
        async with serving(app, "127.0.0.1", 0, websockets=True, trusted_proxies=trusted) as address:
            yield SmallConsole(
                console=console,
                store=whole,
                desk=desk,
                feed=feed,
                address=address,
                submitted=submitted,
                codes=codes,
            )
