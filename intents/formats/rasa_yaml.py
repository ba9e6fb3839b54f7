"""Rasa's YAML, 1.x domains to 3.x projects, into a draft: what is meant for a knowledge base, and nothing else.

A file that is not quite YAML is read piece by piece, so that a slip costs the item it stands in and no more.
It does not know which files belong to a project, nor judge whether the whole fits together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from intents.formats.domain_forms import read_forms
from intents.formats.domain_slots import read_slots
from intents.formats.draft import Draft
from intents.formats.examples import SECTIONS, add_block, add_example
from intents.formats.findings import Level, Place
from intents.formats.ours import read_ours
from intents.formats.pieces import pieces
from intents.formats.responses import read_responses
from intents.formats.section import Section
from intents.formats.steps import read_paths
from intents.formats.yaml_nodes import BadYaml, Mapping, Node, Scalar, Sequence, compose

_OURS = ("nlu", "responses", "templates", "intents", "slots", "forms", "rules", "stories", "actions")
_NAMED = ("slots", "forms")
"""Keys of a file that hold names, which pieces are cut into."""

_METADATA = ("kind", "department", "title")
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
        self._context = Section(file, draft)
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
        found = pieces(self._lines)
        problem = f"not valid YAML at column {whole.column}: {whole.problem}"
        if not any(self._lines[piece.start].split(":")[0].strip() in _OURS for piece in found):
            self._note(Level.WARNING, whole.line, f"{problem}; the file is left out", whole.remedy)
            return
        broken = False
        for piece in found:
            text, margin = piece.text(self._lines)
            try:
                documents = compose(text, first_line=piece.start + 1)
            except BadYaml as error:
                broken = True
                place = f"not valid YAML at column {error.column + margin}: {error.problem}"
                self._note(Level.ERROR, error.line, place, error.remedy)
                continue
            for document in documents:
                self._document(document, piece.key)
        if not broken:
            self._note(Level.WARNING, whole.line, f"{problem}; the file was read piece by piece", whole.remedy)

    def _document(self, node: Node, below: str = "") -> None:
        """Read a document, or a piece that stands `below` a key of the file."""
        if isinstance(node, Mapping) and below in _NAMED:
            self._part(below, node)
        elif isinstance(node, Sequence):
            items = [item for item in node.items if isinstance(item, Mapping)]
            if any(_sections(item) for item in items):
                if not self._in_pieces:
                    self._note(Level.WARNING, node.line, "a list without `nlu:` above it; read as one", "Add `nlu:`.")
                self._nlu(node)
            elif any(item.get("rule") or item.get("story") for item in items):
                if not self._in_pieces:
                    self._note(
                        Level.WARNING, node.line, "a list without `rules:` above it; read as one", "Add `rules:`."
                    )
                self._part(below or "rules", node)
        elif isinstance(node, Mapping):
            keys = [key.value for key, _ in node.pairs]
            if not self._in_pieces and "version" not in keys and any(key in _OURS for key in keys):
                self._note(Level.INFO, node.line, 'no `version`; read as version "3.1"')
            for key, value in node.pairs:
                if key.value.startswith("utter_"):
                    read_responses(Mapping(line=node.line, pairs=[(key, value)]), self._context)
                else:
                    self._part(key.value, value)

    def _part(self, key: str, node: Node) -> None:
        """Read what stands below a key of the file."""
        if key == "nlu":
            self._nlu(node)
        elif key in ("responses", "templates"):
            read_responses(node, self._context)
        elif key == "slots":
            read_slots(node, self._context)
        elif key == "forms":
            read_forms(node, self._context)
        elif key in ("rules", "stories"):
            read_paths(node, self._context, key=key)
        elif key == "intents":
            for name in _names(node):
                place = Place(self._file, name.line)
                self._draft.declare(self._draft.name(name.value, place), place)
        elif key == "actions":
            for name in _names(node):
                self._draft.dialogue.action(name.value.strip(), Place(self._file, name.line))
        elif key == "tanggap":
            read_ours(node, self._context)

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
                add_block(self._draft, section, name, self._file, self._block(node), nested=node.style in "|>")
            return
        if isinstance(node, Mapping):
            self._note(Level.WARNING, node.line, f"the examples of {name} are a mapping; read line by line")
        items: list[Node] = node.items if isinstance(node, Sequence) else [Mapping(line=k.line) for k, _ in node.pairs]
        for item in items:
            verbatim = False
            if isinstance(item, Scalar):
                text = "" if item.is_null else item.value
            elif isinstance(item, Mapping) and isinstance(written := item.get("text"), Scalar):
                text = written.value.strip().removeprefix("- ") if written.style in "|>" else written.value
                metadata = item.get("metadata")
                verbatim = isinstance(metadata, Mapping) and metadata.text("verbatim") == "true"
            else:
                text = self._lines[item.line - 1].strip().removeprefix("- ")
                self._note(
                    Level.WARNING,
                    item.line,
                    f"{text[:60]!r} is no plain text to YAML; read as it stands",
                    "Put the text in quotes, or all examples below `examples: |`.",
                )
            add_example(self._draft, section, name, text, Place(self._file, item.line), verbatim=verbatim)

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
