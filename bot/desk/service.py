"""The desk at work: loads a case, applies a use case of `handoff.desk`, and commits it for every surface.

What an agent does on one surface is shown on the others by the same commit. Two agents who act at once
meet in the version check: the second one's use case is tried again on what the first one left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.topics import CARD, CLAIM, RELEASE, RESOLVE, RETURN, TopicSurface
from conversation.effects import Address, AnswerPress, CopyMessage, Delivery, OutboxItem, OutboxStatus, SendText
from conversation.errors import Refusal, StaleConversation
from conversation.messages import Author, Edit, InboxId, Message, Press
from conversation.phrases import Phrases, ticket_number
from conversation.ports import Change, InboxItem, Store
from conversation.tickets import Agent, AgentId, StaffEvent, Ticket, TicketId
from handoff import desk
from handoff.desk import Case
from handoff.lifecycle import IllegalTransition

NOTE_MARK = "//"
"""What an agent starts a message with that is for colleagues only."""

ATTEMPTS = 20
"""How often a use case is decided anew when others keep changing the same conversation."""

log = logging.getLogger(__name__)

UseCase = Callable[[Case], Case]


@dataclass(frozen=True, kw_only=True)
class DeskService:
    """The use cases of the desk over a store. `agents` is who may; nobody else's doing counts."""

    store: Store
    phrases: Phrases
    agents: Mapping[AgentId, Agent]
    submit: Callable[[Sequence[OutboxItem]], None]
    clock: Callable[[], datetime]
    surface: TopicSurface | None = None

    async def act(
        self,
        ticket_id: TicketId,
        use_case: UseCase,
        *,
        also: Sequence[Delivery] = (),
        edits: Sequence[Edit] = (),
        done: Sequence[InboxId] = (),
    ) -> Ticket:
        """Apply `use_case` to a ticket and commit it, with what else belongs to the same step.

        Raises:
            Refusal: the ticket does not exist, or the use case refused; nothing was changed.
        """
        for _ in range(ATTEMPTS):
            ticket = await self.store.ticket(ticket_id)
            snapshot = await self.store.load_by_id(ticket.conversation_id) if ticket else None
            if ticket is None or snapshot is None:
                raise Refusal(self.phrases.no_such_ticket.format(ticket=ticket_number(ticket_id)))
            if snapshot.ticket and snapshot.ticket.id == ticket_id:
                ticket = snapshot.ticket
            before = Case(conversation=snapshot.conversation, ticket=ticket)
            try:
                after = use_case(before)
            except IllegalTransition as error:
                raise Refusal(self.phrases.closed) from error
            if not ticket.is_open:
                # A closed ticket takes notes, but the conversation may have gone on to another one since.
                after = replace(after, conversation=snapshot.conversation)
            change = Change(
                conversation=after.conversation,
                ticket=after.ticket,
                entries=after.entries,
                deliveries=(*after.deliveries, *also),
                closing=after.closing,
                done=tuple(done),
            )
            if self.surface:
                change = self.surface.shown(change, ticket)
            # The agents' own edits are added last: the surface shows edits as the customer's doing.
            change = replace(change, edits=tuple(edits))
            try:
                committed = await self.store.commit(change)
            except StaleConversation:
                continue
            self.submit(committed.outbox)
            return after.ticket
        raise Refusal(self.phrases.busy)

    async def staff_event(self, item: InboxItem, event: StaffEvent) -> None:
        """Handle what somebody did in a topic of the staff group."""
        ticket = await self.store.ticket_in_topic(event.topic)
        agent = self.agents.get(event.who)
        if ticket is None or agent is None:
            await self._turn_away(item, event, ticket)
            return
        try:
            if isinstance(event.what, Press):
                await self._pressed(ticket, agent, event.what, item)
            elif isinstance(event.what, Edit):
                await self._edited(ticket, event, event.what, item)
            else:
                await self._wrote(ticket, agent, event, event.what, item)
        except Refusal as refusal:
            await self._answer_staff(item, event, ticket, str(refusal))

    async def undelivered(self, item: OutboxItem, status: OutboxStatus, error: str) -> None:
        """Tell the agents that their words did not reach the customer, or may not have."""
        ticket_id = await self._ticket_of(item)
        if self.surface is None or ticket_id is None:
            return
        maybe = status is OutboxStatus.UNKNOWN
        text = self.phrases.maybe_delivered if maybe else self.phrases.not_delivered.format(error=error)
        notice = Delivery(address=self.surface.address(ticket_id), effect=SendText(text=text), reply_to=item.message_id)
        await self.act(ticket_id, lambda case: case, also=[notice])

    async def show_again(self, ticket_id: TicketId) -> None:
        """Put the card into a ticket's new topic, after the old one was deleted."""
        ticket = await self.store.ticket(ticket_id)
        if self.surface is None or ticket is None:
            return
        card = Delivery(address=self.surface.address(ticket_id), effect=self.surface.card(ticket), label=CARD)
        await self.act(ticket_id, lambda case: case, also=[card])

    async def _ticket_of(self, item: OutboxItem) -> TicketId | None:
        snapshot = await self.store.load_by_id(item.conversation_id)
        return snapshot.ticket.id if snapshot and snapshot.ticket else None

    async def _pressed(self, ticket: Ticket, agent: Agent, press: Press, item: InboxItem) -> None:
        now = self.clock()
        use_cases: dict[str, UseCase] = {
            CLAIM: lambda case: desk.claim(case, agent, self.phrases, now),
            RELEASE: lambda case: desk.release(case, agent, self.phrases, now),
            RESOLVE: lambda case: desk.resolve(case, agent, self.phrases, now),
            RETURN: lambda case: desk.return_to_bot(case, agent, self.phrases, now),
        }
        use_case = use_cases.get(press.payload)
        if use_case is None:
            raise Refusal(self.phrases.closed)
        answer = Delivery(address=self._desk_address(ticket), effect=AnswerPress(press_id=press.press_id))
        await self.act(ticket.id, use_case, also=[answer], done=[item.id])

    async def _wrote(self, ticket: Ticket, agent: Agent, event: StaffEvent, message: Message, item: InboxItem) -> None:
        now, place = self.clock(), self._desk_address(ticket)
        written = replace(message, external_id="", reply_to="", text=message.text.removeprefix(NOTE_MARK).strip())
        seen_at = (place, message.external_id)
        if message.text.startswith(NOTE_MARK):
            await self.act(
                ticket.id, lambda case: _seen(desk.note(case, agent, written, self.phrases), seen_at), done=[item.id]
            )
            return
        answered = await self.store.message_at(place, message.reply_to) if message.reply_to else None
        copy = CopyMessage(from_chat=event.topic.chat, external_id=message.external_id)
        await self.act(
            ticket.id,
            lambda case: _seen(
                desk.reply(
                    case,
                    agent,
                    written,
                    self.phrases,
                    now,
                    copy_of=copy if message.attachments else None,
                    reply_to=answered.id if answered else None,
                ),
                seen_at,
            ),
            done=[item.id],
        )

    async def _edited(self, ticket: Ticket, event: StaffEvent, edit: Edit, item: InboxItem) -> None:
        """An agent mended what they wrote: the customer's copy follows, unless it was a note."""
        message = await self.store.message_at(self._desk_address(ticket), edit.external_id)
        if message is None or message.id is None or message.author is not Author.AGENT:
            await self.store.finish_updates([item.id])
            return
        message_id, text = message.id, edit.text
        await self.act(
            ticket.id,
            lambda case: desk.correct(case, message_id, text),
            edits=[Edit(external_id=message.external_id, text=text, at=edit.at)],
            done=[item.id],
        )

    async def _turn_away(self, item: InboxItem, event: StaffEvent, ticket: Ticket | None) -> None:
        if ticket is not None and isinstance(event.what, Press):
            await self._answer_staff(item, event, ticket, self.phrases.not_an_agent)
            return
        log.info("not the desk's business", extra={"action": "staff_event_ignored", "who": event.who})
        await self.store.finish_updates([item.id])

    async def _answer_staff(self, item: InboxItem, event: StaffEvent, ticket: Ticket, text: str) -> None:
        """Tell whoever pressed or wrote why nothing came of it."""
        place = self._desk_address(ticket)
        if isinstance(event.what, Press):
            answer = Delivery(address=place, effect=AnswerPress(press_id=event.what.press_id, text=text))
        else:
            answer = Delivery(address=place, effect=SendText(text=text))
        await self.act(ticket.id, lambda case: case, also=[answer], done=[item.id])

    def _desk_address(self, ticket: Ticket) -> Address:
        if self.surface is None:
            raise Refusal(self.phrases.no_such_ticket.format(ticket=ticket_number(ticket.id)))
        return self.surface.address(ticket.id)


def _seen(case: Case, seen_at: tuple[Address, str]) -> Case:
    """Mark the entry that holds the agent's own words as standing in the topic already."""
    entries = tuple(
        replace(entry, seen_at=seen_at) if entry.message.author in (Author.AGENT, Author.NOTE) else entry
        for entry in case.entries
    )
    return replace(case, entries=entries)
