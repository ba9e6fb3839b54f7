"""A content as files of a Rasa 3 project: the same text for the same content, and read back to it.

`write_project` is for folders that people keep; `rasa_project` adds what Rasa's own commands ask for. Files are named
after departments, never after anything else that somebody may call as they like.
"""

from __future__ import annotations

import re
from itertools import groupby

from intents.content import Content
from intents.formats.project import NOT_ANSWERED, OUT_OF_SCOPE, TEST_MESSAGES
from intents.formats.writing.domain import forms, ours, responses, slots
from intents.formats.writing.extras import rasa_extras
from intents.formats.writing.rules import rules_after_forms, rules_after_intents
from intents.formats.writing.understanding import entity_items, intent_items
from intents.formats.writing.yaml_text import yaml_text
from intents.tidying import group_of

__all__ = ["rasa_extras", "rasa_project", "write_project"]


def write_project(content: Content) -> dict[str, str]:
    """Path, relative to a folder, and text of each file; `load_content` of the folder gives the content again."""
    base = content.knowledge
    files: dict[str, str] = {}
    for group, found in groupby(base.intents.values(), key=lambda intent: group_of(intent.department)):
        intents = list(found)
        answers = {intent.name: base.answers[intent.name] for intent in intents if intent.name in base.answers}
        files[f"nlu/{group}.yml"] = yaml_text({"nlu": intent_items(intents)})
        if answers:
            files[f"domain/{group}.yml"] = yaml_text({"responses": responses(answers)})
    parts: dict[str, dict[str, object]] = {
        "nlu/entitas.yml": {"nlu": entity_items(base)},
        "domain/formulir.yml": {
            "slots": slots(base.slots.values()),
            "forms": forms(base.forms.values()),
            "tanggap": ours(base.slots.values(), base.forms.values()),
            "responses": responses({name: found for name, found in base.answers.items() if name not in base.intents}),
        },
        "rules.yml": {
            "rules": rules_after_intents(base.rules, base.forms) + rules_after_forms(base.forms.values(), base.forms)
        },
    }
    files |= {path: yaml_text(part) for path, part in parts.items() if any(part.values())}
    lines = {
        OUT_OF_SCOPE: [re.sub(r"^(?=\\*#)", r"\\", text) for text in base.out_of_scope],
        TEST_MESSAGES: [f"{test.text}\t{test.intent or NOT_ANSWERED}" for test in content.tests],
    }
    files |= {name: "".join(f"{line}\n" for line in found) for name, found in lines.items() if found}
    return dict(sorted(files.items()))


def rasa_project(content: Content) -> dict[str, str]:
    """The same laid out as Rasa's commands look for it (`rasa data validate --domain domain`), with what they need."""
    in_data = {
        f"data/{path}" if path.startswith(("nlu/", "rules")) else path: text
        for path, text in write_project(content).items()
    }
    return dict(sorted((in_data | rasa_extras(content)).items()))
