"""Entity annotations of Rasa in example sentences: `[jkt](kota:jakarta)` becomes "jkt", and jkt means jakarta.

Every form of Rasa 1–3 is read, and the broken ones that real projects hold are mended where the plain text is
clear. It does not know entities' types: what it keeps is the text, and a value where one is given.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_ANNOTATION = re.compile(
    r"""\[(?P<text>[^\[\]]*)\]
        (?:
          (?P<stray>[)\]}]*) (?P<gap>[ \t]*) \( (?P<short>[^()]*) \)   # [teks](entitas:nilai)
        | [ \t]* (?P<object>\{[^{}]*\})                                 # [teks]{"entity": …}
        | [ \t]* \[ [ \t]* (?P<list>\{[^\[\]]*\}) [ \t]* \]             # [teks][{…}, {…}]
        )?""",
    re.VERBOSE,
)
_UNCLOSED = (
    re.compile(r"\[(?P<text>[^\[\]()]+)\]\([\w:\-.]+(?=\s|$)"),  # [teks](entitas
    re.compile(r"\[(?P<text>[^\[\]()]+)\([\w:\-.]+\)"),  # [teks(entitas)
    re.compile(r"(?<![^\s\[\]()])(?P<text>[^\s\[\]()]+)\]\([\w:\-.]+\)"),  # teks](entitas)
)
_ENTITY = re.compile(r"\s*[\w\-./]+\s*(?::.*)?")
_NESTED_AT_MOST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Plain:
    """A sentence without its annotations, the (spelling, value) pairs they gave, and what was wrong with them."""

    text: str
    synonyms: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


def strip_annotations(sentence: str) -> Plain:
    """The plain text of an example sentence, with what its annotations said."""
    if "[" not in sentence and "](" not in sentence:
        return Plain(text=sentence)
    synonyms: list[tuple[str, str]] = []
    problems: list[str] = []

    def mended(match: re.Match[str]) -> str:
        problems.append(f"broken annotation {match[0]!r}: read as {match['text']!r}")
        return match["text"]

    def replaced(match: re.Match[str]) -> str:
        text = match["text"].strip()
        if match["short"] is not None:
            if match["gap"] and not _ENTITY.fullmatch(match["short"]):
                problems.append(f"[{text}] has brackets but no entity: read as {text!r}")
                return match[0].replace(f"[{match['text']}]", match["text"], 1)
            if match["stray"] or not _ENTITY.fullmatch(match["short"]):
                problems.append(f"broken annotation {match[0]!r}: read as {text!r}")
            value = match["short"].partition(":")[2].strip()
        elif match["object"] or match["list"]:
            value = _value(f"[{match['object'] or match['list']}]", match[0], problems)
        else:
            problems.append(f"[{text}] has brackets but no entity: read as {text!r}")
            value = ""
        if value and value != text:
            synonyms.append((text, value))
        return match["text"]

    for pattern in _UNCLOSED[:2]:
        sentence = pattern.sub(mended, sentence)
    for _ in range(_NESTED_AT_MOST):
        stripped = _ANNOTATION.sub(replaced, sentence)
        if stripped == sentence:
            break
        sentence = stripped
    sentence = _UNCLOSED[2].sub(mended, sentence)
    if "[" in sentence or "](" in sentence:
        problems.append(f"a bracket that annotates nothing is left in {sentence!r}")
    return Plain(text=sentence.strip(), synonyms=tuple(synonyms), problems=tuple(problems))


def _value(written: str, annotation: str, problems: list[str]) -> str:
    """The first `value` in a list of annotation objects, "" for none."""
    try:
        objects = json.loads(written)
    except (ValueError, RecursionError):
        problems.append(f"annotation {annotation!r} is not JSON: only its text is read")
        return ""
    values = [str(entry["value"]).strip() for entry in objects if isinstance(entry, dict) and "value" in entry]
    return values[0] if values else ""
