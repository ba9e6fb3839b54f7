"""What a store does for the queue of the desk: lists, counts, places in the queue, loads, and what is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.testing.store_contract.desk_examples import DEWI, SARI, WholeStore, keep, listed, told
from bot.testing.store_contract.examples import BUDI, NOON, at, commit, contact, refused, ticket
from conversation.desk_ports import TicketQuery
from conversation.messages import Author
from conversation.tickets import Deadlines, Priority, Ticket, TicketId, TicketStatus

OPEN = (TicketStatus.QUEUED, TicketStatus.ASSIGNED, TicketStatus.WAITING_CUSTOMER, TicketStatus.SNOOZED)
EVERYTHING = TicketQuery()
PENGADUAN = frozenset({"pengaduan"})


def assigned(number: int, **others: float) -> Ticket:
    """A complaint that Sari serves."""
    given = ticket(number, status=TicketStatus.ASSIGNED, **others)  # type: ignore[arg-type]
    return replace(given, assignee=SARI.id, assignee_name="Sari", assigned_at=given.queued_at)


class QueueContract:
    """Tickets as the desk sees them."""

    async def test_everything_the_desk_knows_of_a_ticket_comes_back(self, store: WholeStore) -> None:
        whole = replace(
            assigned(41),
            labels=("vip", 'kata "kutip"'),
            skill="retur",
            language="jv",
            assigned_at=at(1),
            routed=True,
            last_agent=DEWI.id,
            declined=(DEWI.id, SARI.id),
            snoozed_until=at(60),
            replied_at=at(2),
            finished_at=at(2),
            closed_at=at(3),
            handled_seconds=91.5,
            deadlines=Deadlines(
                first_reply=at(5), next_reply=at(6), resolution=at(7), paused_at=at(4), warned=("first_reply",)
            ),
        )
        await keep(store, whole)
        assert await store.ticket(TicketId(41)) == whole

    async def test_a_ticket_with_a_naive_deadline_is_refused(self, store: WholeStore) -> None:
        naive = NOON.replace(tzinfo=None)
        for each in (
            replace(ticket(1), snoozed_until=naive),
            replace(ticket(1), deadlines=Deadlines(resolution=naive)),
            replace(ticket(1), deadlines=Deadlines(paused_at=naive)),
        ):
            await refused(ValueError, commit(store, ticket=each))
        assert await store.ticket(TicketId(1)) is None

    async def test_a_list_shows_the_latest_message_whoever_wrote_it(self, store: WholeStore) -> None:
        theirs = ticket(2, conversation_id=contact(2).conversation_id)
        await keep(store, ticket(1))
        await commit(store, ticket=theirs, customer=contact(2))
        await told(store, "rusak", "tolong")
        await told(store, "sudah ditelepon", author=Author.NOTE, minutes=1)
        first, second = await store.ticket_rows(EVERYTHING)
        assert first.ticket == ticket(1)
        assert first.latest is not None
        assert (first.latest.text, first.latest.author) == ("sudah ditelepon", Author.NOTE)
        assert (second.ticket, second.latest) == (theirs, None)

    async def test_the_urgent_come_first_and_then_who_waits_longest(self, store: WholeStore) -> None:
        await keep(
            store,
            ticket(1, queued=0),
            replace(ticket(2, queued=1, priority=Priority.URGENT), department="teknis"),
            ticket(3, queued=2, waiting=-5),
            ticket(4, queued=3, priority=Priority.HIGH),
            assigned(5, queued=-9, waiting=4),
            ticket(6, queued=0),
        )
        assert await listed(store, EVERYTHING) == [2, 4, 3, 1, 6, 5]

    async def test_the_nearest_deadline_comes_first_and_none_last(self, store: WholeStore) -> None:
        await keep(
            store,
            replace(ticket(1), deadlines=Deadlines(resolution=at(9))),
            ticket(2, queued=1),
            replace(ticket(3), deadlines=Deadlines(first_reply=at(8), resolution=at(30))),
            ticket(4, queued=2, priority=Priority.HIGH),
            replace(assigned(5), department="teknis", deadlines=Deadlines(next_reply=at(-8), missed=("next_reply",))),
            replace(ticket(6, status=TicketStatus.RESOLVED, queued=7), deadlines=Deadlines(resolution=at(-50))),
        )
        by_deadline = TicketQuery(order="deadline")
        assert await listed(store, by_deadline) == [5, 3, 1, 4, 2, 6]
        assert await listed(store, by_deadline, limit=2, offset=2) == [1, 4]

    async def test_the_newest_come_first_where_that_is_asked_for(self, store: WholeStore) -> None:
        await keep(store, ticket(1, queued=5), ticket(2, queued=9), assigned(3, queued=7), ticket(4, queued=5))
        assert await listed(store, TicketQuery(order="newest")) == [2, 3, 4, 1]

    async def test_an_order_that_nobody_knows_is_refused(self, store: WholeStore) -> None:
        await refused(ValueError, store.ticket_rows(TicketQuery(order="bysize")))

    async def test_pages_follow_on_one_another(self, store: WholeStore) -> None:
        for number in range(1, 10):
            department, status = ("a", "b", "c")[number % 3], OPEN[number % 4]
            await keep(store, replace(ticket(number, queued=number, status=status), department=department))
        pages = [await listed(store, EVERYTHING, limit=4, offset=offset) for offset in (0, 4, 8, 12)]
        assert pages == [[1, 2, 3, 4], [5, 6, 7, 8], [9], []]

    async def test_a_list_is_restricted_by_all_that_is_asked(self, store: WholeStore) -> None:
        await keep(
            store,
            ticket(1),
            replace(ticket(2), department="teknis", labels=("vip", "retur")),
            assigned(3),
            replace(assigned(4), status=TicketStatus.RESOLVED, labels=("VIP",)),
            replace(assigned(5), department="teknis"),
        )
        asked = {
            TicketQuery(statuses=(TicketStatus.QUEUED,)): [1, 2],
            TicketQuery(statuses=OPEN, departments=PENGADUAN): [1, 3],
            TicketQuery(departments=frozenset({"teknis", "kosong"})): [2, 5],
            TicketQuery(departments=frozenset()): [],
            TicketQuery(assignee=SARI.id): [3, 4, 5],
            TicketQuery(assignee=SARI.id, statuses=OPEN, departments=PENGADUAN): [3],
            TicketQuery(assignee=DEWI.id): [],
            TicketQuery(unassigned=True): [1, 2],
            TicketQuery(label="vip"): [2],
            TicketQuery(label="vi"): [],
            TicketQuery(label='vip","retur'): [],
            TicketQuery(label="VIP", assignee=SARI.id): [4],
        }
        assert {query: await listed(store, query) for query in asked} == asked

    async def test_open_tickets_are_counted_for_the_tabs(self, store: WholeStore) -> None:
        at_risk = Deadlines(resolution=at(9), warned=("resolution",))
        await keep(
            store,
            ticket(1),
            replace(ticket(2), deadlines=at_risk),
            replace(ticket(3), department="teknis", deadlines=Deadlines(overdue=("first_reply",))),
            assigned(4),
            replace(assigned(5), department="teknis"),
            replace(assigned(6), status=TicketStatus.RESOLVED, deadlines=at_risk),
        )
        everywhere = {"unassigned": 3, "all": 5, "at_risk": 2}
        assert await store.ticket_counts(None) == everywhere
        assert await store.ticket_counts(PENGADUAN) == {"unassigned": 2, "all": 3, "at_risk": 1}
        assert await store.ticket_counts(frozenset()) == dict.fromkeys(everywhere, 0)
        assert await store.in_hand() == {SARI.id: 2}

    async def test_the_position_counts_who_comes_before_in_the_same_department(self, store: WholeStore) -> None:
        await keep(
            store,
            ticket(1, queued=0),
            ticket(2, queued=5, waiting=-5),
            ticket(3, queued=9, priority=Priority.URGENT),
            ticket(4, queued=0),
            replace(ticket(5, queued=-9), department="teknis"),
            assigned(6, queued=-9),
        )
        positions = [await store.position(TicketId(number)) for number in range(1, 8)]
        assert positions == [3, 2, 1, 4, 1, None, None]

    async def test_the_load_counts_what_somebody_has_to_do(self, store: WholeStore) -> None:
        statuses = list(TicketStatus)
        for number, status in enumerate(statuses, start=1):
            await keep(store, replace(assigned(number), status=status))
        await keep(store, replace(assigned(20), assignee=DEWI.id), ticket(21))
        assert await store.open_load() == {SARI.id: 2, DEWI.id: 1}

    async def test_a_ticket_is_due_when_a_deadline_or_a_snooze_has_passed(self, store: WholeStore) -> None:
        await keep(
            store,
            replace(ticket(1), deadlines=Deadlines(resolution=at(9))),
            replace(ticket(2), deadlines=Deadlines(first_reply=at(4), resolution=at(90))),
            replace(assigned(3), status=TicketStatus.SNOOZED, snoozed_until=at(6)),
            replace(assigned(4), snoozed_until=at(1)),
            replace(ticket(5), deadlines=Deadlines(first_reply=at(1), missed=("first_reply",))),
            replace(ticket(6), deadlines=Deadlines(first_reply=at(1), paused_at=at(0))),
            replace(ticket(7, status=TicketStatus.RESOLVED), deadlines=Deadlines(resolution=at(1))),
        )
        long_ago = NOON - timedelta(days=1)
        assert await store.due_tickets(at(3), long_ago) == []
        assert await store.due_tickets(at(6), long_ago) == [2, 3]
        assert await store.due_tickets(at(9), long_ago) == [2, 3, 1]
        assert await store.due_tickets(at(9), long_ago, limit=1) == [2]

    async def test_a_routed_ticket_is_due_when_its_customer_was_left_waiting(self, store: WholeStore) -> None:
        routed = replace(assigned(1, waiting=-3), routed=True, assigned_at=at(10))
        await keep(
            store,
            routed,
            replace(routed, id=TicketId(2), routed=False),
            replace(routed, id=TicketId(3), waiting_since=None),
            replace(routed, id=TicketId(4), waiting_since=at(12)),
            replace(routed, id=TicketId(5), status=TicketStatus.WAITING_CUSTOMER),
            replace(routed, id=TicketId(6), assigned_at=at(9), deadlines=Deadlines(first_reply=at(20))),
        )
        assert await store.due_tickets(at(15), at(9)) == [6]
        assert await store.due_tickets(at(15), at(11)) == [6, 1]
        assert await store.due_tickets(at(20), at(12)) == [6, 1, 4]

    async def test_a_claim_moves_a_ticket_from_one_list_to_another(self, store: WholeStore) -> None:
        await keep(store, ticket(1), ticket(2, queued=1))
        await keep(store, replace(assigned(1), conversation_id=BUDI.conversation_id))
        assert await listed(store, TicketQuery(unassigned=True)) == [2]
        assert await listed(store, TicketQuery(assignee=SARI.id)) == [1]
        assert await store.position(TicketId(2)) == 1
