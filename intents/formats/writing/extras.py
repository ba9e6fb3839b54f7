"""What Rasa needs beside a knowledge base to take it for a whole project: its settings, lists of names, plain rules.

Nothing here says anything that a knowledge base does not: reading it again changes none.
"""

from __future__ import annotations

from collections.abc import Iterator

from intents.content import Content
from intents.formats.dialogue import BUILT_IN_ACTIONS
from intents.formats.writing.rules import written_intent
from intents.formats.writing.yaml_text import yaml_text
from intents.forms import SourceKind
from intents.knowledge import KnowledgeBase

_OURS = ("action_status", "action_menu", "action_handoff")
"""Actions that Rasa needs code for, and we do not."""

_CONFIG = """\
recipe: default.v1
assistant_id: tanggap
language: id
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: 100
- name: EntitySynonymMapper
- name: RegexEntityExtractor
- name: ResponseSelector
  epochs: 100
- name: FallbackClassifier
  threshold: 0.4
policies:
- name: RulePolicy
"""
_ENDPOINTS = """\
# The actions that domain/rasa.yml lists are code, and run by a server of their own:
# action_endpoint:
#   url: http://localhost:5055/webhook
"""
_CREDENTIALS = "rest:\n"


def rasa_extras(content: Content) -> dict[str, str]:
    """Path and text of each file that makes a Rasa 3.6 project of what `write_project` writes."""
    base = content.knowledge
    domain = {
        "intents": sorted({_listed(name) for name in base.intents}),
        "entities": list(_entities(base)),
        "actions": sorted(_actions(base)),
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }
    return {
        "config.yml": _CONFIG,
        "credentials.yml": _CREDENTIALS,
        "data/rules_of_answers.yml": yaml_text({"rules": list(_rules(base))}),
        "domain/rasa.yml": yaml_text(domain),
        "endpoints.yml": _ENDPOINTS,
    }


def _listed(intent: str) -> str:
    """The intent as a domain lists it: a retrieval intent by what stands before its slash."""
    return intent.partition("/")[0] or intent


def _entities(base: KnowledgeBase) -> Iterator[object]:
    sources = [each for slot in base.slots.values() for each in slot.sources if each.kind is SourceKind.FROM_ENTITY]
    for name in sorted({*base.regexes, *base.lookups, *(source.entity for source in sources)}):
        of_it = [source for source in sources if source.entity == name]
        parts = {
            "roles": sorted({source.role for source in of_it if source.role}),
            "groups": sorted({source.group for source in of_it if source.group}),
        }
        parts = {key: found for key, found in parts.items() if found}
        yield {name: parts} if parts else name


def _actions(base: KnowledgeBase) -> set[str]:
    """What is code: named by rules, or setting a slot."""
    steps = {step for rule in base.rules for step in rule.steps} | {s for f in base.forms.values() for s in f.then}
    code = {step for step in steps if not step.startswith("utter_") and step not in base.forms}
    setting = {source.action for slot in base.slots.values() for source in slot.sources if source.action}
    return (code | setting) - (BUILT_IN_ACTIONS - set(_OURS))


def _rules(base: KnowledgeBase) -> Iterator[object]:
    """A rule for every intent that is answered and has no rule: Rasa does not answer by itself."""
    ruled = {_listed(rule.intent) for rule in base.rules if not rule.slots}
    for intent in dict.fromkeys(_listed(name) for name in base.intents if name in base.answers):
        if intent not in ruled:
            steps = [{"intent": written_intent(intent)}, {"action": f"utter_{intent}"}]
            yield {"rule": f"{intent} (jawaban)", "steps": steps}
