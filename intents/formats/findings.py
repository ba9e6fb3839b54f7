"""What a reader has to say about a file: where, how bad, what, and what to do.

It does not know any format; every reader reports in these words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from conversation.errors import DataError


class Level(Enum):
    """INFO: worth knowing. WARNING: read, but probably not as meant. ERROR: something could not be used."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Place(NamedTuple):
    """A line of a file, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One remark about one line (from 1) of one file. `remedy` says what to do, where there is something."""

    level: Level
    file: str
    line: int
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def raise_on_errors(findings: Iterable[Finding]) -> None:
    """Raise the first finding of level ERROR as DataError, with the number of the others; none: do nothing."""
    errors = [finding for finding in findings if finding.level is Level.ERROR]
    if errors:
        others = f" (and {len(errors) - 1} more errors)" if len(errors) > 1 else ""
        raise DataError(f"{errors[0]}{others}", remedy=errors[0].remedy)
