"""Forms: asked gently, answered in any order, corrected, interrupted, skipped, stopped, and never in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.buttons import SKIP
from bot.dialogue.decision import DecisionKind
from bot.testing.manual_clock import NOON
from bot.testing.small_shop import PHRASES
from conversation.effects import Button, SendText
from conversation.state import Owner
from conversation.tickets import HandoffReason
from tests.bot.dialogue.forms_talk import PHOTO, Talk


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
def complaint(talk: Talk) -> Talk:
    assert talk.says("rusak!") == ["Apa yang terjadi?"]
    return talk


# A complaint's form


def test_a_complaint_opens_its_ticket_at_once_and_asks_meanwhile(talk: Talk) -> None:
    assert talk.says("rusak!") == ["Apa yang terjadi?"]
    assert talk.decision.kind is DecisionKind.ESCALATE
    assert talk.decision.handoff is not None
    assert talk.decision.handoff.reason is HandoffReason.COMPLAINT
    assert "Maaf ya Kak." in talk.decision.handoff.confirmation


def test_each_answer_leads_to_the_next_question_and_the_last_one_to_what_follows(complaint: Talk) -> None:
    assert complaint.says("layarnya retak semua") == ["Nomor pesanannya?"]
    assert complaint.says("TN-448120") == ["Sejak kapan?"]
    assert complaint.says("sudah 2 minggu") == ["Ada fotonya?"]
    assert complaint.sends(PHOTO) == ["Maunya bagaimana?"]
    assert complaint.says("uang kembali") == ["Lengkap: TN-448120."]
    assert complaint.form is None
    assert complaint.decision.fields == {
        "masalah": "layarnya retak semua",
        "nomor_pesanan": "TN-448120",
        "sejak_kapan": "2 minggu",
        "foto": "f1",
        "solusi": "uang kembali",
    }


def test_several_values_in_one_message_are_all_taken(complaint: Talk) -> None:
    assert complaint.says("layar TN-448120 retak parah sejak 2 minggu") == ["Ada fotonya?"]
    assert complaint.slots["nomor_pesanan"] == "TN-448120"
    assert complaint.slots["sejak_kapan"] == "2 minggu"
    assert complaint.slots["masalah"] == "layar TN-448120 retak parah sejak 2 minggu"


def test_what_was_said_before_is_not_asked_for(talk: Talk) -> None:
    talk.says("TN-448120")
    talk.says("rusak!")
    assert talk.says("layarnya retak semua") == ["Sejak kapan?"]


def test_the_fields_come_with_every_answer_not_only_at_the_end(complaint: Talk) -> None:
    complaint.says("layarnya retak semua")
    assert complaint.decision.fields == {"masalah": "layarnya retak semua"}


def test_a_photo_with_a_caption_gives_both(complaint: Talk) -> None:
    assert complaint.says("layarnya retak semua", PHOTO) == ["Nomor pesanannya?"]
    assert complaint.slots["foto"] == "f1"


@pytest.mark.parametrize(
    "text", ["eh salah, nomornya TN-999000", "maksudnya TN-999000", "ralat: TN-999000", "TN-999000 kak"]
)
def test_a_customer_can_correct_what_they_said(complaint: Talk, text: str) -> None:
    complaint.says("layarnya retak semua")
    complaint.says("TN-448120")
    assert complaint.says(text) == ["Baik Kak, sudah saya ganti: nomor pesanan TN-999000.", "Sejak kapan?"]
    assert complaint.slots["nomor_pesanan"] == "TN-999000"


@pytest.mark.parametrize(
    ("text", "number"), [("448120", "448120"), ("no 448120 kak", "448120"), ("nomor pesanannya: A-12/7", "A-12/7")]
)
def test_a_number_alone_is_what_was_asked_for_whatever_its_pattern(complaint: Talk, text: str, number: str) -> None:
    complaint.says("layarnya retak semua")
    complaint.says(text)
    assert complaint.slots["nomor_pesanan"] == number


def test_a_number_alone_corrects_the_number_that_was_said(complaint: Talk) -> None:
    complaint.says("layarnya retak semua")
    complaint.says("TN-448120")
    complaint.says("eh salah, nomornya 123")
    assert complaint.slots["nomor_pesanan"] == "123"


def test_a_correction_without_a_value_takes_the_last_answer_back(complaint: Talk) -> None:
    complaint.says("layarnya retak semua")
    complaint.says("TN-448120")
    assert complaint.says("eh salah") == [PHRASES.say_again]
    assert complaint.says("TN-999000") == ["Sejak kapan?"]
    assert complaint.slots["nomor_pesanan"] == "TN-999000"


@pytest.mark.parametrize("text", ["mau ganti", "kak mau ganti", "bisa ganti?", "minta ganti ya kak"])
def test_who_wants_to_change_something_is_asked_for_it_and_not_taken_at_these_words(complaint: Talk, text: str) -> None:
    complaint.says("layarnya retak semua")
    assert complaint.says(text) == [PHRASES.say_again]


def test_a_correction_in_words_replaces_the_last_answer_in_words(complaint: Talk) -> None:
    complaint.says("layarnya retak semua")
    assert complaint.says("eh salah, maksudnya baterainya kembung") == [
        "Baik Kak, sudah saya ganti: masalah baterainya kembung.",
        "Nomor pesanannya?",
    ]


def test_a_question_in_between_is_answered_and_the_form_goes_on(complaint: Talk) -> None:
    complaint.says("layarnya retak semua")
    assert complaint.says("jam buka?") == ["Buka jam 9", "Nomor pesanannya?"]
    assert complaint.says("TN-448120") == ["Sejak kapan?"]


def test_small_talk_in_between_is_answered_although_a_ticket_waits(complaint: Talk) -> None:
    complaint.says("layarnya retak semua")
    assert complaint.says("halo") == ["Halo Kak", "Nomor pesanannya?"]


@pytest.mark.parametrize("text", ["lewati", "ga tau kak", "lupa", "skip", "gak ada fotonya", "belum ada"])
def test_every_question_about_a_complaint_can_be_left_out(complaint: Talk, text: str) -> None:
    complaint.says("layarnya retak semua")
    assert complaint.says(text) == ["Sejak kapan?"]
    assert "nomor_pesanan" not in complaint.slots


def test_the_button_under_a_question_leaves_it_out_too(complaint: Talk) -> None:
    complaint.says("layarnya retak semua")
    (question,) = complaint.decision.says
    assert isinstance(question, SendText)
    assert question.buttons == ((Button(title="Lewati", payload=SKIP),),)
    assert complaint.presses(SKIP) == ["Sejak kapan?"]


def test_a_button_with_a_value_answers_its_question(complaint: Talk) -> None:
    for text in ("layarnya retak semua", "TN-448120", "kemarin"):
        complaint.says(text)
    complaint.sends(PHOTO)
    assert complaint.presses('/pilih{"solusi": "uang kembali"}') == ["Lengkap: TN-448120."]


@pytest.mark.parametrize(("typed", "value"), [("2", "uang kembali"), ("Kirim ulang", "kirim ulang")])
def test_the_number_or_the_words_of_a_button_can_be_typed(complaint: Talk, typed: str, value: str) -> None:
    for text in ("layarnya retak semua", "TN-448120", "kemarin", "lewati", typed):
        complaint.says(text)
    assert complaint.slots["solusi"] == value


@pytest.mark.parametrize("text", ["ga jadi deh", "batalin aja kak", "udah ga usah", "stop"])
def test_a_customer_can_stop_the_questions_and_keeps_the_report(complaint: Talk, text: str) -> None:
    (said,) = complaint.says(text)
    assert said == PHRASES.form_stopped_ticket.format(ticket="#7")
    assert complaint.form is None
    assert not complaint.decision.cancel_ticket


def test_who_asks_for_a_human_is_asked_nothing_more(complaint: Talk) -> None:
    (said,) = complaint.says("mau sama orang")
    assert "#7" in said
    assert complaint.form is None


def test_what_is_no_answer_is_explained_once_and_then_done_without(complaint: Talk) -> None:
    complaint.says("layarnya retak semua")
    assert complaint.says("yang itu lho") == ["Contoh nomor: TN-448120."]
    assert complaint.says("pokoknya itu") == ["Sejak kapan?"]


def test_a_form_that_lies_for_too_long_is_left_alone(complaint: Talk) -> None:
    complaint.says("layarnya retak semua")
    complaint.now = NOON + timedelta(hours=2)
    assert complaint.says("TN-448120") == []
    assert complaint.form is None


def test_an_agent_who_takes_over_ends_the_questions(complaint: Talk) -> None:
    complaint.conversation = replace(complaint.conversation, owner=Owner.AGENT)
    assert complaint.says("TN-448120") == []
    assert complaint.form is None


def test_a_closed_ticket_ends_its_form(complaint: Talk) -> None:
    complaint.ticket, complaint.conversation = None, replace(complaint.conversation, owner=Owner.BOT)
    assert complaint.says("jam buka?") == ["Buka jam 9"]
    assert complaint.form is None


def test_an_alarm_in_between_reaches_the_ticket(complaint: Talk) -> None:
    complaint.says("layarnya retak semua")
    complaint.says("ditipu!")
    assert complaint.decision.handoff is not None
    assert complaint.decision.handoff.reason is HandoffReason.ALARM
