"""What an episode came to, from its tickets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from conversation.desk_ports import EpisodeRow
from conversation.messages import Author, Contact, ConversationId, Message
from conversation.phrases import INDONESIAN, addressed
from conversation.state import Conversation, EpisodeId, Metrics
from conversation.tickets import Agent, AgentId, HandoffReason, Priority, Promised, TicketId
from handoff import desk, passing
from handoff.case import Case
from handoff.episodes import metrics
from handoff.hours import Calendar
from handoff.policy import Department, Promise, Promises
from handoff.shifts import week
from handoff.tickets import open_ticket

PHRASES = addressed(INDONESIAN, "Kak")
SARI = Agent(id=AgentId("telegram:1"), name="Sari")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
RETUR = Department(
    name="retur",
    calendar=Calendar(week=week({"senin-jumat": "09:00-17:00"})),
    promises=Promises(usual=Promise(first_reply=60)),
)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def queued(now: datetime = MONDAY, number: int = 7, department: str = "retur") -> Case:
    conversation, ticket = open_ticket(
        Conversation(contact=Contact(channel="telegram", address="1"), episode_id=EpisodeId(3)),
        ticket_id=TicketId(number),
        reason=HandoffReason.COMPLAINT,
        department=department,
        priority=Priority.NORMAL,
        packet={},
        now=now,
        rules=RETUR,
    )
    return Case(conversation=conversation, ticket=ticket, rules=RETUR)


def replied(case: Case, now: datetime) -> Case:
    return desk.reply(case, SARI, Message(author=Author.AGENT, text="kami cek", at=now), PHRASES, now)


def came_to(case: Case) -> Metrics:
    assert case.closing is not None
    return case.closing.metrics


def earlier_episode(**fields: object) -> EpisodeRow:
    row = EpisodeRow(
        id=EpisodeId(1),
        conversation_id=ConversationId("telegram:1"),
        opened_at=at(-72),
        closed_at=at(-48),
        closed_by="agent",
        by_bot=False,
        handoff_reason="complaint",
        department="retur",
        agent="telegram:1",
        first_reply=None,
        resolution=None,
        handling=None,
        missed=(),
        promised=(),
        abandoned=False,
        reopened=False,
        stars=None,
        comment="",
    )
    return replace(row, **fields)  # type: ignore[arg-type]  # names of its fields


def test_an_episode_without_a_ticket_was_the_bots_alone() -> None:
    assert metrics((), RETUR) == Metrics(by_bot=True)


def test_a_day_at_the_desk_in_figures() -> None:
    claimed = desk.claim(queued(), SARI, PHRASES, at(1))
    wrote = desk.customer_wrote(replied(claimed, at(2)), at(24 + 1))
    finished = desk.finish(replied(wrote, at(24 + 1.5)), SARI, at(24 + 2))
    resolved = desk.resolve(finished, SARI, PHRASES, at(24 + 2.25))
    assert came_to(resolved) == Metrics(
        by_bot=False,
        handoff_reason="complaint",
        department="retur",
        agent="telegram:1",
        first_reply=2 * 3600,
        resolution=2.5 * 3600,
        handling=1.5 * 3600,
        wrap_up=900,
        missed=("first_reply",),
        promised=(Promised(department="retur", kind="first_reply", kept=False),),
    )


def test_a_wrap_up_is_not_part_of_handling_but_the_customers_return_is() -> None:
    finished = desk.finish(replied(queued(), at(1)), SARI, at(2))
    back = desk.customer_wrote(finished, at(3))
    resolved = desk.resolve(back, SARI, PHRASES, at(3.5))
    assert (came_to(resolved).handling, came_to(resolved).wrap_up) == (1800, None)


def test_a_customer_who_gives_up_waiting_is_counted_as_that() -> None:
    figures = came_to(desk.customer_cancelled(queued(), PHRASES, at(0.5)))
    assert (figures.abandoned, figures.agent, figures.handling, figures.first_reply, figures.resolution) == (
        True,
        "",
        None,
        None,
        None,
    )


def test_tickets_that_went_back_to_the_bot_belong_to_the_episode() -> None:
    first = desk.return_to_bot(replied(queued(), at(0.5)), SARI, PHRASES, at(1)).ticket
    second = replace(queued(at(4), 8), earlier=(first,))
    figures = came_to(desk.resolve(replied(second, at(6)), SARI, PHRASES, at(6)))
    assert (figures.first_reply, figures.resolution, figures.missed) == (1800, 0.5 * 3600 + 2 * 3600, ("first_reply",))


def test_what_every_department_promised_belongs_to_the_episode() -> None:
    first = desk.return_to_bot(replied(queued(), at(0.5)), SARI, PHRASES, at(1)).ticket
    second = desk.resolve(replied(replace(queued(at(4), 8), earlier=(first,)), at(6)), SARI, PHRASES, at(6))
    assert came_to(second).promised == (Promised(department="retur", kind="first_reply", kept=False),)
    to = Department(name="gudang", promises=Promises(usual=Promise(resolution=60)))
    moved = passing.transfer(queued(), SARI, to, PHRASES, at(0.5))
    figures = came_to(desk.resolve(moved, SARI, PHRASES, at(0.75)))
    assert (figures.department, figures.missed) == ("gudang", ())
    assert figures.promised == (
        Promised(department="retur", kind="first_reply", kept=True),
        Promised(department="gudang", kind="resolution", kept=True),
    )


def test_an_episode_that_fell_silent_after_a_human_was_not_the_bots_alone() -> None:
    ticket = desk.return_to_bot(replied(queued(), at(0.5)), SARI, PHRASES, at(1)).ticket
    figures = metrics((ticket,), RETUR)
    assert (figures.by_bot, figures.first_reply, figures.resolution) == (False, 1800, None)


@pytest.mark.parametrize(
    ("previous", "reopened"),
    [
        (None, False),
        (earlier_episode(), True),
        (earlier_episode(closed_at=at(-7 * 24)), False),
        (earlier_episode(department="umum"), False),
        (earlier_episode(department="", by_bot=True), True),
    ],
)
def test_who_needs_a_human_for_it_again_within_seven_days_was_not_served(
    previous: EpisodeRow | None, reopened: bool
) -> None:
    case = replace(queued(), previous=previous)
    assert came_to(desk.resolve(case, SARI, PHRASES, at(1))).reopened is reopened
