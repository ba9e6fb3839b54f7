"""Turns: accepted updates become changes, one at a time in each conversation.

This is the shell around `bot.dialogue`: it loads, understands, plans, has the desk's surface add what it
shows, commits, and hands the effects to delivery. What cannot be handled is put aside with a human told,
never dropped and never allowed to hold up the conversation.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.desk.figures import with_figures
from bot.desk.store import WholeStore
from bot.desk.topics import TopicSurface
from bot.dialogue.plan import LATEST_WORDS, Plan, Planning, Segment, opens_ticket, planning, quoting, trouble
from bot.floods import TURN_CHARACTERS, TURN_MESSAGES, Floods, Overflow
from bot.lanes import Lanes
from bot.mind import Mind
from bot.reminders import read_reminder
from bot.watching import Stage, unwatched
from conversation.actions import Call, Failure, Result
from conversation.effects import Address, OutboxItem
from conversation.errors import LeaseLost, StaleConversation, StorageError
from conversation.messages import Contact, CustomerEvent, InboxId, Message
from conversation.ports import Change, Channel, InboxItem
from conversation.state import Owner, Snapshot
from conversation.tickets import StaffEvent
from conversation.understanding import Understanding
from conversation.values import replace

ATTEMPTS = 3
"""How often an update is tried before it is put into quarantine."""

STALE_ATTEMPTS = 50
"""How often a turn is planned anew when others keep changing the same conversation."""

LONGEST_PAUSE = 10
"""How many pauses a turn waits at most for a customer who keeps sending fragments."""

SHORTEST_WAIT = 0.1
"""Seconds before the second try at what failed."""

LONGEST_WAIT = 5.0
"""Seconds between two tries while the store cannot be written."""

log = logging.getLogger(__name__)

RunAction = Callable[[Call], Awaitable[Result]]
"""Runs an action. It never raises for what an action does: that is the result's business."""


StaffWork = Callable[[InboxItem, StaffEvent], Awaitable[None]]
"""Deals with what somebody did in the staff group."""

Aside = Callable[[InboxItem, CustomerEvent], Callable[[], Awaitable[None]] | None]
"""The work where what came from a private chat is no customer's matter; None where it is."""


async def no_actions(call: Call) -> Result:
    """Run nothing, for a service that has no actions."""
    return Result(failure=Failure.UNKNOWN_ACTION, error=f"no action {call.action!r} is configured")


@dataclass(kw_only=True)
class Turns:
    """Runs the turns of all conversations, and hands staff events to `staff`.

    `mind` says what the bot knows now; a turn that has begun goes on with what it was told. `mine` says of an update
    whether it is still for this process to deal with, where several share a store.
    """

    store: WholeStore
    channels: Mapping[str, Channel]
    mind: Callable[[], Mind]
    submit: Callable[[Sequence[OutboxItem]], None]
    at_once: Callable[[Change], Change] = lambda change: change
    clock: Callable[[], datetime]
    surface: TopicSurface | None = None
    staff: StaffWork | None = None
    aside: Aside = lambda item, event: None
    fragment_pause: timedelta = timedelta(seconds=0.8)
    episode_idle: timedelta = timedelta(hours=24)
    watch: Callable[[Plan, Understanding | None], None] | None = None
    run_action: RunAction = no_actions
    reminded: Callable[[], None] = lambda: None
    floods: Floods = field(default_factory=lambda: Floods(per_minute=0, burst=1))
    slowed: Callable[[], None] = lambda: None
    stage: Stage = unwatched
    mine: Callable[[InboxId], bool] = lambda id: True
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    lanes: Lanes[InboxItem] = field(init=False)
    overflow: Overflow = field(init=False)

    def __post_init__(self) -> None:
        self.lanes = Lanes(self._handle, mine=lambda item: self.mine(item.id))
        self.overflow = Overflow(
            lambda after, limit: self.store.pending_updates(after, limit), mine=lambda id: self.mine(id)
        )

    def take(self, items: Sequence[InboxItem]) -> None:
        """Put accepted updates into their lanes; those of other channels wait for a service that has them."""
        for item in items:
            known = item.update.channel in self.channels
            if known and self.overflow.takes(item, self.lanes.waiting(item.update.lane)):
                self.lanes.add(item.update.lane, item)

    async def _handle(self, lane: Hashable, queue: deque[InboxItem]) -> None:
        """Deal with the first item of a lane, and see to it that the lane goes on with what was left in the inbox."""
        try:
            await self._handle_first(lane, queue)
        except LeaseLost:
            self.overflow.forget(str(lane))
            raise
        if self.overflow.has_left(str(lane)):
            await self._until_stored(lambda: self.overflow.refill(str(lane), queue))

    async def _handle_first(self, lane: Hashable, queue: deque[InboxItem]) -> None:
        """Deal with the first item of a lane, together with the fragments that follow it in time."""
        item = queue[0]
        channel = self.channels[item.update.channel]
        try:
            event = _read(channel, item)
        except Exception as error:
            # Whatever a stranger can put into an update must not stop the lane; the row stays to be looked at.
            log.exception("an update cannot be read", extra={"action": "update_unreadable", "inbox_id": item.id})
            reason = repr(error)
            await self._until_stored(lambda: self.store.give_up_update(item, reason, final=True))
            self.overflow.put_aside(item.id)
            queue.popleft()
            return
        if event is None or (self.staff is None and isinstance(event, StaffEvent)):
            await self._until_stored(lambda: self.store.finish_updates([item.id]))
            queue.popleft()
        elif isinstance(event, StaffEvent):
            await self._attempt([item], partial(self._staff_event, item, event))
            queue.popleft()
        elif (work := self.aside(item, event)) is not None:
            await self._attempt([item], work)
            queue.popleft()
        else:
            await _abreast()
            if wait := self.floods.wait(lane):
                self.slowed()
                await self.sleep(wait)
            segment = await self._segment(channel, event, queue)
            self.floods.charge(lane, len(segment.inbox_ids))
            taken = [queue[index] for index in range(len(segment.inbox_ids))]
            await self._attempt(taken, lambda: self._traced_turn(segment), segment)
            for _ in taken:
                queue.popleft()

    async def _segment(self, channel: Channel, event: CustomerEvent, queue: deque[InboxItem]) -> Segment:
        """The turn that begins with `event`, the first of the queue: alone, or with its further fragments."""
        if not isinstance(event.what, Message):
            return Segment(contact=event.contact, what=event.what, inbox_ids=(queue[0].id,))
        messages, ids = [event.what], [queue[0].id]
        if not _is_command(event.what):
            if channel.reads_fragments and self.fragment_pause:
                await self._until_stored(lambda: self._pause(channel, event.contact, queue))
            size = len(event.what.text)
            for item in itertools.islice(queue, 1, TURN_MESSAGES):
                message = _fragment(channel, item)
                size += len(message.text) if message else 0
                if message is None or size > TURN_CHARACTERS:
                    break
                messages.append(message)
                ids.append(item.id)
        return Segment(contact=event.contact, what=tuple(messages), inbox_ids=tuple(ids))

    async def _pause(self, channel: Channel, contact: Contact, queue: deque[InboxItem]) -> None:
        """Wait until nothing more has come for the length of the pause, but not for ever."""
        snapshot = await self.store.load(contact, recent=0)
        if snapshot.conversation.owner is not Owner.BOT:
            return
        await channel.show_working(contact.address)
        for _ in range(LONGEST_PAUSE):
            seen = len(queue)
            await self.sleep(self.fragment_pause.total_seconds())
            if len(queue) == seen:
                return

    async def _staff_event(self, item: InboxItem, event: StaffEvent) -> None:
        if self.staff is not None:
            await self.staff(item, event)

    async def _traced_turn(self, segment: Segment) -> None:
        with self.stage("turn", segment.inbox_ids):
            await self._turn(segment)

    async def _turn(self, segment: Segment) -> None:
        """Load, understand, plan, commit; all over again if somebody else was faster."""
        mind, said = self.mind(), segment.said()
        started = time.perf_counter()
        with self.stage("understand"):
            understanding = await _understood(mind, said.text) if said.text else None
        await _abreast()
        results: dict[str, Result] = {}
        for _ in range(STALE_ATTEMPTS):
            snapshot = await self.store.load(segment.contact, recent=0)
            under_way = planning(
                snapshot,
                segment,
                understanding,
                knowledge=mind.knowledge,
                policy=mind.policy,
                episode_idle=self.episode_idle,
                now=self.clock(),
            )
            with self.stage("decide"):
                plan = await self._planned(under_way, segment, results)
            await _abreast()
            change = await self._shown(plan.change, snapshot, segment, mind)
            if change.turn:
                spent = round((time.perf_counter() - started) * 1e6)
                change = replace(change, turn=replace(change.turn, duration_us=spent))
            try:
                committed = await self.store.commit(self.at_once(change))
            except StaleConversation:
                continue
            self.submit(committed.outbox)
            if change.reminders:
                self.reminded()
            if self.watch:
                self.watch(plan, understanding)
            return
        raise RuntimeError(f"{segment.contact.conversation_id} changed {STALE_ATTEMPTS} times under one turn")

    async def _planned(self, under_way: Planning, segment: Segment, results: dict[str, Result]) -> Plan:
        """Carry a plan to its end, running what it asks for; `results` holds what was run for this turn before, so
        that a plan begun anew runs nothing twice."""
        try:
            call = next(under_way)
            words = segment.what if isinstance(segment.what, tuple) else ()
            while True:
                if call.key not in results:
                    recent = (*await self._before(segment), *words)
                    results[call.key] = await self.run_action(replace(call, recent=recent))
                call = under_way.send(results[call.key])
        except StopIteration as done:
            plan: Plan = done.value
            return plan

    async def _before(self, segment: Segment) -> tuple[Message, ...]:
        """The latest messages before a turn. Most turns do without, and what they would read is seldom in memory."""
        snapshot = await self.store.load_by_id(segment.contact.conversation_id, recent=LATEST_WORDS)
        return snapshot.recent if snapshot else ()

    async def _shown(self, change: Change, snapshot: Snapshot, segment: Segment, mind: Mind) -> Change:
        """The change with the figures of what it ends, the words that it quotes, and what the desk's surface shows."""
        change = await with_figures(change, snapshot.conversation, self.store, mind.policy.desk)
        if opens_ticket(change, snapshot):
            change = quoting(change, await self._before(segment), mind.policy.phrases)
        if self.surface is None or change.ticket is None:
            return change
        named = {edit.external_id for edit in change.edits}
        if isinstance(segment.what, tuple):
            named |= {message.reply_to for message in segment.what if message.reply_to}
        address = Address(channel=segment.contact.channel, chat=segment.contact.address)
        known = {}
        for external_id in named:
            message = await self.store.message_at(address, external_id)
            if message and message.id:
                known[external_id] = message.id
        return self.surface.shown(change, snapshot.ticket, known)

    async def _attempt(
        self, items: Sequence[InboxItem], action: Callable[[], Awaitable[None]], segment: Segment | None = None
    ) -> None:
        """Run `action` until it succeeds, or put its items into quarantine after some failures of its own.

        While the store cannot be written nothing is given up: the items wait until it can.
        """
        for attempt in itertools.count(1):
            try:
                await self._until_stored(action)
                return
            except LeaseLost:
                raise
            except Exception as error:
                log.exception(
                    "a turn failed", extra={"action": "turn_failed", "attempt": attempt, "inbox_id": items[0].id}
                )
                final, reason = attempt >= ATTEMPTS, repr(error)
            for item in items:
                await self._until_stored(partial(self.store.give_up_update, item, reason, final=final))
                if final:
                    self.overflow.put_aside(item.id)
            if final:
                break
            await self.sleep(SHORTEST_WAIT * attempt)
        if segment is not None:
            await self._until_stored(lambda: self._hand_over_trouble(segment))

    async def _hand_over_trouble(self, segment: Segment) -> None:
        """Keep what a failed turn was about, tell the customer, and let a human see to it."""
        mind = self.mind()
        for _ in range(STALE_ATTEMPTS):
            snapshot = await self.store.load(segment.contact, recent=0)
            change = trouble(snapshot, segment, mind.policy, mind.knowledge, self.clock())
            try:
                committed = await self.store.commit(await self._shown(change, snapshot, segment, mind))
            except StaleConversation:
                continue
            self.submit(committed.outbox)
            return

    async def _until_stored(self, action: Callable[[], Awaitable[None]]) -> None:
        """Run `action` again and again while the store fails. Only a stop of the service ends the wait."""
        wait = SHORTEST_WAIT
        while True:
            try:
                await action()
                return
            except StaleConversation:
                raise
            except StorageError as error:
                log.error("the store cannot be written; trying again: %s", error, extra={"action": "store_failed"})
                await self.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)


async def _understood(mind: Mind, text: str) -> Understanding:
    """What a text means; found in a thread where that may take long, for a thread costs more than most texts."""
    if mind.blocking:
        return await asyncio.to_thread(mind.understand, text)
    if mind.stages is None:
        return mind.understand(text)
    stages = mind.stages(text)
    while True:
        try:
            next(stages)
        except StopIteration as done:
            understood: Understanding = done.value
            return understood
        await _abreast()


async def _abreast() -> None:
    """Let the other turns come as far as this one. Each stage needs other code and other data, more in all than the
    processor's caches hold: thirty turns stage by stage cost a fifth less than one after the other."""
    await asyncio.sleep(0)


def _read(channel: Channel, item: InboxItem) -> CustomerEvent | StaffEvent | None:
    return read_reminder(item.update) or channel.read(item.update)


def _is_command(message: Message) -> bool:
    return message.text.lstrip().startswith("/")


def _fragment(channel: Channel, item: InboxItem) -> Message | None:
    """The message in an item, if it can be read together with what came before it."""
    try:
        event = _read(channel, item)
    except Exception:  # It will be met, and put aside, when it is first in its lane.
        return None
    if isinstance(event, CustomerEvent) and isinstance(event.what, Message) and not _is_command(event.what):
        return event.what
    return None
