"""An export is a project that Rasa 3.6 accepts, whatever Rasa does not know is in it."""

from __future__ import annotations

import pytest

from intents.content import Content, content_of, pieces_of
from intents.formats.writing import rasa_project
from intents.knowledge import Answer, Intent, KnowledgeBase
from tests.intents.formats.rasa_schema import complaints
from tests.intents.formats.test_writing import content as content
from tests.intents.test_content import WHOLE


def test_a_knowledge_base_is_exported_as_a_project_of_rasa(content: Content) -> None:
    assert complaints(rasa_project(content)) == []


def test_what_rasa_does_not_know_is_written_so_that_it_looks_past_it() -> None:
    assert complaints(rasa_project(WHOLE)) == []


def test_retrieval_intents_are_listed_and_answered_as_one() -> None:
    names = ("faq/jam", "faq/ongkir")
    base = KnowledgeBase(
        intents={name: Intent(name=name, examples=(name,)) for name in names},
        answers={name: (Answer(text=name),) for name in names},
    )
    written = rasa_project(content_of(pieces_of(Content(knowledge=base))))
    assert complaints(written) == []
    assert "intents:\n- faq\n" in written["domain/rasa.yml"]
    assert "  - intent: faq\n  - action: utter_faq\n" in written["data/rules_of_answers.yml"]


@pytest.mark.parametrize(
    ("path", "right", "wrong"),
    [
        ("domain/formulir.yml", "type: bool", "metadata: {a: b}\n    type: bool"),
        ("domain/formulir.yml", "required_slots:\n", "metadata: {ticket: true}\n    required_slots:\n"),
        ("domain/formulir.yml", "type: from_entity", "type: from_attachment"),
        ("domain/rasa.yml", "- promo\n", ""),
        ("data/rules_of_answers.yml", "action: utter_promo", "action: utter_hilang"),
        ("config.yml", "assistant_id: tanggap\n", "assistant_id: placeholder_default\n"),
    ],
)
def test_the_check_finds_what_rasa_refuses(path: str, right: str, wrong: str) -> None:
    written = rasa_project(WHOLE)
    assert right in written[path]
    assert complaints({**written, path: written[path].replace(right, wrong)}) != []
