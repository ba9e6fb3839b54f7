"""The knowledge base as a value: variants by channel, placeholders, fingerprint, plain form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversation.errors import DataError
from intents.forms import Rule, Slot
from intents.knowledge import Answer, Intent, KnowledgeBase

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
    base = knowledge(Answer(text="Halo {sapaan} {{ya}}")).filled({"sapaan": "Kak"})
    (answer,) = base.answers_for("salam", "telegram")
    assert base.said(answer.text) == "Halo Kak {ya}"
    assert base.said(answer.text, {"sapaan": "Bapak"}) == "Halo Bapak {ya}"


def test_slots_fill_placeholders_too_and_what_they_hold_is_only_text() -> None:
    base = replace(knowledge(Answer(text="Nomor {nomor}.")), slots={"nomor": Slot(name="nomor")}).filled({"kota": "x"})
    assert base.said("Nomor {nomor}.", {"nomor": "{kota}{0.__class__}"}) == "Nomor {kota}{0.__class__}."
    assert base.said("Nomor {nomor}.") == "Nomor ."


def test_a_slot_with_the_name_of_a_placeholder_is_refused() -> None:
    base = replace(knowledge(Answer(text="Halo")), slots={"alamat": Slot(name="alamat")})
    with pytest.raises(DataError, match="the slot 'alamat' has the name of a placeholder"):
        base.filled({"alamat": "Bandung"})


def test_answers_in_the_customers_language_go_before_those_in_none() -> None:
    plain, english = Answer(text="Halo"), Answer(text="Hello", language="en")
    base = knowledge(plain, english)
    assert base.answers_for("salam", "telegram", "en") == (english,)
    assert base.answers_for("salam", "telegram", "jv") == (plain,)
    assert base.answers_for("salam", "telegram") == (plain,)


def test_a_variant_counts_only_while_its_conditions_hold() -> None:
    known, unknown = Answer(text="Tahu", slots=(("nomor", "7"),)), Answer(text="Belum", slots=(("nomor", None),))
    base = knowledge(known, unknown)
    assert base.answers_for("salam", "telegram", slots={"nomor": "7"}) == (known,)
    assert base.answers_for("salam", "telegram") == (unknown,)


def test_a_variant_whose_conditions_hold_goes_before_those_without() -> None:
    plain, unknown = Answer(text="Nomornya {nomor}"), Answer(text="Belum ada", slots=(("nomor", None),))
    base = knowledge(plain, unknown)
    assert base.answers_for("salam", "telegram", slots={"nomor": "7"}) == (plain,)
    assert base.answers_for("salam", "telegram") == (unknown,)


def test_of_the_rules_that_hold_the_one_with_most_conditions_is_followed() -> None:
    rules = (
        Rule(intent="salam", steps=("utter_salam",)),
        Rule(intent="salam", steps=("utter_lagi",), slots=(("dikenal", True),)),
    )
    base = replace(knowledge(Answer(text="Halo")), rules=rules)
    assert base.steps_after("salam", {}) == ("utter_salam",)
    assert base.steps_after("salam", {"dikenal": True}) == ("utter_lagi",)
    assert base.steps_after("rusak", {}) == ()


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
def test_what_only_looks_like_a_placeholder_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="more than a name in braces"):
        knowledge(Answer(text=f"Halo {text}")).filled({"sapaan": "Kak"})


def test_the_fingerprint_follows_what_is_learned_and_nothing_else() -> None:
    base = knowledge(Answer(text="Halo"))
    same = replace(base, answers={}, intents=dict(reversed(list(base.intents.items()))))
    assert same.fingerprint() == base.fingerprint()
    more = replace(base, intents={"salam": replace(SALAM, examples=("halo",)), "rusak": RUSAK})
    assert more.fingerprint() != base.fingerprint()
    assert replace(base, out_of_scope=()).fingerprint() != base.fingerprint()
