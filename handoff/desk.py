"""The use cases of the desk: what an agent may do with a ticket, and what that changes.

Each is a plain function from what is to what shall be. The caller loads, calls, adds what its surfaces
show, and commits; of two agents who act at once the second's commit is stale, and deciding again gives
them the refusal. What customers do is in `handoff.customers`, how tickets pass from agent to agent in
`handoff.passing`. Nothing here knows Telegram or a store. `phrases` are the customer's; an agent is refused in
the language that the agent reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from conversation.effects import CopyMessage, Delivery, EditText, Entry, SendFile
from conversation.errors import Refusal
from conversation.messages import Author, Message, MessageId
from conversation.phrases import Phrases, ticket_number
from conversation.tickets import Agent, TicketStatus
from conversation.values import replace
from handoff import notices
from handoff.case import NOBODYS, declined_by, holding, notice, serving, step, taking, words
from handoff.case import Case as Case
from handoff.case import customer_address as customer_address
from handoff.case import to_customer as to_customer
from handoff.customers import customer_back_to_bot as customer_back_to_bot
from handoff.customers import customer_cancelled as customer_cancelled
from handoff.customers import customer_wrote as customer_wrote
from handoff.lifecycle import TicketEvent


def claim(case: Case, agent: Agent, phrases: Phrases, now: datetime) -> Case:
    """Take a queued ticket, or take on what routing gave one. Claiming one's own again changes nothing.

    Raises:
        Refusal: it is closed, of another department, or another agent has it; the message says who.
    """
    serving(case, agent)
    if not case.ticket.is_open:
        raise Refusal(words(agent).closed)
    if case.ticket.assignee == agent.id:
        return _taken_on(case, agent, phrases, now)
    if case.ticket.assignee is not None:
        raise Refusal(words(agent).taken.format(agent=case.ticket.assignee_name))
    return _claimed(case, agent, phrases, now)


def _claimed(case: Case, agent: Agent, phrases: Phrases, now: datetime) -> Case:
    joined = notice(case, phrases.agent_joined.format(agent=agent.name), now)
    return step(case, TicketEvent.CLAIM, now, joined, assignee=agent.id, assignee_name=agent.name, assigned_at=now)


def _taken_on(case: Case, agent: Agent, phrases: Phrases, now: datetime) -> Case:
    """What routing gave an agent becomes theirs in the customer's eyes with the first thing they do about it."""
    if not case.ticket.routed or case.ticket.assignee != agent.id:
        return case
    joined = notice(case, phrases.agent_joined.format(agent=agent.name), now)
    return replace(case, ticket=replace(case.ticket, routed=False), entries=(*case.entries, joined))


def reply(
    case: Case,
    agent: Agent,
    message: Message,
    phrases: Phrases,
    now: datetime,
    *,
    copy_of: CopyMessage | SendFile | None = None,
    reply_to: MessageId | None = None,
) -> Case:
    """Answer the customer. A ticket that nobody has is claimed by it; a colleague's stays the colleague's, unless
    routing gave it to them and they have not taken it on.

    `copy_of` names what to copy, or the file to send, where the answer is more than text. The bot falls silent in the
    same step.

    Raises:
        Refusal: the ticket is closed or of another department, or there is nothing to say.
    """
    taking_part = TicketEvent.CLAIM if case.ticket.assignee is None else TicketEvent.AGENT_REPLY
    taking(case, agent, taking_part)
    if not message.text.strip() and copy_of is None:
        raise Refusal(words(agent).empty_reply)
    if case.ticket.routed and case.ticket.assignee != agent.id:
        case = step(case, TicketEvent.RELEASE, now, **NOBODYS)
    case = _claimed(case, agent, phrases, now) if case.ticket.assignee is None else _taken_on(case, agent, phrases, now)
    said = replace(message, author=Author.AGENT, author_name=agent.name)
    effects = (copy_of,) if copy_of else ()
    entry = to_customer(case.conversation, said, *effects, reply_to=reply_to)
    return step(
        case,
        TicketEvent.AGENT_REPLY,
        now,
        entry,
        waiting_since=None,
        replied_at=case.ticket.replied_at or now,
        declined=(),
        snoozed_until=None,
        finished_at=None,
    )


def correct(case: Case, message_id: MessageId, text: str) -> Case:
    """Change what the customer was told in an earlier message of an agent's."""
    correction = Delivery(address=customer_address(case.conversation), effect=EditText(text=text), about=message_id)
    return replace(case, deliveries=(*case.deliveries, correction))


def note(case: Case, agent: Agent, message: Message, phrases: Phrases) -> Case:
    """Leave a remark for colleagues. The customer never sees it, and closed tickets take it too.

    Raises:
        Refusal: the ticket is of another department, or there is nothing to note.
    """
    serving(case, agent)
    if not message.text.strip() and not message.attachments:
        raise Refusal(words(agent).empty_reply)
    kept = Entry(message=replace(message, author=Author.NOTE, author_name=agent.name))
    return replace(case, entries=(*case.entries, kept))


def label(case: Case, agent: Agent, labels: Iterable[str]) -> Case:
    """Give the ticket these labels instead of those it has; closed tickets take them too.

    Raises:
        Refusal: the ticket is of another department.
    """
    serving(case, agent)
    return replace(case, ticket=replace(case.ticket, labels=_labels(labels)))


def _labels(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for label in labels if (each := label.strip())))


def release(case: Case, agent: Agent, phrases: Phrases, now: datetime) -> Case:
    """Give a ticket back to the queue, in its old place. Routing tries others first.

    Raises:
        Refusal: it is closed, somebody else's, or nobody's.
    """
    serving(case, agent)
    if case.ticket.assignee is None and case.ticket.is_open:
        raise Refusal(words(agent).released.format(ticket=ticket_number(case.ticket.id)))
    holding(case, agent, TicketEvent.RELEASE)
    told = () if case.ticket.routed else (notice(case, phrases.back_in_queue, now),)
    return step(
        case,
        TicketEvent.RELEASE,
        now,
        *told,
        last_agent=None,
        declined=declined_by(case.ticket, case.ticket.assignee),
        **NOBODYS,
    )


def snooze(case: Case, agent: Agent, until: datetime, phrases: Phrases, now: datetime) -> Case:
    """Put a ticket away until a time, or until the customer writes. Its deadlines stand still so long.

    Raises:
        Refusal: that time is over, the ticket is somebody else's, or its status does not allow it.
    """
    holding(case, agent, TicketEvent.SNOOZE)
    if until <= now:
        raise Refusal(words(agent).desk.snooze_past)
    return step(_taken_on(case, agent, phrases, now), TicketEvent.SNOOZE, now, snoozed_until=until)


def wake(case: Case, agent: Agent, now: datetime) -> Case:
    """Take up a snoozed ticket before its time.

    Raises:
        Refusal: it is not snoozed, or somebody else's.
    """
    holding(case, agent, TicketEvent.WAKE)
    return step(case, TicketEvent.WAKE, now, snoozed_until=None)


def woken(case: Case, now: datetime) -> Case:
    """The same by the clock: nothing changes unless a snooze is over."""
    until = case.ticket.snoozed_until
    if case.ticket.status is not TicketStatus.SNOOZED or until is None or until > now:
        return case
    return step(case, TicketEvent.WAKE, now, snoozed_until=None)


def finish(case: Case, agent: Agent, now: datetime) -> Case:
    """The customer is served; what is left is the wrap-up, until the ticket is resolved or the customer writes again.

    Raises:
        Refusal: it is closed, somebody else's, or nobody's.
    """
    holding(case, agent, TicketEvent.FINISH)
    return step(case, TicketEvent.FINISH, now, finished_at=now, snoozed_until=None, routed=False)


def resolve(
    case: Case, agent: Agent, phrases: Phrases, now: datetime, resolution: str = "", labels: Iterable[str] = ()
) -> Case:
    """Close the ticket as done, for a reason and with labels; the customer is told, and the bot serves them again.

    Where the department asks for it, the customer is asked how it was: once an episode, as this ends it.

    Raises:
        Refusal: it is closed already, or somebody else's.
    """
    holding(case, agent, TicketEvent.RESOLVE)
    episode_id = case.conversation.episode_id
    told = [notice(case, phrases.resolved.format(ticket=ticket_number(case.ticket.id)), now)]
    if case.rules.survey and episode_id is not None:
        told.append(notice(case, notices.survey(phrases, episode_id), now))
    case = replace(case, ticket=replace(case.ticket, labels=_labels((*case.ticket.labels, *labels))))
    return _closed(case, TicketEvent.RESOLVE, agent, told, now, resolution)


def return_to_bot(case: Case, agent: Agent, phrases: Phrases, now: datetime, summary: str = "") -> Case:
    """Give the conversation back to the bot without calling the matter done.

    Raises:
        Refusal: it is closed already, or somebody else's.
    """
    holding(case, agent, TicketEvent.RETURN_TO_BOT)
    told = [notice(case, phrases.returned_to_bot, now)]
    return _closed(case, TicketEvent.RETURN_TO_BOT, agent, told, now, summary)


def _closed(
    case: Case, event: TicketEvent, agent: Agent, told: Iterable[Entry], now: datetime, resolution: str
) -> Case:
    ticket = case.ticket
    return step(
        case,
        event,
        now,
        *told,
        assignee=ticket.assignee or agent.id,
        assignee_name=ticket.assignee_name or agent.name,
        resolution=resolution,
        waiting_since=None,
        snoozed_until=None,
        routed=False,
    )
