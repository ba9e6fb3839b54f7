"""YAML as a tree that remembers its lines, built from libyaml's events.

PyYAML's own composer recurses: a few kilobytes of `[[[[…` end the process. This one keeps a stack and a
limit. No value is interpreted (`yes` stays "yes"), no tag is obeyed, and a key that stands twice is kept twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

MAX_DEPTH = 100
"""Deeper nesting is refused; Rasa's files need about eight levels."""

MAX_NODES = 500_000
"""More values in one text are refused: a few megabytes of `[a,a,…` would take gigabytes. A block of examples is one."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Scalar:
    """A text as written. `style` is `|`, `>`, `'`, `"` or "" (plain); lines count from 1."""

    value: str
    style: str
    line: int
    end_line: int

    @property
    def is_null(self) -> bool:
        """Whether nothing stands here."""
        return not self.style and self.value in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sequence:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Mapping:
    """Keys and values in the order of the file; a key may stand twice."""

    line: int
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)

    def get(self, key: str) -> Node | None:
        """The first value of a key."""
        return next((value for name, value in self.pairs if name.value == key), None)

    def text(self, key: str) -> str:
        """The value of a key where it is a text, stripped; otherwise ""."""
        value = self.get(key)
        return value.value.strip() if isinstance(value, Scalar) and not value.is_null else ""


Node = Scalar | Sequence | Mapping


class BadYaml(Exception):
    """The text is not YAML. `line` and `column` count from 1; `problem` is libyaml's, `remedy` ours."""

    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {problem}")
        self.problem, self.line, self.column = problem, line, column

    @property
    def remedy(self) -> str:
        """What to do about it."""
        if "tab" in self.problem or "cannot start any token" in self.problem:
            return "Indent with spaces, never with tabs, and put texts that start with % @ ` in quotes."
        if "mapping values" in self.problem:
            return "Put the text in quotes: it holds a colon. Or correct the indentation."
        if "more than" in self.problem:
            return "Write it as several files."
        if "alias" in self.problem:
            return "Put texts that start with * or & in quotes."
        return "Correct the line or the one above it: the indentation, a quote or bracket that is not closed."


def compose(text: str, *, first_line: int = 1) -> list[Node]:
    """The documents of `text`, whose first line is line `first_line` of its file.

    Raises:
        BadYaml: it is not YAML, nests deeper than `MAX_DEPTH`, or has more than `MAX_NODES` values.
    """
    try:
        return list(_documents(text, first_line))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        raise BadYaml(error.problem or str(error), line + first_line, column + 1) from error
    except yaml.YAMLError as error:
        raise BadYaml(" ".join(str(error).split()), first_line, 1) from error


def _documents(text: str, first_line: int) -> Iterator[Node]:
    anchors: dict[str, Node] = {}
    stack: list[tuple[Sequence | Mapping, Scalar | None]] = []
    for number, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
        node: Node
        line, column = event.start_mark.line + first_line, event.start_mark.column + 1  # type: ignore[union-attr]
        if number > MAX_NODES:
            raise BadYaml(f"more than {MAX_NODES} values", line, column)
        if isinstance(event, yaml.ScalarEvent):
            end_line = event.end_mark.line + first_line  # type: ignore[union-attr]
            node = Scalar(value=event.value, style=event.style or "", line=line, end_line=end_line)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in anchors:
                raise BadYaml(f"unknown alias *{event.anchor}", line, column)
            node = anchors[event.anchor]
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Sequence(line=line)
        elif isinstance(event, yaml.MappingStartEvent):
            node = Mapping(line=line)
        elif isinstance(event, yaml.CollectionEndEvent):
            node = stack.pop()[0]
            if not stack:
                yield node
            continue
        else:
            continue
        if not isinstance(event, yaml.AliasEvent) and event.anchor:
            anchors[event.anchor] = node
        _attach(node, stack)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(stack) >= MAX_DEPTH:
                raise BadYaml(f"nested deeper than {MAX_DEPTH} levels", line, column)
            stack.append((node, None))  # type: ignore[arg-type]  # a collection, by its event
        elif not stack:
            yield node


def _attach(node: Node, stack: list[tuple[Sequence | Mapping, Scalar | None]]) -> None:
    """Put `node` where it belongs in the innermost open collection: an item, a key, or a key's value."""
    if not stack:
        return
    parent, key = stack[-1]
    if isinstance(parent, Sequence):
        parent.items.append(node)
    elif key is None:
        name = node if isinstance(node, Scalar) else Scalar(value="", style='"', line=node.line, end_line=node.line)
        stack[-1] = (parent, name)
    else:
        parent.pairs.append((key, node))
        stack[-1] = (parent, None)
