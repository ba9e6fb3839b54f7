"""The knowledge base as a value: variants by channel, placeholders, fingerprint, plain form."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from conversation.errors import DataError
from intents.knowledge import Answer, AnswerButton, Intent, KnowledgeBase

SALAM = Intent(name="salam", examples=("halo", "pagi"), kind="smalltalk", title="Menyapa")
RUSAK = Intent(name="rusak", examples=("barangnya rusak",), kind="complaint", department="retur")


def knowledge(*answers: Answer) -> KnowledgeBase:
    return KnowledgeBase(
        intents={"salam": SALAM, "rusak": RUSAK}, answers={"salam": answers}, out_of_scope=("cuaca besok?",)
    )


def test_examples_are_rows_of_text_and_intent() -> None:
    assert list(knowledge().examples()) == [("halo", "salam"), ("pagi", "salam"), ("barangnya rusak", "rusak")]
    assert knowledge().kinds == {"salam": "smalltalk", "rusak": "complaint"}


def test_a_channel_gets_its_own_variants_and_the_others_those_for_all() -> None:
    for_all, for_web = Answer(text="Halo"), Answer(text="Halo di web", channel="web")
    base = knowledge(for_all, for_web)
    assert base.answers_for("salam", "web") == (for_web,)
    assert base.answers_for("salam", "telegram") == (for_all,)
    assert base.answers_for("rusak", "telegram") == ()


def test_a_variant_for_another_channel_is_never_used() -> None:
    assert knowledge(Answer(text="Halo", channel="web")).answers_for("salam", "telegram") == ()


def test_placeholders_are_filled_and_double_braces_become_single_ones() -> None:
    button = AnswerButton(title="Bantuan", payload="/bantuan")
    filled = knowledge(Answer(text="Halo {sapaan} {{ya}}", buttons=(button,))).filled({"sapaan": "Kak"})
    assert filled.answers["salam"] == (Answer(text="Halo Kak {ya}", buttons=(button,)),)


def test_an_unknown_placeholder_names_the_answer_and_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"utter_salam: no value for the placeholder \{spaan\}") as raised:
        knowledge(Answer(text="Halo {spaan}")).filled({"sapaan": "Kak", "nama_toko": "Toko"})
    assert "nama_toko, sapaan" in raised.value.remedy


@pytest.mark.parametrize("text", ["Halo {sapaan", "Halo sapaan}"])
def test_a_lonely_brace_names_the_answer(text: str) -> None:
    with pytest.raises(DataError, match="utter_salam") as raised:
        knowledge(Answer(text=text)).filled({"sapaan": "Kak"})
    assert "{{" in raised.value.remedy


@pytest.mark.parametrize("text", ["{sapaan: }", "{sapaan:{x}}", "{sapaan:>9}", "{sapaan!z}", "{sapaan!r}", "{sapaan!}"])
def test_a_placeholder_is_a_name_in_braces_and_nothing_more(text: str) -> None:
    with pytest.raises(DataError, match="utter_salam") as raised:
        knowledge(Answer(text=f"Halo {text}")).filled({"sapaan": "Kak", "x": "y"})
    assert "{" in raised.value.remedy


@pytest.mark.parametrize("text", ["{}", "{0}", "{sapaan.upper}", "{sapaan[0]}", "{ sapaan }"])
def test_what_only_looks_like_a_placeholder_is_an_unknown_one(text: str) -> None:
    with pytest.raises(DataError, match="no value for the placeholder"):
        knowledge(Answer(text=f"Halo {text}")).filled({"sapaan": "Kak"})


def test_the_fingerprint_follows_what_is_learned_and_nothing_else() -> None:
    base = knowledge(Answer(text="Halo"))
    same = replace(base, answers={}, intents=dict(reversed(list(base.intents.items()))))
    assert same.fingerprint() == base.fingerprint()
    more = replace(base, intents={"salam": replace(SALAM, examples=("halo",)), "rusak": RUSAK})
    assert more.fingerprint() != base.fingerprint()
    assert replace(base, out_of_scope=()).fingerprint() != base.fingerprint()


def test_the_plain_form_is_json() -> None:
    base = knowledge(Answer(text="Halo", buttons=(AnswerButton(title="Bantuan", payload="/bantuan"),)))
    assert json.loads(json.dumps(base.to_plain()))["answers"]["salam"][0]["buttons"][0]["payload"] == "/bantuan"
