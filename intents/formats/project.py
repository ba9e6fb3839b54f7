"""A knowledge base from a file or a folder: which files belong to it, and what each is.

The only module of `intents` that walks folders. It knows no format from the inside.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from conversation.errors import DataError
from intents.content import Content, TestMessage, content_of, pieces_of
from intents.formats.draft import Draft
from intents.formats.findings import Finding, Level, Place, raise_on_errors
from intents.formats.markdown_stories import is_story_markdown, read_story_markdown
from intents.formats.rasa_markdown import is_rasa_markdown, read_rasa_markdown, without_comments
from intents.formats.rasa_yaml import read_rasa_yaml
from intents.formats.section import Section
from intents.formats.whole import Loaded, finish

YAML = (".yml", ".yaml")
MARKDOWN = ".md"
OUT_OF_SCOPE = "out_of_scope.txt"
TEST_MESSAGES = "test_messages.tsv"
BESIDE = (OUT_OF_SCOPE, TEST_MESSAGES)
NOT_ANSWERED = "-"
"""What stands in the place of the intent beside a message to test by that must not be answered."""

COPIES = ("train_test_split", "converted_data")
"""Folders in which Rasa's own commands leave a second copy of the data."""

_KEY = re.compile(
    r"^[\"']?(nlu|intents|responses|templates|slots|forms|rules|stories|actions|entities|tanggap)[\"']?\s*:",
    re.MULTILINE,
)
_SKIPPED = ("node_modules", "venv", "__pycache__", "models", "results")


def load_knowledge(path: Path, *, strict: bool = True) -> Loaded:
    """Read a file or a folder (with all below it) of Rasa YAML, versions 1 to 3, or its old Markdown.

    Args:
        path: the file or folder. An `out_of_scope.txt` beside or below holds what must not be answered, a
            `test_messages.tsv` what to test by.
        strict: raise on the first finding of level ERROR; otherwise go on with what could be read.

    Raises:
        DataError: nothing is there, no intent was found, or (strict) something could not be used: text that
            is not YAML or not UTF-8, an intent without an example. The message names file and line.
    """
    if not path.exists():
        raise DataError(
            f"{path}: there is no such file or folder",
            remedy='Check `knowledge` in [bot] of config.toml; "starter" is the one that ships.',
        )
    draft = Draft()
    files = list(_files(path))
    root = path if path.is_dir() else path.parent
    copies = [file for file in files if set(COPIES) & set(file.relative_to(root).parts)]
    for file in files:
        if file not in copies:
            _read(file, draft)
    for file in copies:
        if draft.has_examples:
            draft.note(Level.INFO, Place(str(file), 1), "a copy made by a Rasa command; left out")
        else:
            _read(file, draft)
    loaded = finish(draft, str(path))
    if strict:
        raise_on_errors(loaded.report)
    return loaded


def load_content(path: Path, *, strict: bool = True) -> tuple[Content, tuple[Finding, ...]]:
    """Read all that can be edited, in its normal form, and report on the files.

    Raises:
        DataError: as `load_knowledge`; or a name cannot be kept, such as one of a thousand characters.
    """
    loaded = load_knowledge(path, strict=strict)
    content = Content(knowledge=loaded.knowledge, tests=loaded.tests)
    return content_of(pieces_of(content)), loaded.report


def files_of(folder: Path) -> tuple[Path, ...]:
    """The files below a folder that a knowledge base stands in, in the order of their names: not those that merely
    have the same suffix, nor conversation tests."""
    return tuple(file for file in _files(folder) if folder.is_dir() and _is_part(file))


def _is_part(file: Path) -> bool:
    if file.name in BESIDE:
        return True
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    if file.suffix.lower() == MARKDOWN:
        return is_rasa_markdown(text) or is_story_markdown(without_comments(text))
    keys = set(_KEY.findall(text))
    return bool(keys - {"stories"} if file.name.startswith("test_") else keys)


def _files(path: Path) -> Iterator[Path]:
    """The files of a knowledge base in the order of their names."""
    if path.is_file():
        yield path
        yield from (path.parent / name for name in BESIDE if (path.parent / name).is_file())
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(names):
            if name in BESIDE or Path(name).suffix.lower() in (*YAML, MARKDOWN):
                yield Path(folder, name)


def _read(file: Path, draft: Draft) -> None:
    try:
        content = file.read_bytes()
    except OSError as error:
        draft.note(Level.ERROR, Place(str(file), 1), f"cannot be read: {error.strerror}", "Check its permissions.")
        return
    own = Draft() if file.suffix.lower() == MARKDOWN else draft
    text = decoded(content, str(file), own.findings)
    if file.name == OUT_OF_SCOPE:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip() and not line.lstrip().startswith("#"):
                text_of_line = re.sub(r"^\\(?=\\*#)", "", line.strip())
                draft.out_of_scope(text_of_line, Place(str(file), number))
    elif file.name == TEST_MESSAGES:
        _read_test_messages(text, file, draft)
    elif file.suffix.lower() != MARKDOWN:
        read_rasa_yaml(text, str(file), draft)
    elif is_rasa_markdown(text):
        draft.findings += own.findings
        read_rasa_markdown(text, str(file), draft)
    elif is_story_markdown(text := without_comments(text)):
        draft.findings += own.findings
        read_story_markdown(text, Section(str(file), draft))


def _read_test_messages(text: str, file: Path, draft: Draft) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        message, _, intent = (part.strip() for part in line.rpartition("\t"))
        place = Place(str(file), number)
        if message and intent:
            draft.test(TestMessage(text=message, intent="" if intent == NOT_ANSWERED else intent), place)
        elif line.strip():
            remedy = "Write text<TAB>intent on every line, or text<TAB>- if it must not be answered."
            draft.note(Level.WARNING, place, f"not a text, a tab and an intent: {line!r:.60}; left out", remedy)


def decoded(content: bytes, file: str, findings: list[Finding]) -> str:
    """The text of a file with plain line ends; what was odd about its bytes is added to `findings`."""

    def note(level: Level, line: int, message: str, remedy: str = "") -> None:
        findings.append(Finding(level=level, file=file, line=line, message=message, remedy=remedy))

    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        note(Level.ERROR, line, f"byte 0x{content[error.start]:02x} is not UTF-8", "Save the file as UTF-8.")
        text = content.decode("utf-8", errors="replace")
    if text.startswith("\ufeff"):
        note(Level.INFO, 1, "the file starts with a byte order mark; ignored")
        text = text[1:]
    if "\r" in text:
        note(Level.INFO, text.count("\n", 0, text.index("\r")) + 1, "Windows line ends; read as usual")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text
