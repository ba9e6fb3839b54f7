"""How tickets pass on: transfers by agents, reassignment by supervisors, and what routing gives and takes back.

The customer is told once that they are passed on, and who serves them when that agent takes it on: until
then a ticket is `routed`, and goes back into the queue if nothing happens.
"""

from __future__ import annotations

from datetime import datetime

from conversation.effects import Entry
from conversation.errors import Refusal
from conversation.messages import Author, Message
from conversation.phrases import Phrases
from conversation.tickets import Agent, AgentId, TicketStatus
from conversation.values import replace
from handoff import sla
from handoff.case import NOBODYS, Case, declined_by, holding, notice, step, supervising, words
from handoff.lifecycle import TicketEvent
from handoff.policy import Department


def transfer(
    case: Case, agent: Agent, to: Agent | Department, phrases: Phrases, now: datetime, comment: str = ""
) -> Case:
    """Pass a ticket to a colleague, or to a department's queue. The comment is kept as a note.

    Raises:
        Refusal: it is closed or somebody else's, is there already, or the colleague is away or of another department.
    """
    holding(case, agent, TicketEvent.TRANSFER)
    case = _commented(case, agent, comment, now)
    if isinstance(to, Agent):
        return _handed_to(case, agent, to, phrases, now)
    if to.name == case.ticket.department and case.ticket.status is TicketStatus.QUEUED:
        raise Refusal(words(agent).desk.already_theirs.format(agent=to.shown))
    told = notice(case, phrases.desk.transferred.format(department=to.shown), now)
    case = step(case, TicketEvent.TRANSFER, now, told, **NOBODYS, last_agent=None, declined=(), department=to.name)
    return replace(case, rules=to, ticket=sla.moved(case.ticket, to, now))


def reassign(case: Case, supervisor: Agent, to: Agent, phrases: Phrases, now: datetime, comment: str = "") -> Case:
    """Give anybody's ticket to an agent of its department, whether they have room for it or not.

    Raises:
        Refusal: whoever asks is no supervisor of the department, or the agent cannot have it (as in `transfer`).
    """
    supervising(case, supervisor, TicketEvent.TRANSFER)
    return _handed_to(_commented(case, supervisor, comment, now), supervisor, to, phrases, now)


def assign(case: Case, agent: Agent, now: datetime) -> Case:
    """Give a queued ticket to the agent whom routing chose. The customer hears of it when they take it on.

    A ticket that does not wait any more is left alone.
    """
    if case.ticket.status is not TicketStatus.QUEUED:
        return case
    return step(
        case,
        TicketEvent.CLAIM,
        now,
        assignee=agent.id,
        assignee_name=agent.name,
        assigned_at=now,
        routed=True,
    )


def unassign(case: Case, from_agent: AgentId, phrases: Phrases, now: datetime) -> Case:
    """Take a ticket back into the queue, in its old place: its agent did not take it on, or has gone.

    Who served the customer already is asked first again once they are back; who let it lie is asked last. A ticket
    whose turn it is not (the customer's is it, or it has another agent by now) is left alone.
    """
    ticket = case.ticket
    if ticket.status is not TicketStatus.ASSIGNED or ticket.assignee != from_agent:
        return case
    if ticket.routed:
        return step(case, TicketEvent.RELEASE, now, **NOBODYS, declined=declined_by(ticket, from_agent))
    told = notice(case, phrases.back_in_queue, now)
    return step(case, TicketEvent.RELEASE, now, told, **NOBODYS, last_agent=from_agent)


def _handed_to(case: Case, agent: Agent, to: Agent, phrases: Phrases, now: datetime) -> Case:
    if case.ticket.assignee == to.id:
        raise Refusal(words(agent).desk.already_theirs.format(agent=to.name))
    if to.disabled or not to.serves(case.ticket.department):
        department = case.rules.shown or case.ticket.department
        raise Refusal(words(agent).desk.agent_elsewhere.format(agent=to.name, department=department))
    if not to.available:
        raise Refusal(words(agent).desk.agent_away.format(agent=to.name))
    told = () if case.ticket.assignee is None else (notice(case, phrases.back_in_queue, now),)
    case = step(case, TicketEvent.TRANSFER, now, *told, **NOBODYS, last_agent=None)
    return assign(case, to, now)


def _commented(case: Case, agent: Agent, comment: str, now: datetime) -> Case:
    if not comment.strip():
        return case
    kept = Entry(message=Message(author=Author.NOTE, author_name=agent.name, text=comment.strip(), at=now))
    return replace(case, entries=(*case.entries, kept))
