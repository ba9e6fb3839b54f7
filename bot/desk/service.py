"""The desk at work: one door for every surface, with a method for every use case of `handoff`.

What an agent does on one surface is shown on the others by the same commit. Who may do what is settled by the use
cases, on the account as the roster knows it at that moment. Nothing here knows a surface's buttons or words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.desk.acting import ALONE, COMPOSER, Acting, Along
from bot.desk.roster import Roster
from bot.desk.words import words_in
from conversation.effects import Address, CopyMessage, DeleteMessage, Delivery, OutboxStatus, SendFile, SendText
from conversation.errors import Refusal
from conversation.messages import Attachment, Author, Edit, Message, MessageId
from conversation.phrases import Phrases
from conversation.state import Survey
from conversation.tickets import Agent, AgentId, Role, Ticket, TicketId
from handoff import desk, passing
from handoff.case import customer_address, serving, words
from handoff.desk import Case

UPLOADED = "upload:"
"""What precedes the path of a file of ours where an attachment names it."""

DELETABLE_FOR = timedelta(hours=48)
"""How long Telegram lets a bot take back its message (Bot API, deleteMessage). Elsewhere it is held to the same."""

AgentsUseCase = Callable[[Case, Agent, Phrases, datetime], Case]


@dataclass(frozen=True, kw_only=True)
class DeskService(Acting):
    """The use cases of the desk.

    What changes a ticket returns it as it is then, and raises `Refusal`, with words for the agent, where it may not
    be; nothing has changed then.
    """

    roster: Roster

    async def claim(self, ticket_id: TicketId, agent: Agent, *, along: Along = ALONE) -> Ticket:
        """Take a waiting ticket, or take on what routing gave one."""
        return await self._do(ticket_id, agent, desk.claim, along)

    async def reply(
        self,
        ticket_id: TicketId,
        agent: Agent,
        text: str,
        *,
        file: SendFile | None = None,
        copy_of: CopyMessage | None = None,
        media: Sequence[Attachment] = (),
        reply_to: MessageId | None = None,
        key: str = "",
        along: Along = ALONE,
    ) -> Ticket:
        """Answer the customer: with words, with a `file` of ours, or with a copy of a message (`media` says of what).

        With a `key` of the composer's own making it is sent once, however often this is called.
        """
        if file is not None:
            file, media = replace(file, caption=text), (_attached(file),)
        said = Message(author=Author.AGENT, text=text, at=self.clock(), attachments=tuple(media))

        def answered(case: Case, who: Agent, say: Phrases, now: datetime) -> Case:
            return desk.reply(case, who, said, say, now, copy_of=copy_of or file, reply_to=reply_to)

        return await self._do(ticket_id, agent, answered, _keyed(along, ticket_id, key))

    async def note(
        self,
        ticket_id: TicketId,
        agent: Agent,
        text: str,
        *,
        media: Sequence[Attachment] = (),
        key: str = "",
        along: Along = ALONE,
    ) -> Ticket:
        """Leave a remark that the customer never sees. `key` as for `reply`."""
        said = Message(author=Author.NOTE, text=text, at=self.clock(), attachments=tuple(media))

        def noted(case: Case, who: Agent, say: Phrases, now: datetime) -> Case:
            return desk.note(case, who, said, say)

        return await self._do(ticket_id, agent, noted, _keyed(along, ticket_id, key))

    async def correct(
        self, ticket_id: TicketId, agent: Agent, message_id: MessageId, text: str, *, along: Along = ALONE
    ) -> Ticket:
        """Change what the customer was told in a message of one's own; supervisors may in anybody's."""
        if not text.strip():
            raise Refusal(words(agent).empty_reply)
        message = await self._told(ticket_id, agent, message_id)
        if not along.done:  # It does not come from the topic, where it can be seen already.
            mark = words_in(agent.locale).corrected.format(name=agent.name, text=text)
            along = replace(along, deliveries=await self._in_topic(ticket_id, mark, message_id))
        along = replace(along, edit=Edit(external_id=message.external_id, text=text, at=self.clock()))

        def corrected(case: Case, who: Agent, say: Phrases, now: datetime) -> Case:
            serving(case, who)
            return desk.correct(case, message_id, text)

        return await self._do(ticket_id, agent, corrected, along)

    async def delete(self, ticket_id: TicketId, agent: Agent, message_id: MessageId) -> Ticket:
        """Take back what the customer was told, as long as Telegram lets one. What it said stays in its history."""
        message, now = await self._told(ticket_id, agent, message_id), self.clock()
        if now - message.at > DELETABLE_FOR:
            raise Refusal(words_in(agent.locale).too_old)
        mark = words_in(agent.locale).taken_back.format(name=agent.name)
        along = Along(
            deliveries=await self._in_topic(ticket_id, mark, message_id),
            edit=Edit(external_id=message.external_id, text="", at=now),
        )

        def taken_back(case: Case, who: Agent, say: Phrases, now: datetime) -> Case:
            serving(case, who)
            gone = Delivery(address=customer_address(case.conversation), effect=DeleteMessage(), about=message_id)
            return replace(case, deliveries=(*case.deliveries, gone))

        return await self._do(ticket_id, agent, taken_back, along)

    async def release(self, ticket_id: TicketId, agent: Agent, *, along: Along = ALONE) -> Ticket:
        """Give a ticket back to the queue."""
        return await self._do(ticket_id, agent, desk.release, along)

    async def transfer(
        self, ticket_id: TicketId, agent: Agent, to: AgentId | str, comment: str = "", *, along: Along = ALONE
    ) -> Ticket:
        """Pass a ticket on: to the agent of that id, or else to the department of that name."""
        whom = self.roster.find(AgentId(to)) or self.policy.department(to)

        def passed(case: Case, who: Agent, say: Phrases, now: datetime) -> Case:
            return passing.transfer(case, who, whom, say, now, comment)

        return await self._do(ticket_id, agent, passed, along)

    async def reassign(self, ticket_id: TicketId, supervisor: Agent, to: AgentId, comment: str = "") -> Ticket:
        """Give anybody's ticket to somebody else."""
        whom = self.roster.serving(to)
        if whom is None:
            raise Refusal(words_in(supervisor.locale).nobody.format(name=to))

        def passed(case: Case, who: Agent, say: Phrases, now: datetime) -> Case:
            return passing.reassign(case, who, whom, say, now, comment)

        return await self._do(ticket_id, supervisor, passed, ALONE)

    async def snooze(self, ticket_id: TicketId, agent: Agent, until: datetime, *, along: Along = ALONE) -> Ticket:
        """Put a ticket away until a time, or until the customer writes."""

        def put_away(case: Case, who: Agent, say: Phrases, now: datetime) -> Case:
            return desk.snooze(case, who, until, say, now)

        return await self._do(ticket_id, agent, put_away, along)

    async def wake(self, ticket_id: TicketId, agent: Agent, *, along: Along = ALONE) -> Ticket:
        """Take up a snoozed ticket before its time."""
        return await self._do(ticket_id, agent, lambda case, who, say, now: desk.wake(case, who, now), along)

    async def finish(self, ticket_id: TicketId, agent: Agent, *, along: Along = ALONE) -> Ticket:
        """The customer is served; the wrap-up is left."""
        return await self._do(ticket_id, agent, lambda case, who, say, now: desk.finish(case, who, now), along)

    async def resolve(
        self,
        ticket_id: TicketId,
        agent: Agent,
        resolution: str = "",
        labels: Iterable[str] = (),
        *,
        along: Along = ALONE,
    ) -> Ticket:
        """Close a ticket as done, for a reason and with further labels."""
        labels = tuple(labels)

        def resolved(case: Case, who: Agent, say: Phrases, now: datetime) -> Case:
            return surveyed(desk.resolve(case, who, say, now, resolution, labels), now)

        return await self._do(ticket_id, agent, resolved, along)

    async def return_to_bot(
        self, ticket_id: TicketId, agent: Agent, summary: str = "", *, along: Along = ALONE
    ) -> Ticket:
        """Give the conversation back to the bot; the summary stays with the ticket."""

        def returned(case: Case, who: Agent, say: Phrases, now: datetime) -> Case:
            return desk.return_to_bot(case, who, say, now, summary)

        return await self._do(ticket_id, agent, returned, along)

    async def label(self, ticket_id: TicketId, agent: Agent, labels: Iterable[str], *, along: Along = ALONE) -> Ticket:
        """Give a ticket these labels instead of those it has."""
        labels = tuple(labels)
        return await self._do(ticket_id, agent, lambda case, who, say, now: desk.label(case, who, labels), along)

    async def availability(self, agent: Agent, available: bool) -> Agent:
        """Turn an agent's switch: whether routing gives them tickets."""
        return await self.roster.set_available(await self._acting(agent), available)

    async def _do(self, ticket_id: TicketId, agent: Agent, use_case: AgentsUseCase, along: Along) -> Ticket:
        """Apply a use case on behalf of an agent, as their account is now."""
        who, now = await self._acting(agent), self.clock()
        return await self.act(ticket_id, lambda case: use_case(case, who, self.speaking(case), now), along=along)

    async def _acting(self, agent: Agent) -> Agent:
        """The agent as the roster knows them; somebody it does not know may be new. Raises Refusal for others."""
        who = self.roster.serving(agent.id)
        if who is None:
            await self.roster.refresh()
            who = self.roster.serving(agent.id)
        if who is None:
            raise Refusal(words(agent).desk.disabled)
        self.roster.seen(who.id)
        return who

    async def _told(self, ticket_id: TicketId, agent: Agent, message_id: MessageId) -> Message:
        """A message to the customer that an agent may change. Raises Refusal where there is none."""
        ticket, say = await self.store.ticket(ticket_id), words_in(agent.locale)
        history = await self.store.history(ticket.conversation_id) if ticket else []
        row = next((row for row in history if row.message.id == message_id), None)
        if row is None or row.message.author is not Author.AGENT:
            raise Refusal(say.no_such_message)
        if row.message.author_name != agent.name and agent.role is Role.AGENT:
            raise Refusal(say.not_your_message.format(name=row.message.author_name))
        if row.delivery in (OutboxStatus.PENDING, OutboxStatus.SENDING):
            raise Refusal(say.not_sent_yet)
        return row.message

    async def _in_topic(self, ticket_id: TicketId, text: str, message_id: MessageId) -> tuple[Delivery, ...]:
        """A remark in the ticket's topic, below a message there."""
        ticket = await self.store.ticket(ticket_id)
        if self.surface is None or ticket is None:
            return ()
        return (Delivery(address=self.surface.address(ticket), effect=SendText(text=text), reply_to=message_id),)


def _keyed(along: Along, ticket_id: TicketId, key: str) -> Along:
    """The step with the place at which its words are called `key`, where there is one."""
    place = Address(channel=COMPOSER, chat=str(ticket_id))
    return replace(along, seen_at=(place, key)) if key else along


def _attached(file: SendFile) -> Attachment:
    return Attachment(kind=file.media, file_id=f"{UPLOADED}{file.path}", detail=file.name)


def surveyed(case: Case, now: datetime) -> Case:
    """The case with what the dialogue has to know of the survey that its customer was asked to answer."""
    if not case.rules.survey or case.closing is None:
        return case
    survey = Survey(episode_id=case.closing.episode_id, asked_at=now)
    dialogue = replace(case.conversation.dialogue, survey=survey)
    return replace(case, conversation=replace(case.conversation, dialogue=dialogue))
