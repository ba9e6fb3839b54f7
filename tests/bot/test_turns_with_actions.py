"""Turns that run actions: once, whatever else happens, and with a human told where one fails."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_forms import forms_mind
from bot.testing.small_service import SmallService
from bot.testing.small_shop import PHRASES
from bot.turns import Turns
from conversation.actions import Call, Failure, Reminder, ReminderCancelled, Result, Saying, SlotSet
from conversation.messages import Attachment, AttachmentKind, Author, CustomerEvent, Message
from conversation.ports import Change
from conversation.state import Owner

STATUS = "action_status_pesanan"


class Actions:
    """Answers every call as it is told, and remembers what was called."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.calls: list[Call] = []

    async def __call__(self, call: Call) -> Result:
        self.calls.append(call)
        await asyncio.sleep(0)
        return self.result


def service(result: Result) -> tuple[SmallService, Actions]:
    shop, actions = SmallService(mind=forms_mind(STATUS)), Actions(result)
    shop.turns.run_action = actions
    return shop, actions


FOUND = Result(says=(Saying(response="status", values={"keadaan": "dikirim"}),))


async def test_an_action_speaks_through_the_turn() -> None:
    shop, actions = service(FOUND)
    assert await shop.hears("pesanan saya mana", "TN-448120") == ["Nomor pesanannya?", "Pesanan TN-448120 dikirim."]
    assert [call.action for call in actions.calls] == [STATUS]
    recent = [message.text for message in actions.calls[0].recent]
    assert recent == ["pesanan saya mana", "Nomor pesanannya?", "TN-448120"]


async def test_a_turn_planned_anew_runs_its_action_once() -> None:
    shop, actions = service(FOUND)
    await shop.hears("pesanan saya mana")

    async def act_meanwhile(call: Call) -> Result:
        result = await actions(call)
        if len(actions.calls) == 1:  # Somebody else changes the conversation while the action runs.
            await shop.store.commit(Change(conversation=(await shop.snapshot()).conversation))
        return result

    shop.turns.run_action = act_meanwhile
    assert (await shop.hears("TN-448120"))[-1] == "Pesanan TN-448120 dikirim."
    assert len(actions.calls) == 1


async def test_a_turn_begun_again_asks_with_the_same_key() -> None:
    shop, actions = service(FOUND)
    await shop.hears("pesanan saya mana")
    shop.store.failures["commit"] = 1
    await shop.hears("TN-448120")
    first, second = actions.calls
    assert first.key == second.key


@pytest.mark.parametrize("failure", [Failure.RAISED, Failure.TIMED_OUT, Failure.UNREACHABLE])
async def test_a_failed_action_leaves_the_customer_with_a_human_who_sees_why(failure: Failure) -> None:
    shop, _ = service(Result(failure=failure, error="order system: connection refused"))
    await shop.hears("TN-448120", "pesanan saya mana")
    ticket = await shop.open_ticket()
    assert ticket.reason.value == "tool_failure"
    assert "order system: connection refused" in shop.topic(ticket)[0]
    assert (await shop.hears("jam buka?"))[-1] == "Buka jam 9"


async def test_the_complaints_answers_stand_on_the_agents_card() -> None:
    shop = SmallService(mind=forms_mind())
    await shop.hears("rusak!", "layarnya retak semua", "TN-448120", "eh salah, nomornya TN-999000", "jam buka?")
    photo = Attachment(kind=AttachmentKind.PHOTO, file_id="f1")
    await shop.hears("sudah 2 minggu")
    said = Message(author=Author.CUSTOMER, text="", at=NOON, attachments=(photo,), external_id="77")
    await shop.receive(shop.channel.update(CustomerEvent(contact=BUDI, what=said)))
    assert (await shop.hears("uang kembali"))[-1] == "Lengkap: TN-999000."
    ticket = await shop.open_ticket()
    assert [(field["title"], field["value"]) for field in ticket.packet["fields"]] == [  # type: ignore[attr-defined]
        ("masalah", "layarnya retak semua"),
        ("nomor pesanan", "TN-999000"),
        ("sejak kapan", "2 minggu"),
        ("foto", "[foto]"),
        ("solusi", "uang kembali"),
    ]
    shown = [effect.text for _, effect in shop.channel.performed if effect.kind == "edit_text"]
    assert "• nomor pesanan: TN-999000" in shown[-1]
    assert "• foto: [foto]" in shown[-1]


async def test_a_form_goes_on_after_a_restart() -> None:
    shop = SmallService(mind=forms_mind())
    await shop.hears("rusak!", "layarnya retak semua")
    again = SmallService(mind=forms_mind(), store=shop.store, channel=shop.channel)
    assert (await again.hears("TN-448120"))[-1] == "Sejak kapan?"


async def test_a_new_episode_begins_with_empty_slots() -> None:
    shop, _ = service(FOUND)
    await shop.hears("TN-448120")
    shop.clock.now += timedelta(days=2)
    assert (await shop.hears("pesanan saya mana"))[-1] == "Nomor pesanannya?"


async def test_reminders_are_kept_and_called_off_with_the_turn() -> None:
    reminder = Reminder(name="r", due=NOON + timedelta(hours=1), intent="jam_buka")
    shop, actions = service(Result(events=(reminder, SlotSet(name="dikenal", value=True))))
    woken: list[bool] = []
    shop.turns.reminded = lambda: woken.append(True)
    await shop.hears("TN-448120", "pesanan saya mana")
    assert await shop.store.next_reminder() == reminder.due
    assert woken == [True]
    actions.result = Result(events=(ReminderCancelled(name="r"),))
    await shop.hears("pesanan saya mana")
    assert await shop.store.next_reminder() is None


async def test_without_actions_a_service_says_so_instead_of_failing() -> None:
    shop = SmallService(mind=forms_mind(STATUS))
    await shop.hears("TN-448120", "pesanan saya mana")
    assert (await shop.snapshot()).conversation.owner is Owner.QUEUE
    assert isinstance(shop.turns, Turns)
    assert PHRASES.action_failed in shop.channel.texts()[-1]
