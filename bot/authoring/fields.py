"""Reading mappings of YAML whose keys are known: values by type, and everything wrong as a finding with its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intents.formats.findings import Finding, Level
from intents.formats.yaml_nodes import Mapping, Node, Scalar, Sequence

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,14})")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})\.\d+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A file that is being read, and what was found wrong in it so far."""

    file: str
    findings: list[Finding]

    def wrong(self, line: int, message: str, remedy: str) -> None:
        """Something that cannot be used."""
        self.findings.append(
            Finding(level=Level.ERROR, file=self.file, line=line, message=message, remedy=remedy),
        )

    def check_keys(self, node: Mapping, known: Iterable[str]) -> None:
        """Name every key that is not known, and every one that stands twice."""
        names, seen = list(known), set[str]()
        for key, _ in node.pairs:
            if key.value not in names:
                near = difflib.get_close_matches(key.value, names, n=1, cutoff=0.5)
                remedy = f"Did you mean `{near[0]}`?" if near else f"Known here: {', '.join(names)}."
                self.wrong(key.line, f"unknown key `{key.value}`", remedy)
            elif key.value in seen:
                self.wrong(key.line, f"`{key.value}` stands twice", "Delete one of them.")
            seen.add(key.value)

    def text(self, node: Node | None, key: str) -> str:
        """A text that must not be empty; "" where there is none."""
        if node is None:
            return ""
        if isinstance(node, Scalar) and node.value.strip():
            return node.value.strip()
        self.wrong(node.line, f"`{key}` is not a text", "Write the text behind the colon, in quotes.")
        return ""

    def texts(self, node: Node | None, key: str) -> tuple[str, ...]:
        """A text, or a list of them."""
        nodes = node.items if isinstance(node, Sequence) else [] if node is None else [node]
        return tuple(text for each in nodes if (text := self.text(each, key)))

    def one_of(self, node: Node | None, key: str, known: Iterable[str]) -> str:
        """One of the known words; "" where there is none."""
        word, words = self.text(node, key), list(known)
        if node is None or word in words or not word:
            return word
        near = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
        remedy = f"Did you mean `{near[0]}`?" if near else f"Write one of: {', '.join(words)}."
        self.wrong(node.line, f"`{key}` has the unknown value `{word}`", remedy)
        return ""

    def values(self, node: Node | None, key: str) -> tuple[tuple[str, object], ...]:
        """The pairs of a mapping, as JSON-able values."""
        if isinstance(node, Mapping):
            return tuple((name.value, value_of(value)) for name, value in node.pairs)
        if node is not None:
            self.wrong(node.line, f"`{key}` is not a mapping", "Write `name: value`, one a line.")
        return ()

    def mappings(self, node: Node | None, key: str) -> Iterator[Mapping]:
        """The items of a list of mappings; none where nothing stands there."""
        items = node.items if isinstance(node, Sequence) else []
        if not (node is None or isinstance(node, Sequence) or (isinstance(node, Scalar) and node.is_null)):
            self.wrong(node.line, f"`{key}` is not a list", "Begin each item with `- `.")
        for item in items:
            if isinstance(item, Mapping):
                yield item
            else:
                self.wrong(item.line, f"an item of `{key}` is not a mapping", "Write `- key: value`.")


def value_of(node: Node) -> object:
    """A node as a JSON-able value. Plain `null`, `true`, `false` and numbers are what they seem; `007` is a text."""
    if isinstance(node, Sequence):
        return [value_of(item) for item in node.items]
    if isinstance(node, Mapping):
        return {key.value: value_of(value) for key, value in node.pairs}
    if node.is_null:
        return None
    if node.style:
        return node.value
    if node.value.lower() in ("true", "false"):
        return node.value.lower() == "true"
    if _INTEGER.fullmatch(node.value):
        return int(node.value)
    return float(node.value) if _NUMBER.fullmatch(node.value) else node.value
