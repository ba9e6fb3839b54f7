"""A case of the desk: a conversation with its ticket, how a step changes both, and who may take it.

Every step keeps the ticket's books: deadlines, handled time, when it closed and what its episode came to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from conversation.desk_ports import EpisodeRow
from conversation.effects import Address, Delivery, Effect, Entry, SendText
from conversation.errors import Refusal
from conversation.messages import Author, Message, MessageId
from conversation.phrases import INDONESIAN, LANGUAGES, Phrases
from conversation.state import Closing, Conversation
from conversation.tickets import Agent, AgentId, Role, Ticket, TicketStatus
from conversation.values import replace
from handoff import sla
from handoff.episodes import metrics
from handoff.lifecycle import TRANSITIONS, TicketEvent, next_status, owner_of
from handoff.policy import UNRULED, Department

CLOSED_BY = {TicketStatus.RESOLVED: "agent", TicketStatus.ABANDONED: "customer"}
"""The ends of a ticket that end its episode too, and whose doing they are. The bot goes on with the others."""


NOBODYS: dict[str, object] = {
    "assignee": None,
    "assignee_name": "",
    "assigned_at": None,
    "routed": False,
    "snoozed_until": None,
}
"""What of a ticket says who has it, when nobody does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A conversation and its ticket, before or after an agent's doing.

    `rules` are those of the ticket's department. For the figures of the episode, `earlier` are its tickets that went
    back to the bot, `previous` is the episode before it.
    """

    conversation: Conversation
    ticket: Ticket
    rules: Department = UNRULED
    earlier: tuple[Ticket, ...] = ()
    previous: EpisodeRow | None = None
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


def notice(case: Case, shown: str | SendText, now: datetime) -> Entry:
    """What the system tells the customer."""
    effect = SendText(text=shown) if isinstance(shown, str) else shown
    return to_customer(case.conversation, Message(author=Author.SYSTEM, text=effect.text, at=now), effect)


def step(case: Case, event: TicketEvent, now: datetime, *entries: Entry, **fields: object) -> Case:
    """The case after `event`, with what is said on the occasion, and `fields` of the ticket changed with it.

    Raises:
        IllegalTransition: the ticket's status does not allow it.
    """
    before, status = case.ticket, next_status(case.ticket.status, event)
    handled = before.handled_seconds
    if before.status is TicketStatus.ASSIGNED:
        handled += case.rules.calendar.business_seconds(before.changed_at, now)
    ticket = replace(before, status=status, changed_at=now, handled_seconds=handled, **fields)  # type: ignore[arg-type]  # names checked by tests
    ticket = sla.kept(before, ticket if ticket.is_open else replace(ticket, closed_at=now), case.rules, now)
    conversation = replace(case.conversation, owner=owner_of(status), ticket_id=ticket.id if ticket.is_open else None)
    case = replace(case, conversation=conversation, ticket=ticket, entries=(*case.entries, *entries))
    return _episode_closed(case, CLOSED_BY[status], now) if status in CLOSED_BY else case


def _episode_closed(case: Case, by: str, now: datetime) -> Case:
    episode_id = case.conversation.episode_id
    if episode_id is None:
        return case
    came_to = metrics((*case.earlier, case.ticket), case.rules, case.previous)
    closing = Closing(episode_id=episode_id, at=now, by=by, metrics=came_to)
    return replace(case, conversation=replace(case.conversation, episode_id=None), closing=closing)


def declined_by(ticket: Ticket, agent: AgentId | None) -> tuple[AgentId, ...]:
    """Who let a ticket lie, with one more."""
    return tuple(dict.fromkeys((*ticket.declined, *((agent,) if agent else ()))))


def words(agent: Agent) -> Phrases:
    """The language that an agent reads."""
    return LANGUAGES.get(agent.locale, INDONESIAN)


def serving(case: Case, agent: Agent) -> None:
    """Let only those pass whose department the ticket is in.

    Raises:
        Refusal: it is another department's, or the account is disabled.
    """
    if agent.disabled:
        raise Refusal(words(agent).desk.disabled)
    if not agent.serves(case.ticket.department):
        department = case.rules.shown or case.ticket.department
        raise Refusal(words(agent).desk.not_your_department.format(department=department))


def taking(case: Case, agent: Agent, event: TicketEvent) -> None:
    """Let only those pass who serve the department, and only where the ticket's status allows the event.

    Raises:
        Refusal: it does not, or they do not.
    """
    serving(case, agent)
    if not case.ticket.is_open:
        raise Refusal(words(agent).closed)
    status = case.ticket.status
    if event not in TRANSITIONS[status]:
        raise Refusal(words(agent).desk.not_now.format(status=words(agent).statuses[status.value]))


def holding(case: Case, agent: Agent, event: TicketEvent) -> None:
    """The same, and only its assignee, or anybody if it has none; supervisors may with everybody's.

    Raises:
        Refusal: a colleague has it; the message says who.
    """
    taking(case, agent, event)
    if agent.role is Role.AGENT and case.ticket.assignee not in (None, agent.id):
        raise Refusal(words(agent).not_yours.format(agent=case.ticket.assignee_name))


def supervising(case: Case, agent: Agent, event: TicketEvent) -> None:
    """The same as `taking`, for supervisors and admins only.

    Raises:
        Refusal: they are neither.
    """
    taking(case, agent, event)
    if agent.role is Role.AGENT:
        raise Refusal(words(agent).desk.supervisors_only)
