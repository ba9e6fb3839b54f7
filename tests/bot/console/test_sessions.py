"""Sessions: opened, renewed, expired, ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pytest

from bot.console.sessions import GRACE, ROTATION, Sessions, hash_of
from bot.testing.manual_clock import ManualClock
from bot.testing.memory_store import MemoryStore
from conversation.desk_ports import Session
from conversation.tickets import AgentId

SARI = AgentId("console:sari")
IDLE, LONGEST = timedelta(hours=2), timedelta(hours=12)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sessions(clock: ManualClock) -> Sessions:
    return Sessions(store=MemoryStore(), clock=clock, idle=IDLE, longest=LONGEST)


class Page:
    """A page in a browser, as a session knows it."""

    ended = False

    def end(self) -> None:
        self.ended = True


async def test_the_store_never_sees_a_token(sessions: Sessions) -> None:
    token = await sessions.open(SARI)
    assert await sessions.store.session(token) is None
    assert await sessions.store.session(hash_of(token)) is not None
    assert len(token) >= 43


async def test_a_token_nobody_was_given_opens_nothing(sessions: Sessions) -> None:
    await sessions.open(SARI)
    assert await sessions.visit("guessed") is None
    assert await sessions.visit("") is None


async def test_pages_of_one_session_share_a_visit(sessions: Sessions) -> None:
    token = await sessions.open(SARI)
    assert await sessions.visit(token) is await sessions.visit(token)


async def test_signing_in_anew_ends_what_the_browser_had(sessions: Sessions) -> None:
    planted = await sessions.open(SARI)
    token = await sessions.open(SARI, planted)
    assert await sessions.visit(planted) is None
    assert await sessions.visit(token) is not None


async def test_who_does_nothing_is_signed_out(sessions: Sessions, clock: ManualClock) -> None:
    token = await sessions.open(SARI)
    clock.now += IDLE - timedelta(seconds=1)
    assert await sessions.visit(token) is not None
    clock.now += timedelta(seconds=1)
    assert await sessions.visit(token) is None


async def test_who_goes_on_is_signed_out_at_last_all_the_same(sessions: Sessions, clock: ManualClock) -> None:
    token = await sessions.open(SARI)
    for _ in range(11):
        clock.now += timedelta(hours=1)
        token = await sessions.act(token) or token
    assert await sessions.visit(token) is not None
    clock.now += timedelta(hours=1)
    assert await sessions.visit(token) is None


async def test_the_token_changes_every_hour_and_the_session_goes_on(sessions: Sessions, clock: ManualClock) -> None:
    token = await sessions.open(SARI)
    visit = await sessions.visit(token)
    assert visit is not None
    visit.pages["a"] = Page()
    assert await sessions.act(token) == ""
    clock.now += ROTATION
    fresh = await sessions.act(token)
    assert fresh
    assert fresh != token
    assert await sessions.visit(fresh) is visit
    # What the browser asked for at the same time came with the old one.
    assert await sessions.visit(token) is visit
    clock.now += GRACE
    assert await sessions.visit(token) is None
    assert await sessions.visit(fresh) is visit


async def test_ending_a_session_throws_its_pages_out(sessions: Sessions) -> None:
    token, page = await sessions.open(SARI), Page()
    visit = await sessions.visit(token)
    assert visit is not None
    visit.pages["a"] = page
    await sessions.end(token)
    assert page.ended
    assert visit.ended
    assert await sessions.visit(token) is None


async def test_a_session_that_was_ended_elsewhere_is_noticed(sessions: Sessions) -> None:
    token, page = await sessions.open(SARI), Page()
    visit = await sessions.visit(token)
    assert visit is not None
    visit.pages["a"] = page
    await sessions.end_visits(lambda agent_id: True)
    assert not page.ended
    await sessions.store.end_sessions(agent_id=SARI)
    await sessions.end_visits(lambda agent_id: True)
    assert page.ended


async def test_who_is_not_welcome_any_more_is_thrown_out(sessions: Sessions) -> None:
    visit = await sessions.visit(await sessions.open(SARI))
    assert visit is not None
    visit.pages["a"] = page = Page()
    await sessions.end_visits(lambda agent_id: False)
    assert page.ended


async def test_all_sessions_are_looked_at_by_one_question(clock: ManualClock) -> None:
    asked: list[int] = []

    class Counting(MemoryStore):
        async def sessions(self, token_hashes: Collection[str]) -> dict[str, Session]:
            asked.append(len(token_hashes))
            return await super().sessions(token_hashes)

    sessions = Sessions(store=Counting(), clock=clock, idle=IDLE, longest=LONGEST)
    for _ in range(50):
        visit = await sessions.visit(await sessions.open(SARI))
        assert visit is not None
        visit.pages["a"] = Page()
    await sessions.end_visits(lambda agent_id: True)
    assert asked == [50]


async def test_a_visit_whose_first_page_is_just_being_drawn_is_not_forgotten(sessions: Sessions) -> None:
    visit = await sessions.visit(await sessions.open(SARI))
    assert visit is not None
    await sessions.end_visits(lambda agent_id: True)
    visit.pages["a"] = page = Page()
    await sessions.end_visits(lambda agent_id: False)
    assert page.ended


async def test_a_visit_without_a_page_is_forgotten_in_the_end(sessions: Sessions) -> None:
    await sessions.visit(await sessions.open(SARI))
    for _ in range(2):
        await sessions.end_visits(lambda agent_id: True)
    assert sessions.visits == {}
