"""Receipts, and short ways to commit and carry out deliveries of the small service."""

from __future__ import annotations

from typing import Any

from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_service import STAFF_CHAT, SmallService
from conversation.effects import (
    Address,
    Delivery,
    Effect,
    Entry,
    OutboxItem,
    OutboxStatus,
    SendText,
)
from conversation.messages import Author, Contact, Message
from conversation.ports import Change, Receipt, ReceiptStatus
from conversation.tickets import Ticket

BUDIS_CHAT = Address(channel="telegram", chat=BUDI.address)
WATI = Contact(channel="telegram", address="77", name="Wati")

DONE = Receipt(status=ReceiptStatus.DONE, external_id="500")
RETRY = Receipt(status=ReceiptStatus.RETRY, retry_after=7.0, error="too many requests")
UNCERTAIN = Receipt(status=ReceiptStatus.UNCERTAIN, error="timed out")
REJECTED = Receipt(status=ReceiptStatus.REJECTED, error="message is too long")
BLOCKED = Receipt(status=ReceiptStatus.BLOCKED, error="bot was blocked by the user")
TOPIC_GONE = Receipt(status=ReceiptStatus.TOPIC_GONE, error="message thread not found")
MOVED = Receipt(status=ReceiptStatus.MOVED, new_chat="-1002")


def to(address: Address, effect: Effect | str, **fields: Any) -> Delivery:
    return Delivery(address=address, effect=SendText(text=effect) if isinstance(effect, str) else effect, **fields)


async def committed(shop: SmallService, *deliveries: Delivery, contact: Contact = BUDI) -> tuple[OutboxItem, ...]:
    """Deliveries as a change commits them, not yet handed on."""
    conversation = (await shop.store.load(contact)).conversation
    return (await shop.store.commit(Change(conversation=conversation, deliveries=deliveries))).outbox


async def spoken(shop: SmallService, text: str) -> tuple[OutboxItem, ...]:
    """Words of the bot's in the history, on their way."""
    conversation = (await shop.store.load(BUDI)).conversation
    message = Message(author=Author.BOT, text=text, at=NOON)
    entry = Entry(message=message, deliveries=(to(BUDIS_CHAT, text),))
    return (await shop.store.commit(Change(conversation=conversation, entries=(entry,)))).outbox


async def delivered(shop: SmallService, *deliveries: Delivery) -> list[tuple[OutboxStatus, str]]:
    """Carry deliveries out; returns what became of each."""
    items = await committed(shop, *deliveries)
    shop.deliveries.take(items)
    await shop.settle()
    return [(item.status, item.error) for item in shop.outbox() if item.id in {each.id for each in items}]


def statuses(shop: SmallService) -> list[OutboxStatus]:
    return [item.status for item in shop.outbox()]


def effects(shop: SmallService) -> list[Effect]:
    return [effect for _, effect in shop.channel.performed]


async def complaint(shop: SmallService) -> tuple[Ticket, Address]:
    """A ticket in its topic, and the topic's address."""
    await shop.hears("rusak!")
    shop.channel.performed.clear()
    ticket = await shop.open_ticket()
    return ticket, Address(channel="telegram", chat=STAFF_CHAT, ticket=ticket.id)
