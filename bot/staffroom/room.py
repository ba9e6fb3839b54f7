"""The room of the staff: what is written outside of tickets' topics about what the bot knows, and answered there.

Supervisors and admins look up and try, admins change answers and go back a release, each deed once, and only by the
press of whoever asked for it, on the button under what will be done. What waits for such a press is kept in memory:
after a restart it is refused as expired. They may use their private chat with the bot as well; for all others
that is a customer's. What the words do to the knowledge base is the business of `bot.staffroom.deeds`.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.desk.roster import Roster
from bot.desk.store import WholeStore
from bot.staffroom.asking import (
    INTENT,
    Ambiguous,
    Command,
    Meant,
    answers_in,
    command_in,
    fitting,
    intents_in,
    meant_in,
    ref_of,
    title_of,
)
from bot.staffroom.deeds import Deed, Deeds, Written
from bot.staffroom.showing import OPEN, Rows, found_of, opened, tried_of
from bot.staffroom.words import RoomWords
from conversation.desk_ports import AuditEntry
from conversation.effects import Address, AnswerPress, Button, Delivery, EditText, OutboxItem, SendText
from conversation.errors import Refusal, StaleConversation
from conversation.messages import Contact, CustomerEvent, Message, Press
from conversation.ports import Change, InboxItem
from conversation.tickets import Agent, AgentId, Role, StaffEvent
from conversation.understanding import IntentScore

PATIENCE = timedelta(minutes=10)
"""How long a deed waits to be confirmed."""

REMEMBERED = 100
"""Deeds and shown answers that are remembered."""

LONGEST_TRIAL = 2_000
"""Characters of a message that are tried."""

ATTEMPTS = 20
"""How often an answer is committed anew when others keep changing the same conversation."""

MARK = "kb:"
"""What the payloads of all buttons here, and the labels of what is shown, begin with."""

YES, NO = f"{MARK}y:", f"{MARK}n:"

_READERS = (Role.SUPERVISOR, Role.ADMIN)

log = logging.getLogger(__name__)


@dataclass(kw_only=True, slots=True)
class _Pending:
    """A deed, who may confirm it, where and since when; once it is settled, how, and what is not yet written down."""

    deed: Deed
    agent: Agent
    place: Address
    since: datetime
    outcome: str = ""
    written: list[Written] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """Something that somebody wrote or pressed: in which update, who it was, and where."""

    item: InboxItem
    agent: Agent
    contact: Contact

    @property
    def place(self) -> Address:
        return Address(channel=self.contact.channel, chat=self.contact.address)

    @property
    def label(self) -> str:
        return f"{MARK}{self.item.id}"


class StaffRoom:
    """Answers staff. One for all places: what is remembered is remembered by the place where it was shown."""

    def __init__(
        self,
        deeds: Deeds,
        *,
        store: WholeStore,
        roster: Roster,
        submit: Callable[[Sequence[OutboxItem]], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._deeds = deeds
        self._library = deeds.library
        self._say: RoomWords = deeds.say
        self._store = store
        self._roster = roster
        self._submit = submit
        self._clock = clock
        self._pending: OrderedDict[str, _Pending] = OrderedDict()
        self._shown: OrderedDict[tuple[Address, str], tuple[str, int]] = OrderedDict()

    async def staff_event(self, item: InboxItem, event: StaffEvent) -> None:
        """Handle what somebody did in a staff group, outside of topics. What is no command is chatter."""
        contact = Contact(channel=item.update.channel, address=event.topic.chat)
        await self._handle(item, contact, event.who, event.what)

    def private(self, item: InboxItem, event: CustomerEvent) -> Callable[[], Awaitable[None]] | None:
        """The work where a supervisor or an admin asks for it in their private chat; None where it is a customer's."""
        who = AgentId(event.contact.conversation_id)
        agent, what = self._roster.serving(who), event.what
        if agent is None or agent.role not in _READERS:
            return None
        command = command_in(what.text) if isinstance(what, Message) else None
        asked = command is not None and command.mark == "/" and command.name != "help"
        if asked or (isinstance(what, Press) and what.payload.startswith(MARK)):
            return partial(self._handle, item, event.contact, who, what)
        return None

    async def _handle(self, item: InboxItem, contact: Contact, who: AgentId, what: object) -> None:
        command = command_in(what.text) if isinstance(what, Message) else None
        pressed = what if isinstance(what, Press) and what.payload.startswith(MARK) else None
        if command is None and pressed is None:
            await self._store.finish_updates([item.id])
            return
        await self._roster.refresh()  # What somebody may is what they may now.
        agent = self._roster.serving(who)
        if agent is None:
            log.info("not the desk's business", extra={"action": "staff_event_ignored", "who": who})
            await self._store.finish_updates([item.id])
            return
        asked = _Asked(item=item, agent=agent, contact=contact)
        if pressed is not None:
            await self._pressed(asked, pressed)
        elif command is not None and isinstance(what, Message):
            await self._commanded(asked, command, what.reply_to)

    # Words

    async def _commanded(self, asked: _Asked, command: Command, reply_to: str) -> None:
        try:
            if command.name != "help":
                self._require(asked.agent, changing=command.name in ("edit", "back"))
            match command.name:
                case "look":
                    await self._look(asked, command.rest)
                case "try":
                    await self._try(asked, command.rest)
                case "edit":
                    await self._edit(asked, command.rest, reply_to)
                case "back":
                    await self._propose(asked, await self._deeds.back())
                case _:
                    await self._tell(asked, self._say.help)
        except Refusal as refusal:
            await self._tell(asked, str(refusal))

    async def _look(self, asked: _Asked, words: str) -> None:
        if not words:
            raise Refusal(self._say.look_for)
        draft = await self._library.view()
        intents = intents_in(draft.base)
        understood = await self._ranking(words[:LONGEST_TRIAL])
        text, rows = found_of(words, fitting(words, intents, understood), intents, self._say)
        await self._record(asked.agent, "kb_look")
        await self._tell(asked, text, rows)

    async def _ranking(self, text: str) -> Sequence[IntentScore]:
        served = self._library.served()
        return (await asyncio.to_thread(served.mind.understand, text)).ranking if served else ()

    async def _try(self, asked: _Asked, text: str) -> None:
        if not text:
            raise Refusal(self._say.try_what)
        tried = await self._library.try_message(text[:LONGEST_TRIAL], asked.contact.channel)
        draft = await self._library.view()
        intents = intents_in({**draft.base, **draft.pieces})
        titles = {name: title_of(name, intents) for name in intents}
        await self._record(asked.agent, "kb_try")
        await self._tell(asked, tried_of(text, tried, titles, self._say, self._deeds.language))

    async def _edit(self, asked: _Asked, rest: str, reply_to: str) -> None:
        say, draft = self._say, await self._library.view()
        intents = intents_in(draft.base)
        replied = await self._shown_at(asked.place, reply_to) if reply_to else None
        if replied is not None:
            meant: Meant | None = Meant(intent=replied[0], place=replied[1], rest=rest)
        else:
            try:
                meant = meant_in(rest, intents)
            except Ambiguous as error:
                raise Refusal(say.ambiguous.format(names=error)) from None
        if not rest:
            raise Refusal(say.edit_what)
        if meant is None:
            raise Refusal(say.no_such_intent)
        if meant.intent not in intents:
            raise Refusal(say.gone)
        title, count = title_of(meant.intent, intents), len(answers_in(intents[meant.intent]))
        if meant.place is None and count > 1:
            raise Refusal(say.which_answer.format(title=title, count=count, name=meant.intent))
        place = meant.place or 0
        if not 0 <= place < count:
            raise Refusal(say.no_such_answer.format(title=title, count=count, place=place + 1))
        await self._propose(asked, await self._deeds.edit(draft, intents, meant.intent, place, meant.rest))

    async def _propose(self, asked: _Asked, deed: Deed) -> None:
        """Show what would be done, with a button that does this and nothing else."""
        key = hashlib.sha256(f"{deed.hash}:{asked.item.id}".encode()).hexdigest()[:24]
        who, say = asked.agent, self._say
        self._pending[key] = _Pending(deed=deed, agent=who, place=asked.place, since=self._clock())
        while len(self._pending) > REMEMBERED:
            self._pending.popitem(last=False)
        minutes = int(PATIENCE.total_seconds() // 60)
        text = f"{deed.text}\n\n{say.confirm_by.format(who=who.name, minutes=minutes)}"
        rows = ((Button(title=deed.button, payload=YES + key), Button(title=say.cancel, payload=NO + key)),)
        await self._tell(asked, text, rows, label=MARK + key)

    # Buttons

    async def _pressed(self, asked: _Asked, press: Press) -> None:
        try:
            if press.payload.startswith(OPEN):
                self._require(asked.agent, changing=False)
                await self._open(asked, press)
            elif press.payload.startswith((YES, NO)):
                await self._confirmed(asked, press)
            else:
                raise Refusal(self._say.expired)
        except Refusal as refusal:
            await self._answer(asked, _toast(asked, press, str(refusal)))

    async def _open(self, asked: _Asked, press: Press) -> None:
        ref, _, number = press.payload.removeprefix(OPEN).partition(":")
        draft = await self._library.view()
        intents = intents_in(draft.base)
        name = next((name for name in intents if ref_of(name) == ref), None)
        place = int(number) if number.isdecimal() else 0
        if name is None or (place and place >= len(answers_in(intents[name]))):
            raise Refusal(self._say.gone)
        change = draft.change(INTENT + name)
        text, rows = opened(name, place, intents, self._say, change.changed_by if change else "")
        self._shown[asked.place, asked.label] = name, place
        while len(self._shown) > REMEMBERED:
            self._shown.popitem(last=False)
        await self._answer(asked, _toast(asked, press), _said(asked, text, rows, asked.label))

    async def _confirmed(self, asked: _Asked, press: Press) -> None:
        """Carry out a deed, or call it off: once, by whoever asked for it, and in time."""
        say, agent, key = self._say, asked.agent, press.payload[len(YES) :]
        pending = self._pending.get(key)
        if pending is None or pending.place != asked.place:
            raise Refusal(say.expired)
        if pending.agent.id != agent.id:
            raise Refusal(say.not_your_button.format(who=pending.agent.name))
        if pending.outcome:
            await self._write_down(pending)
            raise Refusal(say.done_already.format(outcome=pending.outcome))
        if self._clock() - pending.since > PATIENCE:
            pending.outcome = say.expired
        elif press.payload.startswith(NO):
            pending.outcome = say.cancelled.format(who=agent.name)
        else:
            await self._carry_out(pending, agent)
        await self._write_down(pending)
        edit = EditText(text=pending.outcome)
        await self._answer(asked, _toast(asked, press), Delivery(address=asked.place, effect=edit, label=MARK + key))

    async def _carry_out(self, pending: _Pending, agent: Agent) -> None:
        try:
            self._require(agent, changing=True)
            done = await pending.deed.carry_out(agent)
        except Refusal as refusal:
            pending.outcome = self._say.refused.format(reason=refusal)
            return
        pending.outcome, pending.written = done.text, list(done.written)

    async def _write_down(self, pending: _Pending) -> None:
        while pending.written:
            await self._record(pending.agent, *pending.written[0])
            del pending.written[0]

    async def _record(self, agent: Agent, action: str, about: str = "", detail: str = "") -> None:
        entry = AuditEntry(at=self._clock(), agent_id=agent.id, action=action, about=about, detail=detail)
        await self._store.record(entry)

    # Answers

    def _require(self, agent: Agent, *, changing: bool) -> None:
        say = self._say
        if agent.role is Role.ADMIN or (not changing and agent.role in _READERS):
            return
        admins = [each.name for each in self._roster.active() if each.role is Role.ADMIN and each.telegram_id]
        known = say.admins.format(names=", ".join(admins)) if admins else say.no_admins
        first = say.not_yours_to_edit if agent.role in _READERS else say.not_yours
        raise Refusal(f"{first} {known}")

    async def _shown_at(self, place: Address, external_id: str) -> tuple[str, int] | None:
        """The answer that a message shows, by intent and place."""
        for (where, label), shown in reversed(self._shown.items()):
            if where == place and await self._store.external_id(place, label=label) == external_id:
                return shown
        return None

    async def _tell(self, asked: _Asked, text: str, rows: Rows = (), *, label: str = "") -> None:
        await self._answer(asked, _said(asked, text, rows, label))

    async def _answer(self, asked: _Asked, *deliveries: Delivery) -> None:
        """Commit what is answered, together with that the update is dealt with."""
        for _ in range(ATTEMPTS):
            snapshot = await self._store.load(asked.contact, recent=0)
            change = Change(conversation=snapshot.conversation, deliveries=deliveries, done=(asked.item.id,))
            try:
                committed = await self._store.commit(change)
            except StaleConversation:
                continue
            self._submit(committed.outbox)
            return
        raise StaleConversation(f"{asked.contact.conversation_id} keeps being changed by others")


def _said(asked: _Asked, text: str, rows: Rows, label: str) -> Delivery:
    return Delivery(address=asked.place, effect=SendText(text=text, buttons=rows), label=label)


def _toast(asked: _Asked, press: Press, text: str = "") -> Delivery:
    return Delivery(address=asked.place, effect=AnswerPress(press_id=press.press_id, text=text))
