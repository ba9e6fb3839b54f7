"""Contents in pieces: nothing is lost on the way to JSON and back, and what cannot be kept is refused by name."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from conversation.errors import DataError
from intents.content import (
    Content,
    TestMessage,
    content_hash,
    content_of,
    decode,
    encode,
    overlay,
    pieces_of,
)
from intents.differences import Difference, Kind, Line, differences
from intents.formats import load_content
from intents.forms import Form, Rule, Slot, SlotType, Source, SourceKind, Wanted
from intents.knowledge import Answer, AnswerButton, Intent, KnowledgeBase
from intents.validity import ZONE
from tests.intents.contents import contents

STARTER = Path(__file__).parents[2] / "intents" / "starter"
WHOLE = Content(
    knowledge=KnowledgeBase(
        intents={
            "salam": Intent(name="salam", examples=("halo", "pagi"), kind="smalltalk"),
            "promo": Intent(name="promo", examples=("ada promo?",), department="penjualan", title="Promo"),
        },
        answers={
            "lengkap": (Answer(text="Terima kasih", slots=(("nomor", None),)),),
            "promo": (
                Answer(text="Diskon", buttons=(AnswerButton(title="Lihat", payload="https://toko.example"),)),
                Answer(
                    text="Sale",
                    language="en",
                    channel="web",
                    since=datetime(2026, 12, 1, tzinfo=ZONE),
                    until=datetime(2027, 1, 1, 17, 30, tzinfo=ZONE),
                    slots=(("anggota", True), ("berat", 1.5)),
                ),
            ),
        },
        out_of_scope=("cuaca besok?",),
        synonyms={"sby": "Surabaya"},
        regexes={"kode": (r"TN-\d+",)},
        lookups={"ukuran": ("kecil", "besar")},
        slots={
            "nomor": Slot(name="nomor", sources=(Source(kind=SourceKind.FROM_ENTITY, entity="kode", form="isi"),)),
            "anggota": Slot(name="anggota", type=SlotType.BOOL, initial=False),
            "berat": Slot(name="berat", type=SlotType.FLOAT, least=0.5, most=10.0, initial=1.0),
        },
        forms={"isi": Form(name="isi", slots=("nomor",), then=("utter_lengkap",), ticket=True)},
        rules=(Rule(intent="promo", steps=("isi",), slots=(("anggota", None), ("nomor", Wanted.ANYTHING))),),
    ),
    tests=(TestMessage(text="pagi kak", intent="salam"), TestMessage(text="siapa presiden?")),
)
PIECES = pieces_of(WHOLE)


def test_a_content_comes_back_from_its_pieces() -> None:
    assert content_of(decode(encode(PIECES))) == WHOLE
    assert set(PIECES) == {
        "intent/salam", "intent/promo", "response/lengkap", "lookup/ukuran", "regex/kode", "synonyms", "out_of_scope",
        "tests", "slots", "forms", "rules", "order",
    }  # fmt: skip


def test_the_starter_comes_back_from_its_pieces() -> None:
    content, _ = load_content(STARTER)
    assert content_of(decode(encode(pieces_of(content)))) == content
    assert len(content.tests) == 740


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(contents())
def test_whatever_people_write_comes_back_from_its_pieces(content: Content) -> None:
    pieces = pieces_of(content)
    again = content_of(decode(encode(pieces)))
    assert again == content
    assert pieces_of(again) == pieces
    assert encode(decode(encode(pieces))) == encode(pieces)


def test_filled_placeholders_are_not_kept() -> None:
    filled = Content(knowledge=WHOLE.knowledge.filled({"kota": "Bandung"}), tests=WHOLE.tests)
    assert pieces_of(filled) == PIECES


def test_the_hash_is_that_of_what_is_said_not_of_how_it_is_ordered() -> None:
    assert content_hash(dict(reversed(PIECES.items()))) == content_hash(PIECES)
    assert content_hash(overlay(PIECES, {"synonyms": {"bdg": "Bandung"}})) != content_hash(PIECES)


def test_changes_lie_over_pieces_and_none_takes_one_away() -> None:
    changed = overlay(PIECES, {"synonyms": None, "out_of_scope": ["cuaca?"], "rules": None})
    assert content_of(changed).knowledge.out_of_scope == ("cuaca?",)
    assert content_of(changed).knowledge.synonyms == {}
    assert "synonyms" in PIECES


def test_a_new_intent_needs_no_place_in_the_order() -> None:
    new = {"examples": ["retur kak"], "department": "penjualan"}
    assert list(content_of(overlay(PIECES, {"intent/retur": new})).knowledge.intents) == ["promo", "retur", "salam"]


def test_what_stands_twice_or_says_nothing_is_left_out() -> None:
    found = {"examples": [" halo ", "halo", ""], "answers": [{"text": "Hai"}, {"text": " Hai"}]}
    content = content_of({"intent/salam": found, "tests": [{"text": "a\nb"}, {"text": "a b"}, {"text": " "}]})
    assert content.knowledge.intents["salam"].examples == ("halo",)
    assert content.knowledge.answers["salam"] == (Answer(text="Hai"),)
    assert content.tests == (TestMessage(text="a b"),)


def test_a_rule_of_an_intent_that_is_gone_goes_with_it() -> None:
    assert content_of(overlay(PIECES, {"intent/promo": None})).knowledge.rules == ()


@pytest.mark.parametrize(
    ("piece", "found", "message"),
    [
        ("intent/salam", [], "intent/salam: .* is no object"),
        ("intent/salam", {"examples": "halo"}, "intent/salam: examples: 'halo' is no list"),
        ("intent/salam", {"examples": [1]}, "intent/salam: examples: 1 is no text"),
        ("intent/salam", {"kind": "x"}, "intent/salam: 'x' is no kind"),
        ("intent/salam", {"name": "lain"}, "intent/salam: 'name' is not known"),
        ("intent/salam", {"answers": [{}]}, "intent/salam: text is missing"),
        ("intent/salam", {"answers": [{"text": ""}]}, "utter_salam: an answer says nothing"),
        ("intent/salam", {"answers": [{"text": "x", "until": "besok"}]}, "intent/salam: until: 'besok' is no date"),
        ("intent/salam", {"answers": [{"text": "x", "language": "Inggris"}]}, "utter_salam: 'Inggris' is no code"),
        ("intent/salam", {"answers": [{"text": "x", "slots": [["a", 1]]}]}, "slots: .* is no condition"),
        ("intent/", {}, "'' is no name"),
        ("intent/ x", {}, "' x' is no name"),
        ("intent/a\nb", {}, r"'a\\nb' is no name"),
        ("intent/\x00", {}, "is no name"),
        ("intent/" + "x" * 501, {}, "is no name"),
        ("apa/ini", {}, "apa/ini: there is no such piece"),
        ("response/lain", {"answers": [], "x": 1}, "response/lain: 'x' is not known"),
        ("response/salam", {"answers": [{"text": "x"}]}, "utter_salam stands in two pieces|no object"),
        ("regex/kode", ["("], r"regex/kode: '\(' is no regular expression"),
        ("synonyms", ["sby"], "synonyms: it is no object"),
        ("synonyms", {"sby": None}, "synonyms: None is no text"),
        ("slots", [{"name": "a", "type": "x"}], "slots: type: 'x' is not known"),
        ("slots", [{"name": "a", "type": "bool", "initial": "x"}], "slots: a: 'x' is no bool"),
        ("slots", [{"name": "a", "initial": {"x": []}}], "slots: initial: .* more than texts"),
        ("forms", [{"name": "isi", "slots": ["hilang"]}], "forms: isi asks for the slot hilang"),
        (
            "rules",
            [{"intent": "salam", "steps": ["utter_hilang"]}],
            "rules: the response utter_hilang is written nowhere",
        ),
        ("rules", [{"intent": "salam", "steps": ["x"], "slots": [{"slot": "y"}]}], "rules: salam hangs on the slot y"),
        ("tests", {"a": "b"}, "tests: it is no list|is no object"),
        ("order", [1], "order: 1 is no text"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_the_name_of_its_piece(piece: str, found: object, message: str) -> None:
    base = {"intent/salam": {"examples": ["halo"], "answers": [{"text": "Hai"}]}}
    with pytest.raises(DataError, match=message) as raised:
        content_of({**base, piece: found})
    assert raised.value.remedy


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"a": NaN}', '{"a": "\\ud800"}', "[" * 100_000, '{"a": 1e999}', "null", '"x"']
)
def test_what_is_no_content_is_refused(text: str) -> None:
    with pytest.raises(DataError) as raised:
        decode(text)
    assert raised.value.remedy


def test_differences_are_told_line_by_line() -> None:
    new = json.loads(encode(PIECES))
    new["intent/promo"]["examples"] = ["ada diskon?"]
    new["intent/promo"]["answers"].pop()
    new["lookup/ukuran"].reverse()
    new["synonyms"]["bdg"] = "Bandung"
    del new["out_of_scope"]
    found = {each.piece: each for each in differences(PIECES, new)}
    assert found["intent/promo"].added == (Line(field="examples", value="ada diskon?"),)
    answer, example = found["intent/promo"].removed
    assert (answer.field, dict(answer.value)["text"], dict(answer.value)["channel"]) == ("answers", "Sale", "web")  # type: ignore[call-overload]
    assert example == Line(field="examples", value="ada promo?")
    assert found["lookup/ukuran"] == Difference(piece="lookup/ukuran", kind=Kind.CHANGED)
    assert found["lookup/ukuran"].in_another_order
    bandung = Line(key="bdg", value="Bandung")
    assert found["synonyms"] == Difference(piece="synonyms", kind=Kind.CHANGED, added=(bandung,))
    gone = (Line(value="cuaca besok?"),)
    assert found["out_of_scope"] == Difference(piece="out_of_scope", kind=Kind.REMOVED, removed=gone)
    assert len(found) == 4
    assert differences(PIECES, PIECES) == ()
