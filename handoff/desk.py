"""The use cases of the desk: what an agent may do with a ticket, and what that changes.

Each is a plain function from what is to what shall be. The caller loads, calls, adds what its surfaces
show, and commits; of two agents who act at once the second's commit is stale, and deciding again gives
them the refusal. Nothing here knows Telegram or a store.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from conversation.effects import Address, CopyMessage, Delivery, EditText, Effect, Entry, SendText
from conversation.errors import Refusal
from conversation.messages import Author, Message, MessageId
from conversation.phrases import Phrases, ticket_number
from conversation.state import Closing, Conversation
from conversation.tickets import Agent, Ticket, TicketStatus
from handoff.lifecycle import TicketEvent, next_status, owner_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A conversation and its ticket, before or after an agent's doing."""

    conversation: Conversation
    ticket: Ticket
    entries: tuple[Entry, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    closing: Closing | None = None


def customer_address(conversation: Conversation) -> Address:
    """Where the customer reads."""
    return Address(channel=conversation.contact.channel, chat=conversation.contact.address)


def to_customer(
    conversation: Conversation, message: Message, *effects: Effect, reply_to: MessageId | None = None
) -> Entry:
    """A message with the effects that show it to the customer (its own text, unless others are given)."""
    address = customer_address(conversation)
    return Entry(
        message=message,
        deliveries=tuple(
            Delivery(address=address, effect=effect, reply_to=reply_to)
            for effect in effects or (SendText(text=message.text),)
        ),
    )


def _notice(conversation: Conversation, text: str, now: datetime) -> Entry:
    return to_customer(conversation, Message(author=Author.SYSTEM, text=text, at=now))


def _step(case: Case, event: TicketEvent, now: datetime, *entries: Entry, **fields: object) -> Case:
    status = next_status(case.ticket.status, event)
    ticket = replace(case.ticket, status=status, changed_at=now, **fields)  # type: ignore[arg-type]  # names checked by tests
    conversation = replace(case.conversation, owner=owner_of(status), ticket_id=ticket.id if ticket.is_open else None)
    case = replace(case, conversation=conversation, ticket=ticket, entries=(*case.entries, *entries))
    return _episode_closed(case, _CLOSED_BY[status], now) if status in _CLOSED_BY else case


_CLOSED_BY = {TicketStatus.RESOLVED: "agent", TicketStatus.ABANDONED: "customer"}
"""The ends of a ticket that end its episode too, and whose doing they are. The bot goes on with the others."""


def _episode_closed(case: Case, by: str, now: datetime) -> Case:
    episode_id = case.conversation.episode_id
    if episode_id is None:
        return case
    closing = Closing(episode_id=episode_id, at=now, by=by)
    return replace(case, conversation=replace(case.conversation, episode_id=None), closing=closing)


def _open(case: Case, phrases: Phrases) -> None:
    if not case.ticket.is_open:
        raise Refusal(phrases.closed)


def _mine(case: Case, agent: Agent, phrases: Phrases) -> None:
    _open(case, phrases)
    if case.ticket.assignee not in (None, agent.id):
        raise Refusal(phrases.not_yours.format(agent=case.ticket.assignee_name))


def claim(case: Case, agent: Agent, phrases: Phrases, now: datetime) -> Case:
    """Take a queued ticket. Claiming one's own again changes nothing.

    Raises:
        Refusal: it is closed, or another agent has it; the message says who.
    """
    _open(case, phrases)
    if case.ticket.assignee == agent.id:
        return case
    if case.ticket.assignee is not None:
        raise Refusal(phrases.taken.format(agent=case.ticket.assignee_name))
    joined = _notice(case.conversation, phrases.agent_joined.format(agent=agent.name), now)
    return _step(case, TicketEvent.CLAIM, now, joined, assignee=agent.id, assignee_name=agent.name)


def reply(
    case: Case,
    agent: Agent,
    message: Message,
    phrases: Phrases,
    now: datetime,
    *,
    copy_of: CopyMessage | None = None,
    reply_to: MessageId | None = None,
) -> Case:
    """Answer the customer. A ticket that nobody has is claimed by it; a colleague's stays the colleague's.

    `copy_of` names what to copy where the answer is more than text. The bot falls silent in the same step.

    Raises:
        Refusal: the ticket is closed, or there is nothing to say.
    """
    _open(case, phrases)
    if not message.text.strip() and copy_of is None:
        raise Refusal(phrases.empty_reply)
    if case.ticket.assignee is None:
        case = claim(case, agent, phrases, now)
    said = replace(message, author=Author.AGENT, author_name=agent.name)
    effects = (copy_of,) if copy_of else ()
    entry = to_customer(case.conversation, said, *effects, reply_to=reply_to)
    return _step(case, TicketEvent.AGENT_REPLY, now, entry, waiting_since=None)


def correct(case: Case, message_id: MessageId, text: str) -> Case:
    """Change what the customer was told in an earlier message of an agent's."""
    correction = Delivery(address=customer_address(case.conversation), effect=EditText(text=text), about=message_id)
    return replace(case, deliveries=(*case.deliveries, correction))


def note(case: Case, agent: Agent, message: Message, phrases: Phrases) -> Case:
    """Leave a remark for colleagues. The customer never sees it, and closed tickets take it too.

    Raises:
        Refusal: there is nothing to note.
    """
    if not message.text.strip() and not message.attachments:
        raise Refusal(phrases.empty_reply)
    kept = Entry(message=replace(message, author=Author.NOTE, author_name=agent.name))
    return replace(case, entries=(*case.entries, kept))


def release(case: Case, agent: Agent, phrases: Phrases, now: datetime) -> Case:
    """Give one's ticket back to the queue, in its old place.

    Raises:
        Refusal: it is closed, somebody else's, or nobody's.
    """
    _mine(case, agent, phrases)
    if case.ticket.assignee is None:
        raise Refusal(phrases.released.format(ticket=ticket_number(case.ticket.id)))
    notice = _notice(case.conversation, phrases.back_in_queue, now)
    return _step(case, TicketEvent.RELEASE, now, notice, assignee=None, assignee_name="")


def resolve(case: Case, agent: Agent, phrases: Phrases, now: datetime, resolution: str = "") -> Case:
    """Close the ticket as done; the customer is told, and the bot serves them again.

    Raises:
        Refusal: it is closed already, or somebody else's.
    """
    _mine(case, agent, phrases)
    text = phrases.resolved.format(ticket=ticket_number(case.ticket.id))
    return _close(case, TicketEvent.RESOLVE, agent, _notice(case.conversation, text, now), now, resolution)


def return_to_bot(case: Case, agent: Agent, phrases: Phrases, now: datetime, summary: str = "") -> Case:
    """Give the conversation back to the bot without calling the matter done.

    Raises:
        Refusal: it is closed already, or somebody else's.
    """
    _mine(case, agent, phrases)
    notice = _notice(case.conversation, phrases.returned_to_bot, now)
    return _close(case, TicketEvent.RETURN_TO_BOT, agent, notice, now, summary)


def _close(case: Case, event: TicketEvent, agent: Agent, notice: Entry, now: datetime, resolution: str) -> Case:
    assignee, name = case.ticket.assignee or agent.id, case.ticket.assignee_name or agent.name
    return _step(
        case,
        event,
        now,
        notice,
        assignee=assignee,
        assignee_name=name,
        resolution=resolution,
        waiting_since=None,
    )


def customer_wrote(case: Case, now: datetime) -> Case:
    """The customer wrote while a human has the conversation: the ticket waits for an answer again."""
    return _step(case, TicketEvent.CUSTOMER_MESSAGE, now, waiting_since=case.ticket.waiting_since or now)


def customer_cancelled(case: Case, phrases: Phrases, now: datetime) -> Case:
    """The customer called it off. Only a ticket that nobody works on yet can be called off by `/batal`.

    Raises:
        Refusal: an agent already has it.
    """
    _open(case, phrases)
    if case.ticket.status is not TicketStatus.QUEUED:
        number = ticket_number(case.ticket.id)
        raise Refusal(phrases.status_assigned.format(ticket=number, agent=case.ticket.assignee_name))
    text = phrases.cancelled.format(ticket=ticket_number(case.ticket.id))
    return _step(case, TicketEvent.ABANDON, now, _notice(case.conversation, text, now), waiting_since=None)
