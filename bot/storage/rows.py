"""Values to rows of the tables and back. No statements here, and no connection."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot.storage.codec import (
    decode_attachments,
    decode_dialogue,
    decode_effect,
    decode_record,
    encode_attachments,
    encode_dialogue,
    encode_effect,
    encode_record,
)
from conversation.effects import Address, Delivery, OutboxItem, OutboxStatus
from conversation.messages import Author, Contact, ConversationId, Message, MessageId
from conversation.ports import InboxItem, TurnRecord, Update
from conversation.state import Conversation, Owner
from conversation.tickets import HandoffReason, Priority, Ticket, TicketStatus, Topic

Values = dict[str, Any]
AnyRow = Row[Any]


def inbox_values(update: Update) -> Values:
    """A new row of the inbox."""
    return {
        "channel": update.channel,
        "key": update.key,
        "lane": update.lane,
        "update_id": update.update_id,
        "payload": update.payload,
        "received_at": update.received_at,
    }


def inbox_item(row: AnyRow) -> InboxItem:
    """A row of the inbox."""
    update = Update(
        channel=row.channel,
        key=row.key,
        lane=row.lane,
        payload=row.payload,
        received_at=row.received_at,
        update_id=row.update_id,
    )
    return InboxItem(id=row.id, update=update, attempts=row.attempts)


def conversation_values(conversation: Conversation) -> Values:
    """All of a conversation but its id and its version."""
    contact = conversation.contact
    return {
        "channel": contact.channel,
        "address": contact.address,
        "name": contact.name,
        "username": contact.username,
        "language": contact.language,
        "owner": conversation.owner.value,
        "dialogue": encode_dialogue(conversation.dialogue),
        "reachable": conversation.reachable,
        "episode_id": conversation.episode_id,
        "ticket_id": conversation.ticket_id,
        "last_at": conversation.last_at,
    }


def conversation(row: AnyRow) -> Conversation:
    """A row of conversations."""
    return Conversation(
        contact=Contact(
            channel=row.channel,
            address=row.address,
            name=row.name,
            username=row.username,
            language=row.language,
        ),
        owner=Owner(row.owner),
        dialogue=decode_dialogue(row.dialogue),
        reachable=row.reachable,
        episode_id=row.episode_id,
        ticket_id=row.ticket_id,
        last_at=row.last_at,
        version=row.version,
    )


def message_values(conversation_id: ConversationId, message: Message) -> Values:
    """A new row of messages."""
    return {
        "conversation_id": conversation_id,
        "author": message.author.value,
        "author_name": message.author_name,
        "text": message.text,
        "at": message.at,
        "attachments": encode_attachments(message.attachments),
        "external_id": message.external_id,
        "reply_to": message.reply_to,
        "album": message.album,
        "edited_at": message.edited_at,
    }


def message(row: AnyRow) -> Message:
    """A row of messages."""
    return Message(
        author=Author(row.author),
        text=row.text,
        at=row.at,
        attachments=decode_attachments(row.attachments),
        external_id=row.external_id,
        reply_to=row.reply_to,
        author_name=row.author_name,
        album=row.album,
        id=row.id,
        edited_at=row.edited_at,
    )


def turn_values(conversation_id: ConversationId, turn: TurnRecord) -> Values:
    """A new row of turns."""
    return {
        "conversation_id": conversation_id,
        "at": turn.at,
        "kind": turn.kind,
        "intent": turn.intent,
        "reason": turn.reason,
        "record": encode_record(turn.record),
        "duration_us": turn.duration_us,
    }


def turn(row: AnyRow) -> TurnRecord:
    """A row of turns."""
    return TurnRecord(
        at=row.at,
        kind=row.kind,
        intent=row.intent,
        reason=row.reason,
        record=decode_record(row.record),
        duration_us=row.duration_us,
    )


def ticket_values(ticket: Ticket) -> Values:
    """All of a ticket but its id and its topic."""
    return {
        "conversation_id": ticket.conversation_id,
        "status": ticket.status.value,
        "reason": ticket.reason.value,
        "department": ticket.department,
        "priority": ticket.priority.value,
        "queued_at": ticket.queued_at,
        "changed_at": ticket.changed_at,
        "contact_name": ticket.contact_name,
        "assignee": ticket.assignee,
        "assignee_name": ticket.assignee_name,
        "waiting_since": ticket.waiting_since,
        "resolution": ticket.resolution,
        "packet": encode_record(ticket.packet),
    }


def topic_values(topic: Topic | None) -> Values:
    """Where a ticket is shown."""
    return {
        "topic_chat": None if topic is None else topic.chat,
        "topic_thread": None if topic is None else topic.thread,
    }


def ticket(row: AnyRow) -> Ticket:
    """A row of tickets."""
    return Ticket(
        id=row.id,
        conversation_id=row.conversation_id,
        status=TicketStatus(row.status),
        reason=HandoffReason(row.reason),
        department=row.department,
        priority=Priority(row.priority),
        queued_at=row.queued_at,
        changed_at=row.changed_at,
        contact_name=row.contact_name,
        assignee=row.assignee,
        assignee_name=row.assignee_name,
        waiting_since=row.waiting_since,
        resolution=row.resolution,
        packet=decode_record(row.packet),
        topic=None if row.topic_chat is None else Topic(chat=row.topic_chat, thread=row.topic_thread),
    )


def outbox_values(
    conversation_id: ConversationId, delivery: Delivery, message_id: MessageId | None, status: OutboxStatus
) -> Values:
    """A new row of the outbox."""
    return {
        "conversation_id": conversation_id,
        "message_id": message_id,
        "channel": delivery.address.channel,
        "chat": delivery.address.chat,
        "ticket_id": delivery.address.ticket,
        "kind": delivery.effect.kind,
        "effect": encode_effect(delivery.effect),
        "only_while": None if delivery.only_while is None else delivery.only_while.value,
        "reply_to": delivery.reply_to,
        "about": delivery.about,
        "label": delivery.label,
        "status": status.value,
        "external_id": "",
    }


def outbox_item(row: AnyRow) -> OutboxItem:
    """A row of the outbox."""
    delivery = Delivery(
        address=Address(channel=row.channel, chat=row.chat, ticket=row.ticket_id),
        effect=decode_effect(row.effect),
        only_while=None if row.only_while is None else Owner(row.only_while),
        reply_to=row.reply_to,
        about=row.about,
        label=row.label,
    )
    return OutboxItem(
        id=row.id,
        conversation_id=row.conversation_id,
        delivery=delivery,
        message_id=row.message_id,
        attempts=row.attempts,
        not_before=row.not_before,
        status=OutboxStatus(row.status),
        error=row.error,
    )
