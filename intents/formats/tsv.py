"""Labelled texts as tab-separated values: `text<TAB>intent`, one a line, in UTF-8, without a heading."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from conversation.errors import DataError


def read_rows(path: Path) -> list[tuple[str, str]]:
    """The rows (text, intent) of a file. Blank lines, a byte order mark and Windows line ends do not matter.

    The intent stands behind the last tab of a line.

    Raises:
        DataError: the file cannot be read or is not UTF-8, or a line lacks its text, tab or intent.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}", remedy="Check the path.") from error
    rows = []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        try:
            row = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError(
                f"{path}:{number}: byte 0x{line[error.start]:02x} is not UTF-8", remedy="Save the file as UTF-8."
            ) from error
        if not row.strip():
            continue
        text, _, intent = (part.strip() for part in row.rpartition("\t"))
        if not text or not intent:
            raise DataError(
                f"{path}:{number}: not a text, a tab and an intent: {row[:60]!r}",
                remedy="Write text<TAB>intent on every line: one tab, and both sides filled.",
            )
        rows.append((text, intent))
    return rows


def write_rows(path: Path, rows: Iterable[tuple[str, str]]) -> None:
    """Write rows so that `read_rows` reads them. Line breaks and tabs in texts become blanks."""
    lines = [f"{_one_line(text)}\t{_one_line(intent)}\n" for text, intent in rows]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def _one_line(text: str) -> str:
    return re.sub(r"[\t\r\n]+", " ", text).strip()
