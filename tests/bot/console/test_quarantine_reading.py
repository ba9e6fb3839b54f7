"""What the quarantine page shows of an update: little in the list, and nothing that acts in the dialog."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.console.quarantine_reading import LONGEST, content_of, kind_of, masked
from conversation.messages import InboxId
from conversation.ports import InboxItem, Update
from conversation.quarantine_ports import Quarantined

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def found(lane: str) -> Quarantined:
    update = Update(channel="telegram", key="1", lane=lane, payload="{}", received_at=NOW)
    return Quarantined(item=InboxItem(id=InboxId(1), update=update), error="", at=NOW)


@pytest.mark.parametrize(
    ("lane", "shown"),
    [
        ("telegram:5512345", "Telegram •••345"),
        ("telegram:77", "Telegram •••"),
        ("telegram:-1001:\u202e7", "Telegram •••:\\u202e7"),
    ],
)
def test_a_list_does_not_say_who_it_is(lane: str, shown: str) -> None:
    assert masked(found(lane)) == shown


def test_a_list_says_of_an_error_what_a_log_would() -> None:
    assert kind_of("ValueError('Sari, 0812-3456-7890')") == "ValueError"
    assert kind_of("") == ""
    assert kind_of("X" * 70) == "X" * 23 + "…"


def test_json_is_laid_out_and_nothing_in_it_acts() -> None:
    shown, cut = content_of(json.dumps({"text": "\x1b[2J\u202e<b>😀", "half": "\ud83d"}))
    assert shown == '{\n  "text": "\\u001b[2J\\u202e<b>😀",\n  "half": "\\ud83d"\n}'
    assert not cut


@pytest.mark.parametrize("payload", ["not JSON", "[" * 9_000, "9" * 5_000, ""])
def test_what_is_no_json_is_shown_as_it_is(payload: str) -> None:
    assert content_of(payload) == (payload, False)


def test_what_is_long_is_cut_however_it_grows() -> None:
    for payload in ("x" * (LONGEST + 1), json.dumps([[]] * (LONGEST // 4))):
        shown, cut = content_of(payload)
        assert (len(shown), cut) == (LONGEST, True)
