"""One step of the desk: a case is loaded, a use case of `handoff` applied to it, and the whole committed.

Of two who act at once the second's commit is stale; their use case is tried again on what the first one left. It knows
neither agents nor what they may: the use cases do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.desk.figures import with_figures
from bot.desk.store import WholeStore as WholeStore
from bot.desk.topics import TopicSurface
from conversation.effects import Address, Delivery, Entry, OutboxItem
from conversation.errors import Refusal, StaleConversation
from conversation.messages import Author, Edit, InboxId
from conversation.phrases import Phrases, ticket_number
from conversation.ports import Change
from conversation.state import Conversation
from conversation.tickets import Ticket, TicketId
from handoff.desk import Case
from handoff.episodes import remembered
from handoff.lifecycle import IllegalTransition
from handoff.policy import DeskPolicy

COMPOSER = "composer"
"""The channel of the places where agents read what they wrote themselves, under the keys that their pages gave it."""

ATTEMPTS = 20
"""How often a use case is decided anew when others keep changing the same conversation."""

UseCase = Callable[[Case], Case]


@dataclass(frozen=True, kw_only=True, slots=True)
class Along:
    """What belongs to a step beside its use case.

    `deliveries` are a surface's own, `done` the updates that it has dealt with. `seen_at` is where the agent's words
    stand already and what they are called there; a composer's words are said once under each name. `edit` is what an
    agent changed of an earlier message.
    """

    deliveries: tuple[Delivery, ...] = ()
    done: tuple[InboxId, ...] = ()
    seen_at: tuple[Address, str] | None = None
    edit: Edit | None = None


ALONE = Along()


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Applies use cases over a store. `voice` is how a customer is spoken to, where not by `phrases`."""

    store: WholeStore
    phrases: Phrases
    submit: Callable[[Sequence[OutboxItem]], None]
    clock: Callable[[], datetime]
    policy: DeskPolicy = field(default_factory=DeskPolicy)
    surface: TopicSurface | None = None
    voice: Callable[[Conversation], Phrases] | None = None

    async def act(self, ticket_id: TicketId, use_case: UseCase, *, along: Along = ALONE) -> Ticket:
        """Apply `use_case` to a ticket and commit it, with what else belongs to the same step.

        What changes nothing, and words that were said at their place before, are not committed.

        Raises:
            Refusal: the ticket does not exist, or the use case refused; nothing was changed.
        """
        for _ in range(ATTEMPTS):
            before = await self._case(ticket_id)
            if await self._said_already(along):
                return before.ticket
            after = self._applied(use_case, before)
            if after == before and along == ALONE:
                return before.ticket
            change = await with_figures(
                self._change(before, after, along), before.conversation, self.store, self.policy
            )
            try:
                committed = await self.store.commit(change)
            except StaleConversation:
                continue
            self.submit(committed.outbox)
            return after.ticket
        raise Refusal(self.phrases.busy)

    def speaking(self, case: Case) -> Phrases:
        """What the system says, as this customer is spoken to."""
        return self.voice(case.conversation) if self.voice else self.phrases

    async def _case(self, ticket_id: TicketId) -> Case:
        known = await self.store.ticket(ticket_id)
        snapshot = await self.store.load_by_id(known.conversation_id, recent=0) if known else None
        ticket = snapshot.ticket if snapshot else None
        if ticket is None or ticket.id != ticket_id:
            # Read again: were it older than the conversation, the commit would not notice what happened in between.
            ticket = await self.store.ticket(ticket_id)
        if ticket is None or snapshot is None:
            raise Refusal(self.phrases.no_such_ticket.format(ticket=ticket_number(ticket_id)))
        rules = self.policy.department(ticket.department)
        return Case(conversation=snapshot.conversation, ticket=ticket, rules=rules)

    async def _said_already(self, along: Along) -> bool:
        """Whether a composer's words are there already. Those of a chat come once by themselves."""
        if along.seen_at is None or along.seen_at[0].channel != COMPOSER:
            return False
        return await self.store.message_at(*along.seen_at) is not None

    def _applied(self, use_case: UseCase, before: Case) -> Case:
        try:
            after = use_case(before)
        except IllegalTransition as error:
            raise Refusal(self.phrases.closed) from error
        if not before.ticket.is_open:
            # A closed ticket takes notes, but the conversation may have gone on to another one since.
            return replace(after, conversation=before.conversation)
        return replace(after, conversation=remembered(after.conversation, after.ticket))

    def _change(self, before: Case, after: Case, along: Along) -> Change:
        change = Change(
            conversation=after.conversation,
            ticket=after.ticket,
            entries=tuple(_seen(entry, along.seen_at) for entry in after.entries),
            deliveries=(*after.deliveries, *along.deliveries),
            closing=after.closing,
            done=along.done,
        )
        if self.surface:
            change = self.surface.shown(change, before.ticket)
        # The agents' own edits are added last: the surface shows edits as the customer's doing.
        return replace(change, edits=(along.edit,)) if along.edit else change


def _seen(entry: Entry, seen_at: tuple[Address, str] | None) -> Entry:
    """Mark the agent's own words as standing already where they were written."""
    own = entry.message.author in (Author.AGENT, Author.NOTE)
    return replace(entry, seen_at=seen_at) if own and seen_at else entry
