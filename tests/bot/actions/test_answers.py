"""What Rasa's actions answer, read as Rasa means it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.actions.answers import Garbled, result_of_answer
from bot.testing.action_contract import call
from conversation.actions import (
    Event,
    Failure,
    FormChanged,
    Reminder,
    ReminderCancelled,
    Restarted,
    Result,
    Saying,
    SlotSet,
)
from conversation.effects import Button

CALL = call("action_sapa", key="turn:7")


def read(*, events: Any = (), responses: Any = ()) -> Result:
    return result_of_answer({"events": list(events), "responses": list(responses)}, CALL)


def the_event(**event: Any) -> Event | None:
    found = read(events=[event]).events
    return found[0] if found else None


def the_saying(**response: Any) -> Saying | None:
    found = read(responses=[response]).says
    return found[0] if found else None


# Events; those that rasa-sdk makes are in the contract


@pytest.mark.parametrize("kind", ["session_started", "session_ended", "restart"])
def test_a_new_session_begins_anew(kind: str) -> None:
    assert the_event(event=kind, timestamp=None) == Restarted()


def test_rasas_older_word_for_a_form_is_understood() -> None:
    assert the_event(event="form", name="reservasi") == FormChanged(form="reservasi")


def test_a_reminder_without_a_name_is_the_same_one_when_the_action_is_run_again() -> None:
    asked = {"event": "reminder", "intent": "tanya", "date_time": "2026-03-14T12:00:00+07:00", "name": None}
    names = [event.name for event in read(events=[asked, asked]).events if isinstance(event, Reminder)]
    assert names == ["turn:7#0", "turn:7#1"]


def test_a_reminder_without_a_zone_is_due_in_utc_as_rasa_has_it() -> None:
    event = the_event(
        event="reminder", intent="tanya", date_time="2026-03-14T12:00:00", name="a", kill_on_user_msg=False
    )
    assert event == Reminder(name="a", due=datetime(2026, 3, 14, 12, 0, tzinfo=UTC), intent="tanya")


def test_entities_of_a_reminder_may_be_listed() -> None:
    entities = [{"entity": "menu", "value": "soto"}, {"entity": "menu", "value": "sate"}]
    event = the_event(event="reminder", intent="t", date_time="2026-03-14T12:00:00Z", name="a", entities=entities)
    assert isinstance(event, Reminder)
    assert event.entities == (("menu", "soto"), ("menu", "sate"))


def test_reminders_of_certain_entities_are_not_called_off_with_all_others() -> None:
    assert the_event(event="cancel_reminder", name=None, intent=None, entities={"menu": "soto"}) is None
    named = the_event(event="cancel_reminder", name="a", intent=None, entities={"menu": "soto"})
    assert named == ReminderCancelled(name="a")


def test_an_event_that_says_the_action_was_rejected_rejects_it() -> None:
    result = read(events=[{"event": "slot", "name": "a", "value": 1}, {"event": "action_execution_rejected"}])
    assert (result.failure, result.events) == (Failure.REJECTED, ())


@pytest.mark.parametrize(
    "event",
    [
        {"event": "slot"},
        {"event": "slot", "name": 5},
        {"event": "followup", "name": None},
        {"event": "reminder", "intent": "a", "date_time": "besok"},
        {"event": "reminder", "date_time": None},
        {"event": "reminder", "intent": "a", "date_time": "2026-03-14", "entities": ["menu"]},
        {"event": "bot", "text": None},
        {"event": "user", "text": "halo"},
        {"event": "agent", "text": "halo"},
        {"event": "routing_session_ended"},
    ],
)
def test_an_event_without_meaning_is_left_out_and_the_log_names_it(
    event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert read(events=[event, {"event": "slot", "name": "a", "value": 1}]).events == (SlotSet(name="a", value=1),)
    assert event["event"] in caplog.text
    assert "halo" not in caplog.text


@pytest.mark.parametrize("kind", ["loop_interrupted", "action", "export"])
def test_rasas_bookkeeping_is_left_out_without_a_word(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert the_event(event=kind, name="x") is None
    assert caplog.text == ""


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "halo",
        42,
        {"events": "slot"},
        {"responses": {}},
        {"events": ["slot"]},
        {"events": [{}]},
        {"events": [{"event": 1}]},
        {"responses": ["halo"]},
        {"responses": [{"elements": ["a"]}]},
    ],
)
def test_what_is_no_answer_is_garbled(answer: Any) -> None:
    with pytest.raises(Garbled):
        result_of_answer(answer, CALL)


def test_an_answer_may_be_empty() -> None:
    assert result_of_answer({}, CALL) == Result() == result_of_answer({"events": None, "responses": None}, CALL)


# Responses


def test_a_named_response_brings_its_values_and_nothing_else() -> None:
    said = the_saying(
        text=None, buttons=[], elements=[], custom={}, template="utter_a", response="utter_a", hari="Senin"
    )
    assert said == Saying(response="utter_a", values={"hari": "Senin"})


def test_an_older_action_names_its_response_as_template() -> None:
    assert the_saying(template="utter_a") == Saying(response="utter_a")


def test_a_text_brings_no_values() -> None:
    assert the_saying(text="Halo", hari="Senin") == Saying(text="Halo")


def test_quick_replies_are_buttons_too() -> None:
    said = the_saying(
        text="Ya?", quick_replies=[{"title": "Ya", "payload": "/ya"}, {"title": "Tidak"}, {"payload": "/x"}]
    )
    assert said is not None
    assert said.buttons == (Button(title="Ya", payload="/ya"), Button(title="Tidak", payload="Tidak"))


@pytest.mark.parametrize(
    ("attachment", "saying"),
    [
        ("https://toko.example/a.pdf", Saying(text="Ini\nhttps://toko.example/a.pdf")),
        ({"type": "image", "payload": {"src": "https://t.example/a"}}, Saying(text="Ini", image="https://t.example/a")),
        ({"type": "file", "payload": {"url": "https://t.example/a"}}, Saying(text="Ini\nhttps://t.example/a")),
        ({"type": "template"}, Saying(text="Ini")),
        (5, Saying(text="Ini")),
    ],
)
def test_an_attachment_is_shown_or_named(attachment: Any, saying: Saying) -> None:
    assert the_saying(text="Ini", attachment=attachment) == saying


def test_each_card_of_a_carousel_is_said_by_itself() -> None:
    cards = [
        {
            "title": "Soto",
            "subtitle": "25 ribu",
            "image_url": "https://t.example/soto",
            "buttons": [{"title": "Pesan"}],
        },
        {"title": "Sate"},
    ]
    assert read(responses=[{"text": "Menu:", "elements": cards}]).says == (
        Saying(text="Menu:"),
        Saying(text="Soto\n25 ribu", image="https://t.example/soto", buttons=(Button(title="Pesan", payload="Pesan"),)),
        Saying(text="Sate"),
    )


def test_of_a_custom_message_its_text_is_said() -> None:
    assert the_saying(custom={"text": "Halo", "blocks": []}) == Saying(text="Halo")


def test_a_custom_message_without_text_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert the_saying(custom={"blocks": ["rahasia"]}) is None
    assert "custom" in caplog.text
    assert "rahasia" not in caplog.text


def test_numbers_are_said_as_text() -> None:
    assert the_saying(text=25000) == Saying(text="25000")
