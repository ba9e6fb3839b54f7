"""Which kind of database a storage URL names, and how it may be shown. Opens nothing and imports no driver."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING

from conversation.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import URL

SQLITE = ("sqlite", "sqlite+aiosqlite", "sqlite+pysqlite")
POSTGRES = ("postgresql", "postgresql+asyncpg", "postgres")
DRIVER = ("asyncpg", "greenlet")
REMEDY = "Set storage.url to something like sqlite:///tanggap.db, or postgresql://user@host/database"
DOCTOR = "`tanggap doctor` looks the database over."
"""What to do about what nobody foresaw."""

_PASSWORD = re.compile(r"^((?>(?:[\w+.-]+://)?)[^:/@?]*):.*@", re.DOTALL)
_PASSWORD_PARAMETER = re.compile(r"([?&]password=)[^&]*")


def shown(url: str) -> str:
    """The URL as it may stand in logs and errors: with asterisks for a password."""
    return _PASSWORD_PARAMETER.sub(r"\1***", _PASSWORD.sub(r"\1:***@", url))


def parsed(url: str) -> URL:
    """The parts of a URL.

    Raises:
        StorageError: it is no URL, or of no database that this program can use.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise StorageError(f"storage.url is not a URL: {shown(url)}", remedy=REMEDY) from None
    if found.drivername not in (*SQLITE, *POSTGRES):
        raise StorageError(f"storage.url has the unknown scheme {found.drivername}", remedy=REMEDY)
    return found


def require_driver() -> None:
    """See that what talks to PostgreSQL is installed, before it is imported.

    Raises:
        StorageError: it is not.
    """
    missing = [name for name in DRIVER if find_spec(name) is None]
    if missing:
        raise StorageError(
            f"PostgreSQL needs {' and '.join(missing)}", remedy="Install what it needs: pip install 'tanggap[postgres]'"
        )


def is_postgres(url: str) -> bool:
    """Whether a URL names a PostgreSQL database; if not, it names a file of SQLite.

    Raises:
        StorageError: it names neither.
    """
    return parsed(url).drivername in POSTGRES
