"""Knowledge bases as files that people send and take home: a zip of a Rasa project, one of its files, or a table.

What is sent is not trusted: nothing is unpacked outside a folder of its own, which is gone afterwards, nothing beyond
the limits below, and nothing that reading it would not open. It knows no draft; whoever calls lays what was read over
one, by `over`.
"""

from __future__ import annotations

import io
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from conversation.errors import DataError
from intents.content import Content, content_of, pieces_of
from intents.formats import Finding, Level, load_content
from intents.formats.project import BESIDE, MARKDOWN, YAML
from intents.formats.sheets import merged, read_sheet, write_sheet
from intents.formats.writing import rasa_project
from intents.knowledge import KnowledgeBase

LARGEST = 8 << 20
"""Bytes of what is sent. The knowledge base that ships has 0.5 MB, unpacked."""

LARGEST_UNPACKED = 8 << 20
"""Bytes that the files of a zip may come to together, counted as they are unpacked."""

MOST_FILES = 5_000
"""Entries of a zip. Whoever packs a folder with its `.git` comes to a few thousand."""

ZIP, SHEETS = ".zip", (".csv", ".tsv", ".txt")

_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAY = (2020, 1, 1, 0, 0, 0)
_DRIVE = re.compile(r"^[A-Za-z]:")
_CHUNK = 1 << 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What was read, and what there is to say about it by file and line. Exactly one of `content` and `table` is there:
    a table knows intents, examples and plain answers alone."""

    report: tuple[Finding, ...]
    content: Content | None = None
    table: KnowledgeBase | None = None

    def over(self, content: Content, *, instead: bool = False) -> Content:
        """A content with this laid over it: what is here goes before what has the same name there.

        `instead` leaves nothing of the other, unless this is a table.

        Raises:
            DataError: the two do not go together.
        """
        if self.table is not None:
            return merged(content, self.table)
        assert self.content is not None
        return self.content if instead else _together(content, self.content)


def read_files(name: str, data: bytes) -> Imported:
    """Read what somebody sent as `name`, by which its kind is known. Takes seconds for thousands of examples.

    Raises:
        DataError: it is too large, of no kind that is known, damaged or dangerous, or there is no intent in it.
    """
    if len(data) > LARGEST:
        raise DataError(
            f"{name}: larger than {LARGEST >> 20} MB", remedy="Leave out what is no text: models, pictures, .git."
        )
    kind = PurePosixPath(name.lower()).suffix
    if kind in SHEETS:
        loaded = read_sheet(data, name)
        return Imported(table=loaded.knowledge, report=loaded.report)
    if kind not in (ZIP, *YAML, MARKDOWN):
        raise DataError(
            f"{name}: not a file that can be read", remedy="Send a zip of a Rasa project, YAML, Markdown, CSV or TSV."
        )
    with tempfile.TemporaryDirectory(prefix="tanggap-") as folder:
        root, notes = Path(folder).resolve(), []
        if kind == ZIP:
            notes = _unpack(name, data, root)
        else:
            (root / f"sent{kind}").write_bytes(data)
        content, report = _loaded(name, root)
        return Imported(content=content, report=(*notes, *(_renamed(each, root, name) for each in report)))


def zip_of(content: Content) -> bytes:
    """A content as a zip of a Rasa project. The same content gives the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in rasa_project(content).items():
            entry = zipfile.ZipInfo(path, date_time=_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, text)
    return written.getvalue()


def sheet_of(content: Content, *, delimiter: str = ",") -> bytes:
    """A content as a table for spreadsheets, as far as it fits into one."""
    return write_sheet(content.knowledge, delimiter=delimiter)


def _together(base: Content, more: Content) -> Content:
    old, new = base.knowledge, more.knowledge
    ruled = {rule.intent for rule in new.rules}
    knowledge = replace(
        old,
        intents={**old.intents, **new.intents},
        answers={**old.answers, **new.answers},
        out_of_scope=(*old.out_of_scope, *new.out_of_scope),
        synonyms={**old.synonyms, **new.synonyms},
        regexes={**old.regexes, **new.regexes},
        lookups={**old.lookups, **new.lookups},
        slots={**old.slots, **new.slots},
        forms={**old.forms, **new.forms},
        rules=(*(rule for rule in old.rules if rule.intent not in ruled), *new.rules),
    )
    tests = {test.text: test for test in (*base.tests, *more.tests)}
    return content_of(pieces_of(Content(knowledge=knowledge, tests=tuple(tests.values()))))


def _unpack(name: str, data: bytes, root: Path) -> list[Finding]:
    """Write those files of a zip that can be of a knowledge base below `root`; returns remarks on others."""
    notes: list[Finding] = []
    left = LARGEST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in _entries(name, archive, notes):
                target = root / _inside(name, entry.filename)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as packed, target.open("xb") as unpacked:
                    left -= _copied(name, packed, unpacked, left)
    except DataError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise DataError(f"{name}: damaged, or locked", remedy="Pack it again, without password.") from error
    except OSError as error:
        raise DataError(
            f"{name}: a file of the zip cannot be unpacked: {error.strerror}",
            remedy="No two files may have one name, and no name more than 200 characters.",
        ) from error
    return notes


def _entries(name: str, archive: zipfile.ZipFile, notes: list[Finding]) -> Iterator[zipfile.ZipInfo]:
    """What is to be unpacked."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise DataError(f"{name}: more than {MOST_FILES} files", remedy="Pack the project alone, without .git.")
    for entry in entries:
        path = _inside(name, entry.filename)
        if entry.is_dir() or not (path.name in BESIDE or path.suffix.lower() in (*YAML, MARKDOWN)):
            continue
        if stat.S_ISLNK(entry.external_attr >> 16):
            notes.append(_note(str(path), "a link to another file; left out", "Pack the file itself."))
        elif entry.compress_type not in _KINDS:
            notes.append(_note(str(path), "packed in a way that is not read; left out", "Pack it as a usual zip."))
        else:
            yield entry


def _note(file: str, message: str, remedy: str) -> Finding:
    return Finding(level=Level.WARNING, file=file, line=1, message=message, remedy=remedy)


def _inside(name: str, entry: str) -> PurePosixPath:
    """The path of an entry, which has to stay inside of the folder."""
    path = PurePosixPath(entry.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(entry) or "\0" in entry or not path.parts:
        raise DataError(
            f"{name}: a file of the zip wants to be elsewhere: {entry!r:.80}", remedy="Pack the folder of the project."
        )
    return path


def _copied(name: str, packed: IO[bytes], unpacked: IO[bytes], most: int) -> int:
    """Unpack one file of at most so many bytes; returns how many it has."""
    size = 0
    while chunk := packed.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise DataError(
                f"{name}: more than {LARGEST_UNPACKED >> 20} MB unpacked",
                remedy="Send the knowledge base alone: NLU, domain, rules and stories.",
            )
        unpacked.write(chunk)
    return size


def _loaded(name: str, root: Path) -> tuple[Content, tuple[Finding, ...]]:
    """What stands in a folder. What is said about it does not name the folder, which nobody knows."""
    try:
        return load_content(root, strict=False)
    except DataError as error:
        raise DataError(_bare(str(error), root, name), remedy=error.remedy) from error


def _renamed(finding: Finding, root: Path, name: str) -> Finding:
    return replace(finding, file=_bare(finding.file, root, name), message=_bare(finding.message, root, name))


def _bare(text: str, root: Path, name: str) -> str:
    return re.sub(r"\bsent\.(?:ya?ml|md)\b", lambda _: name, text.replace(f"{root}/", "")).replace(str(root), name)
