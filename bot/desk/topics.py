"""Tickets as topics of a staff group: what a change looks like there. Pure; it sends nothing itself.

The first thing in a topic is the handoff card, kept up to date in place. Below it stands what customer, bot
and colleagues on other surfaces say from then on. What an agent types in the topic is there already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from conversation.effects import Address, Button, ChangeTopic, CopyMessage, Delivery, EditText, Effect, Entry, SendText
from conversation.messages import Author, Contact, MessageId
from conversation.phrases import Phrases, in_words, ticket_number
from conversation.ports import Change
from conversation.tickets import Ticket, TicketId, TicketStatus
from handoff.tickets import topic_title

CARD, TITLE = "card", "title"
"""Labels of the handoff card and of the topic's title among what is shown."""

CLAIM, RELEASE, RESOLVE, RETURN = "!claim", "!release", "!resolve", "!return"
"""Payloads of the card's buttons; the ticket is known from the topic they stand in."""

_MARKS = {Author.CUSTOMER: "👤", Author.BOT: "🤖", Author.AGENT: "🧑‍💼", Author.SYSTEM: "ℹ️", Author.NOTE: "📝"}
LIKELY = 0.05
"""Confidence (0–1) below which a card does not mention an intent beside the likeliest."""

_QUOTE_LIMIT = 300
"""Characters of one quoted message on the card: with six of them the card stays within Telegram's 4,096."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicSurface:
    """Adds to a change what shows it in the staff group."""

    channel: str
    chat: str
    phrases: Phrases

    def address(self, ticket_id: TicketId) -> Address:
        """The topic of a ticket; it need not exist yet."""
        return Address(channel=self.channel, chat=self.chat, ticket=ticket_id)

    def shown(self, change: Change, before: Ticket | None, known: Mapping[str, MessageId] | None = None) -> Change:
        """The change with the deliveries that bring the ticket's topic up to date.

        `before` is the ticket as it was, None for a new one. `known` gives our ids of messages that the
        customer replied to or edited, by external id, so that the copies in the topic hang together too.
        """
        known = known or {}
        ticket = change.ticket
        if ticket is None:
            return change
        place = self.address(ticket.id)
        entries = change.entries
        contact = change.conversation.contact
        if before is None:
            card = Delivery(address=place, effect=self.card(ticket), label=CARD)
            mirrored = [self._mirrored(entry, place, contact, known, quoted_already=True) for entry in entries]
            if not mirrored:
                return replace(change, deliveries=(card, *change.deliveries))
            # With the customer's words, so that it comes before the media among them and answers to a reply.
            mirrored[0] = replace(mirrored[0], deliveries=(card, *mirrored[0].deliveries))
            return replace(change, entries=tuple(mirrored))
        entries = tuple(self._mirrored(entry, place, contact, known) for entry in entries)
        edits = tuple(
            Delivery(address=place, effect=SendText(text=self.phrases.customer_edited.format(text=edit.text or "–")))
            for edit in change.edits
        )
        updates = self._updates(before, ticket, place) if _looks(before) != _looks(ticket) else ()
        return replace(change, entries=entries, deliveries=(*change.deliveries, *edits, *updates))

    def _updates(self, before: Ticket, ticket: Ticket, place: Address) -> tuple[Delivery, ...]:
        card = self.card(ticket)
        edited = Delivery(address=place, effect=EditText(text=card.text, buttons=card.buttons), label=CARD)
        renamed = Delivery(
            address=place, effect=ChangeTopic(title=topic_title(ticket), closed=not ticket.is_open), label=TITLE
        )
        return (edited, renamed)

    def _mirrored(
        self,
        entry: Entry,
        place: Address,
        contact: Contact,
        known: Mapping[str, MessageId],
        *,
        quoted_already: bool = False,
    ) -> Entry:
        """The entry with a copy for the topic, unless it was written there or the card tells it.

        Media is copied as it is, with its caption, where it lies on the same channel; everything else is
        quoted under its author's name.
        """
        message = entry.message
        if message.author is Author.SYSTEM or (entry.seen_at is not None and entry.seen_at[0] == place):
            return entry
        effect: Effect
        if message.attachments and message.author is Author.CUSTOMER and contact.channel == self.channel:
            effect = CopyMessage(from_chat=contact.address, external_id=message.external_id)
        elif quoted_already:
            return entry
        else:
            effect = SendText(text=quoted(message.author, in_words(message, self.phrases), message.author_name))
        copy = Delivery(address=place, effect=effect, reply_to=known.get(message.reply_to))
        return replace(entry, deliveries=(*entry.deliveries, copy))

    def card(self, ticket: Ticket) -> SendText:
        """The handoff card: who, why, what the bot understood, and the latest words, with the buttons."""
        phrases = self.phrases
        who = f" · {ticket.assignee_name}" if ticket.assignee_name else ""
        lines = [
            phrases.card_title.format(ticket=ticket_number(ticket.id), name=ticket.contact_name or "–"),
            f"{phrases.card_status}: {phrases.statuses[ticket.status.value]}{who}",
            f"{phrases.card_reason}: {phrases.reasons[ticket.reason.value]}",
            f"{phrases.card_department}: {ticket.department or '–'}",
            f"{phrases.card_priority}: {phrases.priorities[ticket.priority.name]}",
            *_packet_lines(ticket.packet, phrases),
            "",
            f"{phrases.card_recent}:",
            *_said_lines(ticket.packet),
            "",
            phrases.card_help,
        ]
        return SendText(text="\n".join(lines), buttons=self.buttons(ticket))

    def buttons(self, ticket: Ticket) -> tuple[tuple[Button, ...], ...]:
        """What can be done with a ticket in this state."""
        phrases = self.phrases
        if not ticket.is_open:
            return ()
        if ticket.status is TicketStatus.QUEUED:
            return ((Button(title=phrases.button_claim, payload=CLAIM),),)
        return (
            (
                Button(title=phrases.button_resolve, payload=RESOLVE),
                Button(title=phrases.button_release, payload=RELEASE),
            ),
            (Button(title=phrases.button_return, payload=RETURN),),
        )


def _looks(ticket: Ticket) -> tuple[object, ...]:
    return ticket.status, ticket.assignee, ticket.reason, ticket.department, ticket.priority


def quoted(author: Author, text: str, name: str = "") -> str:
    """One utterance as one paragraph, marked with who said it."""
    return f"{_MARKS[author]} {name + ': ' if name else ''}{text}"


def _said_lines(packet: Mapping[str, object]) -> list[str]:
    said = packet.get("said")
    if not isinstance(said, Sequence):
        return []
    return [quoted(Author(item["author"]), shortened(item["text"])) for item in said]


def shortened(text: str) -> str:
    """A text as long as the card has room for."""
    return text if len(text) <= _QUOTE_LIMIT else text[:_QUOTE_LIMIT] + "…"


def _packet_lines(packet: Mapping[str, object], phrases: Phrases) -> list[str]:
    lines = []
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
