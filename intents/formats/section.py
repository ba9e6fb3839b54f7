"""A part of a file on its way into a draft: its remarks know their file, and odd shapes are read all the same.

A list where a mapping belongs, one word where a list belongs, a number where a text belongs: what was meant is
mostly plain. It does not know what any part is about.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator

from intents.formats.draft import Draft
from intents.formats.findings import Level, Place
from intents.formats.yaml_nodes import Mapping, Node, Scalar, Sequence

# A row of digits that begins with 0 is a code or a telephone number, and one of more than 18 is no number either.
# Behind the point there are up to 20 of a fraction that is written with all its digits.
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})(?:\.\d{0,20})?(?:[eE][-+]?\d{1,2})?")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Section:
    """One file's part, and the draft that it is read into."""

    def __init__(self, file: str, draft: Draft) -> None:
        self.file, self.draft = file, draft

    def place(self, line: int) -> Place:
        """A line of this file."""
        return Place(self.file, line)

    def note(self, level: Level, line: int, message: str, remedy: str = "") -> None:
        """Report something about a line."""
        self.draft.note(level, self.place(line), message, remedy)

    def warn(self, line: int, message: str, remedy: str = "") -> None:
        """Report something that is probably not as meant."""
        self.note(Level.WARNING, line, message, remedy)

    def name(self, node: Scalar) -> str:
        """A name as the draft takes it."""
        return self.draft.name(node.value, self.place(node.line))

    def entries(self, node: Node, what: str) -> Iterator[tuple[str, Scalar, Node]]:
        """Name, key and value of everything below `what:`. A list of names, or of mappings of one name, will do."""
        pairs: list[tuple[Scalar, Node]] = []
        if isinstance(node, Mapping):
            pairs = node.pairs
        elif isinstance(node, Sequence):
            self.warn(node.line, f"`{what}:` is a list, not a mapping; read as one", "Write `name:` without a dash.")
            for item in node.items:
                if isinstance(item, Mapping):
                    pairs += item.pairs
                elif isinstance(item, Scalar):
                    pairs.append((item, Scalar(value="", style="", line=item.line, end_line=item.line)))
        elif not node.is_null:
            self.warn(node.line, f"{node.value[:60]!r} below `{what}:` is not known; left out")
        for key, value in pairs:
            name = "" if key.is_null else self.name(key)
            if name:
                yield name, key, value
            else:
                self.warn(key.line, f"something below `{what}:` has no name; left out")

    def items(self, node: Node | None, what: str) -> Iterator[Node]:
        """What stands in the list below `what:`; something that stands there alone is its only item."""
        if isinstance(node, Sequence):
            yield from node.items
        elif isinstance(node, Mapping) or (node is not None and not node.is_null):
            if isinstance(node, Mapping):
                self.warn(
                    node.line, f"`{what}:` is a mapping, not a list; read as its only item", "Write `- ` before it."
                )
            yield node

    def words(self, node: Node | None, what: str) -> tuple[str, ...]:
        """One word or a list of words, each once."""
        words: dict[str, None] = {}
        for item in self.items(node, what):
            if isinstance(item, Scalar) and not item.is_null and item.value.strip():
                words[item.value.strip()] = None
            else:
                self.warn(item.line, f"`{what}:` lists words; this is none, and left out")
        return tuple(words)

    def value(self, node: Node | None, what: str) -> object:
        """A value as YAML 1.2 means it: a text, a number, true or false, None, or a list or mapping of these."""
        if node is None:
            return None
        if isinstance(node, Scalar):
            return scalar(node)
        nested = node.items if isinstance(node, Sequence) else [item for _, item in node.pairs]
        if not all(isinstance(item, Scalar) for item in nested):
            self.warn(node.line, f"`{what}:` has lists or mappings within; left out")
            return None
        if isinstance(node, Sequence):
            return [scalar(item) for item in node.items if isinstance(item, Scalar)]
        return {key.value: scalar(item) for key, item in node.pairs if isinstance(item, Scalar)}

    def flag(self, node: Node | None, what: str) -> bool:
        """Whether `what: true` stands there."""
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return False
        value = scalar(node) if isinstance(node, Scalar) else node
        if not isinstance(value, bool):
            self.warn(node.line, f"`{what}:` is neither true nor false; taken as false")
        return value is True

    def number(self, node: Node | None, what: str) -> float | None:
        """The number that stands there."""
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return None
        value = scalar(node) if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.warn(node.line, f"`{what}:` is no number; left out")
            return None
        return float(value)

    def know(self, node: Mapping, keys: Collection[str], what: str) -> None:
        """Report the keys of `node` that are not among those known."""
        for key, _ in node.pairs:
            if key.value not in keys:
                self.warn(key.line, f"{what}: `{key.value}` is not known; left out", nearest(key.value, keys))


def scalar(node: Scalar) -> object:
    """A text, number, truth or None, as YAML 1.2 means a scalar."""
    if node.is_null:
        return None
    if node.style:
        return node.value
    if node.value in _TRUTH:
        return _TRUTH[node.value]
    if _NUMBER.fullmatch(node.value):
        return int(node.value) if node.value.lstrip("+-").isdecimal() else float(node.value)
    return node.value


def nearest(word: str, known: Collection[str]) -> str:
    """A hint at what may have been meant, or nothing."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]}?" if near else ""
