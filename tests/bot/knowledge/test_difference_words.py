"""What two knowledge bases say differently is told in the language of whoever reads."""

from __future__ import annotations

import pytest

from bot.knowledge.difference_words import added_lines, removed_lines
from intents.differences import differences

OLD = {
    "intent/promo": {
        "examples": ["ada promo?"],
        "answers": [{"text": "Sale\n50%", "channel": "web", "slots": [{"slot": "member", "value": True}]}],
        "kind": "faq",
    },
    "lookup/ukuran": ["kecil", "besar"],
    "out_of_scope": ["cuaca besok?"],
}
NEW = {
    "intent/promo": {"examples": ["ada promo?", "ada diskon?"], "answers": [], "kind": "faq"},
    "lookup/ukuran": ["besar", "kecil"],
    "synonyms": {"bdg": "Bandung"},
}


@pytest.mark.parametrize(
    ("language", "added", "removed"),
    [
        (
            "id",
            ["contoh: ada diskon?", "urutannya lain", "sinonim: bdg → Bandung"],
            ["jawaban: Sale 50% · kanal: web · syarat: slot: member · nilai: ya", "di luar cakupan: cuaca besok?"],
        ),
        (
            "en",
            ["example: ada diskon?", "in another order", "synonym: bdg → Bandung"],
            ["answer: Sale 50% · channel: web · if: slot: member · value: yes", "out of scope: cuaca besok?"],
        ),
    ],
)
def test_lines_are_in_one_language_throughout(language: str, added: list[str], removed: list[str]) -> None:
    found = differences(OLD, NEW)
    assert [line for each in found for line in added_lines(each, language)] == added
    assert [line for each in found for line in removed_lines(each, language)] == removed
