"""The handoff card: what an agent reads first in a ticket's topic, and the buttons below it. Pure.

It shows a ticket as it is; who may press what is settled by the use cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.desk.words import DeskWords
from conversation.effects import Button, SendText
from conversation.messages import Author
from conversation.phrases import Phrases, ticket_number
from conversation.tickets import Ticket, TicketStatus
from handoff.lifecycle import TRANSITIONS, TicketEvent

CARD = "card"
"""Label of the card among what is shown at a ticket's address."""

CLAIM, RELEASE, RESOLVE, RETURN = "!claim", "!release", "!resolve", "!return"
TRANSFER, SNOOZE, WAKE, BACK = "!transfer", "!snooze", "!wake", "!card"
"""Payloads of the card's buttons; the ticket is known from the topic they stand in."""

TO, AN_HOUR, TOMORROW, BECAUSE, SEND = "!to:", "!snooze:1h", "!snooze:tomorrow", "!resolve:", "!reply:"
"""Payloads of what the buttons open: whom to pass it to, until when, why it is done, what to answer."""

PAYLOAD_LIMIT = 64
"""Bytes of a button's payload that Telegram takes."""

LIKELY = 0.05
"""Confidence (0–1) below which a card does not mention an intent beside the likeliest."""

_MARKS = {Author.CUSTOMER: "👤", Author.BOT: "🤖", Author.AGENT: "🧑‍💼", Author.SYSTEM: "ℹ️", Author.NOTE: "📝"}
_FIELD_LIMIT = 150
_QUOTE_LIMIT = 300
"""Characters of one quoted message on the card: with six of them the card stays within Telegram's 4,096."""

Rows = tuple[tuple[Button, ...], ...]


def card_of(ticket: Ticket, phrases: Phrases, say: DeskWords, rows: Rows | None = None) -> SendText:
    """Who, why, what the bot understood, and the latest words; with other buttons where a choice is open."""
    who = f" · {ticket.assignee_name}" if ticket.assignee_name else ""
    lines = [
        phrases.card_title.format(ticket=ticket_number(ticket.id), name=ticket.contact_name or "–"),
        f"{phrases.card_status}: {phrases.statuses[ticket.status.value]}{who}",
        f"{phrases.card_reason}: {phrases.reasons[ticket.reason.value]}",
        f"{phrases.card_department}: {ticket.department or '–'}",
        f"{phrases.card_priority}: {phrases.priorities[ticket.priority.name]}",
        *([" ".join(f"#{label}" for label in ticket.labels)] if ticket.labels else ()),
        *([f"{say.resolution}: {shortened(ticket.resolution)}"] if ticket.resolution else ()),
        *_packet_lines(ticket.packet, phrases),
        "",
        f"{phrases.card_recent}:",
        *_said_lines(ticket.packet),
        "",
        phrases.card_help,
    ]
    return SendText(text="\n".join(lines), buttons=buttons_of(ticket, phrases, say) if rows is None else rows)


def buttons_of(ticket: Ticket, phrases: Phrases, say: DeskWords) -> Rows:
    """What can be done with a ticket in this state."""
    if not ticket.is_open:
        return ()
    claim = (Button(title=phrases.button_claim, payload=CLAIM),)
    if ticket.status is TicketStatus.QUEUED:
        return (claim,)
    snoozed = ticket.status is TicketStatus.SNOOZED
    rows: tuple[tuple[tuple[str, str, TicketEvent], ...], ...] = (
        (
            (phrases.button_resolve, RESOLVE, TicketEvent.RESOLVE),
            (phrases.button_release, RELEASE, TicketEvent.RELEASE),
        ),
        (
            (say.transfer, TRANSFER, TicketEvent.TRANSFER),
            (say.wake, WAKE, TicketEvent.WAKE) if snoozed else (say.snooze, SNOOZE, TicketEvent.SNOOZE),
        ),
        ((phrases.button_return, RETURN, TicketEvent.RETURN_TO_BOT),),
    )
    possible = TRANSITIONS[ticket.status]
    shown = [
        tuple(Button(title=title, payload=payload) for title, payload, event in row if event in possible)
        for row in rows
    ]
    return (*((claim,) if ticket.routed else ()), *(row for row in shown if row))


def choices(options: Sequence[tuple[str, str]], back: str) -> Rows:
    """A choice below the card, (title, payload) a row, and the way back. What Telegram cannot carry is left out."""
    rows = tuple(
        (Button(title=title, payload=payload),) for title, payload in options if len(payload.encode()) <= PAYLOAD_LIMIT
    )
    return (*rows, (Button(title=back, payload=BACK),))


def quoted(author: Author, text: str, name: str = "") -> str:
    """One utterance as one paragraph, marked with who said it."""
    return f"{_MARKS[author]} {name + ': ' if name else ''}{text}"


def _said_lines(packet: Mapping[str, object]) -> list[str]:
    said = packet.get("said")
    if not isinstance(said, Sequence):
        return []
    return [quoted(Author(item["author"]), shortened(item["text"])) for item in said]


def shortened(text: str, limit: int = _QUOTE_LIMIT) -> str:
    """A text as long as the card has room for."""
    return text if len(text) <= limit else text[:limit] + "…"


def _packet_lines(packet: Mapping[str, object], phrases: Phrases) -> list[str]:
    lines = []
    fields = packet.get("fields")
    if isinstance(fields, Sequence) and fields:
        lines.append(f"{phrases.card_fields}:")
        lines += [f"• {field['title']}: {shortened(str(field['value']), _FIELD_LIMIT)}" for field in fields]
    failed = packet.get("failed")
    if isinstance(failed, Sequence) and failed:
        causes = ", ".join(f"{item['action']}: {item['error'] or item['failure']}" for item in failed)
        lines.append(f"{phrases.card_failed}: {shortened(causes, _FIELD_LIMIT)}")
    intents = packet.get("intents")
    if isinstance(intents, Sequence) and intents:
        likely = [item for item in intents if item["confidence"] >= LIKELY] or intents[:1]
        shown = ", ".join(f"{item['title']} ({item['confidence']:.0%})" for item in likely)
        lines.append(f"{phrases.card_intents}: {shown}")
    entities = packet.get("entities")
    if isinstance(entities, Sequence) and entities:
        lines.append(
            f"{phrases.card_entities}: "
            + ", ".join(f"{phrases.entities.get(e['kind'], e['kind'])} {e['value']}" for e in entities)
        )
    mood = packet.get("mood")
    if isinstance(mood, Mapping) and max(mood["anger"], mood["urgency"], -mood["sentiment"]) >= 0.3:
        lines.append(f"{phrases.card_mood}: 😠 {mood['anger']:.0%} · ⏰ {mood['urgency']:.0%}")
    return lines
