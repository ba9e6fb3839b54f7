"""Slots of a domain: every type and mapping is read, every odd one survived and reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.dialogue.following import BUILT_IN
from conversation.messages import AttachmentKind
from intents.formats import Loaded
from intents.formats.dialogue import BUILT_IN_ACTIONS
from intents.formats.domain_slots import ATTACHMENTS
from intents.forms import Slot, SlotType, Source, SourceKind

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
- lookup: warna
  examples: |
    - merah
"""
HEAD = 'version: "3.1"\nresponses:\n  utter_salam: Halo\n  utter_isi: Baik\n'


@pytest.fixture
def slots(load: Load) -> Callable[[str], Loaded]:
    """Load a small project with these lines below `slots:`, which is line 6 of domain.yml with the first below it."""

    def read(lines: str) -> Loaded:
        return load({"nlu.yml": NLU, "domain.yml": HEAD + "slots:" + lines})

    return read


def mapped(lines: str) -> str:
    """A text slot `warna` with these mappings; the first line of them is line 9."""
    return "\n  warna:\n    type: text\n    mappings:\n" + lines


def remarks(said: Said, loaded: Loaded) -> list[tuple[str, int, str]]:
    return [(level, line, message) for level, _, line, message in said(loaded)]


def test_every_type_is_read_with_its_limits(slots: Callable[[str], Loaded], said: Said) -> None:
    loaded = slots("""
  warna: {type: text, initial_value: 081, influence_conversation: false, metadata: {title: warna kesukaan}}
  angka: {type: float, min_value: 1, max_value: 2.5, initial_value: 2, mappings: [{type: from_text}]}
  anggota: {type: bool, initial_value: true, mappings: [{type: from_text}]}
  paket: {type: categorical, values: [hemat, 1, true], initial_value: hemat, mappings: [{type: from_text}]}
  daftar: {type: list, initial_value: [a, 2], mappings: [{type: from_text}]}
  apa_saja: {type: any, initial_value: {a: 1}, mappings: [{type: from_text}], metadata: {optional: true}}
""")
    text = (Source(kind=SourceKind.FROM_TEXT),)
    assert remarks(said, loaded) == []
    assert list(loaded.knowledge.slots.values()) == [
        Slot(
            name="warna",
            title="warna kesukaan",
            initial="081",
            sources=(Source(kind=SourceKind.FROM_ENTITY, entity="warna"),),
        ),
        Slot(name="angka", type=SlotType.FLOAT, least=1, most=2.5, initial=2, sources=text),
        Slot(name="anggota", type=SlotType.BOOL, initial=True, sources=text),
        Slot(name="paket", type=SlotType.CATEGORICAL, choices=("hemat", "1", "true"), initial="hemat", sources=text),
        Slot(name="daftar", type=SlotType.LIST, initial=["a", 2], sources=text),
        Slot(name="apa_saja", type=SlotType.ANY, initial={"a": 1}, sources=text, optional=True),
    ]


@pytest.mark.parametrize(
    ("mapping", "source"),
    [
        (
            "type: from_entity, entity: warna, role: dasar, group: '1'",
            {"entity": "warna", "role": "dasar", "group": "1"},
        ),
        ("type: from_entity, entity: warna, intent: salam", {"entity": "warna", "intents": ("salam",)}),
        ("type: from_text, not_intent: [salam, isi]", {"not_intents": ("salam", "isi")}),
        ("type: from_text, intent: null, not_intent: []", {}),
        ("type: from_intent, intent: [isi], value: true", {"intents": ("isi",), "value": True}),
        ("type: from_trigger_intent, intent: isi, value: 3", {"intents": ("isi",), "value": 3}),
        ("type: from_trigger_text", {}),
        ("type: from_attachment, attachment: photo", {"attachment": "photo"}),
        ("type: custom, action: action_warna", {"action": "action_warna"}),
        ("type: custom", {}),
    ],
)
def test_every_mapping_is_read(
    slots: Callable[[str], Loaded], said: Said, mapping: str, source: dict[str, object]
) -> None:
    loaded = slots(mapped(f"    - {{{mapping}}}\n"))
    kind = SourceKind(mapping.split(",")[0].removeprefix("type: "))
    assert loaded.knowledge.slots["warna"].sources == (Source(kind=kind, **source),)  # type: ignore[arg-type]
    assert remarks(said, loaded) == []


def test_a_mapping_with_several_conditions_counts_in_each(slots: Callable[[str], Loaded]) -> None:
    conditions = "[{active_loop: form_a, requested_slot: warna}, {active_loop: form_b}]"
    loaded = slots(mapped(f"    - {{type: from_text, conditions: {conditions}}}\n"))
    assert loaded.knowledge.slots["warna"].sources == (
        Source(kind=SourceKind.FROM_TEXT, form="form_a", requested="warna"),
        Source(kind=SourceKind.FROM_TEXT, form="form_b"),
    )


def test_a_slot_without_mappings_takes_the_entity_of_its_name_unless_that_is_off(
    slots: Callable[[str], Loaded], said: Said
) -> None:
    loaded = slots("\n  warna: {type: text}\n  phone: {type: text, auto_fill: false}\n  bentuk: {type: text}\n")
    assert loaded.knowledge.slots["warna"].sources == (Source(kind=SourceKind.FROM_ENTITY, entity="warna"),)
    assert loaded.knowledge.slots["phone"].sources == ()
    assert remarks(said, loaded) == [
        ("warning", 7, "no message fills the slot phone: it has no mapping"),
        ("warning", 8, "no message fills the slot bentuk: nothing here finds the entity bentuk"),
    ]
    assert "lookup" in loaded.report[-1].remedy


def test_a_slot_that_an_action_or_a_button_fills_needs_no_mapping(load: Load, said: Said) -> None:
    domain = """
responses:
  utter_salam:
  - text: Warna apa?
    buttons:
    - title: Merah
      payload: '/pilih{"warna": "merah"}'
  utter_isi: Baik
slots:
  warna: {type: text, mappings: []}
  hasil: {type: text, mappings: []}
actions: [action_cari]
version: "3.1"
"""
    loaded = load({"nlu.yml": NLU, "domain.yml": domain})
    assert remarks(said, loaded) == [("info", 11, "no message fills the slot hasil: it has no mapping; an action may")]


@pytest.mark.parametrize(
    ("lines", "line", "level", "message"),
    [
        (" [warna]\n", 5, "warning", "`slots:` is a list, not a mapping; read as one"),
        (" warna\n", 5, "warning", "'warna' below `slots:` is not known; left out"),
        ("\n  warna:\n", 6, "warning", "the slot warna has no type; taken as text"),
        ("\n  warna: {}\n", 6, "warning", "the slot warna has no type; taken as text"),
        ("\n  warna: text\n", 6, "warning", "the slot warna is a mapping; 'text' is taken for its type"),
        ('\n  "": {type: text}\n', 6, "warning", "something below `slots:` has no name; left out"),
        ("\n  warna: {type: unfeaturized}\n", 6, "info", "slot warna: the type unfeaturized is read as any"),
        ("\n  warna: {type: addons.MySlot}\n", 6, "info", "slot warna: the type addons.MySlot is read as any"),
        ("\n  warna: {type: txt}\n", 6, "warning", "slot warna: unknown type 'txt'; taken as any"),
        ("\n  warna: {type: categorical}\n", 6, "warning", "the categorical slot warna has no values: nothing fits it"),
        ("\n  warna: {type: text, mapping: []}\n", 6, "warning", "slot warna: `mapping` is not known; left out"),
        ("\n  warna: {type: text, metadata: [a]}\n", 6, "warning", "slot warna: `metadata:` is no mapping; left out"),
        (
            "\n  warna: {type: text, metadata: {optional: boleh}}\n",
            6,
            "warning",
            "`optional:` is neither true nor false; taken as false",
        ),
        ("\n  warna: {type: float, max_value: satu}\n", 6, "warning", "`max_value:` is no number; left out"),
        (
            "\n  warna: {type: float, min_value: 3, max_value: 1}\n",
            6,
            "warning",
            "slot warna: min_value 3 is above max_value 1; both left out",
        ),
        (
            "\n  warna: {type: any, initial_value: [[]]}\n",
            6,
            "warning",
            "`initial_value:` has lists or",
        ),
        ("\n  warna: {type: text}\n  warna: {type: any}\n", 7, "warning", "the slot warna was declared differently"),
        (mapped("    - {type: from_entiti}\n"), 9, "warning", "slot warna: unknown type of mapping 'from_entiti'"),
        (mapped("    - from_text\n"), 9, "warning", "slot warna: a mapping that is none; left out"),
        (
            mapped("    - {type: from_entity}\n"),
            9,
            "warning",
            "slot warna: from_entity names no entity; taken as warna",
        ),
        (mapped("    - {type: from_intent, intent: isi}\n"), 9, "warning", "slot warna: from_intent has no value"),
        (mapped("    - {type: from_attachment}\n"), 9, "warning", "slot warna: unknown attachment ''; left out"),
        (
            mapped("    - {type: from_text, intents: isi}\n"),
            9,
            "warning",
            "slot warna: `intents` is not",
        ),
        (mapped("    - {type: from_text, intent: [[isi]]}\n"), 9, "warning", "`intent:` lists words; this is none"),
        (
            mapped("    - {type: from_text, intent: isian}\n"),
            6,
            "warning",
            "slot warna names the intent isian",
        ),
        (mapped("    - {type: from_text, conditions: [x]}\n"), 9, "warning", "slot warna: a condition that is none"),
        (
            mapped("    - {type: from_text, conditions: [{active_loop: null}]}\n"),
            9,
            "warning",
            "slot warna: that no form runs is no condition here; read without it",
        ),
        (
            mapped("    - {type: from_text, conditions: [{active_loop: form_x}]}\n"),
            6,
            "warning",
            "slot warna: a mapping counts in the form form_x, which is declared nowhere",
        ),
        (mapped("      type: from_text\n"), 9, "warning", "`mappings:` is a mapping, not a list"),
    ],
)
def test_an_odd_slot_is_reported_with_its_line_and_costs_only_itself(
    slots: Callable[[str], Loaded], said: Said, lines: str, line: int, level: str, message: str
) -> None:
    loaded = slots(lines + "  angka: {type: float, mappings: [{type: from_text}]}\n" * (lines[0] == "\n"))
    assert ("angka" in loaded.knowledge.slots) == (lines[0] == "\n")
    found = [(said_level, at) for said_level, at, text in remarks(said, loaded) if text.startswith(message)]
    assert found == [(level, line)]


@pytest.mark.parametrize("name", ["/etc/passwd", "<xsl:x>", "a b", "😀", "__class__", "utter_x", "x" * 300])
def test_a_hostile_name_of_a_slot_is_only_a_name(slots: Callable[[str], Loaded], name: str) -> None:
    loaded = slots(f'\n  "{name}": {{type: text, mappings: [{{type: from_text}}]}}\n')
    assert list(loaded.knowledge.slots) == [name]


def test_the_same_slot_in_two_files_is_one_and_the_first_word_counts(load: Load, said: Said) -> None:
    one = "slots:\n  warna: {type: text}\n"
    loaded = load({"nlu.yml": NLU, "a.yml": HEAD, "b.yml": one, "c.yml": one, "d.yml": one.replace("text", "any")})
    assert loaded.knowledge.slots["warna"].type is SlotType.TEXT
    warnings = [(file, line) for level, file, line, _ in said(loaded) if level == "warning"]
    assert warnings == [("d.yml", 2)]


def test_a_slip_in_one_slot_costs_only_that_slot(load: Load, errors: Callable[[Loaded], list[str]]) -> None:
    lines = "slots:\n  warna: {type: text}\n  bentuk: {type: text\n  phone:\n    type: text\nforms:\n  form_a: {\n"
    loaded = load({"nlu.yml": NLU, "domain.yml": HEAD + lines}, strict=False)
    assert list(loaded.knowledge.slots) == ["warna", "phone"]
    assert len(errors(loaded)) == 2
    assert list(loaded.knowledge.answers) == ["salam", "isi"]


def test_what_can_be_attached_and_what_needs_no_code_is_what_the_bot_knows() -> None:
    assert set(ATTACHMENTS) == {kind.value for kind in AttachmentKind} - {"other"}
    assert BUILT_IN.keys() <= BUILT_IN_ACTIONS
