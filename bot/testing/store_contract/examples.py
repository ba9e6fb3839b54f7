"""Short ways to make the values that the contract suite stores. Times are in Jakarta, as people's clocks are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta, timezone

from conversation.effects import Address, Delivery, Effect, Entry, OutboxItem, OutboxStatus, SendText
from conversation.errors import StaleConversation
from conversation.messages import Author, Contact, ConversationId, InboxId, Message
from conversation.ports import Change, Committed, Outcome, Store, TurnRecord, Update
from conversation.state import Owner
from conversation.tickets import HandoffReason, Priority, Ticket, TicketId, TicketStatus, Topic

NOON = datetime(2026, 3, 14, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=7)))
BUDI = Contact(channel="telegram", address="5512345", name="Budi", username="budi_s", language="id")
BUDIS_CHAT = Address(channel="telegram", chat="5512345")
DESK = Topic(chat="-1001", thread="77")


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def contact(number: int) -> Contact:
    """One of many customers."""
    return Contact(channel="telegram", address=str(number), name=f"Pelanggan {number}")


def update(key: str, *, lane: str = "telegram:5512345", payload: str = "{}", update_id: int = 1) -> Update:
    """An update whose content is named `key`."""
    return Update(channel="telegram", key=key, lane=lane, payload=payload, received_at=NOON, update_id=update_id)


def said(text: str, *, minutes: float = 0, external_id: str = "") -> Entry:
    """The customer says something."""
    return Entry(message=Message(author=Author.CUSTOMER, text=text, at=at(minutes), external_id=external_id))


def to_customer(
    text: str, *, label: str = "", only_while: Owner | None = None, effect: Effect | None = None
) -> Delivery:
    """Something to be shown to Budi."""
    return Delivery(address=BUDIS_CHAT, effect=effect or SendText(text=text), label=label, only_while=only_while)


def answered(text: str, *, minutes: float = 0, only_while: Owner | None = None) -> Entry:
    """The bot says something to Budi."""
    return Entry(
        message=Message(author=Author.BOT, text=text, at=at(minutes)),
        deliveries=(to_customer(text, only_while=only_while),),
    )


def in_ticket(ticket_id: TicketId, text: str = "kartu", *, label: str = "") -> Delivery:
    """Something to be shown to the agents who serve a ticket."""
    return Delivery(address=Address(channel="telegram", ticket=ticket_id), effect=SendText(text=text), label=label)


def ticket(
    number: int,
    *,
    conversation_id: ConversationId = BUDI.conversation_id,
    status: TicketStatus = TicketStatus.QUEUED,
    priority: Priority = Priority.NORMAL,
    queued: float = 0,
    waiting: float | None = None,
    packet: Mapping[str, object] | None = None,
    topic: Topic | None = None,
) -> Ticket:
    """A complaint, queued so many minutes after noon."""
    return Ticket(
        id=TicketId(number),
        conversation_id=conversation_id,
        status=status,
        reason=HandoffReason.COMPLAINT,
        department="pengaduan",
        priority=priority,
        queued_at=at(queued),
        changed_at=at(queued),
        contact_name="Budi",
        waiting_since=None if waiting is None else at(waiting),
        packet=packet or {},
        topic=topic,
    )


def turn(reason: str, *, minutes: float = 0, record: Mapping[str, object] | None = None) -> TurnRecord:
    """Why the bot did something."""
    return TurnRecord(
        at=at(minutes), kind="answer", intent="jam_buka", reason=reason, record=record or {}, duration_us=850
    )


class Contract:
    """What parts of the contract have in common."""

    done_before: type[Exception] = StaleConversation
    """What refuses a change that deals with an update which is dealt with already, or which nobody knows."""


async def commit(
    store: Store,
    *,
    entries: tuple[Entry, ...] = (),
    deliveries: tuple[Delivery, ...] = (),
    ticket: Ticket | None = None,
    done: tuple[InboxId, ...] = (),
    turn: TurnRecord | None = None,
    customer: Contact = BUDI,
) -> Committed:
    """Load a conversation and commit a change to it, as a use case does."""
    conversation = (await store.load(customer)).conversation
    return await store.commit(
        Change(
            conversation=conversation,
            entries=entries,
            deliveries=deliveries,
            ticket=ticket,
            done=done,
            turn=turn,
        )
    )


async def deliver(store: Store, item: OutboxItem, external_id: str = "") -> None:
    """Carry out a delivery that goes well."""
    assert await store.start_deliveries([item]) == {item.id}
    await store.finish_deliveries([Outcome(id=item.id, status=OutboxStatus.SENT, external_id=external_id)])


async def refused(error: type[Exception], attempt: Awaitable[object]) -> None:
    """Assert that an attempt raises exactly this kind of error."""
    (result,) = await asyncio.gather(attempt, return_exceptions=True)
    assert isinstance(result, error), f"expected {error.__name__}, got {result!r}"
