"""What the bot decides to do. Each test is one turn, or a few in a row."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.dialogue.buttons import AGENT, NONE
from bot.dialogue.decide import decide
from bot.dialogue.decision import Decision, DecisionKind, Policy, Said
from bot.testing.manual_clock import NOON
from bot.testing.scripted_channel import BUDI
from bot.testing.small_shop import KNOWLEDGE, PHRASES, POLICY, understand, understood
from conversation.effects import SendPhoto, SendText
from conversation.messages import Attachment, AttachmentKind
from conversation.state import Conversation, DialogueState, Owner, Question
from conversation.tickets import HandoffReason, Priority, Ticket, TicketId, TicketStatus
from conversation.understanding import Mood, Understanding
from intents.knowledge import Answer, KnowledgeBase

PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="f")
STICKER = Attachment(kind=AttachmentKind.STICKER, detail="👍")
ANGRY = Mood(sentiment=-0.9, anger=0.9)
TICKET = Ticket(
    id=TicketId(7),
    conversation_id=BUDI.conversation_id,
    status=TicketStatus.QUEUED,
    reason=HandoffReason.COMPLAINT,
    department="retur",
    priority=Priority.HIGH,
    queued_at=NOON,
    changed_at=NOON,
    contact_name="Budi",
    waiting_since=NOON,
)


@dataclass
class Talk:
    """A conversation with the bot, turn after turn: what was decided is what the next turn begins with."""

    policy: Policy = POLICY
    knowledge: KnowledgeBase = KNOWLEDGE
    ticket: Ticket | None = None
    conversation: Conversation = field(default_factory=lambda: Conversation(contact=BUDI))

    def says(self, text: str, understanding: Understanding | None = None, *attachments: Attachment) -> Decision:
        return self.turn(Said(text=text, attachments=attachments), understanding or understand(text))

    def sends(self, *attachments: Attachment) -> Decision:
        return self.turn(Said(attachments=attachments), None)

    def presses(self, payload: str) -> Decision:
        return self.turn(Said(pressed=payload), None)

    def turn(self, said: Said, understanding: Understanding | None) -> Decision:
        decision = decide(
            conversation=self.conversation,
            ticket=self.ticket,
            said=said,
            understanding=understanding,
            knowledge=self.knowledge,
            policy=self.policy,
            now=NOON,
        )
        self.conversation = replace(self.conversation, dialogue=decision.state)
        return decision


@pytest.fixture
def talk() -> Talk:
    return Talk()


def waiting(last: timedelta = timedelta(minutes=1)) -> Talk:
    conversation = Conversation(contact=BUDI, owner=Owner.QUEUE, ticket_id=TICKET.id, last_at=NOON - last)
    return Talk(ticket=TICKET, conversation=conversation)


def with_agent() -> Talk:
    ticket = replace(TICKET, status=TicketStatus.ASSIGNED, assignee_name="Sari", assignee="telegram:1")
    conversation = Conversation(contact=BUDI, owner=Owner.AGENT, ticket_id=TICKET.id, last_at=NOON - timedelta(days=1))
    return Talk(ticket=ticket, conversation=conversation)


def text(decision: Decision) -> str:
    (effect,) = decision.says
    assert isinstance(effect, SendText)
    return effect.text


def buttons(decision: Decision) -> list[tuple[str, str]]:
    effect = decision.says[-1]
    assert isinstance(effect, SendText)
    return [(button.title, button.payload) for row in effect.buttons for button in row]


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
    assert decision.handoff.reason is HandoffReason.LOW_CONFIDENCE


def test_choosing_a_complaint_escalates_it(talk: Talk) -> None:
    talk.says("barang_rusak/jam_buka")
    decision = talk.says("1")
    assert (decision.kind, decision.reason, decision.handoff.department) == (DecisionKind.ESCALATE, "chosen", "retur")


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
    assert decision.kind is DecisionKind.ESCALATE
    assert (decision.handoff.reason, decision.handoff.department) == (HandoffReason.CUSTOMER_REQUEST, "umum")


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
    assert decision.handoff.reason is HandoffReason.MISSING_KNOWLEDGE
    assert decision.state.failures == 0


@pytest.mark.parametrize("served", ["jam buka?", "/status", "/start", "halo"])
def test_failures_with_something_served_between_are_not_in_a_row(talk: Talk, served: str) -> None:
    talk.says("cuaca besok?")
    talk.says(served)
    assert talk.says("kalau lusa?").kind is DecisionKind.UNKNOWN


def test_the_number_of_failures_is_a_setting(talk: Talk) -> None:
    talk.policy = replace(POLICY, failures_before_handoff=1)
    assert talk.says("cuaca besok?").kind is DecisionKind.ESCALATE


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
    assert decision.kind is DecisionKind.ESCALATE
    assert (decision.handoff.reason, decision.handoff.department) == (reason, department)
    assert decision.says == ()


def test_the_customer_hears_the_intents_answer_and_the_number_in_one_message(talk: Talk) -> None:
    confirmation = talk.says("rusak!").handoff.confirmation
    assert confirmation == "Maaf ya Kak.\n\n" + PHRASES.handed_over
    assert "{ticket}" in confirmation


def test_a_second_complaint_is_told_in_other_words(talk: Talk) -> None:
    talk.says("rusak!")
    assert talk.says("rusak!").handoff.confirmation.startswith("Kami mengerti, Kak.")


def test_an_alarm_is_confirmed_as_one(talk: Talk) -> None:
    assert talk.says("ditipu!").handoff.confirmation == PHRASES.handed_over_alarm


def test_two_complaints_close_to_each_other_are_one_ticket_and_no_question(talk: Talk) -> None:
    decision = talk.says("barang_rusak/paket_hilang")
    assert (decision.kind, decision.intent) == (DecisionKind.ESCALATE, "barang_rusak")


def test_an_angry_customer_gets_a_human_whatever_they_ask(talk: Talk) -> None:
    decision = talk.says("JAM BUKA??", understood("JAM BUKA??", ("jam_buka", 0.9), mood=ANGRY))
    assert (decision.kind, decision.reason, decision.intent) == (DecisionKind.ESCALATE, "anger", "jam_buka")
    assert decision.handoff.reason is HandoffReason.COMPLAINT
    assert decision.handoff.confirmation == PHRASES.handed_over


def test_an_angry_customer_who_is_not_understood_gets_a_human_at_once(talk: Talk) -> None:
    decision = talk.says("GILA YA", understood("GILA YA", ("jam_buka", 0.9), in_scope=0.1, mood=ANGRY))
    assert (decision.reason, decision.intent, decision.handoff.department) == ("anger", None, "umum")


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
    assert (decision.kind, decision.says) == (DecisionKind.SILENT, ())
    assert (decision.handoff.reason, decision.handoff.department) == (HandoffReason.ALARM, "keamanan")


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


# Commands


def test_start_says_who_the_bot_is(talk: Talk) -> None:
    decision = talk.says("/start")
    assert decision.kind is DecisionKind.COMMAND
    assert text(decision) == PHRASES.welcome.format(bot="Tanggap", shop="Toko Nusantara")


@pytest.mark.parametrize("command", ["/bantuan", "/help", "/HELP", "/bantuan@tanggap_bot", " /bantuan dong"])
def test_help_is_the_knowledge_bases_own(talk: Talk, command: str) -> None:
    decision = talk.says(command)
    assert (decision.kind, text(decision)) == (DecisionKind.COMMAND, "Tanya saja Kak")


def test_help_without_an_answer_of_its_own_is_the_welcome(talk: Talk) -> None:
    talk.knowledge = replace(KNOWLEDGE, answers={})
    assert text(talk.says("/bantuan")) == text(talk.says("/start"))


@pytest.mark.parametrize("command", ["/agen", "/AGEN@tanggap_bot", "/agen tolong"])
def test_agen_calls_a_human(talk: Talk, command: str) -> None:
    decision = talk.says(command)
    assert (decision.kind, decision.reason) == (DecisionKind.ESCALATE, "command")
    assert decision.handoff.reason is HandoffReason.CUSTOMER_REQUEST


def test_agen_with_a_ticket_already_open_tells_how_it_stands() -> None:
    decision = waiting().says("/agen")
    assert decision.handoff is None
    assert text(decision) == PHRASES.status_queued.format(ticket="#7")


def test_status_tells_how_the_ticket_stands(talk: Talk) -> None:
    assert text(talk.says("/status")) == PHRASES.status_none
    assert text(waiting().says("/status")) == PHRASES.status_queued.format(ticket="#7")
    assert text(with_agent().says("/status")) == PHRASES.status_assigned.format(ticket="#7", agent="Sari")


def test_batal_calls_off_a_ticket_that_waits() -> None:
    decision = waiting().says("/batal")
    assert (decision.cancel_ticket, decision.says) == (True, ())


def test_batal_leaves_an_agents_ticket_to_the_agent() -> None:
    decision = with_agent().says("/batal")
    assert not decision.cancel_ticket
    assert text(decision) == PHRASES.status_assigned.format(ticket="#7", agent="Sari")


@pytest.mark.parametrize("asked", ["jam_buka/kurir", "cuaca besok?"])
def test_batal_takes_back_what_was_asked(talk: Talk, asked: str) -> None:
    talk.says(asked)
    decision = talk.says("/batal")
    assert text(decision) == PHRASES.no_agent_needed
    assert (decision.state.question, decision.state.offered_agent) == (None, False)


def test_batal_of_nothing_says_so(talk: Talk) -> None:
    assert text(talk.says("/batal")) == PHRASES.nothing_to_cancel


@pytest.mark.parametrize("command", ["/diskon", "/anjing", "/nonsense@tanggap_bot"])
def test_a_command_that_is_none_gets_help_and_is_not_read_as_words(talk: Talk, command: str) -> None:
    decision = talk.says(command)
    assert (decision.kind, text(decision)) == (DecisionKind.COMMAND, "Tanya saja Kak")


def test_a_command_may_name_an_intent(talk: Talk) -> None:
    assert text(talk.says("/jam_buka")) == "Buka jam 9"


def test_words_behind_an_unknown_command_are_read(talk: Talk) -> None:
    assert talk.says("/tanya cuaca besok?").kind is DecisionKind.UNKNOWN


def test_an_unknown_command_to_an_agent_is_the_agents() -> None:
    assert with_agent().says("/diskon").kind is DecisionKind.SILENT


# Presses


def test_pressing_twice_answers_once(talk: Talk) -> None:
    first, second = talk.presses("/jam_buka"), talk.presses("/jam_buka")
    assert text(first) == "Buka jam 9"
    assert (second.kind, second.reason, second.says) == (DecisionKind.SILENT, "pressed_again", ())
    assert second.toast == PHRASES.already_answered


def test_calling_a_human_twice_is_one_ticket(talk: Talk) -> None:
    talk.presses(AGENT)
    talk.ticket, talk.conversation = TICKET, replace(talk.conversation, owner=Owner.QUEUE)
    second = talk.presses(AGENT)
    assert (second.handoff, second.toast) == (None, PHRASES.already_answered)


def test_the_same_button_counts_again_after_other_words(talk: Talk) -> None:
    talk.presses("/jam_buka")
    talk.says("halo")
    assert talk.presses("/jam_buka").kind is DecisionKind.ANSWER


@pytest.mark.parametrize("payload", [AGENT, NONE])
@pytest.mark.parametrize("talk_of", [waiting, with_agent])
def test_a_press_that_comes_too_late_does_nothing(talk_of: Callable[[], Talk], payload: str) -> None:
    decision = talk_of().presses(payload)
    assert (decision.kind, decision.reason, decision.says, decision.handoff) == (
        DecisionKind.SILENT,
        "pressed_late",
        (),
        None,
    )


@pytest.mark.parametrize("payload", ["/dihapus", "", "?what", "https://toko.example", "!claim"])
def test_a_button_that_nobody_knows_does_nothing(talk: Talk, payload: str) -> None:
    talk.conversation = replace(talk.conversation, dialogue=DialogueState(last_press="/jam_buka"))
    decision = talk.presses(payload)
    assert (decision.kind, decision.reason, decision.says) == (DecisionKind.SILENT, "unknown_button", ())


# Purity


@pytest.mark.parametrize("words", ["jam buka?", "jam_buka/kurir", "rusak!", "cuaca?", "/agen"])
def test_the_same_arguments_give_the_same_decision_and_stay_as_they_were(words: str) -> None:
    state = DialogueState(told={"jam_buka": 1}, failures=1)
    conversation = Conversation(contact=BUDI, dialogue=state)
    before = deepcopy(conversation)
    first, second = Talk(conversation=conversation).says(words), Talk(conversation=conversation).says(words)
    assert first == second
    assert conversation == before
