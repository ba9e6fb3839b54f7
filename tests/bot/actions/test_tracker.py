"""A call as Rasa's JSON."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.actions.domain import Domain
from bot.actions.tracker import webhook_call
from bot.testing.action_contract import KNOWLEDGE, NOON, call
from conversation.messages import Attachment, AttachmentKind, Author, Message
from intents.forms import Slot, SlotType, Source, SourceKind
from intents.knowledge import Answer, Intent, KnowledgeBase

DOMAIN = Domain(KNOWLEDGE, ["action_sapa", "validate_reservasi"])


def tracker(**parts: Any) -> dict[str, Any]:
    found: dict[str, Any] = webhook_call(call("action_sapa", **parts), DOMAIN)["tracker"]
    return found


def test_the_call_names_the_action_and_the_conversation() -> None:
    asked = webhook_call(call("action_sapa"), DOMAIN)
    assert (asked["next_action"], asked["sender_id"]) == ("action_sapa", "telegram:5512345")
    assert asked["tracker"]["sender_id"] == "telegram:5512345"


def test_every_declared_slot_is_there_and_empty_ones_are_none() -> None:
    assert tracker(slots={"nama": "Sari"})["slots"] == {
        "nama": "Sari",
        "disapa": None,
        "pesanan": None,
        "masakan": None,
        "jumlah_orang": None,
        "requested_slot": None,
    }


def test_the_latest_message_has_rasas_shape() -> None:
    assert tracker()["latest_message"] == {
        "text": "mau soto",
        "intent": {"name": "tanya_menu", "confidence": 0.9},
        "intent_ranking": [{"name": "tanya_menu", "confidence": 0.9}, {"name": "reservasi", "confidence": 0.1}],
        "entities": [{"entity": "menu", "value": "soto", "start": 4, "end": 8, "text": "soto"}],
        "metadata": {},
    }


def test_what_was_not_understood_has_no_intent() -> None:
    photo = Message(
        author=Author.CUSTOMER, text="", at=NOON, attachments=(Attachment(kind=AttachmentKind.PHOTO, file_id="x"),)
    )
    shown = replace(call("action_sapa"), understanding=None, recent=(photo,))
    latest = webhook_call(shown, DOMAIN)["tracker"]["latest_message"]
    assert (latest["text"], latest["intent"]["name"], latest["entities"]) == ("", None, [])


def test_the_history_holds_what_was_said_and_no_notes_of_agents() -> None:
    events = tracker()["events"]
    assert [(event["event"], event["text"]) for event in events] == [
        ("user", "halo"),
        ("bot", "Halo Kak"),
        ("user", "mau soto"),
    ]
    assert events[-1]["parse_data"]["intent"]["name"] == "tanya_menu"
    assert events[0]["input_channel"] == "telegram"


def test_proposed_slots_are_the_last_events_and_stand_in_the_slots() -> None:
    state = tracker(form="reservasi", requested="masakan", proposed={"masakan": "Padang", "jumlah_orang": 2})
    assert [(event["name"], event["value"]) for event in state["events"][-2:]] == [
        ("masakan", "Padang"),
        ("jumlah_orang", 2),
    ]
    assert (state["slots"]["masakan"], state["slots"]["requested_slot"]) == ("Padang", "masakan")
    assert state["active_loop"]["name"] == "reservasi"


def test_without_a_form_no_loop_is_active() -> None:
    assert tracker()["active_loop"] == {}


def test_nothing_of_the_conversation_can_be_changed_through_it() -> None:
    mine = {"pesanan": ["soto", {"jumlah": 2}]}
    state = tracker(slots=mine, proposed={"masakan": ["a"]})
    state["slots"]["pesanan"][1]["jumlah"] = 9
    state["slots"]["pesanan"].clear()
    state["slots"]["masakan"].clear()
    assert mine == {"pesanan": ["soto", {"jumlah": 2}]}
    assert state["events"][-1]["value"] == ["a"]


def test_it_is_json() -> None:
    asked = webhook_call(call("action_sapa", slots={"nama": "Sari"}), DOMAIN)
    assert json.loads(json.dumps(asked)) == asked


# The domain


def test_the_domain_is_the_knowledge_base_in_rasas_words() -> None:
    domain = DOMAIN.fresh()
    assert domain["intents"] == ["tanya_menu", "reservasi"]
    assert domain["entities"] == ["masakan"]
    assert domain["forms"] == {"reservasi": {"required_slots": ["masakan", "jumlah_orang"], "ignored_intents": []}}
    assert domain["actions"] == ["action_sapa", "validate_reservasi"]
    assert domain["responses"]["utter_menu"] == [
        {"text": "Menu hari {hari}: soto.", "image": "https://toko.example/menu.jpg"}
    ]
    assert domain["slots"]["masakan"]["mappings"] == [
        {
            "type": "from_entity",
            "entity": "masakan",
            "conditions": [{"active_loop": "reservasi", "requested_slot": "masakan"}],
        }
    ]


def test_an_attachment_is_a_custom_mapping_and_what_json_does_not_know_is_text() -> None:
    slot = Slot(
        name="foto", type=SlotType.ANY, initial=date(2026, 3, 14), sources=(Source(kind=SourceKind.FROM_ATTACHMENT),)
    )
    knowledge = KnowledgeBase(
        intents={"a": Intent(name="a")},
        slots={"foto": slot},
        answers={"a": (Answer(text="A", channel="web", slots=(("foto", None),)),)},
    )
    domain = Domain(knowledge, []).fresh()
    assert domain["slots"]["foto"] == {"type": "any", "initial_value": "2026-03-14", "mappings": [{"type": "custom"}]}
    assert domain["responses"]["utter_a"] == [
        {"text": "A", "channel": "web", "condition": [{"type": "slot", "name": "foto", "value": None}]}
    ]


WHOLE = {**DOMAIN.fresh()}


@pytest.mark.parametrize(
    "whole",
    [
        lambda d: dict(d),
        lambda d: {**d},
        lambda d: d | {},
        lambda d: {} | d,
        lambda d: d.copy(),
        lambda d: dict(d.items()),
        lambda d: dict(zip(d.keys(), d.values(), strict=True)),
        lambda d: {key: d[key] for key in d},
        lambda d: {key: d.get(key) for key in d},
        lambda d: {key: d.pop(key) for key in list(d)},
        lambda d: {key: d.setdefault(key, {}) for key in d},
        lambda d: dict(d.popitem() for _ in range(len(d))),
        lambda d: json.loads(json.dumps(d)),
        lambda d: copy.deepcopy(d),
        lambda d: copy.copy(d),
        lambda d: pickle.loads(pickle.dumps(d)),
        lambda d: d,
    ],
)
def test_however_a_domain_is_read_it_is_whole(whole: Any) -> None:
    found = whole(DOMAIN.fresh())
    assert found == WHOLE
    assert isinstance(found["intents"], list)


def test_a_domain_behaves_as_a_dict_when_it_is_changed() -> None:
    domain = DOMAIN.fresh()
    domain["intents"] = ["lain"]
    del domain["forms"]
    domain.update(slots={})
    domain |= {"actions": []}
    assert (domain["intents"], domain["slots"], domain["actions"]) == (["lain"], {}, [])
    assert "forms" not in domain
    assert domain.get("forms", "none") == "none"
    assert "utter_menu" in repr(domain)
    domain.clear()
    assert domain == {}
    assert not domain


def test_a_changed_domain_changes_no_other() -> None:
    first, second = DOMAIN.fresh(), DOMAIN.fresh()
    first["responses"]["utter_menu"].clear()
    assert len(second["responses"]["utter_menu"]) == len(DOMAIN.fresh()["responses"]["utter_menu"]) == 1
