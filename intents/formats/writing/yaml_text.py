"""YAML as people write it: names plain, sentences in quotes, examples in blocks, small things on one line.

Whatever a text holds, it is read back as the same text by YAML 1.1 and 1.2. It does not know what any key means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

VERSION = "3.1"

_PLAIN = re.compile(r"[A-Za-z_/][\w./+-]*(?: [A-Za-z0-9_./+-]+)*", re.ASCII)
_WORDS_OF_YAML = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null", "none"))
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_NOT_RAW = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Quoted(str):
    """A text that stands in quotes even if it need not."""

    __slots__ = ()


class Lines(tuple[str, ...]):
    """Texts that stand one a line, each behind a dash, in a block."""

    __slots__ = ()


class Inline(dict[str, object]):
    """A mapping that stands on one line."""


def yaml_text(document: Mapping[str, object]) -> str:
    """A file of Rasa's: its version, and what stands in `document` where that is not empty."""
    parts = {"version": Quoted(VERSION)} | {key: value for key, value in document.items() if value}
    return "\n".join(_mapping(parts, "")) + "\n"


def is_raw(text: str) -> bool:
    """Whether a text can stand in a block as it is."""
    return not _NOT_RAW.search(text)


def _mapping(mapping: Mapping[str, object], margin: str) -> Iterator[str]:
    for key, value in mapping.items():
        yield from _entry(f"{margin}{_scalar(key)}:", value, margin)


def _entry(head: str, value: object, margin: str) -> Iterator[str]:
    """A key, or a dash, with what belongs to it."""
    if isinstance(value, Lines):
        if all(map(is_raw, value)):
            yield f"{head} |"
            yield from (f"{margin}  - {line}" for line in value)
        else:
            yield f"{head} {_quoted(chr(10).join(f'- {line}' for line in value))}"
    elif isinstance(value, Inline):
        yield f"{head} {_inline(value)}"
    elif isinstance(value, Mapping) and value:
        yield head
        yield from _mapping(value, margin + "  ")
    elif isinstance(value, list) and value:
        yield head
        for item in value:
            yield from _item(item, margin)
    else:
        yield f"{head} {_inline(value)}"


def _item(item: object, margin: str) -> Iterator[str]:
    if isinstance(item, Mapping) and item and not isinstance(item, Inline):
        first, *rest = _mapping(item, margin + "  ")
        yield f"{margin}- {first[len(margin) + 2 :]}"
        yield from rest
    else:
        yield from _entry(f"{margin}-", item, margin)


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML
        return str(value) if is_plain and not isinstance(value, Quoted) else _quoted(value)
    return json.dumps(value)


def _quoted(text: str) -> str:
    if '"' in text and "'" not in text and is_raw(text):
        return f"'{text}'"
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
