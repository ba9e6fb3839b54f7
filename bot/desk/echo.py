"""What the feed of one worker tells those of the others, in few words: which thing has changed, not how it is now.

A worker that hears of a change reads the store, and publishes it as if it had happened here. Presence is the exception:
it is told as it is, again and again, and forgotten where it is not. Knows no database and no pages.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.desk.feed import (
    AgentChanged,
    DeliveryChanged,
    Event,
    Feed,
    KnowledgeChanged,
    MessagesChanged,
    Onlooker,
    PresenceChanged,
    QuarantineChanged,
    TicketChanged,
)
from bot.desk.roster import Roster
from conversation.effects import OutboxStatus
from conversation.errors import StorageError
from conversation.knowledge_ports import ReleaseId
from conversation.messages import ConversationId, MessageId
from conversation.ports import Store
from conversation.tickets import AgentId, Ticket, TicketId

REPEAT = 10.0
"""Seconds between two times that a worker tells who looks at what; who is not told of for three times that is gone."""

WATCHED = 10_000
"""Conversations remembered that have a ticket, and so may be open on a page."""

HEARD = 1_000
"""Events of others that may wait to be read; what finds no room is made good by reading everything again."""

log = logging.getLogger(__name__)


class Echo:
    """Tells by `say` what happens here, and publishes here what `heard` is given of others.

    `ticket_changed` is told of tickets that changed elsewhere, `reminded` that a reminder was set there.
    """

    def __init__(
        self,
        feed: Feed,
        store: Store,
        roster: Roster,
        say: Callable[[Any], None],
        *,
        worker: int,
        ticket_changed: Callable[[Ticket], None],
        reminded: Callable[[], None],
    ) -> None:
        self._feed = feed
        self._store = store
        self._roster = roster
        self._say = say
        self._worker = worker
        self._ticket_changed = ticket_changed
        self._reminded = reminded
        self._with_ticket: OrderedDict[ConversationId, None] = OrderedDict()
        self._from_others: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue(HEARD)
        self._publishing = False

    def heard(self, events: Sequence[Any]) -> None:
        """Others said this."""
        for event in events:
            try:
                self._from_others.put_nowait(event)
            except asyncio.QueueFull:
                self.missed()
                return

    def missed(self) -> None:
        """Something may not have been heard: whoever looks reads the store again."""
        self._publish(self._feed.missed)

    def reminder_set(self) -> None:
        """A reminder was set here."""
        self._say({"reminder": 1})

    async def run(self) -> None:
        """Tell and listen for ever. Cancel it to stop."""
        await asyncio.gather(self._tell(), self._listen(), self._repeat())

    async def _tell(self) -> None:
        with self._feed.subscribe(lambda event: not self._publishing) as subscription:
            async for event in subscription:
                if words := self._worded(event):
                    self._say(words)

    async def _repeat(self) -> None:
        while True:
            await asyncio.sleep(REPEAT)
            self._publish(lambda: self._feed.forget_unheard(3 * REPEAT))
            for ticket_id, onlookers in self._feed.looking_here().items():
                self._say(_presence(self._worker, ticket_id, onlookers))

    async def _listen(self) -> None:
        while True:
            said = await self._from_others.get()
            try:
                await self._hear(said)
            except StorageError:
                self.missed()
            except (KeyError, TypeError, ValueError) as error:  # A worker of another version may say other things.
                log.warning("another worker said something strange: %r", error, extra={"action": "echo_strange"})

    def _worded(self, event: Event) -> Mapping[str, Any] | None:
        match event:
            case TicketChanged(ticket=ticket):
                self._remember(ticket.conversation_id)
                return {"ticket": ticket.id}
            case MessagesChanged(conversation_id=where, ticket_id=ticket_id, added=added, edited=edited) if ticket_id:
                self._remember(where)
                return {"messages": where, "ticket": ticket_id, "added": len(added), "edited": edited}
            case DeliveryChanged(conversation_id=where) if where in self._with_ticket:
                return {"delivery": event.message_id, "of": where, "status": event.status.value, "error": event.error}
            case PresenceChanged(ticket_id=ticket_id):
                return _presence(self._worker, ticket_id, self._feed.looking_here().get(ticket_id, ()))
            case AgentChanged(agent_id=agent_id):
                return {"agent": agent_id}
            case KnowledgeChanged(release_id=release_id):
                return {"knowledge": release_id}
            case QuarantineChanged():
                return {"quarantine": 1}
        return None

    async def _hear(self, said: Mapping[str, Any]) -> None:
        if "messages" in said:
            await self._hear_messages(said)
        elif "ticket" in said:
            ticket = await self._store.ticket(TicketId(said["ticket"]))
            if ticket is not None:
                self._remember(ticket.conversation_id)
                self._ticket_changed(ticket)
                self._publish_event(TicketChanged(ticket=ticket))
        elif "delivery" in said:
            self._publish_event(
                DeliveryChanged(
                    conversation_id=ConversationId(said["of"]),
                    message_id=MessageId(said["delivery"]),
                    status=OutboxStatus(said["status"]),
                    error=said["error"],
                )
            )
        elif "presence" in said:
            onlookers = tuple(
                Onlooker(agent_id=AgentId(id), name=name, typing=typing) for id, name, typing in said["who"]
            )
            self._publish(lambda: self._feed.look_elsewhere(said["worker"], TicketId(said["presence"]), onlookers))
        elif "agent" in said:
            await self._roster.refresh()
            self._publish_event(AgentChanged(agent_id=AgentId(said["agent"])))
        elif "knowledge" in said:
            release = said["knowledge"]
            self._publish_event(KnowledgeChanged(release_id=None if release is None else ReleaseId(release)))
        elif "quarantine" in said:
            self._publish_event(QuarantineChanged())
        elif "reminder" in said:
            self._reminded()

    async def _hear_messages(self, said: Mapping[str, Any]) -> None:
        where = ConversationId(said["messages"])
        self._remember(where)
        rows = await self._store.history(where, said["added"]) if said["added"] and self._feed.is_read else []
        self._publish_event(
            MessagesChanged(
                conversation_id=where,
                ticket_id=TicketId(said["ticket"]),
                added=tuple(row.message for row in rows),
                edited=said["edited"],
            )
        )

    def _publish_event(self, event: Event) -> None:
        self._publish(lambda: self._feed.publish(event))

    def _publish(self, publish: Callable[[], None]) -> None:
        """Publish what happened elsewhere, without telling it to those it came from."""
        self._publishing = True
        try:
            publish()
        finally:
            self._publishing = False

    def _remember(self, conversation_id: ConversationId) -> None:
        self._with_ticket[conversation_id] = None
        self._with_ticket.move_to_end(conversation_id)
        if len(self._with_ticket) > WATCHED:
            self._with_ticket.popitem(last=False)


def _presence(worker: int, ticket_id: TicketId, onlookers: Sequence[Onlooker]) -> Mapping[str, Any]:
    who = [[each.agent_id, each.name, each.typing] for each in onlookers]
    return {"presence": ticket_id, "worker": worker, "who": who}
