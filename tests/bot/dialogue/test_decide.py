"""What the bot decides to do. Each test is one turn, or a few in a row."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest

from bot.dialogue.buttons import AGENT, NONE
from bot.dialogue.decision import Decision, DecisionKind
from bot.testing.scripted_channel import BUDI
from bot.testing.small_shop import KNOWLEDGE, PHRASES, POLICY, understood
from conversation.effects import SendPhoto
from conversation.state import Conversation, DialogueState, Question
from conversation.tickets import HandoffReason
from intents.knowledge import Answer
from tests.bot.dialogue.talking import Talk, buttons, handoff_of, text


@pytest.fixture
def talk() -> Talk:
    return Talk()


# Answers


def test_variants_of_an_answer_take_turns(talk: Talk) -> None:
    answers = [text(talk.says("jam buka?")) for _ in range(4)]
    assert answers == ["Buka jam 9", "Dari jam 9 pagi", "Jam 9 ya Kak", "Buka jam 9"]


def test_an_answer_shows_its_picture_and_its_buttons(talk: Talk) -> None:
    decision = talk.says("paket di mana")
    assert decision.says[0] == SendPhoto(url="https://toko.example/lacak.png")
    assert buttons(decision) == [("Jam buka", "/jam_buka")]
    assert (decision.kind, decision.intent, decision.reason) == (DecisionKind.ANSWER, "lacak_paket", "faq")


def test_an_answer_for_another_channel_is_not_given(talk: Talk) -> None:
    talk.knowledge = replace(KNOWLEDGE, answers={"jam_buka": (Answer(text="di web", channel="web"),)})
    assert talk.says("jam buka?").reason == "no_answer"


def test_an_intent_without_an_answer_is_a_gap_and_offers_a_human(talk: Talk) -> None:
    decision = talk.says("jual apa")
    assert (decision.kind, decision.reason) == (DecisionKind.UNKNOWN, "no_answer")
    assert buttons(decision) == [("Ya, panggil tim", AGENT)]


def test_thanks_with_a_question_is_answered_with_the_answer(talk: Talk) -> None:
    both = understood("halo, jam buka?", ("salam", 0.9), secondary=[("jam_buka", 0.8)])
    assert talk.says("halo, jam buka?", both).intent == "jam_buka"


# Asking back


def test_a_close_call_is_asked_back_with_buttons_and_a_way_out(talk: Talk) -> None:
    decision = talk.says("jam_buka/kurir")
    assert (decision.kind, text(decision)) == (DecisionKind.CLARIFY, "Maksud Kak:")
    assert buttons(decision) == [("Jam buka", "/jam_buka"), ("Pilihan kurir", "/kurir"), ("Bukan itu", NONE)]
    assert decision.state.question == Question(about="jam_buka/kurir", choices=("jam_buka", "kurir"))


def test_an_intent_without_a_title_is_called_by_its_name(talk: Talk) -> None:
    assert buttons(talk.says("belum_dijawab/setuju"))[1] == ("Setuju", "/setuju")


@pytest.mark.parametrize("choice", ["2", "2.", "pilihan kurir", "Pilihan Kurir"])
def test_a_choice_can_be_typed(talk: Talk, choice: str) -> None:
    talk.says("jam_buka/kurir")
    decision = talk.says(choice)
    assert (decision.intent, decision.reason, text(decision)) == ("kurir", "chosen", "JNE Kak")
    assert decision.state.question is None


def test_a_choice_can_be_pressed(talk: Talk) -> None:
    talk.says("jam_buka/kurir")
    assert talk.presses("/kurir").intent == "kurir"


def test_a_number_means_nothing_when_nothing_was_asked(talk: Talk) -> None:
    assert talk.says("2").kind is DecisionKind.UNKNOWN


def test_yes_takes_the_only_choice(talk: Talk) -> None:
    talk.says("jam buka ga", understood("jam buka ga", ("jam_buka", 0.4)))
    assert talk.says("ya").intent == "jam_buka"


def test_yes_to_several_choices_is_no_choice(talk: Talk) -> None:
    talk.says("jam_buka/kurir")
    assert talk.says("ya").intent == "setuju"


@pytest.mark.parametrize("no", ["tidak", "3", "bukan itu"])
def test_none_of_these_asks_for_other_words(talk: Talk, no: str) -> None:
    talk.says("jam_buka/kurir")
    decision = talk.says(no)
    assert (decision.kind, decision.reason, text(decision)) == (
        DecisionKind.CLARIFY,
        "none_of_these",
        PHRASES.ask_again,
    )
    assert decision.state.failures == 1


def test_none_of_these_twice_calls_a_human(talk: Talk) -> None:
    for _ in range(2):
        talk.says("jam_buka/kurir")
        decision = talk.presses(NONE)
    assert (decision.kind, decision.reason) == (DecisionKind.ESCALATE, "none_of_these_again")
    assert handoff_of(decision).reason is HandoffReason.LOW_CONFIDENCE


def test_choosing_a_complaint_escalates_it(talk: Talk) -> None:
    talk.says("barang_rusak/jam_buka")
    decision = talk.says("1")
    assert (decision.kind, decision.reason) == (DecisionKind.ESCALATE, "chosen")
    assert handoff_of(decision).department == "retur"


def test_another_question_lets_go_of_what_was_asked(talk: Talk) -> None:
    talk.says("jam_buka/kurir")
    assert talk.says("jam buka?").state.question is None


def test_a_choice_that_the_knowledge_base_has_no_more_is_not_offered_twice(talk: Talk) -> None:
    talk.says("jam buka ga", understood("jam buka ga", ("jam_buka", 0.4)))
    talk.knowledge = replace(KNOWLEDGE, intents={"setuju": KNOWLEDGE.intents["setuju"]})
    assert talk.says("ya").intent == "setuju"


# Not knowing


def test_what_is_not_understood_is_admitted_and_a_human_offered(talk: Talk) -> None:
    decision = talk.says("cuaca besok?")
    assert (decision.kind, decision.reason, text(decision)) == (DecisionKind.UNKNOWN, "no_candidate", PHRASES.unknown)
    assert buttons(decision) == [("Ya, panggil tim", AGENT)]


@pytest.mark.parametrize("accept", [lambda talk: talk.says("ya"), lambda talk: talk.presses(AGENT)])
def test_who_accepts_the_offer_gets_a_human(talk: Talk, accept: Callable[[Talk], Decision]) -> None:
    talk.says("cuaca besok?")
    decision = accept(talk)
    handoff = handoff_of(decision)
    assert decision.kind is DecisionKind.ESCALATE
    assert (handoff.reason, handoff.department) == (HandoffReason.CUSTOMER_REQUEST, "umum")


def test_who_declines_the_offer_is_left_alone_and_not_handed_over_by_the_next_question(talk: Talk) -> None:
    talk.says("cuaca besok?")
    assert text(talk.says("ga usah")) == PHRASES.no_agent_needed
    assert talk.says("kalau lusa?").kind is DecisionKind.UNKNOWN


def test_yes_out_of_the_blue_is_small_talk(talk: Talk) -> None:
    assert text(talk.says("ya")) == "Baik Kak"


def test_two_failures_in_a_row_call_a_human(talk: Talk) -> None:
    talk.says("cuaca besok?")
    decision = talk.says("kalau lusa?")
    assert (decision.kind, decision.reason) == (DecisionKind.ESCALATE, "no_candidate_again")
    assert handoff_of(decision).reason is HandoffReason.MISSING_KNOWLEDGE
    assert decision.state.failures == 0


@pytest.mark.parametrize("served", ["jam buka?", "/status", "/start", "halo"])
def test_failures_with_something_served_between_are_not_in_a_row(talk: Talk, served: str) -> None:
    talk.says("cuaca besok?")
    talk.says(served)
    assert talk.says("kalau lusa?").kind is DecisionKind.UNKNOWN


def test_the_number_of_failures_is_a_setting(talk: Talk) -> None:
    talk.policy = replace(POLICY, failures_before_handoff=1)
    assert talk.says("cuaca besok?").kind is DecisionKind.ESCALATE


# Purity


@pytest.mark.parametrize("words", ["jam buka?", "jam_buka/kurir", "rusak!", "cuaca?", "/agen"])
def test_the_same_arguments_give_the_same_decision_and_stay_as_they_were(words: str) -> None:
    state = DialogueState(told={"jam_buka": 1}, failures=1)
    conversation = Conversation(contact=BUDI, dialogue=state)
    before = deepcopy(conversation)
    first, second = Talk(conversation=conversation).says(words), Talk(conversation=conversation).says(words)
    assert first == second
    assert conversation == before
