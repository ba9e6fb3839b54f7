"""Forms of a domain: every shape they have had is read, every odd one survived and reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intents.formats import Level, Loaded
from intents.forms import Form, Source, SourceKind

Load = Callable[..., Loaded]
Said = Callable[[Loaded], list[tuple[str, str, int, str]]]

NLU = """\
version: "3.1"
nlu:
- intent: salam
  examples: |
    - halo
- intent: isi
  examples: |
    - ini nomornya
"""
HEAD = """\
version: "3.1"
responses:
  utter_salam: Halo
  utter_isi: Baik
  utter_ask_nama: Namanya siapa?
  utter_ask_form_a_kota: Kotanya mana?
  utter_invalid_kota: Kota apa itu?
  utter_submit: Sudah.
slots:
  nama: {type: text, mappings: [{type: from_text}]}
  kota: {type: text, mappings: [{type: from_text}]}
"""


@pytest.fixture
def forms(load: Load) -> Callable[[str], Loaded]:
    """Load a small project with these lines below `forms:`, which is line 12 of domain.yml."""

    def read(lines: str) -> Loaded:
        return load({"nlu.yml": NLU, "domain.yml": HEAD + "forms:" + lines})

    return read


def test_a_form_lists_its_slots(forms: Callable[[str], Loaded]) -> None:
    loaded = forms("""
  form_a:
    required_slots: [nama, kota]
    ignored_intents: salam
    metadata: {ticket: true, pemilik: retur}
  form_b:
    ignored_intents: [salam, isi]
    required_slots:
    - nama
""")
    assert loaded.report == ()
    assert dict(loaded.knowledge.forms) == {
        "form_a": Form(name="form_a", slots=("nama", "kota"), ignored_intents=("salam",), ticket=True),
        "form_b": Form(name="form_b", slots=("nama",), ignored_intents=("salam", "isi")),
    }


@pytest.mark.parametrize("below", ["", "    required_slots:\n"], ids=["rasa 2.0", "rasa 2.6"])
def test_a_form_of_rasa_2_maps_its_slots_and_the_mappings_count_in_it_alone(
    forms: Callable[[str], Loaded], below: str
) -> None:
    margin = "      " if below else "    "
    loaded = forms(f"""
  form_a:
    ignored_intents: [salam]
{below}{margin}nama:
{margin}- type: from_entity
{margin}  entity: place
{margin}- type: from_intent
{margin}  intent: isi
{margin}  value: ya
{margin}kota: []
""")
    assert loaded.report == ()
    assert loaded.knowledge.forms["form_a"] == Form(name="form_a", slots=("nama", "kota"), ignored_intents=("salam",))
    assert loaded.knowledge.slots["nama"].sources == (
        Source(kind=SourceKind.FROM_ENTITY, entity="place", form="form_a"),
        Source(kind=SourceKind.FROM_INTENT, intents=("isi",), value="ya", form="form_a", requested="nama"),
        Source(kind=SourceKind.FROM_TEXT),
    )
    assert loaded.knowledge.slots["kota"].sources == (Source(kind=SourceKind.FROM_TEXT),)


@pytest.mark.parametrize("lines", [" [form_a]\n", "\n- form_a\n", "\n- form_a: {}\n", "\n- form_a:\n"])
def test_a_form_of_rasa_1_is_a_name(forms: Callable[[str], Loaded], said: Said, lines: str) -> None:
    loaded = forms(lines)
    assert loaded.knowledge.forms["form_a"] == Form(name="form_a", slots=())
    assert [message for *_, message in said(loaded)] == ["the form form_a names no slot and asks for nothing"]
    assert "code is not read" in loaded.report[0].remedy


@pytest.mark.parametrize(
    ("lines", "line", "message", "slots"),
    [
        ("\n  form_a:\n", 13, "the form form_a names no slot and asks for nothing", ()),
        ("\n  form_a: {}\n", 13, "the form form_a names no slot and asks for nothing", ()),
        ("\n  form_a: {required_slots: null}\n", 13, "the form form_a names no slot and asks for nothing", ()),
        ("\n  form_a: {required_slots: []}\n", 13, "the form form_a names no slot and asks for nothing", ()),
        ("\n  form_a: nama\n", 13, "the form form_a is a mapping; 'nama' left out", ()),
        ("\n  form_a: [nama]\n", 13, "the form form_a lists its slots without `required_slots:`", ("nama",)),
        ("\n  form_a: {required_slots: nama}\n", None, "", ("nama",)),
        ("\n  form_a: {required_slots: [nama, nama]}\n", None, "", ("nama",)),
        ("\n  form_a: {required_slots: [[nama]]}\n", 13, "form form_a: `required_slots:` lists names; this is", ()),
        ("\n  form_a: {required_slots: [nma, nama]}\n", 13, "form form_a: the slot nma is declared nowhere", ("nama",)),
        ("\n  form_b: {required_slots: [kota]}\n", 13, "form form_b: no question is written", ("kota",)),
        ("\n  form_a: {required_slots: [nama], tiket: x}\n", 13, "form form_a: `tiket` is not known", ("nama",)),
        (
            "\n  form_a: {required_slots: [nama], metadata: x}\n",
            13,
            "form form_a: `metadata:` is no mapping",
            ("nama",),
        ),
        (
            "\n  form_a: {required_slots: [nama], metadata: {ticket: 1}}\n",
            13,
            "`ticket:` is neither true nor",
            ("nama",),
        ),
        (
            "\n  form_a: {required_slots: [nama], ignored_intents: [x]}\n",
            13,
            "form form_a names the intent x,",
            ("nama",),
        ),
        ("\n  form_a: [nama]\n  form_a: [kota]\n", 14, "the form form_a was declared differently before", ("nama",)),
        (" nama\n", 12, "'nama' below `forms:` is not known; left out", None),
        ("\n", None, "", None),
    ],
)
def test_an_odd_form_is_reported_with_its_line_and_costs_only_itself(
    forms: Callable[[str], Loaded],
    said: Said,
    lines: str,
    line: int | None,
    message: str,
    slots: tuple[str, ...] | None,
) -> None:
    loaded = forms(lines)
    assert [form.slots for form in loaded.knowledge.forms.values()] == ([] if slots is None else [slots])
    found = [at for level, _, at, text in said(loaded) if level == "warning" and text.startswith(message)]
    assert found == ([] if line is None else [line])


def test_a_missing_slot_is_met_with_the_nearest_name_and_a_missing_question_with_its_own(
    forms: Callable[[str], Loaded],
) -> None:
    loaded = forms("\n  form_b: {required_slots: [nma, kota]}\n")
    assert [finding.remedy for finding in loaded.report if finding.level is Level.WARNING] == [
        "Did you mean nama?",
        "Write `utter_ask_kota:` with `- text: …` below `responses:`.",
    ]


def test_an_action_may_ask_for_a_slot(load: Load) -> None:
    form = "forms:\n  form_b: {required_slots: [kota]}\nactions: [action_ask_form_b_kota]\n"
    assert load({"nlu.yml": NLU, "domain.yml": HEAD + form}).report == ()


def test_responses_that_forms_say_by_themselves_are_no_strangers(load: Load, said: Said) -> None:
    stranger = HEAD.replace("  utter_submit", "  utter_ask_umur: Umurnya?\n  utter_submit")
    loaded = load({"nlu.yml": NLU, "domain.yml": stranger + "forms: {form_a: {required_slots: [nama, kota]}}\n"})
    assert [message for *_, message in said(loaded)] == ["utter_ask_umur answers no intent"]
    assert loaded.knowledge.answers["ask_umur"]


def test_a_form_in_two_files_is_one(load: Load) -> None:
    form = "forms:\n  form_a: {required_slots: [nama, kota]}\n"
    loaded = load(
        {"nlu.yml": NLU, "domain.yml": HEAD, "a.yml": 'version: "3.1"\n' + form, "b.yml": 'version: "3.1"\n' + form}
    )
    assert loaded.report == ()
    assert list(loaded.knowledge.forms) == ["form_a"]
