"""Forms that end in an action, and what actions do: fail, say, set, follow each other, validate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.decision import Said
from bot.testing.manual_clock import NOON
from bot.testing.small_forms import SHOP
from bot.testing.small_shop import PHRASES
from conversation.actions import (
    ActionUndone,
    Call,
    Event,
    Failure,
    FollowedBy,
    FormChanged,
    Paused,
    Reminder,
    ReminderCancelled,
    Restarted,
    Result,
    Saying,
    SlotSet,
    SlotsReset,
    TurnUndone,
)
from conversation.actions import (
    Said as BotSaid,
)
from conversation.state import Filling, Owner
from conversation.tickets import HandoffReason
from intents.forms import Rule
from tests.bot.dialogue.forms_talk import STATUS, Action, Talk, found


@pytest.fixture
def talk() -> Talk:
    return Talk()


# A form that ends in an action


def test_a_number_said_at_once_leads_straight_to_the_action(talk: Talk) -> None:
    talk.says("TN-448120")
    assert talk.says("pesanan saya mana") == ["Pesanan TN-448120 dikirim."]


def test_what_is_missing_is_asked_for_before_the_action_runs(talk: Talk) -> None:
    assert talk.says("pesanan saya mana") == ["Nomor pesanannya?"]
    assert talk.calls == []
    assert talk.says("TN-448120") == ["Pesanan TN-448120 dikirim."]
    assert talk.calls[0].slots == {"nomor_pesanan": "TN-448120"}
    assert talk.calls[0].key == f"telegram:1/40:0:{STATUS}"


def test_who_cannot_say_what_the_action_needs_gets_the_plain_answer(talk: Talk) -> None:
    talk.says("pesanan saya mana")
    assert talk.says("ga tau") == ["Cek di aplikasi"]
    assert talk.form is None


def test_a_complaint_ends_a_form_that_is_none(talk: Talk) -> None:
    talk.says("pesanan saya mana")
    assert talk.says("rusak!") == ["Apa yang terjadi?"]
    assert talk.form is not None
    assert talk.form.form == "form_keluhan"


def test_after_answers_that_are_none_a_human_is_called(talk: Talk) -> None:
    talk.says("pesanan saya mana")
    assert talk.says("yang itu lho") == ["Contoh nomor: TN-448120."]
    talk.says("pokoknya itu")
    assert talk.decision.handoff is not None
    assert talk.decision.handoff.reason is HandoffReason.LOW_CONFIDENCE


def test_without_the_action_the_plain_answer_serves(talk: Talk) -> None:
    talk.actions = {}
    assert talk.says("pesanan saya mana") == ["Cek di aplikasi"]


def test_a_deep_link_brings_its_value_along(talk: Talk) -> None:
    assert talk.says("/start order_TN-448120") == ["Pesanan TN-448120 dikirim."]


def test_a_deep_link_to_an_intent_is_like_a_button(talk: Talk) -> None:
    assert talk.says("/start jam_buka") == ["Buka jam 9"]


@pytest.mark.parametrize("payload", ["nonsense", "order_", 'x{"a": 1}', "../../etc"])
def test_a_deep_link_to_nowhere_greets(talk: Talk, payload: str) -> None:
    assert talk.says(f"/start {payload}") == [PHRASES.welcome.format(bot="Tanggap", shop="Toko Nusantara")]


# Actions that fail


@pytest.mark.parametrize("failure", [f for f in Failure if f is not Failure.REJECTED])
def test_a_failed_action_is_told_and_a_human_sees_to_it(talk: Talk, failure: Failure) -> None:
    talk.actions = {STATUS: lambda call: Result(failure=failure, error="connection refused")}
    talk.says("TN-448120")
    talk.says("pesanan saya mana")
    handoff = talk.decision.handoff
    assert handoff is not None
    assert handoff.reason is HandoffReason.TOOL_FAILURE
    assert handoff.confirmation.startswith(PHRASES.action_failed)
    assert talk.decision.ran[0].error == "connection refused"
    assert talk.form is None


def test_the_same_results_give_the_same_decision(talk: Talk) -> None:
    again = Talk()
    for each in (talk, again):
        each.says("pesanan saya mana")
        each.says("TN-448120")
    assert talk.decision == again.decision


# Events


def returning(*events: Event, says: tuple[Saying, ...] = ()) -> Action:
    return lambda call: Result(events=events, says=says)


def asked(talk: Talk, action: Action, *, rule: tuple[str, ...] = (STATUS,)) -> list[str]:
    talk.actions = {STATUS: action, "action_lain": returning(says=(Saying(text="lain"),))}
    talk.knowledge = replace(SHOP, rules=(Rule(intent="status_pesanan", steps=rule),))
    return talk.says("pesanan saya mana")


def test_slots_are_set_and_emptied(talk: Talk) -> None:
    asked(talk, returning(SlotSet(name="dikenal", value=True), SlotSet(name="nomor_pesanan", value=None)))
    assert talk.slots == {"dikenal": True, "nomor_pesanan": None}


def test_what_an_action_says_is_said_with_the_slots_it_was_given_not_those_it_sets(talk: Talk) -> None:
    talk.says("TN-448120")
    action = returning(
        SlotSet(name="nomor_pesanan", value="TN-1"), says=(Saying(response="status", values={"keadaan": "ada"}),)
    )
    assert asked(talk, action) == ["Pesanan TN-448120 ada."]


def test_all_slots_can_be_reset(talk: Talk) -> None:
    talk.says("TN-448120")
    asked(talk, returning(SlotsReset()))
    assert talk.slots == {}


def test_a_restart_forgets_everything_but_how_the_customer_speaks(talk: Talk) -> None:
    talk.says("TN-448120")
    asked(talk, returning(Restarted()))
    assert talk.slots == {}
    assert talk.conversation.dialogue.told == {}


def test_a_follow_up_runs_before_the_steps_that_are_left(talk: Talk) -> None:
    assert asked(talk, returning(FollowedBy(action="action_lain")), rule=(STATUS, "utter_kurir")) == [
        "lain",
        "JNE Kak",
    ]


def test_actions_that_follow_each_other_for_ever_come_to_an_end(talk: Talk) -> None:
    asked(talk, returning(FollowedBy(action=STATUS)))
    assert len(talk.decision.ran) == 20


def test_a_pause_hands_over(talk: Talk) -> None:
    asked(talk, returning(Paused(), says=(Saying(text="Sebentar"),)))
    assert talk.decision.handoff is not None
    assert talk.decision.handoff.reason is HandoffReason.RULE


def test_an_action_can_begin_a_form_and_end_one(talk: Talk) -> None:
    asked(talk, returning(FormChanged(form="form_status")))
    assert talk.form == Filling(form="form_status")
    asked(talk, returning(FormChanged(form=None)))
    assert talk.form is None


def test_an_action_undone_leaves_the_state_as_it_met_it(talk: Talk) -> None:
    asked(talk, returning(SlotSet(name="dikenal", value=True), ActionUndone()))
    assert talk.slots == {}


def test_a_turn_undone_leaves_the_state_as_it_was_before_the_message(talk: Talk) -> None:
    talk.actions = {STATUS: returning(TurnUndone())}
    talk.says("pesanan saya mana")
    talk.says("TN-448120")
    assert talk.form is not None
    assert talk.form.asked == "nomor_pesanan"
    assert "nomor_pesanan" not in talk.slots


def test_reminders_and_words_said_elsewhere_go_into_the_decision(talk: Talk) -> None:
    reminder = Reminder(name="r", due=NOON, intent="jam_buka")
    asked(talk, returning(reminder, ReminderCancelled(name="x"), BotSaid(text="sudah")))
    assert talk.decision.reminders == (reminder, ReminderCancelled(name="x"))
    assert talk.decision.remarks == ("sudah",)


def test_a_reminder_speaks_while_the_conversation_is_the_bots(talk: Talk) -> None:
    woken = Said(woken=Reminder(name="r", due=NOON, intent="jam_buka"))
    assert talk.turn(woken) == ["Buka jam 9"]
    talk.conversation = replace(talk.conversation, owner=Owner.AGENT)
    assert talk.turn(woken) == []


# Validation by an action


def test_a_validator_changes_rejects_and_explains(talk: Talk) -> None:
    def validate(call: Call) -> Result:
        number = str(call.proposed.get("nomor_pesanan", ""))
        if number.endswith("0"):
            return Result(events=(SlotSet(name="nomor_pesanan", value=number.lower()),))
        return Result(says=(Saying(text="Tidak ada."),), events=(SlotSet(name="nomor_pesanan", value=None),))

    talk.actions = {STATUS: found, "validate_form_status": validate}
    talk.says("pesanan saya mana")
    assert talk.says("TN-448121") == ["Tidak ada.", "Nomor pesanannya?"]
    assert talk.says("TN-448120") == ["Pesanan tn-448120 dikirim."]


def test_a_validator_names_the_next_question(talk: Talk) -> None:
    talk.actions = {
        STATUS: found,
        "validate_form_status": returning(SlotSet(name="requested_slot", value="masalah")),
    }
    assert talk.says("pesanan saya mana") == ["Apa yang terjadi?"]


def test_a_validator_that_fails_keeps_nobody_from_complaining(talk: Talk) -> None:
    talk.actions = {"validate_form_keluhan": lambda call: Result(failure=Failure.TIMED_OUT)}
    talk.says("rusak!")
    assert talk.says("layarnya retak semua") == ["Nomor pesanannya?"]


def test_a_question_can_be_asked_by_an_action(talk: Talk) -> None:
    talk.actions = {STATUS: found, "action_ask_nomor_pesanan": returning(says=(Saying(text="Nomor dari SMS?"),))}
    assert talk.says("pesanan saya mana") == ["Nomor dari SMS?"]
