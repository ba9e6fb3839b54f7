"""The whole service on fakes: turns, deliveries and desk over a store in memory, a scripted channel and a
clock that nobody waits for. What it does with them is the real thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from bot.delivery import Deliveries
from bot.desk.roster import Roster
from bot.desk.service import DeskService
from bot.desk.staff_group import StaffGroup
from bot.desk.topics import TopicSurface
from bot.intake import Intake
from bot.mind import Mind
from bot.testing.faulty_store import FaultyStore
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_channel import BUDI, ScriptedChannel
from bot.testing.small_shop import small_mind
from bot.turns import Turns
from conversation.effects import OutboxItem, OutboxStatus, SendText
from conversation.messages import Author, Contact, Edit, Message, Press
from conversation.ports import Update
from conversation.state import Snapshot
from conversation.tickets import Agent, AgentId, StaffEvent, Ticket, TicketId

STAFF_CHAT = "-1001"
SARI = Agent(id=AgentId("telegram:1"), name="Sari")
DEWI = Agent(id=AgentId("telegram:2"), name="Dewi")


@dataclass(kw_only=True)
class SmallService:
    """Budi's shop with two agents, Sari and Dewi. `with_desk` gives it a staff group."""

    mind: Mind = field(default_factory=small_mind)
    store: FaultyStore = field(default_factory=FaultyStore)
    channel: ScriptedChannel = field(default_factory=ScriptedChannel)
    clock: ManualClock = field(default_factory=ManualClock)
    fragment_pause: timedelta = timedelta(seconds=0.8)
    with_desk: bool = True
    desk: DeskService = field(init=False)
    deliveries: Deliveries = field(init=False)
    turns: Turns = field(init=False)
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        phrases, channels = self.mind.policy.phrases, {self.channel.name: self.channel}
        surface = TopicSurface(channel=self.channel.name, chat=STAFF_CHAT, phrases=phrases) if self.with_desk else None
        self.deliveries = Deliveries(store=self.store, channels=channels, clock=self.clock, sleep=self.clock.sleep)
        self.desk = DeskService(
            store=self.store,
            phrases=phrases,
            roster=Roster(self.store, (SARI, DEWI), self.clock),
            submit=self.deliveries.take,
            clock=self.clock,
            policy=self.mind.policy.desk,
            surface=surface,
        )
        staff = StaffGroup(desk=self.desk, surface=surface) if surface else None
        if staff:
            self.deliveries.undelivered, self.deliveries.topic_lost = staff.undelivered, staff.show_again
        self.turns = Turns(
            store=self.store,
            channels=channels,
            mind=lambda: self.mind,
            staff=staff.staff_event if staff else None,
            submit=self.deliveries.take,
            at_once=self.deliveries.at_once,
            clock=self.clock,
            surface=surface,
            fragment_pause=self.fragment_pause,
            sleep=self.clock.sleep,
        )
        self.intake = Intake(self.store, self.turns.take, self.turns.lanes.room)

    async def receive(self, *updates: Update) -> None:
        """Take updates in, and wait until everything that follows from them is done."""
        await self.intake.take(updates)
        await self.settle()

    async def hears(self, *texts: str, contact: Contact = BUDI) -> list[str]:
        """A customer writes, one turn after the other; returns all that they have read so far."""
        for text in texts:
            await self.receive(self.channel.said(text, contact))
        return self.channel.texts(contact.address)

    async def settle(self) -> None:
        """Wait until there is no turn and no delivery under way."""
        while len(self.turns.lanes) or len(self.deliveries.lanes):
            await self.turns.lanes.idle()
            await self.deliveries.lanes.idle()

    async def staff(
        self, what: str | Message | Edit | Press, *, ticket: TicketId, agent: Agent = SARI, number: str = "900"
    ) -> None:
        """Somebody writes (`number` is what their words are called), edits or presses in a ticket's topic."""
        shown = await self.ticket(ticket)
        if shown.topic is None:
            raise ValueError(f"ticket {ticket} is not shown anywhere")
        if isinstance(what, str):
            what = Message(author=Author.AGENT, text=what, at=self.clock(), external_id=number)
        event = StaffEvent(who=agent.id, who_name=agent.name, topic=shown.topic, what=what)
        await self.receive(self.channel.update(event))

    def topic(self, ticket: Ticket) -> list[str]:
        """The texts that were sent into a ticket's topic."""
        return [
            effect.text
            for target, effect in self.channel.performed
            if isinstance(effect, SendText) and ticket.topic and target.thread == ticket.topic.thread
        ]

    async def ticket(self, ticket_id: TicketId) -> Ticket:
        """A ticket that there is."""
        ticket = await self.store.ticket(ticket_id)
        if ticket is None:
            raise ValueError(f"there is no ticket {ticket_id}")
        return ticket

    async def open_ticket(self, contact: Contact = BUDI) -> Ticket:
        """The ticket that a customer has open."""
        ticket = (await self.snapshot(contact)).ticket
        if ticket is None:
            raise ValueError(f"{contact.name} has no open ticket")
        return ticket

    async def snapshot(self, contact: Contact = BUDI) -> Snapshot:
        """A customer's conversation as it stands."""
        return await self.store.load(contact, recent=100)

    async def history(self, contact: Contact = BUDI) -> list[tuple[Author, str, OutboxStatus | None]]:
        """A customer's messages: who, what, and what became of its delivery."""
        rows = await self.store.history(contact.conversation_id)
        return [(row.message.author, row.message.text, row.delivery) for row in rows]

    def outbox(self) -> list[OutboxItem]:
        """All deliveries that were ever committed, in order."""
        return self.store.deliveries()
