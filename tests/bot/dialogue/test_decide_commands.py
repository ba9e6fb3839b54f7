"""What the bot decides where somebody gives a command or presses a button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.dialogue.buttons import AGENT, NONE
from bot.dialogue.decision import DecisionKind
from bot.testing.small_shop import KNOWLEDGE, PHRASES
from conversation.state import DialogueState, Owner
from conversation.tickets import HandoffReason
from tests.bot.dialogue.talking import TICKET, Talk, handoff_of, text, waiting, with_agent


@pytest.fixture
def talk() -> Talk:
    return Talk()


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
    assert handoff_of(decision).reason is HandoffReason.CUSTOMER_REQUEST


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
