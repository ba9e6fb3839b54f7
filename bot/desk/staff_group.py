"""The desk as Telegram's staff group has it: what is pressed and written in a ticket's topic becomes a use case.

What is just written goes to the customer; a line that begins with `//` is a note, one that begins with `!` a command.
Whoever pressed or wrote is told, there, why nothing came of it. Who may, the desk knows.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk import card
from bot.desk.acting import Along
from bot.desk.commands import ELSEWHERE, NOTE_MARK, Command, command_in, labels_after, time_of, tomorrow, whom
from bot.desk.service import DeskService
from bot.desk.topics import TopicSurface
from conversation.desk_ports import CannedReply
from conversation.effects import (
    AnswerPress,
    CopyMessage,
    Delivery,
    EditText,
    OutboxItem,
    OutboxStatus,
    SendText,
)
from conversation.errors import Refusal
from conversation.messages import Author, Edit, Message, Press
from conversation.phrases import ticket_number
from conversation.ports import InboxItem
from conversation.tickets import Agent, StaffEvent, Ticket, TicketId

log = logging.getLogger(__name__)

Doing = Callable[[Ticket, Agent, str, Along], Awaitable[object]]
"""What a button or a word does: to which ticket, who asks for it, and with what behind it."""


@dataclass(frozen=True, kw_only=True)
class StaffGroup:
    """Handles what happens in the staff groups. `resolutions` are reasons to choose from; `room` deals with what is
    done outside of topics, if anybody does."""

    desk: DeskService
    surface: TopicSurface
    resolutions: Sequence[str] = ()
    room: Callable[[InboxItem, StaffEvent], Awaitable[None]] | None = None

    async def staff_event(self, item: InboxItem, event: StaffEvent) -> None:
        """Handle what somebody did in a topic, or outside of all."""
        if not event.topic.thread and self.room is not None:
            await self.room(item, event)
            return
        ticket = await self.desk.store.ticket_in_topic(event.topic)
        agent = self.desk.roster.serving(event.who)
        if agent is None and ticket is not None:
            await self.desk.roster.refresh()  # They may have an account since a moment ago.
            agent = self.desk.roster.serving(event.who)
        if ticket is None or agent is None:
            await self._turn_away(item, event, ticket)
            return
        try:
            if isinstance(event.what, Press):
                await self._pressed(ticket, agent, event.what, item)
            elif isinstance(event.what, Edit):
                await self._edited(ticket, agent, event.what, item)
            else:
                await self._wrote(ticket, agent, event, event.what, item)
        except Refusal as refusal:
            await self._answer(item, event, ticket, str(refusal))

    async def undelivered(self, item: OutboxItem, status: OutboxStatus, error: str) -> None:
        """Tell the agents that their words did not reach the customer, or may not have."""
        snapshot = await self.desk.store.load_by_id(item.conversation_id)
        if snapshot is None or snapshot.ticket is None:
            return
        phrases, maybe = self.desk.phrases, status is OutboxStatus.UNKNOWN
        text = phrases.maybe_delivered if maybe else phrases.not_delivered.format(error=error)
        place = self.surface.address(snapshot.ticket)
        notice = Delivery(address=place, effect=SendText(text=text), reply_to=item.message_id)
        await self._deliver(snapshot.ticket, notice)

    async def show_again(self, ticket_id: TicketId) -> None:
        """Put the card into a ticket's new topic, after the old one was deleted."""
        ticket = await self.desk.store.ticket(ticket_id)
        if ticket is not None:
            place = self.surface.address(ticket)
            await self._deliver(ticket, Delivery(address=place, effect=self.surface.card(ticket), label=card.CARD))

    # Buttons

    async def _pressed(self, ticket: Ticket, agent: Agent, press: Press, item: InboxItem) -> None:
        name, rest = press.payload, ""
        for prefix in (card.TO, card.BECAUSE, card.SEND):
            if press.payload.startswith(prefix):
                name, rest = prefix, press.payload.removeprefix(prefix)
        doing = self._presses().get(name)
        if doing is None:
            raise Refusal(self.desk.phrases.closed)
        answer = Delivery(address=self.surface.address(ticket), effect=AnswerPress(press_id=press.press_id))
        await doing(ticket, agent, rest, Along(deliveries=(answer,), done=(item.id,)))

    def _presses(self) -> Mapping[str, Doing]:
        desk = self.desk
        return {
            card.CLAIM: lambda ticket, who, rest, along: desk.claim(ticket.id, who, along=along),
            card.RELEASE: lambda ticket, who, rest, along: desk.release(ticket.id, who, along=along),
            card.RESOLVE: self._asked_why if self.resolutions else self._resolved,
            card.BECAUSE: lambda ticket, who, rest, along: self._resolved(ticket, who, self._reason(rest), along),
            card.RETURN: lambda ticket, who, rest, along: desk.return_to_bot(ticket.id, who, along=along),
            card.TRANSFER: self._asked_whom,
            card.TO: lambda ticket, who, rest, along: desk.transfer(ticket.id, who, rest, along=along),
            card.SNOOZE: self._asked_until,
            card.AN_HOUR: lambda ticket, who, rest, along: self._snoozed(ticket, who, "1h", along),
            card.TOMORROW: lambda ticket, who, rest, along: self._snoozed(ticket, who, "tomorrow", along),
            card.WAKE: lambda ticket, who, rest, along: desk.wake(ticket.id, who, along=along),
            card.BACK: lambda ticket, who, rest, along: self._choose(ticket, None, along),
            card.SEND: self._sent_canned,
        }

    async def _choose(self, ticket: Ticket, options: Sequence[tuple[str, str]] | None, along: Along) -> None:
        """Put a choice below the card in place of its buttons, or (None) these again."""
        rows = None if options is None else card.choices(options, self.surface.say.back)
        shown = card.card_of(ticket, self.desk.phrases, self.surface.say, rows)
        edit = EditText(text=shown.text, buttons=shown.buttons)
        await self._deliver(ticket, Delivery(address=self.surface.address(ticket), effect=edit, label=card.CARD), along)

    async def _asked_whom(self, ticket: Ticket, agent: Agent, rest: str, along: Along) -> None:
        say, policy = self.surface.say, self.desk.policy
        departments = [
            (say.to_department.format(department=each.shown), f"{card.TO}{each.name}")
            for each in policy.departments.values()
            if each.name != ticket.department
        ]
        colleagues = [
            (each.name, f"{card.TO}{each.id}")
            for each in self.desk.roster.active()
            if each.available and each.id != ticket.assignee and each.serves(ticket.department)
        ]
        await self._choose(ticket, [*departments, *colleagues], along)

    async def _asked_until(self, ticket: Ticket, agent: Agent, rest: str, along: Along) -> None:
        say = self.surface.say
        await self._choose(ticket, [(say.an_hour, card.AN_HOUR), (say.tomorrow, card.TOMORROW)], along)

    async def _asked_why(self, ticket: Ticket, agent: Agent, rest: str, along: Along) -> None:
        options = [(reason, f"{card.BECAUSE}{number}") for number, reason in enumerate(self.resolutions)]
        await self._choose(ticket, options, along)

    def _reason(self, number: str) -> str:
        known = number.isdecimal() and int(number) < len(self.resolutions)
        return self.resolutions[int(number)] if known else ""

    # Words

    async def _wrote(self, ticket: Ticket, agent: Agent, event: StaffEvent, message: Message, item: InboxItem) -> None:
        place = self.surface.address(ticket)
        along = Along(done=(item.id,), seen_at=(place, message.external_id))
        command = command_in(message.text)
        if command is not None:
            await self._commanded(ticket, agent, command, along)
            return
        if message.text.startswith(NOTE_MARK):
            text = message.text.removeprefix(NOTE_MARK).strip()
            await self.desk.note(ticket.id, agent, text, media=message.attachments, along=along)
            return
        answered = await self.desk.store.message_at(place, message.reply_to) if message.reply_to else None
        copy = CopyMessage(from_chat=event.topic.chat, external_id=message.external_id)
        await self.desk.reply(
            ticket.id,
            agent,
            message.text.strip(),
            copy_of=copy if message.attachments else None,
            media=message.attachments,
            reply_to=answered.id if answered else None,
            along=along,
        )

    async def _commanded(self, ticket: Ticket, agent: Agent, command: Command, along: Along) -> None:
        doing = self._commands().get(command.name)
        if doing is None:
            say = self.surface.say
            raise Refusal((say.elsewhere if command.name in ELSEWHERE else say.unknown_word).format(word=command.word))
        await doing(ticket, agent, command.rest, along)

    def _commands(self) -> Mapping[str, Doing]:
        desk = self.desk
        return {
            "claim": lambda ticket, who, rest, along: desk.claim(ticket.id, who, along=_unsaid(along)),
            "release": lambda ticket, who, rest, along: desk.release(ticket.id, who, along=_unsaid(along)),
            "transfer": self._passed_on,
            "snooze": lambda ticket, who, rest, along: self._snoozed(ticket, who, rest, _unsaid(along)),
            "wake": lambda ticket, who, rest, along: desk.wake(ticket.id, who, along=_unsaid(along)),
            "finish": lambda ticket, who, rest, along: desk.finish(ticket.id, who, along=_unsaid(along)),
            "resolve": lambda ticket, who, rest, along: self._resolved(ticket, who, rest, _unsaid(along)),
            "bot": lambda ticket, who, rest, along: desk.return_to_bot(ticket.id, who, rest, along=_unsaid(along)),
            "note": lambda ticket, who, rest, along: desk.note(ticket.id, who, rest, along=along),
            "label": self._labelled,
            "reply": self._sent_canned,
            "help": lambda ticket, who, rest, along: self._say(ticket, self.surface.say.help, along),
            "here": lambda ticket, who, rest, along: self._turned(ticket, who, True, along),
            "away": lambda ticket, who, rest, along: self._turned(ticket, who, False, along),
        }

    async def _passed_on(self, ticket: Ticket, agent: Agent, rest: str, along: Along) -> None:
        say = self.surface.say
        if not rest:
            raise Refusal(say.transfer_whom)
        found = whom(rest, self.desk.policy.departments.values(), self.desk.roster.active())
        if found is None:
            raise Refusal(say.nobody.format(name=rest))
        await self.desk.transfer(ticket.id, agent, *found, along=_unsaid(along))

    async def _snoozed(self, ticket: Ticket, agent: Agent, text: str, along: Along) -> None:
        now, calendar = self.desk.clock(), self.desk.policy.department(ticket.department).calendar
        until: datetime | None = tomorrow(calendar, now) if text == "tomorrow" else time_of(text, calendar, now)
        if until is None:
            raise Refusal(self.surface.say.unknown_time)
        await self.desk.snooze(ticket.id, agent, until, along=along)

    async def _resolved(self, ticket: Ticket, agent: Agent, reason: str, along: Along) -> None:
        await self.desk.resolve(ticket.id, agent, reason, along=along)

    async def _labelled(self, ticket: Ticket, agent: Agent, rest: str, along: Along) -> None:
        await self.desk.label(ticket.id, agent, labels_after(ticket.labels, rest), along=_unsaid(along))

    async def _sent_canned(self, ticket: Ticket, agent: Agent, shortcut: str, along: Along) -> None:
        """Send a canned reply, or let one be chosen."""
        fit = [
            each
            for each in await self.desk.store.canned_replies()
            if each.department in ("", ticket.department) and agent.serves(ticket.department)
        ]
        say = self.surface.say
        if not shortcut:
            if not fit:
                raise Refusal(say.no_replies)
            rows = card.choices([(_shown(each), f"{card.SEND}{each.shortcut}") for each in fit], say.back)[:-1]
            await self._say(ticket, say.choose_reply, along, rows)
            return
        name = shortcut.lstrip("/").casefold()
        # The department's own goes before the one for all.
        named = sorted((each for each in fit if each.shortcut.casefold() == name), key=lambda each: not each.department)
        if not named:
            raise Refusal(say.no_such_reply.format(shortcut=f"/{name}"))
        text = filled(named[0].text, ticket, agent)
        await self.desk.reply(ticket.id, agent, text, along=_unsaid(along))

    async def _turned(self, ticket: Ticket, agent: Agent, available: bool, along: Along) -> None:
        changed = await self.desk.availability(agent, available)
        say = self.surface.say
        await self._say(ticket, (say.now_here if available else say.now_away).format(name=changed.name), along)

    async def _edited(self, ticket: Ticket, agent: Agent, edit: Edit, item: InboxItem) -> None:
        """An agent mended what they wrote: the customer's copy follows, unless it was a note."""
        message = await self.desk.store.message_at(self.surface.address(ticket), edit.external_id)
        if message is None or message.id is None or message.author is not Author.AGENT or not edit.text.strip():
            await self.desk.store.finish_updates([item.id])
            return
        await self.desk.correct(ticket.id, agent, message.id, edit.text, along=Along(done=(item.id,)))

    # Answers

    async def _turn_away(self, item: InboxItem, event: StaffEvent, ticket: Ticket | None) -> None:
        if ticket is not None and isinstance(event.what, Press):
            await self._answer(item, event, ticket, self.desk.phrases.not_an_agent)
            return
        log.info("not the desk's business", extra={"action": "staff_event_ignored", "who": event.who})
        await self.desk.store.finish_updates([item.id])

    async def _answer(self, item: InboxItem, event: StaffEvent, ticket: Ticket, text: str) -> None:
        """Tell whoever pressed or wrote why nothing came of it."""
        if isinstance(event.what, Press):
            answer = AnswerPress(press_id=event.what.press_id, text=text)
            place = self.surface.address(ticket)
            await self._deliver(ticket, Delivery(address=place, effect=answer), Along(done=(item.id,)))
        else:
            await self._say(ticket, text, Along(done=(item.id,)))

    async def _say(self, ticket: Ticket, text: str, along: Along, rows: card.Rows = ()) -> None:
        said = Delivery(address=self.surface.address(ticket), effect=SendText(text=text, buttons=rows))
        await self._deliver(ticket, said, _unsaid(along))

    async def _deliver(self, ticket: Ticket, delivery: Delivery, along: Along | None = None) -> None:
        along = along or Along()
        along = replace(along, deliveries=(*along.deliveries, delivery))
        await self.desk.act(ticket.id, lambda case: case, along=along)


def filled(text: str, ticket: Ticket, agent: Agent) -> str:
    """A canned reply with its placeholders filled in."""
    values = {"{nama}": ticket.contact_name, "{agen}": agent.name, "{tiket}": ticket_number(ticket.id)}
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


def _shown(reply: CannedReply) -> str:
    return f"/{reply.shortcut} · {reply.text[:40]}"


def _unsaid(along: Along) -> Along:
    """The step of a command, whose words are for nobody to read."""
    return replace(along, seen_at=None)
