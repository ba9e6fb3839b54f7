"""Delivery: the outbox is carried out, in order for each address, within the channels' limits.

An effect is marked as being sent before it is sent. If nobody can tell afterwards whether it was done, it
stays marked `unknown` and is not repeated, unless repeating it changes nothing. A bot's message is dropped
if somebody else owns the conversation by the time it would go out.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk.card import CARD
from bot.desk.topics import TITLE
from bot.lanes import Lanes
from conversation.effects import (
    REPEATABLE,
    Address,
    AnswerPress,
    ChangeTopic,
    Delivery,
    EditText,
    Effect,
    OpenTopic,
    OutboxId,
    OutboxItem,
    OutboxStatus,
    SendText,
)
from conversation.errors import StorageError
from conversation.ports import Change, Channel, Outcome, Prompt, Receipt, ReceiptStatus, Store, Target
from conversation.tickets import TicketId, Topic
from conversation.values import replace
from handoff.notices import POSITION
from handoff.tickets import topic_title

PRESS, DECORATION = "press", "decoration"
"""Mark the lanes of an address in which presses are answered, and in which what is shown of a ticket is kept up to
date: nobody's words wait for either."""

ATTEMPTS = 100
"""Tries before a delivery is given up; with waits of up to `LONGEST_WAIT` that is about a day."""

LONGEST_WAIT = 900.0
"""Seconds between two tries at most."""

SHORTEST_WAIT = 1.0
"""Seconds before the second try."""

LONGEST_FAREWELL = 90.0
"""Seconds for which a ticket's topic in another group may wait for its last title."""

log = logging.getLogger(__name__)

Undelivered = Callable[[OutboxItem, OutboxStatus, str], Awaitable[None]]


@dataclass(kw_only=True)
class Deliveries:
    """Carries out the outbox over the channels.

    What `serves` refuses is left for a service that can reach it. `undelivered` is told of what did not, or
    may not, reach a customer; `topic_lost` of a ticket whose thread was deleted under it. `mine` says of a delivery
    whether it is still for this process to carry out, where several share a store.
    """

    store: Store
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    undelivered: Undelivered | None = None
    topic_lost: Callable[[TicketId], Awaitable[None]] | None = None
    serves: Callable[[Address], bool] = lambda address: True
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    mine: Callable[[OutboxId], bool] = lambda id: True
    moved: dict[tuple[str, str], str] = field(default_factory=dict)
    lanes: Lanes[OutboxItem] = field(init=False)
    prompt: dict[str, Prompt] = field(init=False)

    def __post_init__(self) -> None:
        self.lanes = Lanes(self._handle, mine=lambda item: self.mine(item.id))
        self.prompt = {name: channel for name, channel in self.channels.items() if isinstance(channel, Prompt)}

    def take(self, items: Sequence[OutboxItem]) -> None:
        """Put committed deliveries into their lanes."""
        for item in items:
            address = item.delivery.address
            if address.channel in self.channels and self.serves(address):
                self.lanes.add(_lane(item.delivery), item)

    def at_once(self, change: Change) -> Change:
        """The change, to be committed as one whose first delivery is being sent, if nothing keeps that from going out
        as soon as it is committed: nothing is on its way to its address, it needs nothing looked up, and its channel
        lets it pass. That spares a transaction, and the customer the wait for it."""
        first = next(iter(change.all_deliveries), None)
        if first is None or not isinstance(first.effect, SendText) or not _is_plain(first):
            return change
        address = first.address
        channel = self.prompt.get(address.channel)
        if channel is None or self.lanes.waiting(address) or not self.serves(address):
            return change
        return replace(change, at_once=True) if channel.ready_now(self._chat(address), first.effect) else change

    async def settle(self, address: Address) -> None:
        """Wait until nothing is on its way to an address."""
        for lane in (address, (PRESS, address), (DECORATION, address)):
            await self.lanes.finished(lane)

    async def recover(self) -> int:
        """Take up what an earlier run left; returns how many deliveries that is."""
        await self.learn_moves()
        await self.tell_unknown(await self.store.interrupted_deliveries(list(self.channels)))
        count, last = 0, None
        while items := await self.store.pending_deliveries(after=last):
            await self.lanes.room()
            self.take(items)
            count, last = count + len(items), items[-1].id
        return count

    async def learn_moves(self) -> None:
        """Learn of the chats that are others now."""
        for name in self.channels:
            moves = await self.store.moved_chats(name)
            self.moved |= {(name, old): new for old, new in moves.items()}

    async def tell_unknown(self, items: Sequence[OutboxItem]) -> None:
        """Let agents know of deliveries of which nobody can tell whether they were made."""
        for item in items:
            log.warning("a delivery was interrupted", extra={"action": "delivery_unknown", "outbox_id": item.id})
            await self._report(item, OutboxStatus.UNKNOWN, item.error)

    async def _handle(self, lane: Hashable, queue: deque[OutboxItem]) -> None:
        if lane == (DECORATION, queue[0].delivery.address):
            # What it decorates comes first.
            await self.lanes.finished(queue[0].delivery.address)
            await self._overtaken(queue)
        item = queue[0]
        if item.not_before is not None:
            await self.sleep(max(0.0, (item.not_before - self.clock()).total_seconds()))
        channel = self.channels[item.delivery.address.channel]
        if item.status is OutboxStatus.SENDING:
            queue[0] = replace(item, status=OutboxStatus.PENDING)  # Only once: from now on the store knows better.
        try:
            outcome = await self._deliver(channel, item)
        except StorageError as error:
            log.error("the store cannot be written; trying again: %s", error, extra={"action": "store_failed"})
            await self.sleep(SHORTEST_WAIT)
            return
        if outcome is not None and outcome.status is OutboxStatus.PENDING:
            queue[0] = replace(queue[0], attempts=item.attempts + 1, not_before=outcome.not_before)
            return
        queue.popleft()

    async def _overtaken(self, queue: deque[OutboxItem]) -> None:
        """Leave out what something later in the queue replaces anyhow."""
        latest = {item.delivery.label: item for item in queue}
        old = [item for item in queue if latest[item.delivery.label] is not item]
        if old:
            with suppress(StorageError):  # They are sent then; that is no more than unnecessary.
                await self.store.finish_deliveries([Outcome(id=item.id, status=OutboxStatus.DROPPED) for item in old])
                for item in old:
                    queue.remove(item)

    async def _deliver(self, channel: Channel, item: OutboxItem) -> Outcome | None:
        """One try at one item; None if it was dropped because the conversation has another owner."""
        if item.status is OutboxStatus.SENDING:
            receipt = await channel.perform(self._chat(item.delivery.address), item.delivery.effect)
            return await self._concluded(item, receipt)
        target = await self._target(channel, item)
        if isinstance(target, Receipt):
            return await self._concluded(item, target)
        effect = item.delivery.effect
        if isinstance(effect, EditText) and not target.external_id:
            effect = SendText(text=effect.text, buttons=effect.buttons)
        await channel.ready(target, effect)
        if not await self.store.start_deliveries([item]):
            return None
        return await self._concluded(item, await channel.perform(target, effect), effect)

    async def _target(self, channel: Channel, item: OutboxItem) -> Target | Receipt:
        """Where the item goes, or the receipt of a topic that could not be opened for it."""
        delivery, address = item.delivery, item.delivery.address
        chat, thread = self._chat(address).chat, ""
        if address.ticket is not None:
            topic = await self._topic(channel, delivery)
            if isinstance(topic, Receipt):
                return topic
            chat, thread = topic.chat, topic.thread
        reply_to = external_id = ""
        if delivery.reply_to is not None:
            reply_to = await self.store.external_id(address, message_id=delivery.reply_to)
        if delivery.about is not None:
            external_id = await self.store.external_id(address, message_id=delivery.about)
        elif delivery.label:
            external_id = await self.store.external_id(address, label=delivery.label)
        return Target(chat=chat, thread=thread, reply_to=reply_to, external_id=external_id)

    def _chat(self, address: Address) -> Target:
        """The chat of an address, which may have moved."""
        return Target(chat=self.moved.get((address.channel, address.chat), address.chat))

    async def _topic(self, channel: Channel, delivery: Delivery) -> Topic | Receipt:
        """The topic of a ticket, opened if there is none (any more), or if its card goes to another group."""
        address = delivery.address
        ticket = await self.store.ticket(address.ticket) if address.ticket is not None else None
        if ticket is None:
            return Receipt(status=ReceiptStatus.REJECTED, error="no such ticket")
        chat = self.moved.get((address.channel, address.chat), address.chat)
        if ticket.topic is not None and ticket.topic.chat != chat:
            if delivery.label == TITLE:
                return Receipt(status=ReceiptStatus.DONE)  # Of a topic that was left.
            if delivery.label == CARD:
                await self._left(address, ticket.topic)
                ticket = replace(ticket, topic=None)
        if ticket.topic is not None:
            return ticket.topic
        effect: Effect = OpenTopic(title=topic_title(ticket))
        target = Target(chat=chat)
        await channel.ready(target, effect)
        receipt = await channel.perform(target, effect)
        if receipt.status is not ReceiptStatus.DONE:
            if receipt.status in (ReceiptStatus.REJECTED, ReceiptStatus.BLOCKED, ReceiptStatus.UNCERTAIN):
                log.error("no topic can be opened: %s", receipt.error, extra={"action": "topic_refused"})
                # A complaint that no agent sees is lost; somebody will mend the group's rights.
                return replace(receipt, status=ReceiptStatus.RETRY, retry_after=30.0)
            return receipt
        topic = Topic(chat=target.chat, thread=receipt.external_id)
        await self.store.set_topic(ticket.id, topic)
        return topic

    async def _left(self, address: Address, topic: Topic) -> None:
        """Wait until a topic in another group has got its last title, by whatever name that group was known.

        Not for ever: a ticket that is passed to and fro must not have its groups wait for each other.
        """
        names = [old for (name, old), new in self.moved.items() if (name, new) == (address.channel, topic.chat)]
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_FAREWELL):
                for chat in (topic.chat, *names):
                    await self.lanes.finished((DECORATION, replace(address, chat=chat)))

    async def _concluded(self, item: OutboxItem, receipt: Receipt, tried: Effect | None = None) -> Outcome:
        """Record what a receipt means for the item, and do what it asks for beside. `tried` is what it came to."""
        outcome = self._outcome(item, receipt, tried or item.delivery.effect)
        address = item.delivery.address
        if receipt.status is ReceiptStatus.MOVED:
            await self.store.move_chat(address.channel, address.chat, receipt.new_chat)
            self.moved[address.channel, address.chat] = receipt.new_chat
        if receipt.status is ReceiptStatus.TOPIC_GONE and address.ticket is not None:
            await self.store.set_topic(address.ticket, None)
            if self.topic_lost and item.delivery.label != CARD:
                await self.topic_lost(address.ticket)
        await self._recorded(outcome)
        if outcome.status in (OutboxStatus.FAILED, OutboxStatus.UNKNOWN):
            log.warning(
                "a delivery ended %s: %s",
                outcome.status.value,
                outcome.error,
                extra={"action": "delivery_" + outcome.status.value, "outbox_id": item.id},
            )
            await self._report(item, outcome.status, outcome.error)
        return outcome

    async def _report(self, item: OutboxItem, status: OutboxStatus, error: str) -> None:
        """Let the agents know of words that did not, or may not, have reached a customer."""
        if self.undelivered and item.delivery.address.ticket is None and item.message_id is not None:
            await self.undelivered(item, status, error)

    async def _recorded(self, outcome: Outcome) -> None:
        """Keep an outcome, however long the store cannot be written: what was sent must not be forgotten."""
        while True:
            try:
                await self.store.finish_deliveries([outcome])
                return
            except StorageError as error:
                log.error("the store cannot be written; trying again: %s", error, extra={"action": "store_failed"})
                await self.sleep(SHORTEST_WAIT)

    def _outcome(self, item: OutboxItem, receipt: Receipt, tried: Effect) -> Outcome:
        again = self.clock()
        # An edit of what is not there yet is sent, and a customer would read that twice.
        repeatable = (tried if item.delivery.address.ticket is None else item.delivery.effect).kind in REPEATABLE
        wait = max(receipt.retry_after, min(SHORTEST_WAIT * 2**item.attempts, LONGEST_WAIT))
        match receipt.status:
            case ReceiptStatus.DONE:
                return Outcome(id=item.id, status=OutboxStatus.SENT, external_id=receipt.external_id)
            case ReceiptStatus.MOVED | ReceiptStatus.TOPIC_GONE:
                wait = 0.0
            case ReceiptStatus.UNCERTAIN if not repeatable:
                return Outcome(id=item.id, status=OutboxStatus.UNKNOWN, error=receipt.error)
            case ReceiptStatus.BLOCKED if item.delivery.address.ticket is not None:
                pass  # The staff group shut the bot out; a complaint that no agent sees would be lost.
            case ReceiptStatus.REJECTED | ReceiptStatus.BLOCKED:
                return Outcome(id=item.id, status=OutboxStatus.FAILED, error=receipt.error)
            case _:
                pass
        if item.attempts >= ATTEMPTS:
            return Outcome(id=item.id, status=OutboxStatus.FAILED, error=receipt.error)
        return Outcome(
            id=item.id,
            status=OutboxStatus.PENDING,
            error=receipt.error,
            not_before=again + timedelta(seconds=wait),
        )


def _is_plain(delivery: Delivery) -> bool:
    """Whether a delivery can be made without asking the store for anything."""
    refers = delivery.reply_to is not None or delivery.about is not None or delivery.label
    return delivery.address.ticket is None and not refers


def _lane(delivery: Delivery) -> Hashable:
    """The lane of a delivery. The answer to a press must not wait for words that wait for the limits of their chat."""
    address, effect = delivery.address, delivery.effect
    if isinstance(effect, AnswerPress):
        return (PRESS, address)
    label = delivery.label.partition(":")[0]
    decorates = isinstance(effect, ChangeTopic) or (isinstance(effect, EditText) and label in (CARD, POSITION))
    return (DECORATION, address) if decorates else address
