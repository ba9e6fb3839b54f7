"""When the bot calls a human, and what it says while one has the conversation or a customer waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.dialogue.decision import DecisionKind
from bot.testing.small_shop import PHRASES, POLICY, understood
from conversation.effects import SendText
from conversation.tickets import HandoffReason
from tests.bot.dialogue.talking import ANGRY, PHOTO, STICKER, Talk, handoff_of, text, waiting, with_agent


@pytest.fixture
def talk() -> Talk:
    return Talk()


# Handing over


@pytest.mark.parametrize(
    ("words", "reason", "department"),
    [
        ("rusak!", HandoffReason.COMPLAINT, "retur"),
        ("ditipu!", HandoffReason.ALARM, "keamanan"),
        ("mau sama orang", HandoffReason.CUSTOMER_REQUEST, "umum"),
    ],
)
def test_complaints_alarms_and_requests_go_to_the_department_they_belong_to(
    talk: Talk, words: str, reason: HandoffReason, department: str
) -> None:
    decision = talk.says(words)
    handoff = handoff_of(decision)
    assert decision.kind is DecisionKind.ESCALATE
    assert (handoff.reason, handoff.department) == (reason, department)
    assert decision.says == ()


def test_the_customer_hears_the_intents_answer_and_the_number_in_one_message(talk: Talk) -> None:
    confirmation = handoff_of(talk.says("rusak!")).confirmation
    assert confirmation == "Maaf ya Kak.\n\n" + PHRASES.handed_over
    assert "{ticket}" in confirmation


def test_a_second_complaint_is_told_in_other_words(talk: Talk) -> None:
    talk.says("rusak!")
    assert handoff_of(talk.says("rusak!")).confirmation.startswith("Kami mengerti, Kak.")


def test_an_alarm_is_confirmed_as_one(talk: Talk) -> None:
    assert handoff_of(talk.says("ditipu!")).confirmation == PHRASES.handed_over_alarm


def test_two_complaints_close_to_each_other_are_one_ticket_and_no_question(talk: Talk) -> None:
    decision = talk.says("barang_rusak/paket_hilang")
    assert (decision.kind, decision.intent) == (DecisionKind.ESCALATE, "barang_rusak")


def test_an_angry_customer_gets_a_human_whatever_they_ask(talk: Talk) -> None:
    decision = talk.says("JAM BUKA??", understood("JAM BUKA??", ("jam_buka", 0.9), mood=ANGRY))
    assert (decision.kind, decision.reason, decision.intent) == (DecisionKind.ESCALATE, "anger", "jam_buka")
    assert handoff_of(decision).reason is HandoffReason.COMPLAINT
    assert handoff_of(decision).confirmation == PHRASES.handed_over


def test_an_angry_customer_who_is_not_understood_gets_a_human_at_once(talk: Talk) -> None:
    decision = talk.says("GILA YA", understood("GILA YA", ("jam_buka", 0.9), in_scope=0.1, mood=ANGRY))
    assert (decision.reason, decision.intent, handoff_of(decision).department) == ("anger", None, "umum")


# When a human has it


@pytest.mark.parametrize("words", ["jam buka?", "cuaca?", "rusak!", "jam_buka/kurir", "ya"])
def test_the_bot_is_silent_while_an_agent_has_the_conversation(words: str) -> None:
    decision = with_agent().says(words)
    assert (decision.kind, decision.says, decision.handoff) == (DecisionKind.SILENT, (), None)
    assert decision.reason == "owned_by_agent"


@pytest.mark.parametrize("words", ["cuaca?", "halo", "jam_buka/kurir", "mau sama orang"])
def test_who_waits_in_the_queue_hears_nothing_new_at_once(words: str) -> None:
    decision = waiting().says(words)
    assert (decision.kind, decision.says, decision.handoff) == (DecisionKind.SILENT, (), None)


def test_who_waits_in_the_queue_still_gets_plain_answers() -> None:
    decision = waiting().says("jam buka?")
    assert (decision.kind, decision.reason, text(decision)) == (DecisionKind.ANSWER, "while_waiting", "Buka jam 9")


def test_a_button_under_an_answer_works_while_waiting_and_one_that_escalates_does_not() -> None:
    talk = waiting()
    assert (talk.presses("/jam_buka").reason, talk.presses("/barang_rusak").reason) == ("chosen", "pressed_late")


def test_a_question_without_an_answer_offers_no_second_ticket_to_who_waits() -> None:
    decision = waiting().says("jual apa")
    assert (decision.kind, decision.says, decision.handoff) == (DecisionKind.SILENT, (), None)


def test_a_waiting_customer_who_says_something_graver_is_heard_without_words() -> None:
    decision = waiting().says("ditipu!")
    handoff = handoff_of(decision)
    assert (decision.kind, decision.says) == (DecisionKind.SILENT, ())
    assert (handoff.reason, handoff.department) == (HandoffReason.ALARM, "keamanan")


def test_who_writes_again_after_a_while_is_told_that_the_report_is_alive() -> None:
    decision = waiting(last=POLICY.reassure_after).says("gimana?")
    assert (decision.kind, decision.reason) == (DecisionKind.SILENT, "reassured")
    assert text(decision) == PHRASES.still_waiting.format(ticket="#7")


@pytest.mark.parametrize("talk_of", [waiting, with_agent])
def test_media_for_a_human_is_left_to_the_human(talk_of: Callable[[], Talk]) -> None:
    assert talk_of().sends(PHOTO).says == ()


# Media


def test_a_photo_alone_is_acknowledged_and_a_human_offered(talk: Talk) -> None:
    decision = talk.sends(PHOTO)
    assert (decision.kind, decision.reason, text(decision)) == (DecisionKind.UNKNOWN, "media", PHRASES.unknown_media)
    assert talk.says("ya").kind is DecisionKind.ESCALATE


def test_photos_are_no_failures(talk: Talk) -> None:
    assert [talk.sends(PHOTO).kind for _ in range(3)] == [DecisionKind.UNKNOWN] * 3


def test_a_photo_with_words_is_about_the_words(talk: Talk) -> None:
    assert talk.says("rusak!", None, PHOTO).kind is DecisionKind.ESCALATE


def test_a_sticker_needs_no_answer_and_forgets_nothing(talk: Talk) -> None:
    talk.says("jam_buka/kurir")
    before = talk.conversation.dialogue
    decision = talk.sends(STICKER)
    assert (decision.kind, decision.says, decision.state) == (DecisionKind.SILENT, (), before)


def test_two_questions_in_one_message_are_both_answered(talk: Talk) -> None:
    both = understood("jam buka? kurirnya apa?", ("jam_buka", 0.6), ("kurir", 0.35), secondary=(("kurir", 0.97),))
    decision = talk.says(both.text, both)
    assert [effect.text for effect in decision.says if isinstance(effect, SendText)] == ["Buka jam 9", "JNE Kak"]
    assert decision.responses == ("jam_buka", "kurir")
    assert decision.state.told == {"jam_buka": 1, "kurir": 1}


def test_a_second_question_without_an_answer_does_not_spoil_the_first(talk: Talk) -> None:
    both = understood("?", ("jam_buka", 0.6), ("belum_dijawab", 0.35), secondary=(("belum_dijawab", 0.97),))
    assert text(talk.says(both.text, both)) == "Buka jam 9"
