"""Stories and answers in the Markdown of Rasa 1."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intents.formats import Loaded
from intents.forms import SourceKind, Wanted
from intents.knowledge import Answer

Load = Callable[..., Loaded]
Said = Callable[[Loaded], list[tuple[str, str, int, str]]]

NLU = "## intent:salam\n- halo\n## intent:pesan\n- mau pesan\n## intent:isi\n- dua\n## intent:faq/jam\n- jam buka?\n"
DOMAIN = """\
version: "1.0"
slots:
  nama: {type: text}
  anggota: {type: unfeaturized, auto_fill: false}
forms: [form_pesan]
templates:
  utter_halo: Halo
  utter_sudah: Sudah
"""


def rules_of(loaded: Loaded) -> list[tuple[object, ...]]:
    return [(rule.intent, rule.steps, *([rule.slots] if rule.slots else [])) for rule in loaded.knowledge.rules]


def test_stories_become_rules_forms_go_on_and_answers_are_adopted(load: Load, said: Said) -> None:
    stories = """\
        # Cerita
        ## sapa
        * salam
          - utter_halo

        ## pesan  <!-- dengan formulir -->
        * pesan{"nama": "Budi"} OR isi
          - slot{"nama": "Budi"}
          - form_pesan
          - form{"name": "form_pesan"}
          - slot{"requested_slot": "nama"}
        * isi
          - form_pesan
          - form{"name": null}
          - action_pesan
          - utter_sudah
        > sesudah
        """
    loaded = load({"data/nlu.md": NLU, "domain.yml": DOMAIN, "data/stories.md": stories})
    knowledge = loaded.knowledge
    assert knowledge.answers["salam"] == (Answer(text="Halo"),)
    assert rules_of(loaded) == [
        ("pesan", ("form_pesan",), (("nama", Wanted.ANYTHING),)),
        ("isi", ("form_pesan",), (("nama", Wanted.ANYTHING),)),
    ]
    assert knowledge.forms["form_pesan"].then == ("action_pesan", "utter_sudah")
    found = [(line, message.split(";")[0]) for _, file, line, message in said(loaded) if file == "data/stories.md"]
    assert found == [(7, "a condition on entities is not judged"), (17, "checkpoints are not followed")]


def test_answers_to_retrieval_intents_are_read(load: Load) -> None:
    responses = "## jam\n* faq/jam\n  - Jam 9 sampai 5.\n  - Setiap hari, jam 9.\n"
    knowledge = load({"nlu.md": NLU, "domain.yml": DOMAIN, "responses.md": responses}).knowledge
    assert knowledge.answers["faq/jam"] == (Answer(text="Jam 9 sampai 5."), Answer(text="Setiap hari, jam 9."))


@pytest.mark.parametrize(
    "text",
    [
        "# Bot kami\n\n## Cara pakai\n\n* pasang\n  - unduh dulu\n",
        "## uji\n* salam: halo\n  - utter_halo\n",
        "* **tebal**\n- utter_halo\n",
        "",
    ],
)
def test_other_markdown_is_left_alone(load: Load, said: Said, text: str) -> None:
    loaded = load({"nlu.md": NLU, "domain.yml": DOMAIN, "README.md": text})
    assert [file for _, file, *_ in said(loaded) if file == "README.md"] == []
    assert rules_of(loaded) == []


@pytest.mark.parametrize(
    "written", ['slot{"nama": }', "slot{[}", "slot{}", 'form{"name": 3}', "slot{" + "[" * 5000 + "}"]
)
def test_what_stands_behind_a_step_in_a_broken_way_is_survived(load: Load, written: str) -> None:
    stories = f"## x\n* pesan\n  - action_a\n  - {written}\n"
    assert rules_of(load({"nlu.md": NLU, "domain.yml": DOMAIN, "stories.md": stories}))[0][0] == "pesan"


def test_a_slot_that_only_a_learned_entity_fills_takes_the_message_that_answers_its_question(
    load: Load, said: Said
) -> None:
    form = "forms: {form_pesan: {required_slots: [nama]}}\nresponses: {utter_ask_nama: Siapa?}\n"
    loaded = load({"nlu.md": NLU, "domain.yml": DOMAIN.replace("forms: [form_pesan]\n", form)})
    sources = loaded.knowledge.slots["nama"].sources
    assert [(source.kind, source.requested) for source in sources] == [
        (SourceKind.FROM_ENTITY, ""),
        (SourceKind.FROM_TEXT, "nama"),
    ]
    message = "slot nama: nothing here finds the entity nama; a form that asks for it takes the whole message"
    assert ("warning", "domain.yml", 3, message) in said(loaded)
