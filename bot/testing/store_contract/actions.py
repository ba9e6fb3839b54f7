"""What a store does for actions: a journal that tells what was begun and what was done, and reminders."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from bot.testing.store_contract.examples import BUDI, NOON, at, commit, contact, refused, turn
from conversation.actions import Reminder, ReminderCancelled
from conversation.errors import StaleConversation
from conversation.messages import Contact
from conversation.ports import Change, Journaled, Store

PAY_BACK = ("turn:7/1", "kembalikan_dana", BUDI.conversation_id)


def reminder(name: str, *, minutes: float = 10, intent: str = "tanya_lagi") -> Reminder:
    """A reminder that is due so many minutes after noon."""
    return Reminder(name=name, due=at(minutes), intent=intent)


async def remind(store: Store, *what: Reminder | ReminderCancelled, customer: Contact = BUDI) -> None:
    """Set and call off reminders of a customer, in a turn at noon."""
    conversation = (await store.load(customer)).conversation
    await store.commit(Change(conversation=conversation, reminders=what, turn=turn("ingat")))


async def names_due(store: Store, now: datetime) -> list[str]:
    """The names of the reminders whose time has come."""
    return [due.reminder.name for due in await store.due_reminders(now)]


class ActionContract:
    """The journal of actions, and reminders."""

    async def test_an_action_is_begun_before_anything_else_is_known_of_it(self, store: Store) -> None:
        assert await store.begin_action(*PAY_BACK, NOON) == (Journaled.BEGUN, "")

    async def test_an_action_that_never_ended_is_uncertain(self, store: Store) -> None:
        await store.begin_action(*PAY_BACK, NOON)
        assert await store.begin_action(*PAY_BACK, at(1)) == (Journaled.UNCERTAIN, "")

    async def test_an_action_that_ended_is_done_with_its_result(self, store: Store) -> None:
        await store.begin_action(*PAY_BACK, NOON)
        await store.end_action(PAY_BACK[0], '{"says": ["Sudah 🙏"]}', at(1))
        assert await store.begin_action(*PAY_BACK, at(2)) == (Journaled.DONE, '{"says": ["Sudah 🙏"]}')

    async def test_an_action_ends_once(self, store: Store) -> None:
        await store.begin_action(*PAY_BACK, NOON)
        await store.end_action(PAY_BACK[0], "", at(1))
        await store.end_action(PAY_BACK[0], "lain", at(2))
        assert await store.begin_action(*PAY_BACK, at(3)) == (Journaled.DONE, "")

    async def test_the_end_of_an_action_that_was_never_begun_says_nothing(self, store: Store) -> None:
        await store.end_action(PAY_BACK[0], "hantu", NOON)
        assert await store.begin_action(*PAY_BACK, NOON) == (Journaled.BEGUN, "")

    async def test_runs_with_other_keys_are_other_runs(self, store: Store) -> None:
        await store.begin_action(*PAY_BACK, NOON)
        assert await store.begin_action("turn:7/2", *PAY_BACK[1:], NOON) == (Journaled.BEGUN, "")

    async def test_of_many_who_begin_the_same_run_one_may(self, store: Store) -> None:
        answers = await asyncio.gather(*(store.begin_action(*PAY_BACK, NOON) for _ in range(20)))
        assert sorted(known.value for known, _ in answers) == ["begun"] + ["uncertain"] * 19

    async def test_an_action_at_a_naive_time_is_refused(self, store: Store) -> None:
        naive = NOON.replace(tzinfo=None)
        await refused(ValueError, store.begin_action(*PAY_BACK, naive))
        assert await store.begin_action(*PAY_BACK, NOON) == (Journaled.BEGUN, "")
        await refused(ValueError, store.end_action(PAY_BACK[0], "", naive))

    async def test_everything_a_reminder_says_comes_back(self, store: Store) -> None:
        whole = Reminder(
            name="tagih",
            due=at(10),
            intent="ingatkan_bayar",
            entities=(("nomor", "INV-7"), ("barang", ["sepatu", 2]), ("nomor", None)),
            unless_written=True,
        )
        await remind(store, whole)
        (due,) = await store.due_reminders(at(10))
        assert (due.contact, due.reminder, due.set_at) == (BUDI, whole, NOON)

    async def test_a_reminder_is_due_when_its_time_has_come(self, store: Store) -> None:
        await remind(store, reminder("a", minutes=10))
        assert await store.due_reminders(at(9.99)) == []
        assert await names_due(store, at(10)) == ["a"]
        assert await names_due(store, at(999)) == ["a"]

    async def test_the_longest_due_comes_first(self, store: Store) -> None:
        await remind(store, reminder("b", minutes=5), reminder("c", minutes=7), customer=contact(1))
        await remind(store, reminder("a", minutes=3), reminder("d", minutes=50))
        assert await names_due(store, at(10)) == ["a", "b", "c"]
        assert [due.reminder.name for due in await store.due_reminders(at(10), limit=2)] == ["a", "b"]

    async def test_the_next_reminder_is_the_soonest(self, store: Store) -> None:
        assert await store.next_reminder() is None
        await remind(store, reminder("b", minutes=5), reminder("a", minutes=3))
        following = await store.next_reminder()
        assert following == at(3)
        assert following is not None
        assert following.utcoffset() is not None

    async def test_a_reminder_that_was_handed_on_is_dropped(self, store: Store) -> None:
        await remind(store, reminder("a"), reminder("b"))
        first, _ = await store.due_reminders(at(10))
        await store.drop_reminders([first.id])
        await store.drop_reminders([first.id])
        assert await names_due(store, at(10)) == ["b"]
        await store.drop_reminders([])

    async def test_a_reminder_replaces_the_earlier_one_of_its_name(self, store: Store) -> None:
        await remind(store, reminder("a", minutes=5, intent="lama"))
        await remind(store, reminder("a", minutes=8, intent="baru"))
        (due,) = await store.due_reminders(at(10))
        assert due.reminder == reminder("a", minutes=8, intent="baru")

    async def test_dropping_what_was_handed_on_leaves_what_replaced_it(self, store: Store) -> None:
        await remind(store, reminder("a", minutes=1))
        handed_on = await store.due_reminders(at(1))
        await remind(store, reminder("a", minutes=20))
        await store.drop_reminders([due.id for due in handed_on])
        assert await names_due(store, at(20)) == ["a"]

    async def test_reminders_of_two_customers_do_not_touch_each_other(self, store: Store) -> None:
        await remind(store, reminder("a"))
        await remind(store, reminder("a"), ReminderCancelled(), reminder("b"), customer=contact(1))
        assert [(due.contact, due.reminder.name) for due in await store.due_reminders(at(10))] == [
            (BUDI, "a"),
            (contact(1), "b"),
        ]

    async def test_reminders_are_called_off_by_name_by_intent_or_all(self, store: Store) -> None:
        four = (reminder("a", intent="x"), reminder("b", intent="x"), reminder("c", intent="y"), reminder("d"))
        await remind(store, *four, ReminderCancelled(name="d"))
        assert await names_due(store, at(10)) == ["a", "b", "c"]
        await remind(store, ReminderCancelled(name="a", intent="y"))
        assert await names_due(store, at(10)) == ["a", "b", "c"]
        await remind(store, ReminderCancelled(intent="x"))
        assert await names_due(store, at(10)) == ["c"]
        await remind(store, reminder("e"), ReminderCancelled())
        assert await names_due(store, at(10)) == []

    async def test_reminders_are_set_and_called_off_in_the_order_given(self, store: Store) -> None:
        await remind(store, ReminderCancelled(), reminder("a"), reminder("a", minutes=4), reminder("b"))
        assert await names_due(store, at(4)) == ["a"]
        assert await names_due(store, at(10)) == ["a", "b"]

    async def test_a_refused_change_sets_no_reminder(self, store: Store) -> None:
        await commit(store)
        stale = replace((await store.load(BUDI)).conversation, version=7)
        await refused(StaleConversation, store.commit(Change(conversation=stale, reminders=(reminder("a"),))))
        assert await store.next_reminder() is None

    async def test_a_reminder_without_a_turn_is_set_now(self, store: Store) -> None:
        conversation = (await store.load(BUDI)).conversation
        before = datetime.now(NOON.tzinfo)
        await store.commit(Change(conversation=conversation, reminders=(reminder("a"),)))
        (due,) = await store.due_reminders(at(10))
        assert before <= due.set_at <= datetime.now(NOON.tzinfo)

    async def test_a_reminder_at_a_naive_time_is_refused(self, store: Store) -> None:
        naive = replace(reminder("a"), due=NOON.replace(tzinfo=None))
        await refused(ValueError, remind(store, naive))
        assert await store.load_by_id(BUDI.conversation_id) is None

    async def test_a_reminder_with_what_is_not_json_able_is_refused(self, store: Store) -> None:
        await refused(ValueError, remind(store, replace(reminder("a"), entities=(("benda", object()),))))
        assert await store.load_by_id(BUDI.conversation_id) is None
