"""Responses: languages and conditions become part of an answer; what cannot be judged is left out and reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intents.formats import Loaded
from intents.knowledge import Answer
from intents.validity import beginning, end

Load = Callable[..., Loaded]
Said = Callable[[Loaded], list[tuple[str, str, int, str]]]

NLU = 'version: "3.1"\nnlu:\n- intent: salam\n  examples: |\n    - halo\n'
SLOTS = """\
slots:
  nomor: {type: text, mappings: [{type: from_text}]}
  anggota: {type: bool, mappings: [{type: from_text}]}
  paket: {type: categorical, values: [Hemat, "2"], mappings: [{type: from_text}]}
  berat: {type: float, mappings: [{type: from_text}]}
"""


@pytest.fixture
def answers(load: Load) -> Callable[[str], Loaded]:
    """Load a project whose `utter_salam` is a plain variant and what these lines, from line 5 on, say."""

    def read(lines: str) -> Loaded:
        head = 'version: "3.1"\nresponses:\n  utter_salam:\n  - text: Halo\n'
        return load({"nlu.yml": NLU, "domain.yml": head + lines + SLOTS})

    return read


def test_a_variant_may_be_for_one_language(answers: Callable[[str], Loaded]) -> None:
    loaded = answers("  - text: Hello\n    metadata: {language: EN, penulis: x}\n    channel: web\n")
    assert loaded.report == ()
    assert loaded.knowledge.answers["salam"] == (
        Answer(text="Halo"),
        Answer(text="Hello", language="en", channel="web"),
    )


@pytest.mark.parametrize(
    ("condition", "slots"),
    [
        ("name: nomor, value: 123", ("nomor", "123")),
        ("name: nomor, value: null", ("nomor", None)),
        ("name: nomor", ("nomor", None)),
        ("name: anggota, value: true", ("anggota", True)),
        ("name: anggota, value: 'FALSE'", ("anggota", False)),
        ("name: paket, value: hemat", ("paket", "Hemat")),
        ("name: paket, value: 2", ("paket", "2")),
        ("name: berat, value: 2", ("berat", 2)),
    ],
)
def test_a_variant_may_hang_on_a_slot_whose_value_is_read_as_the_slot_holds_it(
    answers: Callable[[str], Loaded], condition: str, slots: tuple[str, object]
) -> None:
    loaded = answers(f"  - text: Halo lagi\n    condition:\n    - {{type: slot, {condition}}}\n")
    assert loaded.report == ()
    assert loaded.knowledge.answers["salam"][1] == Answer(text="Halo lagi", slots=(slots,))


@pytest.mark.parametrize("condition", ["null", "[]"])
def test_no_condition_is_none(answers: Callable[[str], Loaded], condition: str) -> None:
    loaded = answers(f"  - text: Halo lagi\n    condition: {condition}\n")
    assert (loaded.report, loaded.knowledge.answers["salam"][1]) == ((), Answer(text="Halo lagi"))


@pytest.mark.parametrize(
    "condition", ["[{type: intent, name: salam}]", "[{type: slot}]", "[x]", "[{type: slot, name: nomor, value: [1]}]"]
)
def test_a_condition_that_cannot_be_judged_costs_its_variant(
    answers: Callable[[str], Loaded], said: Said, condition: str
) -> None:
    loaded = answers(f"  - text: Halo lagi\n    condition: {condition}\n")
    assert loaded.knowledge.answers["salam"] == (Answer(text="Halo"),)
    message = "utter_salam: a variant has a condition that nothing here can judge; left out"
    assert said(loaded) == [("warning", "domain.yml", 6, message)]


def test_a_condition_on_a_slot_that_is_declared_nowhere_is_reported(
    answers: Callable[[str], Loaded], said: Said
) -> None:
    loaded = answers("  - text: Halo lagi\n    condition: [{type: slot, name: nomer, value: x}]\n")
    message = "utter_salam: the slot nomer, on which a variant hangs, is declared nowhere"
    assert said(loaded) == [("warning", "domain.yml", 5, message)]


@pytest.mark.parametrize("language", ["english", "e", "../x"])
def test_what_is_no_code_of_a_language_is_reported(answers: Callable[[str], Loaded], said: Said, language: str) -> None:
    loaded = answers(f"  - text: Hello\n    metadata: {{language: {language}}}\n")
    assert loaded.knowledge.answers["salam"][1] == Answer(text="Hello")
    assert said(loaded) == [
        ("warning", "domain.yml", 6, f"utter_salam: {language!r} is no code of a language; left out")
    ]


def test_a_response_that_leaves_customers_without_a_word_is_reported(load: Load, said: Said) -> None:
    domain = """\
version: "3.1"
responses:
  utter_salam:
  - {text: Hello, metadata: {language: en}}
  utter_ask_nomor:
  - {text: "Nomor lagi?", condition: [{type: slot, name: anggota, value: true}]}
"""
    loaded = load({"nlu.yml": NLU, "domain.yml": domain + SLOTS})
    assert said(loaded) == [
        ("warning", "domain.yml", 4, "utter_salam says nothing to customers of other languages"),
        ("info", "domain.yml", 6, "utter_ask_nomor says nothing where no variant's condition holds"),
    ]


def test_a_button_that_only_sets_a_slot_needs_no_intent(answers: Callable[[str], Loaded], said: Said) -> None:
    buttons = """\
  - text: Paket apa?
    buttons:
    - {title: Hemat, payload: '/pilih{"paket": "Hemat"}'}
    - {title: Lain, payload: '/pilih{"pket": "Lain"}'}
    - {title: Rusak, payload: '/pilih{"paket": '}
"""
    loaded = answers(buttons)
    message = "utter_salam: a button leads to 'pilih', which is no intent"
    assert said(loaded) == [("warning", "domain.yml", 5, message)] * 2


def test_a_variant_may_be_for_some_days(answers: Callable[[str], Loaded]) -> None:
    loaded = answers("  - text: Promo\n    metadata: {valid_from: 2026-12-24, valid_until: 2026-12-31}\n")
    assert loaded.report == ()
    promo = loaded.knowledge.answers["salam"][1]
    assert (promo.since, promo.until) == (beginning("2026-12-24"), end("2026-12-31"))


@pytest.mark.parametrize("key", ["valid_from", "valid_until"])
def test_a_variant_whose_days_cannot_be_read_is_left_out(
    answers: Callable[[str], Loaded], said: Said, key: str
) -> None:
    loaded = answers(f"  - text: Promo\n    metadata: {{{key}: 31 Desember}}\n")
    assert [answer.text for answer in loaded.knowledge.answers["salam"]] == ["Halo"]
    message = f"utter_salam: {key} '31 Desember' is no date; the variant is left out"
    assert said(loaded) == [("warning", "domain.yml", 6, message)]


def test_a_variant_that_ends_before_it_begins_is_reported(answers: Callable[[str], Loaded], said: Said) -> None:
    loaded = answers("  - text: Promo\n    metadata: {valid_from: 2026-12-31, valid_until: 2026-12-24}\n")
    ((level, _, _, message),) = said(loaded)
    assert (level, message) == ("warning", "utter_salam: a variant ends before it begins, and is never given")


def test_a_response_that_is_only_for_some_days_is_reported(load: Load, said: Said) -> None:
    domain = "responses:\n  utter_salam:\n  - text: Promo\n    metadata: {valid_until: 2026-12-24}\n"
    loaded = load({"nlu.yml": NLU, "domain.yml": 'version: "3.1"\n' + domain})
    ((level, _, _, message),) = said(loaded)
    assert (level, message) == ("info", "utter_salam says nothing outside the days of its variants")
