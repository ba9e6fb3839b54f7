"""The live feed: what became durable, and who is doing what, told at once to every open page of the console.

It is a watcher of the store. It lives in one process and keeps nothing: whoever is too slow, or comes back after a
while, is told that something was missed and reads the store again. It knows neither rights nor pages.

Several workers on one database do not hear each other's commits: `bot.desk.echo` tells them, and keeps here who looks
at a ticket elsewhere.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.watching import Watcher
from conversation.effects import OutboxId, OutboxItem, OutboxStatus
from conversation.knowledge_ports import ReleaseId
from conversation.messages import ConversationId, Message, MessageId
from conversation.ports import Change, Committed, InboxItem, Outcome
from conversation.tickets import AgentId, Ticket, TicketId

QUEUE = 256
"""Events that wait for a page at most; a page that is further behind reads the store again."""

TYPING_SECONDS = 4.0
"""How long somebody counts as typing after a key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketChanged:
    """A ticket is new, or something about it is."""

    ticket: Ticket


@dataclass(frozen=True, kw_only=True, slots=True)
class MessagesChanged:
    """Something was said in a conversation, or edited. The messages have no ids yet: the history has."""

    conversation_id: ConversationId
    ticket_id: TicketId | None
    added: tuple[Message, ...]
    edited: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryChanged:
    """A message is on its way to the customer, has arrived, or has not."""

    conversation_id: ConversationId
    message_id: MessageId
    status: OutboxStatus
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Onlooker:
    """Somebody who has a ticket open."""

    agent_id: AgentId
    name: str
    typing: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PresenceChanged:
    """Who looks at a ticket now, in the order they came, each agent once."""

    ticket_id: TicketId
    onlookers: tuple[Onlooker, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentChanged:
    """Somebody's account, or whether they take tickets, has changed."""

    agent_id: AgentId


@dataclass(frozen=True, kw_only=True, slots=True)
class KnowledgeChanged:
    """Another release of the knowledge base is served, or (None) its draft is another than it was."""

    release_id: ReleaseId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class QuarantineChanged:
    """An update was put aside, or let out again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """Events were lost on the way to this page: what it shows must be read again."""


Event = (
    TicketChanged
    | MessagesChanged
    | DeliveryChanged
    | PresenceChanged
    | AgentChanged
    | KnowledgeChanged
    | QuarantineChanged
    | Missed
)


class Subscription:
    """One reader's queue. Iterating waits for events, for ever; `Missed` stands for those that found no room."""

    def __init__(self, wanted: Callable[[Event], bool] | None) -> None:
        self._wanted = wanted
        self._events: deque[Event] = deque()
        self._ready = asyncio.Event()

    def put(self, event: Event) -> None:
        """Never waits: where there is no room, all that waits becomes one `Missed`."""
        if self._wanted is not None and not self._wanted(event) and not isinstance(event, Missed):
            return
        if len(self._events) >= QUEUE:
            self._events.clear()
            event = Missed()
        self._events.append(event)
        self._ready.set()

    async def __aiter__(self) -> AsyncIterator[Event]:
        while True:
            await self._ready.wait()
            while self._events:
                yield self._events.popleft()
            self._ready.clear()


@dataclass(eq=False)
class Feed(Watcher):
    """Publishes. All its methods are for the loop's thread, and none of them waits."""

    _subscriptions: set[Subscription] = field(default_factory=set)
    _sending: dict[OutboxId, OutboxItem] = field(default_factory=dict)
    _looking: dict[TicketId, dict[str, Onlooker]] = field(default_factory=dict)
    _typing: dict[str, asyncio.TimerHandle] = field(default_factory=dict)
    _elsewhere: dict[tuple[int, TicketId], tuple[float, tuple[Onlooker, ...]]] = field(default_factory=dict)

    @contextmanager
    def subscribe(self, wanted: Callable[[Event], bool] | None = None) -> Iterator[Subscription]:
        """Read along while the context lasts: all events, or those that `wanted` wants. `Missed` comes anyway."""
        subscription = Subscription(wanted)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def publish(self, event: Event) -> None:
        """Tell everybody."""
        for subscription in self._subscriptions:
            subscription.put(event)

    def missed(self) -> None:
        """Things may have changed that were not seen here: everybody reads the store again."""
        self.publish(Missed())

    def quarantine_changed(self) -> None:
        """Other updates are in quarantine than were."""
        self.publish(QuarantineChanged())

    def look(self, ticket_id: TicketId, page: str, agent_id: AgentId, name: str) -> None:
        """The page with this key, which looks at one ticket at a time, looks at this one now."""
        if page in self._looking.get(ticket_id, {}):
            return
        self.leave(page)
        self._looking.setdefault(ticket_id, {})[page] = Onlooker(agent_id=agent_id, name=name)
        self._tell_presence(ticket_id)

    def leave(self, page: str) -> None:
        """It looks at none any more."""
        self._stop_typing(page)
        for ticket_id in [ticket_id for ticket_id, pages in self._looking.items() if page in pages]:
            pages = self._looking[ticket_id]
            del pages[page]
            if not pages:
                del self._looking[ticket_id]
            self._tell_presence(ticket_id)

    def type(self, page: str) -> None:
        """A key was pressed in its composer; that counts for `TYPING_SECONDS`."""
        if (timer := self._typing.pop(page, None)) is None:
            self._set_typing(page, True)
        else:
            timer.cancel()
        loop = asyncio.get_running_loop()
        self._typing[page] = loop.call_later(TYPING_SECONDS, self._stop_typing, page)

    def onlookers(self, ticket_id: TicketId) -> tuple[Onlooker, ...]:
        """Who looks at a ticket, each agent once."""
        here = self._looking.get(ticket_id, {}).values()
        there = [each for (_, which), (_, they) in self._elsewhere.items() if which == ticket_id for each in they]
        return _each_once([*here, *there])

    def present(self) -> frozenset[AgentId]:
        """Who has any ticket open."""
        here = (each.agent_id for pages in self._looking.values() for each in pages.values())
        there = (each.agent_id for _, they in self._elsewhere.values() for each in they)
        return frozenset((*here, *there))

    @property
    def is_read(self) -> bool:
        """Whether anybody reads along, beside the one who tells other workers."""
        return len(self._subscriptions) > 1

    def looking_here(self) -> dict[TicketId, tuple[Onlooker, ...]]:
        """Who looks at which tickets on the pages of this worker."""
        return {ticket_id: _each_once(pages.values()) for ticket_id, pages in self._looking.items()}

    def look_elsewhere(self, worker: int, ticket_id: TicketId, onlookers: tuple[Onlooker, ...]) -> None:
        """These, and no others, look at a ticket on the pages of another worker."""
        known = self._elsewhere.pop((worker, ticket_id), (0.0, ()))[1]
        if onlookers:
            self._elsewhere[worker, ticket_id] = (asyncio.get_running_loop().time(), onlookers)
        if known != onlookers:
            self._tell_presence(ticket_id)

    def forget_unheard(self, seconds: float) -> None:
        """Forget who was not told of for so long: their worker is gone."""
        before = asyncio.get_running_loop().time() - seconds
        for (worker, ticket_id), (heard_at, _) in list(self._elsewhere.items()):
            if heard_at < before:
                self.look_elsewhere(worker, ticket_id, ())

    def committed(self, change: Change, committed: Committed, seconds: float) -> None:
        if change.ticket is not None:
            self.publish(TicketChanged(ticket=change.ticket))
        if self._subscriptions and (change.entries or change.edits):
            self.publish(
                MessagesChanged(
                    conversation_id=change.conversation.id,
                    ticket_id=change.ticket.id if change.ticket else change.conversation.ticket_id,
                    added=tuple(entry.message for entry in change.entries),
                    edited=bool(change.edits),
                )
            )

    def gave_up(self, item: InboxItem, *, final: bool) -> None:
        if final:
            self.quarantine_changed()

    def sending(self, items: Sequence[OutboxItem], started: set[OutboxId]) -> None:
        for item in items:
            if item.message_id is None:
                continue
            if item.id in started:
                self._sending[item.id] = item
            self._tell_delivery(item, OutboxStatus.SENDING if item.id in started else OutboxStatus.DROPPED)

    def delivered(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if (item := self._sending.pop(outcome.id, None)) is not None:
                self._tell_delivery(item, outcome.status, outcome.error)

    def _tell_delivery(self, item: OutboxItem, status: OutboxStatus, error: str = "") -> None:
        if self._subscriptions and item.message_id is not None and item.delivery.address.ticket is None:
            self.publish(
                DeliveryChanged(
                    conversation_id=item.conversation_id, message_id=item.message_id, status=status, error=error
                )
            )

    def _tell_presence(self, ticket_id: TicketId) -> None:
        self.publish(PresenceChanged(ticket_id=ticket_id, onlookers=self.onlookers(ticket_id)))

    def _stop_typing(self, page: str) -> None:
        if (timer := self._typing.pop(page, None)) is not None:
            timer.cancel()
            self._set_typing(page, False)

    def _set_typing(self, page: str, typing: bool) -> None:
        for ticket_id, pages in self._looking.items():
            if page in pages:
                found = pages[page]
                pages[page] = Onlooker(agent_id=found.agent_id, name=found.name, typing=typing)
                self._tell_presence(ticket_id)


def _each_once(onlookers: Iterable[Onlooker]) -> tuple[Onlooker, ...]:
    found: dict[AgentId, Onlooker] = {}
    for onlooker in onlookers:
        if onlooker.agent_id not in found or onlooker.typing:
            found[onlooker.agent_id] = onlooker
    return tuple(found.values())
