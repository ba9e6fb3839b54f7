"""What is learned and found, as `nlu:` of Rasa: intents with examples, synonyms, patterns and words of entities.

It does not know what is answered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from intents.formats.examples import HEADING_INSIDE
from intents.formats.writing.yaml_text import Inline, Lines, is_raw
from intents.knowledge import Intent, KnowledgeBase


def intent_items(intents: Iterable[Intent]) -> list[object]:
    """Intents as items of `nlu:`."""
    return [_intent(intent) for intent in intents]


def entity_items(base: KnowledgeBase) -> list[object]:
    """Synonyms, patterns and words as items of `nlu:`."""
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for spelling, value in sorted(base.synonyms.items()):
        spellings[value].append(spelling)
    return [
        *({"synonym": value, "examples": _lines(found)} for value, found in sorted(spellings.items())),
        *({"regex": name, "examples": _lines(found)} for name, found in base.regexes.items()),
        *({"lookup": name, "examples": _lines(found)} for name, found in base.lookups.items()),
    ]


def _intent(intent: Intent) -> dict[str, object]:
    metadata = {
        "kind": "" if intent.kind == "faq" else intent.kind,
        "department": intent.department,
        "title": intent.title,
    }
    metadata = {key: value for key, value in metadata.items() if value}
    return {"intent": intent.name, **({"metadata": metadata} if metadata else {}), "examples": _examples(intent)}


def _examples(intent: Intent) -> object:
    """A block, or where a text would be misread in one, a list of texts. Brackets are no annotations."""
    if not intent.examples:
        return ""
    if all(_is_line(text) for text in intent.examples):
        return Lines(intent.examples)
    return [
        {"text": text} | ({"metadata": Inline(verbatim=True)} if _has_brackets(text) else {})
        for text in intent.examples
    ]


def _is_line(text: str) -> bool:
    return is_raw(text) and not _has_brackets(text) and not HEADING_INSIDE.fullmatch(f"- {text}")


def _has_brackets(text: str) -> bool:
    return "[" in text or "](" in text


def _lines(texts: Iterable[str]) -> object:
    """A block; where one line looks like the head of another item, one text in quotes."""
    lines = Lines(texts)
    if any(HEADING_INSIDE.fullmatch(f"- {line}") for line in lines):
        return "\n".join(f"- {line}" for line in lines)
    return lines
