"""Rasa projects as they should be: everything that belongs into a knowledge base is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from intents.formats import Loaded, load_knowledge
from intents.knowledge import Answer, AnswerButton, Intent

Load = Callable[..., Loaded]
Said = Callable[[Loaded], list[tuple[str, str, int, str]]]

NLU = """\
version: "3.1"
nlu:
- intent: salam
  metadata:
    kind: smalltalk
    title: "Menyapa"
  examples: |
    - halo kak
    - pagi
- intent: keluhan_rusak
  metadata:
    kind: complaint
    department: retur
  examples:
  - text: |
      barang [pecah](kondisi:rusak)
    metadata:
      sumber: chat
  - "kok rusak: parah"
- intent: faq/jam
  examples: |
    - jam buka?
- synonym: Jakarta
  examples: |
    - jkt
    - btwi
- regex: nomor_pesanan
  examples: |
    - TN-[0-9]{6}
- lookup: kota
  examples: |
    - Solo
    - Medan
"""
DOMAIN = """\
version: "3.1"
intents:
- salam
- keluhan_rusak:
    use_entities: []
- faq
responses:
  utter_salam:
  - text: "Halo {sapaan}"
    buttons:
    - title: Jam buka
      payload: /faq/jam{"x":"y"}
    - title: Situs
      type: web_url
      url: https://toko.example
  - text: "Halo di web"
    channel: web
  utter_keluhan_rusak:
  - image: https://toko.example/maaf.png
    text: |
      Maaf.
      Kirim fotonya ya.
  utter_faq/jam:
  - text: "Jam 9"
"""


def test_a_project_is_read_whole_and_without_remarks(load: Load) -> None:
    loaded = load({"data/nlu.yml": NLU, "domain.yml": DOMAIN, "out_of_scope.txt": "# cuaca\nhujan ga?\n\n"})
    assert loaded.report == ()
    knowledge = loaded.knowledge
    assert dict(knowledge.intents) == {
        "salam": Intent(name="salam", examples=("halo kak", "pagi"), kind="smalltalk", title="Menyapa"),
        "keluhan_rusak": Intent(
            name="keluhan_rusak",
            examples=("barang pecah", "kok rusak: parah"),
            kind="complaint",
            department="retur",
        ),
        "faq/jam": Intent(name="faq/jam", examples=("jam buka?",)),
    }
    buttons = (
        AnswerButton(title="Jam buka", payload='/faq/jam{"x":"y"}'),
        AnswerButton(title="Situs", payload="https://toko.example"),
    )
    assert dict(knowledge.answers) == {
        "salam": (Answer(text="Halo {sapaan}", buttons=buttons), Answer(text="Halo di web", channel="web")),
        "keluhan_rusak": (Answer(text="Maaf.\nKirim fotonya ya.", image="https://toko.example/maaf.png"),),
        "faq/jam": (Answer(text="Jam 9"),),
    }
    assert knowledge.synonyms == {"jkt": "Jakarta", "btwi": "Jakarta", "pecah": "rusak"}
    assert knowledge.regexes == {"nomor_pesanan": ("TN-[0-9]{6}",)}
    assert knowledge.lookups == {"kota": ("Solo", "Medan")}
    assert knowledge.out_of_scope == ("hujan ga?",)


def test_files_of_both_endings_at_any_depth_are_merged(load: Load) -> None:
    loaded = load(
        {
            "bot/data/nlu/a.yaml": 'version: "2.0"\nnlu:\n- intent: salam\n  examples: |\n    - halo\n',
            "bot/data/nlu/b.yml": 'version: "2.0"\nnlu:\n- intent: salam\n  examples: |\n    - pagi\n',
            "bot/domain/a.yml": 'version: "2.0"\nresponses:\n  utter_salam:\n  - text: Halo\n',
            "bot/domain/b.yml": 'version: "2.0"\nresponses:\n  utter_salam:\n  - text: Hai\n',
        }
    )
    assert loaded.report == ()
    assert loaded.knowledge.intents["salam"].examples == ("halo", "pagi")
    assert loaded.knowledge.answers["salam"] == (Answer(text="Halo"), Answer(text="Hai"))


def test_a_single_file_is_read_with_the_out_of_scope_beside_it(project: Callable[..., Path]) -> None:
    folder = project({"nlu.yml": NLU, "domain.yml": DOMAIN, "out_of_scope.txt": "hujan ga?"})
    knowledge = load_knowledge(folder / "nlu.yml").knowledge
    assert list(knowledge.intents) == ["salam", "keluhan_rusak", "faq/jam"]
    assert knowledge.answers == {}
    assert knowledge.out_of_scope == ("hujan ga?",)


def test_a_rule_or_story_may_answer_with_a_response_of_another_name(load: Load, said: Said) -> None:
    loaded = load(
        {
            "nlu.yml": 'version: "3.1"\nnlu:\n- intent: tanya_jam\n  examples: |\n    - jam buka?\n',
            "rules.yml": """\
                version: "3.1"
                rules:
                - rule: jam
                  steps:
                  - intent: tanya_jam
                  - action: utter_jam_buka
                - rule: ragu
                  steps:
                  - intent: tanya_jam
                  - action: action_cek
                  - action: utter_ragu
                """,
            "domain.yml": """\
                version: "3.1"
                actions: [action_cek]
                responses:
                  utter_jam_buka:
                  - text: Jam 9
                  utter_ragu:
                  - text: Hm
                """,
        }
    )
    assert loaded.knowledge.answers["tanya_jam"] == (Answer(text="Jam 9"),)
    assert ("info", "nlu.yml", 3, "tanya_jam is answered by utter_jam_buka, as its rules say") in said(loaded)


def test_other_yaml_files_of_a_project_are_no_business_of_ours(load: Load) -> None:
    loaded = load(
        {
            "nlu.yml": NLU,
            "domain.yml": DOMAIN,
            "config.yml": "recipe: default.v1\npipeline:\n- name: WhitespaceTokenizer\n",
            "data/stories.yml": 'version: "3.1"\nstories:\n- story: x\n  steps:\n  - intent: salam\n',
            ".rasa/cache/nlu.yml": NLU.replace("halo kak", "dari tembolok"),
            "README.md": "# Bot kami\n\n## intent\n\n- bukan contoh\n",
        }
    )
    assert loaded.report == ()
    assert "dari tembolok" not in loaded.knowledge.intents["salam"].examples


def test_a_domain_of_rasa_1_is_read(load: Load, said: Said) -> None:
    loaded = load(
        {
            "nlu.md": "## intent:salam\n- halo\n",
            "domain.yml": """\
                intents:
                - salam: {use_entities: false}
                forms:
                - formulir_pesanan
                templates:
                  utter_salam:
                  - "Halo {nama}"
                  - text: Hai
                """,
        }
    )
    assert loaded.knowledge.answers["salam"] == (Answer(text="Halo {nama}"), Answer(text="Hai"))
    assert said(loaded) == [
        ("info", "domain.yml", 1, 'no `version`; read as version "3.1"'),
        ("warning", "domain.yml", 4, "the form formulir_pesanan names no slot and asks for nothing"),
    ]


def test_old_markdown_is_read(load: Load, said: Said) -> None:
    loaded = load(
        {
            "nlu.md": """\
                <!-- contoh
                ## intent:bukan
                - ini
                -->
                ## intent:salam
                - halo
                * pagi [min](sapaan:admin)
                <!-- - sore -->
                ## synonym:Jakarta
                - jkt

                ## regex:resi
                - [A-Z]{4}[0-9]+
                ## lookup:kota
                data/kota.txt
                ## lookup:bank
                + BCA
                # Lain
                - bukan contoh
                """
        }
    )
    assert dict(loaded.knowledge.intents) == {"salam": Intent(name="salam", examples=("halo", "pagi min"))}
    assert loaded.knowledge.synonyms == {"min": "admin", "jkt": "Jakarta"}
    assert loaded.knowledge.regexes == {"resi": ("[A-Z]{4}[0-9]+",)}
    assert loaded.knowledge.lookups == {"bank": ("BCA",)}
    assert said(loaded) == [
        ("warning", "nlu.md", 15, "lookup kota: 'data/kota.txt' seems to name a file, which is not read")
    ]


def test_messages_to_test_by_are_read_with_their_lines(load: Load, said: Said) -> None:
    nlu = 'version: "3.1"\nnlu:\n- intent: salam\n  examples: |\n    - halo\n'
    tests = "pagi kak\tsalam\r\n\r\ncuaca besok?\t-\r\ntanpa tab\r\nhai\tsalma\r\n"
    loaded = load({"nlu.yml": nlu, "test_messages.tsv": tests.encode()})
    assert [(test.text, test.intent) for test in loaded.tests] == [
        ("pagi kak", "salam"),
        ("cuaca besok?", ""),
        ("hai", "salma"),
    ]
    assert [(file, line) for _, file, line, _ in said(loaded)] == [
        ("test_messages.tsv", 1),
        ("test_messages.tsv", 4),
        ("test_messages.tsv", 5),
    ]


def test_a_message_out_of_scope_may_begin_with_a_number_sign(load: Load) -> None:
    nlu = 'version: "3.1"\nnlu:\n- intent: salam\n  examples: |\n    - halo\n'
    loaded = load({"nlu.yml": nlu, "out_of_scope.txt": "# catatan\n\\#viral\n\\\\#dua\nC:\\x\n"})
    assert loaded.knowledge.out_of_scope == ("#viral", "\\#dua", "C:\\x")
