"""How a PostgreSQL server is reached, and what its refusals mean. Knows no tables.

asyncpg reads the URL itself, with all the parameters that PostgreSQL's own programs know (`?sslmode=require`,
`?host=/run/postgresql`), and takes from the environment what the URL does not say: PGPASSWORD, PGPASSFILE, PGSSLMODE.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import NullPool
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.storage.urls import DOCTOR, parsed, shown
from conversation.errors import StorageError

CONNECT_TIMEOUT_SECONDS = 10.0
ANSWER_TIMEOUT_SECONDS = 60.0
"""How long a server may be silent, beyond its own `statement_timeout`, before it is taken for gone."""

SERVER_SETTINGS: Mapping[str, str] = {
    "application_name": "tanggap",
    "timezone": "UTC",
    "jit": "off",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""A dead client's session, and the lock it holds, are gone after 25 seconds, and not after two hours."""

_UNREACHABLE = (
    "the server cannot be reached",
    "Check that PostgreSQL runs, and host and port in storage.url; nothing needs a restart of this program.",
)
_NOT_LET_IN = (
    "the server does not let this user in",
    "Check the user in storage.url and the password in PGPASSWORD, and the server's pg_hba.conf.",
)
_FULL = ("the server's disk is full", "Free some space on the server's disk; nothing needs a restart.")
_TOO_SLOW = (
    "the server took too long, or something held what was needed",
    "Look at pg_stat_activity for what holds the server up: a long report, a lock, a slow disk.",
)
_WHY = {
    "08": _UNREACHABLE,
    "28": _NOT_LET_IN,
    "3D000": ("there is no such database", "Make it: createdb --encoding=UTF8 with the name in storage.url."),
    "42501": (
        "this user may not do that",
        "Let the user of storage.url own its database, or grant it CREATE and USAGE on the schema.",
    ),
    "25006": (
        "the server takes no writes, as a standby does",
        "Point storage.url at the primary; target_session_attrs=read-write chooses it among several hosts.",
    ),
    "53100": _FULL,
    "53300": (
        "the server has no connection left",
        "Raise max_connections, or stop what else uses them: this program needs about six.",
    ),
    "57014": _TOO_SLOW,
    "55P03": _TOO_SLOW,
    "40P01": _TOO_SLOW,
    "57P": _UNREACHABLE,
    "XX00": ("the server finds its own files damaged", "Stop everything, keep a copy, and restore the latest backup."),
}


def place_of(url: str) -> str:
    """The database as it is named in logs and errors, without a password.

    Raises:
        StorageError: the URL names no database.
    """
    if not parsed(url).database:
        raise StorageError(
            f"storage.url names no database: {shown(url)}", remedy="Name it: postgresql://user@host/database"
        )
    return shown(url).partition("?")[0]


def engine_of(url: str, *, read_only: bool = False, lasting: bool = True) -> AsyncEngine:
    """An engine on the database of a URL, of which every connection is a new one.

    Its transactions see the latest commits; those of a `read_only` one see one state of the database throughout. What
    is not `lasting` need not have reached the disk when it is committed.
    """
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if read_only else {}
    arguments = {
        "dsn": "postgresql" + url[url.index("://") :],
        "timeout": CONNECT_TIMEOUT_SECONDS,
        "command_timeout": ANSWER_TIMEOUT_SECONDS,
        "server_settings": {**SERVER_SETTINGS, "synchronous_commit": "on" if lasting else "off"},
    }
    return create_async_engine(
        "postgresql+asyncpg://", connect_args=arguments, poolclass=NullPool, execution_options=options
    )


def sqlstate(error: BaseException) -> str:
    """The five letters by which PostgreSQL names an error; "" where the server has not spoken."""
    cause = error.orig if isinstance(error, SQLAlchemyError) and hasattr(error, "orig") else error
    return getattr(cause, "sqlstate", None) or ""


def translated(error: Exception, place: str) -> Exception:
    """Our words, with a remedy, for what the driver or the network said; an error of ours as it is."""
    cause = error.orig if isinstance(error, SQLAlchemyError) and hasattr(error, "orig") else error
    assert cause is not None
    if _cannot_be_written(cause):
        return ValueError(_first_line(cause))
    state = sqlstate(error)
    for known, (what, remedy) in _WHY.items():
        if state.startswith(known):
            return StorageError(f"{place}: {what} ({_first_line(cause)})", remedy=remedy)
    if isinstance(cause, OSError) or (not state and _is_from_driver(cause)):
        what, remedy = _UNREACHABLE
        return StorageError(f"{place}: {what} ({_first_line(cause)})", remedy=remedy)
    if state or isinstance(error, SQLAlchemyError):
        return StorageError(f"{place}: {_first_line(cause)}", remedy=DOCTOR)
    return error


def _cannot_be_written(error: BaseException | None) -> bool:
    """Whether the driver could not put a value into words for the server: text that is not Unicode, a huge number,
    something of another kind."""
    while error is not None and not isinstance(error, UnicodeError | OverflowError | TypeError):
        error = error.__cause__
    return error is not None


def _is_from_driver(error: BaseException) -> bool:
    """Whether the driver speaks for itself: a connection that was closed, an answer that never came."""
    return isinstance(error, TimeoutError) or hasattr(error, "sqlstate")


def _first_line(error: BaseException) -> str:
    words = str(error.__cause__ or error).partition("\n")[0]
    return words or type(error).__name__
