"""Tables as CSV (RFC 4180, UTF-8 with a byte order mark so that Excel reads it as such), inert in a spreadsheet.

A spreadsheet takes a cell that begins with `=` and the like for a formula. Such beginnings get an apostrophe before
them, which makes the cell text; and not only at the beginning of a cell: where lists are separated by semicolons, as
with Indonesian settings, cells begin after a `;` or a new line too. Knows nothing of what the tables are about.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

Cell = str | int | float | None

_SKIPPED = r'\x00-\x08\x0b\x0c\x0e-\x20"\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff'
"""What spreadsheets skip at the beginning of a cell: spaces, quotes, and what nobody sees."""

_FORMULA = re.compile(
    rf"""(^|[;|\t\r\n])            # where a cell may begin
    ([{_SKIPPED}]*)                # what may stand before the formula
    (?=[=+\-@\uff1d\uff0b\uff0d\uff20])  # what makes it one; the wide forms do with East Asian settings""",
    re.VERBOSE,
)
_LEADING_CONTROL = re.compile(r"^(?=[\t\r\n])")


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The file. Numbers are written as they are, with a decimal point; None becomes an empty cell."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, dialect="excel")
    for row in (header, *rows):
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in row])
    return written.getvalue().encode("utf-8-sig")


def inert(text: str) -> str:
    """The text as no spreadsheet takes for a formula. Null characters, which CSV has no way for, are left out."""
    text = _FORMULA.sub(r"\1'\2", text.replace("\0", ""))
    return _LEADING_CONTROL.sub("'", text)
