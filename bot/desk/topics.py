"""Tickets as topics of a staff group: what a change looks like there. Pure; it sends nothing itself.

The first thing in a topic is the handoff card, kept up to date in place. Below it stands what customer, bot
and colleagues on other surfaces say from then on. What an agent types in the topic is there already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.desk.card import CARD, card_of, quoted
from bot.desk.words import WORDS, DeskWords
from conversation.effects import (
    Address,
    ChangeTopic,
    CopyMessage,
    Delivery,
    EditText,
    Effect,
    Entry,
    SendFile,
    SendText,
)
from conversation.messages import Author, Contact, MessageId
from conversation.phrases import Phrases, in_words, ticket_number
from conversation.ports import Change
from conversation.tickets import Ticket, TicketStatus
from handoff import sla
from handoff.notices import when
from handoff.policy import DeskPolicy
from handoff.tickets import topic_title

TITLE = "title"
"""Label of the topic's title among what is shown."""

LONG = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicSurface:
    """Adds to a change what shows it in the staff group: in `chats` those of departments with a group of their own."""

    channel: str
    chat: str
    phrases: Phrases
    say: DeskWords = WORDS["id"]
    chats: Mapping[str, str] = field(default_factory=dict)
    policy: DeskPolicy = field(default_factory=DeskPolicy)

    def address(self, ticket: Ticket) -> Address:
        """The topic of a ticket, in the group of its department; it need not exist yet."""
        return Address(channel=self.channel, chat=self.chats.get(ticket.department, self.chat), ticket=ticket.id)

    def shown(self, change: Change, before: Ticket | None, known: Mapping[str, MessageId] | None = None) -> Change:
        """The change with the deliveries that bring the ticket's topic up to date.

        `before` is the ticket as it was, None for a new one. `known` gives our ids of messages that the
        customer replied to or edited, by external id, so that the copies in the topic hang together too.
        """
        known = known or {}
        ticket = change.ticket
        if ticket is None:
            return change
        place = self.address(ticket)
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
        if place != self.address(before):
            return self._moved(replace(change, entries=entries), before, ticket)
        edits = tuple(
            Delivery(address=place, effect=SendText(text=self.phrases.customer_edited.format(text=edit.text or "–")))
            for edit in change.edits
        )
        updates = self._updates(before, ticket, place)
        return replace(change, entries=entries, deliveries=(*change.deliveries, *edits, *updates))

    def _moved(self, change: Change, before: Ticket, ticket: Ticket) -> Change:
        """A ticket that goes to a department with another group: its topic is left, and a card begins one there."""
        text = self.say.moved.format(ticket=ticket_number(ticket.id), department=self._shown(ticket.department))
        left = Delivery(address=self.address(before), effect=ChangeTopic(title=text, closed=True), label=TITLE)
        card = Delivery(address=self.address(ticket), effect=self.card(ticket), label=CARD)
        if not change.entries:
            return replace(change, deliveries=(left, card, *change.deliveries))
        first, *others = change.entries
        first = replace(first, deliveries=(left, card, *first.deliveries))
        return replace(change, entries=(first, *others))

    def _updates(self, before: Ticket, ticket: Ticket, place: Address) -> Iterator[Delivery]:
        """What of the topic's card and title has to change, and what agents have to be told; a group takes few
        messages, so nothing else is said."""
        card = self.card(ticket)
        if card != self.card(before):
            yield Delivery(address=place, effect=EditText(text=card.text, buttons=card.buttons), label=CARD)
        title, closed = topic_title(ticket), not ticket.is_open
        if (title, closed) != (topic_title(before), not before.is_open):
            yield Delivery(address=place, effect=ChangeTopic(title=title, closed=closed), label=TITLE)
        for text in self._told(before, ticket):
            yield Delivery(address=place, effect=SendText(text=text))

    def _told(self, before: Ticket, ticket: Ticket) -> Iterator[str]:
        """What nobody in the group did, and somebody has to know."""
        phrases, number = self.phrases, ticket_number(ticket.id)
        if ticket.routed and not before.routed:
            yield phrases.desk.assigned_to.format(ticket=number, agent=ticket.assignee_name)
        if before.routed and ticket.status is TicketStatus.QUEUED and before.assignee in ticket.declined:
            yield phrases.desk.unanswered.format(ticket=number, agent=before.assignee_name)
        for event in sla.news(before, ticket):
            sentence = phrases.desk.sla_warning if event.alert is sla.Alert.WARNING else phrases.desk.sla_missed
            yield sentence.format(
                ticket=number, deadline=phrases.desk.deadlines[event.kind], when=self._when(ticket, event.due)
            )

    def _when(self, ticket: Ticket, due: datetime | None) -> str:
        calendar = self.policy.department(ticket.department).calendar
        # As seen from long before, the day is said as well.
        return when(self.phrases, calendar, due, due - LONG) if due else ""

    def _shown(self, department: str) -> str:
        return self.policy.department(department).shown

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
        files = [each.effect for each in entry.deliveries if isinstance(each.effect, SendFile)]
        if files:
            effect = replace(files[0], caption=quoted(message.author, message.text, message.author_name))
        elif message.attachments and message.author is Author.CUSTOMER and contact.channel == self.channel:
            effect = CopyMessage(from_chat=contact.address, external_id=message.external_id)
        elif quoted_already:
            return entry
        else:
            effect = SendText(text=quoted(message.author, in_words(message, self.phrases), message.author_name))
        copy = Delivery(address=place, effect=effect, reply_to=known.get(message.reply_to))
        return replace(entry, deliveries=(*entry.deliveries, copy))

    def card(self, ticket: Ticket) -> SendText:
        """The handoff card of a ticket."""
        return card_of(ticket, self.phrases, self.say)
