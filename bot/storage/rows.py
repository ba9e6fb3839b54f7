"""Values to rows of the tables and back. No statements here, and no connection."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.storage.codec import (
    decode_attachments,
    decode_deadlines,
    decode_dialogue,
    decode_effect,
    decode_entities,
    decode_record,
    decode_words,
    encode_attachments,
    encode_deadlines,
    encode_dialogue,
    encode_effect,
    encode_entities,
    encode_promised,
    encode_record,
    encode_words,
)
from bot.storage.rules import due_at
from conversation.actions import Reminder
from conversation.effects import Address, Delivery, OutboxItem, OutboxStatus
from conversation.messages import Author, Contact, ConversationId, Message, MessageId
from conversation.ports import DueReminder, InboxItem, TurnRecord, Update
from conversation.state import Closing, Conversation, Owner
from conversation.tickets import AgentId, HandoffReason, Priority, Ticket, TicketStatus, Topic

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
        "labels": encode_words(ticket.labels),
        "skill": ticket.skill,
        "language": ticket.language,
        "assigned_at": ticket.assigned_at,
        "routed": ticket.routed,
        "last_agent": ticket.last_agent,
        "declined": encode_words(ticket.declined),
        "snoozed_until": ticket.snoozed_until,
        "replied_at": ticket.replied_at,
        "finished_at": ticket.finished_at,
        "closed_at": ticket.closed_at,
        "handled_seconds": ticket.handled_seconds,
        "deadlines": encode_deadlines(ticket.deadlines),
        "waits_since": ticket.waiting_since or ticket.queued_at,
        "next_deadline": ticket.deadlines.next if ticket.is_open else None,
        "due_at": due_at(ticket),
        "at_risk": ticket.is_at_risk,
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
        labels=decode_words(row.labels),
        skill=row.skill,
        language=row.language,
        assigned_at=row.assigned_at,
        routed=row.routed,
        last_agent=row.last_agent,
        declined=tuple(AgentId(agent) for agent in decode_words(row.declined)),
        snoozed_until=row.snoozed_until,
        replied_at=row.replied_at,
        finished_at=row.finished_at,
        closed_at=row.closed_at,
        handled_seconds=row.handled_seconds,
        deadlines=decode_deadlines(row.deadlines),
    )


def closing_values(closing: Closing) -> Values:
    """How an episode ended, and what it came to."""
    metrics = closing.metrics
    return {
        "closed_at": closing.at,
        "closed_by": closing.by,
        "by_bot": metrics.by_bot,
        "handoff_reason": metrics.handoff_reason,
        "department": metrics.department,
        "agent": metrics.agent,
        "first_reply": metrics.first_reply,
        "resolution": metrics.resolution,
        "handling": metrics.handling,
        "wrap_up": metrics.wrap_up,
        "missed": encode_words(metrics.missed),
        "abandoned": metrics.abandoned,
        "reopened": metrics.reopened,
        "promised": encode_promised(metrics.promised),
    }


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
        "attempts": int(status is OutboxStatus.SENDING),
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


def reminder_values(conversation_id: ConversationId, reminder: Reminder, set_at: datetime) -> Values:
    """A new row of reminders."""
    return {
        "conversation_id": conversation_id,
        "name": reminder.name,
        "intent": reminder.intent,
        "due_at": reminder.due,
        "set_at": set_at,
        "unless_written": reminder.unless_written,
        "entities": encode_entities(reminder.entities),
    }


def due_reminder(row: AnyRow) -> DueReminder:
    """A row of reminders beside its contact, whose name stands in `contact_name`."""
    return DueReminder(
        id=row.id,
        contact=Contact(
            channel=row.channel,
            address=row.address,
            name=row.contact_name,
            username=row.username,
            language=row.language,
        ),
        reminder=Reminder(
            name=row.name,
            due=row.due_at,
            intent=row.intent,
            entities=decode_entities(row.entities),
            unless_written=row.unless_written,
        ),
        set_at=row.set_at,
    )
