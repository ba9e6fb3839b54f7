"""All that can be edited of a bot, as a value and cut into pieces of JSON: what drafts change and releases keep.

A piece has a name (`intent/<name>`, `response/<name>`, `lookup/<name>`, `regex/<name>`, `synonyms`, `out_of_scope`,
`tests`, `slots`, `forms`, `rules`, `order`) and holds what JSON can say. It does not know files, nor who edits.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from conversation.errors import DataError
from intents.forms import Form, Rule, Slot
from intents.knowledge import Answer, Intent, KnowledgeBase
from intents.records import from_json, refused, to_json
from intents.tidying import group_of, tidied

Pieces = Mapping[str, object]

INTENT, RESPONSE, LOOKUP, REGEX = "intent/", "response/", "lookup/", "regex/"
ORDER = "order"
"""The piece that says in what order the others stand in files: nobody edits it, it follows from what is imported."""

LONGEST_NAME = 500

_BREAKS = re.compile(r"[\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029\ufeff]+")
_NO_NAME = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ufeff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class TestMessage:
    """A message and the intent it must be understood as; "" must not be answered."""

    __test__ = False

    text: str
    intent: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A knowledge base, its placeholders not yet filled, and the messages it is tested by."""

    knowledge: KnowledgeBase
    tests: tuple[TestMessage, ...] = ()


def pieces_of(content: Content) -> dict[str, object]:
    """The pieces of a content. Those that would be empty are left out."""
    base = content.knowledge
    pieces: dict[str, object] = {}
    for name, intent in base.intents.items():
        answers = [to_json(answer) for answer in base.answers.get(name, ())]
        pieces[INTENT + name] = to_json(intent, without=("name",)) | ({"answers": answers} if answers else {})
    for name, variants in base.answers.items():
        if name not in base.intents:
            pieces[RESPONSE + name] = {"answers": [to_json(answer) for answer in variants]}
    pieces |= {LOOKUP + name: list(words) for name, words in base.lookups.items()}
    pieces |= {REGEX + name: list(patterns) for name, patterns in base.regexes.items()}
    whole = {
        "synonyms": dict(base.synonyms),
        "out_of_scope": list(base.out_of_scope),
        "tests": [to_json(test) for test in content.tests],
        "slots": [to_json(slot) for slot in base.slots.values()],
        "forms": [to_json(form) for form in base.forms.values()],
        "rules": [to_json(rule) for rule in base.rules],
        ORDER: [*(INTENT + name for name in base.intents), *(LOOKUP + name for name in base.lookups)]
        + [REGEX + name for name in base.regexes],
    }
    return pieces | {name: value for name, value in whole.items() if value}


def content_of(pieces: Pieces) -> Content:
    """The content that pieces make, tidied: what stands there twice, or says nothing, is left out.

    What `order` does not name comes last in its department. The pieces of the result are the normal form of these.

    Raises:
        DataError: a piece is not what it should be, or names what is not there; the message names the piece.
    """
    ordered = _ordered(pieces)
    intents: dict[str, Intent] = {}
    answers: dict[str, tuple[Answer, ...]] = {}
    words: dict[str, dict[str, tuple[str, ...]]] = {LOOKUP: {}, REGEX: {}}
    for piece, found in ordered.items():
        kind, name = _split(piece)
        if kind in (INTENT, RESPONSE):
            body = dict(_object(piece, found))
            variants = tuple(from_json(Answer, each, piece) for each in _list(piece, body.pop("answers", [])))
            if kind == INTENT:
                intents[name] = from_json(Intent, body, piece, name=name)
            elif body:
                raise refused(piece, f"{next(iter(body))!r} is not known", "A response has answers only.")
            if variants and answers.setdefault(name, variants) is not variants:
                raise refused(piece, f"utter_{name} stands in two pieces", "Keep one of the two.")
        elif kind:
            words[kind][name] = _texts(piece, found)
    slots = {slot.name: slot for slot in (from_json(Slot, each, "slots") for each in _list("slots", ordered))}
    forms = {form.name: form for form in (from_json(Form, each, "forms") for each in _list("forms", ordered))}
    for name in (*slots, *forms):
        _check_name("slots" if name in slots else "forms", name)
    synonyms = _object("synonyms", ordered.get("synonyms", {}))
    base = KnowledgeBase(
        intents=intents,
        answers=answers,
        out_of_scope=tuple(map(_one_line, _texts("out_of_scope", ordered.get("out_of_scope", [])))),
        synonyms=dict(zip(synonyms, _texts("synonyms", list(synonyms.values())), strict=True)),
        regexes=words[REGEX],
        lookups=words[LOOKUP],
        slots=slots,
        forms=forms,
        rules=tuple(from_json(Rule, each, "rules") for each in _list("rules", ordered)),
    )
    tests = [from_json(TestMessage, each, "tests") for each in _list("tests", ordered)]
    tests = [replace(test, text=_one_line(test.text)) for test in tests]
    return Content(knowledge=tidied(base), tests=tuple(dict.fromkeys(test for test in tests if test.text)))


def encode(pieces: Pieces) -> str:
    """Pieces as JSON that is the same for the same pieces: sorted keys, no blanks."""
    return json.dumps(pieces, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def decode(text: str) -> dict[str, object]:
    """The pieces of a JSON text.

    Raises:
        DataError: it is no JSON object, or holds what no file can (half a character, a number without bounds).
    """
    try:
        found = json.loads(text, parse_constant=_no_number)
        encode(found).encode()
    except (ValueError, RecursionError) as error:
        raise refused("content", f"not JSON that can be kept: {error}", "Send one JSON object in UTF-8.") from error
    return dict(_object("content", found))


def content_hash(pieces: Pieces) -> str:
    """SHA-256 of the pieces, in hexadecimal."""
    return digest_of(encode(pieces))


def digest_of(text: str) -> str:
    """The same of pieces that are encoded."""
    return hashlib.sha256(text.encode()).hexdigest()


def overlay(base: Pieces, changes: Mapping[str, object | None]) -> dict[str, object]:
    """The pieces with changes laid over them; None removes a piece."""
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def _ordered(pieces: Pieces) -> dict[str, object]:
    """The pieces as `order` has them, then the others by department and name."""
    places = {name: place for place, name in enumerate(_texts(ORDER, pieces.get(ORDER, [])))}

    def key(piece: str) -> tuple[str, int, str]:
        found = pieces[piece]
        department = found.get("department", "") if isinstance(found, Mapping) else ""
        group = group_of(department) if piece.startswith(INTENT) and isinstance(department, str) else ""
        return group, places.get(piece, len(places)), piece

    return {piece: pieces[piece] for piece in sorted(pieces, key=key)}


def _split(piece: str) -> tuple[str, str]:
    """Kind and name of a piece; ("", "") for one that there is once.

    Raises:
        DataError: there is no such piece.
    """
    kind, slash, name = piece.partition("/")
    if kind + slash in (INTENT, RESPONSE, LOOKUP, REGEX):
        _check_name(piece[:80], name)
        return kind + slash, name
    if piece not in ("synonyms", "out_of_scope", "tests", "slots", "forms", "rules", ORDER):
        raise refused(piece[:80], "there is no such piece", "Pieces are intent/<name>, response/<name>, rules, …")
    return "", ""


def _check_name(piece: str, name: str) -> None:
    if not name or name != name.strip().strip("|").strip() or len(name) > LONGEST_NAME or _NO_NAME.search(name):
        remedy = f"Names have 1 to {LONGEST_NAME} characters: no line breaks, no blank or | at either end."
        raise refused(piece, f"{name[:40]!r} is no name", remedy)


def _object(piece: str, found: object) -> Mapping[str, object]:
    if not isinstance(found, Mapping) or not all(isinstance(key, str) for key in found):
        raise refused(piece, "it is no object")
    return found


def _list(piece: str, found: object) -> list[object]:
    """A list; with all pieces, the one of this name."""
    found = found.get(piece, []) if isinstance(found, Mapping) else found
    if not isinstance(found, list | tuple):
        raise refused(piece, "it is no list")
    return list(found)


def _texts(piece: str, found: object) -> tuple[str, ...]:
    return tuple(_strings(piece, _list(piece, found)))


def _strings(piece: str, found: list[object]) -> Iterator[str]:
    for each in found:
        if not isinstance(each, str):
            raise refused(piece, f"{each!r:.60} is no text")
        yield each.strip()


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def _no_number(name: str) -> object:
    raise DataError(f"{name} is no number", remedy="Write a number, or null.")
