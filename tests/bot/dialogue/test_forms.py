"""Forms: asked gently, answered in any order, corrected, interrupted, skipped, stopped, and never in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.dialogue.buttons import SKIP
from bot.dialogue.decide import deciding
from bot.dialogue.decision import Decision, DecisionKind, Policy, Said
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_forms import SHOP, understand_with_entities
from bot.testing.small_shop import PHRASES, POLICY
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
from conversation.effects import Button, SendText
from conversation.messages import Attachment, AttachmentKind
from conversation.state import Conversation, Filling, Owner
from conversation.tickets import HandoffReason, Priority, Ticket, TicketId, TicketStatus
from intents.forms import Rule
from intents.knowledge import KnowledgeBase

PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="f1")
TICKET = Ticket(
    id=TicketId(7),
    conversation_id=BUDI.conversation_id,
    status=TicketStatus.QUEUED,
    reason=HandoffReason.COMPLAINT,
    department="retur",
    priority=Priority.HIGH,
    queued_at=NOON,
    changed_at=NOON,
)
Action = Callable[[Call], Result]
STATUS = "action_status_pesanan"


def found(call: Call) -> Result:
    return Result(says=(Saying(response="utter_status", values={"keadaan": "dikirim"}),))


@dataclass
class Talk:
    """A conversation, turn after turn, with actions that do what they are told."""

    knowledge: KnowledgeBase = SHOP
    actions: Mapping[str, Action] = field(default_factory=lambda: {STATUS: found})
    ticket: Ticket | None = None
    now: datetime = NOON
    conversation: Conversation = field(default_factory=lambda: Conversation(contact=BUDI))
    calls: list[Call] = field(default_factory=list)

    @property
    def policy(self) -> Policy:
        return replace(POLICY, actions=frozenset(self.actions))

    def says(self, text: str, *attachments: Attachment) -> list[str]:
        return self.turn(Said(text=text, attachments=attachments))

    def sends(self, *attachments: Attachment) -> list[str]:
        return self.turn(Said(attachments=attachments))

    def presses(self, payload: str) -> list[str]:
        return self.turn(Said(pressed=payload))

    def turn(self, said: Said) -> list[str]:
        under_way = deciding(
            conversation=self.conversation,
            ticket=self.ticket,
            said=said,
            understanding=understand_with_entities(said.text) if said.text else None,
            knowledge=self.knowledge,
            policy=self.policy,
            now=self.now,
            key="telegram:1/40",
        )
        try:
            call = next(under_way)
            while True:
                self.calls.append(call)
                call = under_way.send(self.actions[call.action](call))
        except StopIteration as done:
            self.decision: Decision = done.value
        decision = self.decision
        self.conversation = replace(self.conversation, dialogue=decision.state)
        if decision.handoff and self.ticket is None:
            self.ticket, self.conversation = TICKET, replace(self.conversation, owner=Owner.QUEUE)
        return [effect.text for effect in decision.says if isinstance(effect, SendText)]

    @property
    def slots(self) -> dict[str, object]:
        return self.conversation.dialogue.slots

    @property
    def form(self) -> Filling | None:
        return self.conversation.dialogue.form


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
