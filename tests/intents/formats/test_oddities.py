"""Rasa projects as they are: each oddity is survived, reported with file and line, and costs nothing readable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conversation.errors import DataError
from intents.formats import Loaded, load_knowledge
from intents.knowledge import Answer

Load = Callable[..., Loaded]
Said = Callable[[Loaded], list[tuple[str, str, int, str]]]

HEAD = 'version: "3.1"\nnlu:\n'
SALAM = "- intent: salam\n  examples: |\n    - halo\n    - pagi\n"
ONE = HEAD + SALAM


def examples(loaded: Loaded) -> dict[str, tuple[str, ...]]:
    return {name: intent.examples for name, intent in loaded.knowledge.intents.items()}


@pytest.mark.parametrize(
    ("content", "level", "line", "message"),
    [
        ("", "info", 1, "the file holds nothing only"),
        ("# nlu:\n# - intent: x\n", "info", 1, "the file holds comments only"),
        ('version: "3.1"\nnlu:\n', "info", 2, "`nlu:` is empty"),
        ('version: "3.1"\nnlu: nanti\n', "warning", 2, "'nanti' below `nlu:` is not known; left out"),
        ('version: "3.1"\nnlu:\n  url: http://x.example\n', "warning", 3, "`url` below `nlu:` is not known; left out"),
        ("{{ helm }}: [\n", "warning", 2, "not valid YAML at column 1"),
        ("nlu: &a [*a]\nversion: x\n", "warning", 1, "a list or mapping too many below `nlu:`"),
    ],
)
def test_a_file_without_content_costs_a_remark(
    load: Load, said: Said, content: str, level: str, line: int, message: str
) -> None:
    loaded = load({"a.yml": content, "b.yml": ONE})
    assert examples(loaded) == {"salam": ("halo", "pagi")}
    ((said_level, file, said_line, said_message),) = said(loaded)
    assert (said_level, file, said_line) == (level, "a.yml", line)
    assert said_message.startswith(message)


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("nlu:\n" + SALAM, 1, 'no `version`; read as version "3.1"'),
        ("\ufeff" + ONE, 1, "the file starts with a byte order mark; ignored"),
        (ONE.replace("\n", "\r\n"), 1, "Windows line ends; read as usual"),
        (ONE.replace("- halo", "-\thalo"), 5, "a tab follows the dash; read as a blank"),
        (SALAM, 1, "a list without `nlu:` above it; read as one"),
        (HEAD + "- " + SALAM.replace("\n", "\n  ").rstrip() + "\n", 3, "a list or mapping too many below `nlu:`"),
        (HEAD + SALAM.replace("- intent", "  intent", 1), 3, "a mapping below `nlu:`, not a list"),
        (HEAD + "  nlu:\n  " + SALAM.replace("\n", "\n  ").rstrip(), 3, "`nlu:` stands below `nlu:`; read as one"),
        (ONE.replace("salam", "salam |"), 3, "the name 'salam |' has a stray |: read as 'salam'"),
        (ONE.replace("- halo", "halo"), 5, "no dash before 'halo'; read as an example of salam"),
        (ONE.replace(": |", ": >"), 4, "examples need `|` behind `examples:`; read line by line all the same"),
        (ONE + "    - halo\n", 7, "example known from before, under the same intent; read once (1 in this file)"),
        (ONE.replace("halo", "[halo]"), 5, "[halo] has brackets but no entity: read as 'halo'"),
        (ONE.replace("halo", "halo\x08"), 5, "control character '\\x08'; read as a blank"),
        (ONE.replace("- intent", "-\tintent"), 3, "not valid YAML at column 2: found character"),
        (ONE.replace("  examples", "\texamples"), 4, "not valid YAML at column 1: found a tab"),
        (ONE.replace("    -", "\t-"), 5, "not valid YAML at column 1: found a tab"),
        ("nlu:\n  version: x\n" + SALAM, 2, "`version` below `nlu:` is not known; left out"),
    ],
)
def test_a_slip_in_writing_costs_a_remark_but_no_example(
    load: Load, said: Said, content: str, line: int, message: str
) -> None:
    loaded = load({"nlu.yml": content.encode()})
    assert examples(loaded) == {"salam": ("halo", "pagi")}
    assert any((file, at) == ("nlu.yml", line) and text.startswith(message) for _, file, at, text in said(loaded))


def test_trailing_blanks_do_not_matter(load: Load, said: Said) -> None:
    loaded = load({"nlu.yml": ONE.replace("\n", "  \n")})
    assert examples(loaded) == {"salam": ("halo", "pagi")}
    assert said(loaded) == []


def test_comments_between_examples_are_no_examples(load: Load) -> None:
    assert examples(load({"nlu.yml": ONE + "    # sore\n    -\n    - malam\n"})) == {"salam": ("halo", "pagi", "malam")}


def test_a_list_and_a_mapping_mixed_are_both_read(load: Load, said: Said) -> None:
    mixed = HEAD + SALAM + "  intent: pamit\n  examples: |\n    - dadah\n"
    loaded = load({"nlu.yml": mixed})
    assert examples(loaded) == {"salam": ("halo", "pagi"), "pamit": ("dadah",)}
    assert said(loaded) == [("warning", "nlu.yml", 7, "no dash before `intent:`; read as an item of its own")]


def test_an_intent_inside_the_examples_of_another_is_an_intent_of_its_own(load: Load, said: Said) -> None:
    nested = "    - intent: pamit\n      metadata:\n        kind: smalltalk\n      examples: |\n        - dadah\n"
    loaded = load({"nlu.yml": ONE + nested + "- intent: tanya\n  examples: |\n    - apa?\n"})
    assert examples(loaded) == {"salam": ("halo", "pagi"), "pamit": ("dadah",), "tanya": ("apa?",)}
    message = "`- intent: pamit` stands inside the examples of salam; read as an intent of its own"
    assert said(loaded) == [("warning", "nlu.yml", 7, message)]


def test_a_list_item_with_a_colon_is_read_as_it_stands(load: Load, said: Said) -> None:
    loaded = load({"nlu.yml": HEAD + "- intent: salam\n  examples:\n  - halo\n  - tanya: jam buka?\n  - yes\n"})
    assert examples(loaded) == {"salam": ("halo", "tanya: jam buka?", "yes")}
    message = "'tanya: jam buka?' is no plain text to YAML; read as it stands"
    assert said(loaded) == [("warning", "nlu.yml", 6, message)]


@pytest.mark.parametrize("folder", ["train_test_split", "converted_data"])
def test_a_copy_made_by_a_rasa_command_is_left_out(load: Load, said: Said, folder: str) -> None:
    loaded = load({"data/nlu.yml": ONE, f"{folder}/training_data.yml": ONE.replace("pagi", "sore")})
    assert examples(loaded) == {"salam": ("halo", "pagi")}
    assert said(loaded) == [("info", f"{folder}/training_data.yml", 1, "a copy made by a Rasa command; left out")]


def test_a_copy_is_read_where_there_is_nothing_else(load: Load) -> None:
    assert examples(load({"train_test_split/nlu.yml": ONE})) == {"salam": ("halo", "pagi")}


def test_intents_missing_in_the_domain_and_the_other_way_round_are_reported(load: Load, said: Said) -> None:
    domain = 'version: "3.1"\nintents:\n- pamit\n- salam\n'
    loaded = load({"domain.yml": domain, "nlu.yml": ONE + "- intent: tanya\n  examples: |\n    - apa?\n"})
    assert list(examples(loaded)) == ["salam", "tanya"]
    assert said(loaded) == [
        ("warning", "domain.yml", 3, "the domain lists the intent pamit, which has no example; left out"),
        ("warning", "nlu.yml", 7, "the domain does not list the intent tanya; read all the same"),
    ]


def test_a_text_under_several_intents_is_reported_with_all_places(load: Load, said: Said, tmp_path: Path) -> None:
    loaded = load({"a.yml": ONE, "b.yml": HEAD + "- intent: sapa\n  examples: |\n    - Halo\n"})
    assert examples(loaded) == {"salam": ("halo", "pagi"), "sapa": ("Halo",)}
    message = f"'halo' is an example of sapa and of salam ({tmp_path / 'a.yml'}:5)"
    assert said(loaded) == [("warning", "b.yml", 5, message)]


def test_an_example_that_is_out_of_scope_as_well_is_reported(load: Load, said: Said) -> None:
    loaded = load({"nlu.yml": ONE, "out_of_scope.txt": "pagi\n"})
    assert said(loaded) == [("warning", "nlu.yml", 6, "'pagi' is an example of salam and out of scope as well")]


@pytest.mark.parametrize("name", ["/etc/passwd", "../../x", "<xsl:value-of select='1'/>", "tanya jam", "😀", "a" * 500])
def test_a_hostile_name_is_only_a_name(load: Load, said: Said, name: str) -> None:
    loaded = load({"nlu.yml": HEAD + f'- intent: "{name}"\n  examples: |\n    - halo\n'})
    assert examples(loaded) == {name: ("halo",)}
    assert [(level, line) for level, _, line, _ in said(loaded)] == [("warning", 3)]


def test_metadata_is_checked_and_the_first_word_counts(load: Load, said: Said) -> None:
    def item(kind: str, department: str, text: str) -> str:
        metadata = f"{{kind: {kind}, department: {department}}}"
        return f"- intent: rusak\n  metadata: {metadata}\n  examples: |\n    - {text}\n"

    loaded = load({"nlu.yml": HEAD + item("complain", "retur", "pecah") + item("alarm", "umum", "rusak")})
    intent = loaded.knowledge.intents["rusak"]
    assert (intent.kind, intent.department, intent.examples) == ("alarm", "retur", ("pecah", "rusak"))
    assert [(line, message) for _, _, line, message in said(loaded)] == [
        (3, "rusak: unknown kind 'complain'; taken as faq"),
        (7, "rusak: department 'umum' contradicts 'retur', which was said first and counts"),
    ]
    assert loaded.report[0].remedy.startswith("did you mean complaint?")


def test_contradicting_synonyms_and_bad_patterns_are_reported(load: Load, said: Said) -> None:
    rest = "- synonym: Surabaya\n  examples: |\n    - sby\n- synonym: Siborong\n  examples: |\n    - sby\n"
    loaded = load({"nlu.yml": ONE + rest + "- regex: resi\n  examples: |\n    - ([A-Z]\n    - JP\\d+\n"})
    assert loaded.knowledge.synonyms == {"sby": "Surabaya"}
    assert loaded.knowledge.regexes == {"resi": ("JP\\d+",)}
    assert [(level, line) for level, _, line, _ in said(loaded)] == [("warning", 12), ("warning", 15)]


def test_a_variant_that_cannot_be_judged_or_shown_is_left_out_with_a_remark(load: Load, said: Said) -> None:
    domain = """\
        version: "3.1"
        responses:
          utter_salam:
          - text: Halo member
            condition:
            - type: member
              name: member
              value: true
          - custom: {sticker: 1}
          - text: Halo
            buttons:
            - title: Ke mana-mana
              payload: /hilang
            - title: Kosong
            - title: Panjang
              payload: '/salam{"a": "0123456789012345678901234567890123456789012345678901234567890"}'
          utter_lain: Hai
          salam_lagi:
          - text: Hai
        """
    loaded = load({"domain.yml": domain, "nlu.yml": ONE})
    assert [answer.text for answer in loaded.knowledge.answers["salam"]] == ["Halo"]
    assert loaded.knowledge.answers["lain"] == (Answer(text="Hai"),)
    assert [(level, line, message.split(":")[0]) for level, _, line, message in said(loaded)] == [
        ("warning", 6, "utter_salam"),
        ("warning", 9, "utter_salam"),
        ("warning", 14, "a button needs `title` and `payload`; left out"),
        ("warning", 18, "the response 'salam_lagi' does not start with utter_; read all the same"),
        ("warning", 10, "utter_salam"),
        ("warning", 10, "utter_salam"),
        ("info", 17, "utter_lain answers no intent"),
        ("info", 19, "utter_salam_lagi answers no intent"),
    ]


def test_an_intent_that_is_answered_in_code_is_reported(load: Load) -> None:
    loaded = load({"domain.yml": 'version: "3.1"\nintents: [salam]\nactions: [action_salam]\n', "nlu.yml": ONE})
    (finding,) = loaded.report
    assert finding.message == "no answer found for the intent salam: it may be answered in actions.py"
    assert (Path(finding.file).name, finding.line) == ("nlu.yml", 3)
    assert "utter_salam" in finding.remedy


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder") as raised:
        load_knowledge(tmp_path / "tidak_ada")
    assert "config.toml" in raised.value.remedy


@pytest.mark.parametrize("contents", [{}, {"a.yml": ""}, {"a.yml": "x: y\n"}, {"a.yml": 'version: "3.1"\nnlu:\n'}])
def test_a_project_without_any_intent_is_refused(load: Load, contents: dict[str, str]) -> None:
    with pytest.raises(DataError, match="no intent found") as raised:
        load(contents, strict=False)
    assert raised.value.remedy


@pytest.mark.parametrize("tail", ["", "  examples:\n", "  examples: |\n", "  examples: |\n    -\n    # halo\n"])
def test_an_intent_without_example_is_refused_by_name_file_and_line(load: Load, tail: str) -> None:
    contents = {"nlu.yml": ONE + "- intent: kosong\n" + tail}
    with pytest.raises(DataError, match=r"nlu\.yml:7: the intent kosong has no example") as raised:
        load(contents)
    assert "examples: |" in raised.value.remedy
    assert examples(load(contents, strict=False)) == {"salam": ("halo", "pagi"), "kosong": ()}


def test_an_intent_without_name_is_refused(load: Load) -> None:
    with pytest.raises(DataError, match=r"nlu\.yml:7: `intent:` has no name"):
        load({"nlu.yml": ONE + "- intent:\n  examples: |\n    - halo\n"})


def test_broken_yaml_is_refused_with_line_and_column_and_costs_its_item_only(
    load: Load, errors: Callable[[Loaded], list[str]]
) -> None:
    broken = '- intent: pamit\n  examples: |\n    - dadah\n  metadata: {title: "Pamit\n'
    contents = {"nlu.yml": ONE + broken + "- intent: tanya\n  examples: |\n    - apa?\n"}
    with pytest.raises(DataError, match=r"nlu\.yml:\d+: not valid YAML at column \d+: ") as raised:
        load(contents)
    assert raised.value.remedy
    loaded = load(contents, strict=False)
    assert examples(loaded) == {"salam": ("halo", "pagi"), "tanya": ("apa?",)}
    assert len(errors(loaded)) == 1


def test_nothing_but_broken_yaml_is_refused_as_such(load: Load) -> None:
    with pytest.raises(DataError, match=r"nlu\.yml:2: not valid YAML at column 1"):
        load({"nlu.yml": "nlu: [\n"}, strict=False)


def test_invalid_utf8_is_refused_with_its_line(load: Load) -> None:
    contents = {"nlu.yml": ONE.replace("pagi", "pagi \xe9").encode("latin-1")}
    with pytest.raises(DataError, match=r"nlu\.yml:6: byte 0xe9 is not UTF-8") as raised:
        load(contents)
    assert "UTF-8" in raised.value.remedy
    assert examples(load(contents, strict=False)) == {"salam": ("halo", "pagi \ufffd")}


def test_the_number_of_errors_is_told(load: Load) -> None:
    with pytest.raises(DataError, match=r"intent a has no example \(and 2 more errors\)"):
        load({"nlu.yml": HEAD + "- intent: a\n- intent: b\n- intent: c\n"})


@pytest.mark.parametrize(
    "content", [b"\x00" * 1000, b"\xff\xfe" + ONE.encode("utf-16-le"), b"[" * 300_000, b"- " * 99_999]
)
def test_a_file_of_rubbish_is_survived(load: Load, content: bytes) -> None:
    loaded = load({"a.yml": content, "b.yml": ONE}, strict=False)
    assert examples(loaded)["salam"] == ("halo", "pagi")
    assert any(Path(finding.file).name == "a.yml" for finding in loaded.report)
