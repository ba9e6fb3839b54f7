"""Rasa's YAML, 1.x domains to 3.x projects, into a draft: what is meant for a knowledge base, and nothing else.

A file that is not quite YAML is read piece by piece, so that a slip costs the item it stands in and no more.
It does not know which files belong to a project, nor judge whether the whole fits together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from intents.formats.draft import Draft
from intents.formats.examples import SECTIONS, add_block, add_example
from intents.formats.findings import Level, Place
from intents.formats.responses import read_responses
from intents.formats.yaml_nodes import BadYaml, Mapping, Node, Scalar, Sequence, compose

_OURS = ("nlu", "responses", "templates", "intents")
_UNUSED = ("slots", "forms")
_METADATA = ("kind", "department", "title")
_PIECE = re.compile(
    rf"""^(?: [ \t]*-[ \t]*(?:{"|".join(SECTIONS)})[ \t]*:   # - intent: …
          | [A-Za-z_]\w*[ \t]*:                               # a key of the file
          | [ \t]+["']?utter_[^:]*:                           # a response
        )""",
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_rasa_yaml(text: str, file: str, draft: Draft) -> None:
    """Read the text of one file into the draft. Nothing raises; what cannot be read is reported."""
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        draft.note(Level.WARNING, Place(file, line), f"control character {control[0]!r}; read as a blank")
        text = _CONTROL.sub(" ", text)
    _File(text, file, draft).read()


class _File:
    """One file on its way into a draft."""

    def __init__(self, text: str, file: str, draft: Draft) -> None:
        self._text, self._file, self._draft = text, file, draft
        self._lines = text.split("\n")
        self._in_pieces = False
        self._read_before: set[int] = set()

    def read(self) -> None:
        try:
            documents = compose(self._text)
        except BadYaml as error:
            self._read_pieces(error)
            return
        if all(isinstance(document, Scalar) and document.is_null for document in documents):
            content = "comments" if self._text.strip() else "nothing"
            self._note(Level.INFO, 1, f"the file holds {content} only")
        for document in documents:
            self._document(document)

    def _note(self, level: Level, line: int, message: str, remedy: str = "") -> None:
        self._draft.note(level, Place(self._file, line), message, remedy)

    def _read_pieces(self, whole: BadYaml) -> None:
        """Read a file that is not YAML as a row of pieces that are."""
        self._in_pieces = True
        starts = [number for number, line in enumerate(self._lines) if _PIECE.match(line)]
        problem = f"not valid YAML at column {whole.column}: {whole.problem}"
        if not any(self._lines[start].split(":")[0].strip() in _OURS for start in starts):
            self._note(Level.WARNING, whole.line, f"{problem}; the file is left out", whole.remedy)
            return
        broken = False
        for start, end in zip(starts, [*starts[1:], len(self._lines)], strict=True):
            lines = [_spaced(line) for line in self._lines[start:end]]
            margin = " " * (len(lines[0]) - len(lines[0].lstrip()))
            try:
                documents = compose("\n".join(line.removeprefix(margin) for line in lines), first_line=start + 1)
            except BadYaml as error:
                broken = True
                place = f"not valid YAML at column {error.column + len(margin)}: {error.problem}"
                self._note(Level.ERROR, error.line, place, error.remedy)
                continue
            for document in documents:
                self._document(document)
        if not broken:
            self._note(Level.WARNING, whole.line, f"{problem}; the file was read piece by piece", whole.remedy)

    def _document(self, node: Node) -> None:
        if isinstance(node, Sequence):
            if any(isinstance(item, Mapping) and _sections(item) for item in node.items):
                if not self._in_pieces:
                    self._note(Level.WARNING, node.line, "a list without `nlu:` above it; read as one", "Add `nlu:`.")
                self._nlu(node)
            return
        if not isinstance(node, Mapping):
            return
        keys = [key.value for key, _ in node.pairs]
        if not self._in_pieces and "version" not in keys and any(key in _OURS for key in keys):
            self._note(Level.INFO, node.line, 'no `version`; read as version "3.1"')
        for key, value in node.pairs:
            if key.value == "nlu":
                self._nlu(value)
            elif key.value in ("responses", "templates"):
                read_responses(value, self._file, self._draft)
            elif key.value == "intents":
                self._declarations(value)
            elif key.value == "actions":
                if any(not name.value.startswith("utter_") for name in _names(value)):
                    self._draft.custom_actions()
            elif key.value in ("rules", "stories"):
                self._stories(value)
            elif key.value in _UNUSED and not (isinstance(value, Scalar) and value.is_null):
                self._note(Level.INFO, key.line, f"`{key.value}` is no part of a knowledge base; not read")
            elif key.value.startswith("utter_"):
                read_responses(Mapping(line=node.line, pairs=[(key, value)]), self._file, self._draft)

    def _nlu(self, node: Node) -> None:
        if id(node) in self._read_before:  # an alias leads back to it
            return
        self._read_before.add(id(node))
        if isinstance(node, Sequence):
            for item in node.items:
                if isinstance(item, Mapping) and _sections(item):
                    self._item(item)
                elif not isinstance(item, Scalar) or not item.is_null:
                    self._note(Level.WARNING, item.line, "a list or mapping too many below `nlu:`")
                    self._nlu(item)
        elif isinstance(node, Mapping):
            if _sections(node):
                self._note(Level.WARNING, node.line, "a mapping below `nlu:`, not a list", "Write `- intent: …`.")
                self._item(node)
            for key, value in node.pairs:
                if key.value == "nlu":
                    self._note(Level.WARNING, key.line, "`nlu:` stands below `nlu:`; read as one")
                    self._nlu(value)
                elif not _sections(node):
                    self._note(Level.WARNING, key.line, f"`{key.value}` below `nlu:` is not known; left out")
        elif not node.is_null:
            self._note(Level.WARNING, node.line, f"{node.value[:60]!r} below `nlu:` is not known; left out")
        elif not self._in_pieces:
            self._note(Level.INFO, node.line, "`nlu:` is empty")

    def _item(self, item: Mapping) -> None:
        """One item of the list below `nlu:`, or several where the dash between them is missing."""
        starts = _sections(item)
        for start, end in zip(starts, [*starts[1:], len(item.pairs)], strict=True):
            key, value = item.pairs[start]
            pairs = item.pairs if len(starts) == 1 else item.pairs[start + 1 : end]
            if start != starts[0]:
                self._note(Level.WARNING, key.line, f"no dash before `{key.value}:`; read as an item of its own")
            name = self._draft.name(value.value, Place(self._file, key.line)) if isinstance(value, Scalar) else ""
            if not name:
                self._note(Level.ERROR, key.line, f"`{key.value}:` has no name", "Write the name behind the colon.")
                continue
            self._section(key, name, Mapping(line=key.line, pairs=pairs))

    def _section(self, key: Scalar, name: str, item: Mapping) -> None:
        if key.value == "intent":
            metadata = item.get("metadata")
            known = {} if not isinstance(metadata, Mapping) else {k: metadata.text(k) for k in _METADATA}
            self._draft.intent(name, Place(self._file, key.line), {k: v for k, v in known.items() if v})
        for part, examples in item.pairs:
            if part.value in ("examples", "elements"):
                self._examples(key.value, name, examples)

    def _examples(self, section: str, name: str, node: Node) -> None:
        if isinstance(node, Scalar):
            if not node.is_null:
                add_block(self._draft, section, name, self._file, self._block(node))
            return
        if isinstance(node, Mapping):
            self._note(Level.WARNING, node.line, f"the examples of {name} are a mapping; read line by line")
        items: list[Node] = node.items if isinstance(node, Sequence) else [Mapping(line=k.line) for k, _ in node.pairs]
        for item in items:
            if isinstance(item, Scalar):
                text = "" if item.is_null else item.value
            elif isinstance(item, Mapping) and item.get("text") is not None:
                text = item.text("text").removeprefix("- ")
            else:
                text = self._lines[item.line - 1].strip().removeprefix("- ")
                self._note(
                    Level.WARNING,
                    item.line,
                    f"{text[:60]!r} is no plain text to YAML; read as it stands",
                    "Put the text in quotes, or all examples below `examples: |`.",
                )
            add_example(self._draft, section, name, text, Place(self._file, item.line))

    def _block(self, node: Scalar) -> Iterator[tuple[int, str]]:
        """The lines of a text with their numbers."""
        if node.style == "|":
            yield from enumerate(node.value.split("\n"), node.line + 1)
        elif node.style == ">" or node.end_line > node.line + 1:
            self._note(Level.WARNING, node.line, "examples need `|` behind `examples:`; read line by line all the same")
            first = node.line if node.style == ">" else node.line - 1
            yield from enumerate(self._lines[first : node.end_line], first + 1)
        else:
            yield from ((node.line, line) for line in node.value.split("\n"))

    def _declarations(self, node: Node) -> None:
        for name in _names(node):
            place = Place(self._file, name.line)
            self._draft.declare(self._draft.name(name.value, place), place)

    def _stories(self, node: Node) -> None:
        """Which response follows directly upon which intent."""
        for story in node.items if isinstance(node, Sequence) else []:
            steps = story.get("steps") if isinstance(story, Mapping) else None
            asked = ""
            for step in steps.items if isinstance(steps, Sequence) else []:
                if not isinstance(step, Mapping):
                    continue
                action = step.text("action")
                if asked and action.startswith("utter_"):
                    self._draft.answered_with(asked, action.removeprefix("utter_"))
                asked = step.text("intent")


def _sections(item: Mapping) -> list[int]:
    """Where in a mapping `intent:`, `synonym:`, `regex:` or `lookup:` stand."""
    return [index for index, (key, _) in enumerate(item.pairs) if key.value in SECTIONS]


def _names(node: Node) -> Iterator[Scalar]:
    """The names in a list such as `intents:`, where a name may be a mapping's only key."""
    for item in node.items if isinstance(node, Sequence) else []:
        if isinstance(item, Scalar) and not item.is_null:
            yield item
        elif isinstance(item, Mapping):
            yield from (key for key, _ in item.pairs[:1])


def _spaced(line: str) -> str:
    """The line with the tabs of its indentation, also those behind a dash, as blanks.

    A tab is one level deep, two blanks; before an example two levels, since it must stand right of `examples:`.
    """
    content = line.lstrip(" \t")
    is_example = content.startswith("-") and not _PIECE.match(line)
    margin = line[: len(line) - len(content)].expandtabs(4 if is_example else 2)
    return margin + re.sub(r"^-[ ]*\t\s*", "- ", content)
