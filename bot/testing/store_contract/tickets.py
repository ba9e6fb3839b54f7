"""What a store does with tickets: keep each whole, and hand them out by urgency and age."""

from __future__ import annotations

from dataclasses import replace

from bot.testing.store_contract.examples import BUDI, DESK, NOON, commit, refused, ticket
from conversation.ports import Change, Store
from conversation.state import Owner
from conversation.tickets import AgentId, HandoffReason, Priority, Ticket, TicketId, TicketStatus

SARI = AgentId("telegram:777")


class TicketContract:
    """Tickets and their queue."""

    async def test_everything_a_ticket_says_comes_back(self, store: Store) -> None:
        whole = Ticket(
            id=TicketId(41),
            conversation_id=BUDI.conversation_id,
            status=TicketStatus.ASSIGNED,
            reason=HandoffReason.ALARM,
            department="penipuan",
            priority=Priority.URGENT,
            queued_at=NOON,
            changed_at=NOON,
            contact_name="Budi 🙏",
            assignee=SARI,
            assignee_name="Sari",
            waiting_since=NOON,
            resolution="dana kembali",
            packet={"intents": [["penipuan", 0.8]], "mood": {"anger": 0.9}, "tried": []},
            topic=DESK,
        )
        await commit(store, ticket=whole)
        assert await store.ticket(TicketId(41)) == whole

    async def test_there_is_no_ticket_that_nobody_opened(self, store: Store) -> None:
        assert await store.ticket(TicketId(1)) is None
        assert await store.tickets() == []

    async def test_a_committed_ticket_replaces_what_was_known_of_it(self, store: Store) -> None:
        await commit(store, ticket=ticket(1))
        claimed = replace(ticket(1), status=TicketStatus.ASSIGNED, assignee=SARI, assignee_name="Sari")
        await commit(store, ticket=claimed)
        assert await store.tickets() == [claimed]

    async def test_a_conversation_is_loaded_with_its_open_ticket(self, store: Store) -> None:
        conversation = replace((await store.load(BUDI)).conversation, owner=Owner.QUEUE, ticket_id=TicketId(1))
        await store.commit(Change(conversation=conversation, ticket=ticket(1)))
        assert (await store.load(BUDI)).ticket == ticket(1)
        by_id = await store.load_by_id(BUDI.conversation_id)
        assert by_id is not None
        assert by_id.ticket == ticket(1)

    async def test_a_closed_ticket_is_not_loaded_with_the_conversation(self, store: Store) -> None:
        conversation = replace((await store.load(BUDI)).conversation, ticket_id=TicketId(1))
        closed = ticket(1, status=TicketStatus.RESOLVED)
        await store.commit(Change(conversation=conversation, ticket=closed))
        assert (await store.load(BUDI)).ticket is None

    async def test_urgent_tickets_come_first_and_then_who_waits_longest(self, store: Store) -> None:
        for each in (
            ticket(1, queued=0),
            ticket(2, queued=1, priority=Priority.URGENT),
            ticket(3, queued=2, waiting=-5),
            ticket(4, queued=3, priority=Priority.HIGH),
            ticket(5, queued=-9, waiting=4),
            ticket(6, queued=1, waiting=-1, priority=Priority.URGENT),
        ):
            await commit(store, ticket=each)
        assert [each.id for each in await store.tickets()] == [6, 2, 4, 3, 1, 5]
        assert [each.id for each in await store.tickets(limit=2)] == [6, 2]

    async def test_tickets_are_chosen_by_status_and_by_agent(self, store: Store) -> None:
        await commit(store, ticket=ticket(1))
        await commit(store, ticket=replace(ticket(2, status=TicketStatus.ASSIGNED), assignee=SARI))
        await commit(store, ticket=replace(ticket(3, status=TicketStatus.RESOLVED), assignee=SARI))
        queued_or_assigned = (TicketStatus.QUEUED, TicketStatus.ASSIGNED)
        assert [each.id for each in await store.tickets(queued_or_assigned)] == [1, 2]
        assert [each.id for each in await store.tickets(assignee=SARI)] == [2, 3]
        assert [each.id for each in await store.tickets(queued_or_assigned, SARI)] == [2]

    async def test_only_open_tickets_are_counted_as_open(self, store: Store) -> None:
        for number, status in enumerate(TicketStatus, start=1):
            await commit(store, ticket=ticket(number, status=status))
        assert (await store.counts())["tickets_open"] == 5

    async def test_a_ticket_with_a_naive_time_is_refused(self, store: Store) -> None:
        naive = replace(ticket(1), changed_at=NOON.replace(tzinfo=None))
        await refused(ValueError, commit(store, ticket=naive))
        assert await store.ticket(TicketId(1)) is None
