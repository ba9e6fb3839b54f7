"""Keys and lanes of raw updates."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.telegram.updates import is_update, parsed, update_of
from conversation.ports import Update

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SARI = {"id": 55, "type": "private", "first_name": "Sari"}
STAFF = {"id": -1001, "type": "supergroup", "title": "Staf", "is_forum": True}


def kept(raw: dict[str, Any], update_id: int = 7) -> Update:
    return update_of({"update_id": update_id, **raw}, NOW)


def message(chat: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message_id": 9, "date": 1, "chat": chat, "text": "halo", **more}


def test_a_message_is_named_by_chat_and_number_and_goes_into_its_conversations_lane() -> None:
    update = kept({"message": message(SARI)})
    assert (update.channel, update.key, update.lane) == ("telegram", "message:55:9", "telegram:55")
    assert (update.update_id, update.received_at) == (7, NOW)
    assert json.loads(update.payload) == {"update_id": 7, "message": message(SARI)}


def test_a_message_under_another_update_id_is_the_same_update() -> None:
    assert kept({"message": message(SARI)}, 7).key == kept({"message": message(SARI)}, 1_000).key


def test_each_topic_of_a_group_is_a_lane_of_its_own() -> None:
    in_topic = message(STAFF, message_thread_id=4, is_topic_message=True)
    assert kept({"message": in_topic}).lane == "telegram:-1001:4"
    # A reply outside of topics has a thread number too.
    assert kept({"message": message(STAFF, message_thread_id=4)}).lane == "telegram:-1001:"


def test_two_edits_in_one_second_are_two_updates() -> None:
    first = kept({"edited_message": message(SARI, edit_date=5, text="a")})
    second = kept({"edited_message": message(SARI, edit_date=5, text="b")})
    assert first.key.startswith("edit:55:9:5:")
    assert first.key != second.key
    assert first.lane == "telegram:55"


def test_a_press_is_named_by_its_callback_id_whatever_its_update_id() -> None:
    press = {"callback_query": {"id": "99", "from": {"id": 55}, "message": message(SARI), "data": "x"}}
    assert kept(press, 7).key == kept(press, 8).key == "press:99"
    assert kept(press).lane == "telegram:55"


def test_blocking_and_unblocking_are_two_updates() -> None:
    def member(status: str) -> Update:
        return kept({"my_chat_member": {"chat": SARI, "date": 5, "new_chat_member": {"status": status}}})

    assert member("kicked").key == "member:55:5:kicked"
    assert member("member").key != member("kicked").key
    assert member("member").lane == "telegram:55"


@pytest.mark.parametrize(
    "raw",
    [
        {"inline_query": {"id": "1"}},
        {"message": "not a message"},
        {"message": {"chat": None}},
        {"callback_query": {"id": "1", "inline_message_id": "x"}},
        {},
    ],
)
def test_what_is_not_understood_is_kept_under_its_own_number(raw: dict[str, Any]) -> None:
    update = kept(raw)
    assert update.key.startswith("update:7:")
    assert json.loads(update.payload) == {"update_id": 7, **raw}


def test_a_number_that_is_used_again_for_something_else_is_another_update() -> None:
    assert kept({"poll": {"id": "1"}}).key != kept({"poll": {"id": "2"}}).key


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"update_id": "7"}, {"message": {}}])
def test_what_has_no_update_number_is_no_update(raw: object) -> None:
    assert not is_update(raw)


def test_half_a_surrogate_pair_can_be_stored() -> None:
    update = kept({"message": message(SARI, text="\ud83d")})
    assert update.payload.encode()


@pytest.mark.parametrize("text", ['{"a": "\\ud83d"}', '{"a": [1e3, null, true, "🙏"]}', '{"a": 1' + "0" * 30 + "}"])
def test_json_is_read_as_python_reads_it(text: str) -> None:
    assert parsed(text) == parsed(text.encode()) == json.loads(text)


@pytest.mark.parametrize("text", ["", "{", "{} {}", "{\"a\": 'b'}", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        parsed(text)


@pytest.mark.parametrize("name", ["\0", "😀", "9" * 5_000])
def test_what_no_database_takes_for_a_name_is_none(name: str) -> None:
    update = kept({"message": message(SARI, text="a") | {"chat": {"id": name, "type": "private"}}})
    assert (update.lane, update.key.partition(":")[0]) == ("telegram:", "update")
