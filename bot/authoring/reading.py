"""Conversation tests from files and folders: which files hold any, and in which format.

It does not know what a test means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.authoring import our_tests, rasa_tests
from bot.authoring.fields import Source
from bot.authoring.script import Script, Skipped, Why
from conversation.errors import DataError
from intents.formats.findings import Finding, raise_on_errors
from intents.formats.project import YAML, decoded
from intents.formats.yaml_nodes import BadYaml, Mapping, Node, compose

SECTIONS = (our_tests.SECTION, rasa_tests.STORIES, rasa_tests.TEST_CASES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """What was read: the tests in the order of files and lines, and what is left out of them."""

    scripts: tuple[Script, ...]
    skipped: tuple[Skipped, ...]


def read_scripts(paths: Iterable[Path]) -> Read:
    """Read files, and folders with all below them.

    Raises:
        DataError: something cannot be read or is not known; the message names file and line, the remedy the nearest
            known name.
    """
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    scripts = [script for path in paths for file in _files(path) for script in _read(file, findings, skipped)]
    raise_on_errors(findings)
    return Read(scripts=tuple(scripts), skipped=tuple(skipped))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in sorted(path.rglob("*")) if file.suffix.lower() in YAML and file.is_file())
    else:
        yield path


def _read(path: Path, findings: list[Finding], skipped: list[Skipped]) -> Iterator[Script]:
    file = str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{file}: {error.strerror}", remedy="Name files and folders that can be read.") from error
    source = Source(file=file, findings=findings)
    text = decoded(content, file, findings)
    try:
        documents = compose(text)
    except BadYaml as error:
        source.wrong(error.line, f"not valid YAML at column {error.column}: {error.problem}", error.remedy)
        return
    read = False
    for document in documents:
        if isinstance(document, Mapping):
            for key, value in document.pairs:
                if key.value in SECTIONS:
                    read = True
                    yield from _section(key.value, value, document.get("fixtures"), source, skipped)
    if not read:
        skipped.append(Skipped(file=file, line=1, why=Why.NO_TESTS))


def _section(key: str, node: Node, fixtures: Node | None, source: Source, skipped: list[Skipped]) -> Iterator[Script]:
    if key == our_tests.SECTION:
        yield from our_tests.read_tests(node, source)
    elif key == rasa_tests.STORIES:
        yield from rasa_tests.read_stories(node, source, skipped)
    else:
        yield from rasa_tests.read_test_cases(node, fixtures, source, skipped)
