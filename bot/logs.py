"""Logs: one line an event, with its ids and its `action`; never a token, never a customer's words.

An exception's own words may quote what it stumbled over, and so a customer: of exceptions that are not known to say
nothing of the kind, only the type and the place are told. The words stand in the store, where `tanggap quarantine
show` finds them. Libraries are heard from `WARNING` on, and with the first line of what they say: asyncio and uvicorn
put exceptions into the others.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

from bot.config import Secrets, read_secret
from conversation.errors import SettingError, TanggapError

OURS = ("bot", "intents", "handoff", "conversation")
"""The packages whose loggers follow the setting."""

WITHHELD = "(words withheld; see docs/operations.md)"

_QUIET = (
    "alembic",
    "aiohttp.client",
    "httpcore",
    "httpx",
    "opentelemetry",
    "sqlalchemy",
    "telegram",
    "uvicorn",
)
"""Libraries that would log addresses with tokens in them, or statements with what is stored."""

_SPEAK_OF_CODE = (TanggapError, AttributeError, ImportError, NameError, OSError, TypeError, ZeroDivisionError)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_LONGEST_CHAIN = 5

_hidden: set[str] = set()
"""Secrets that were asked for by name, whoever by."""


def start_logging(level: str, secrets: Secrets, form: Literal["text", "json"] = "text") -> None:
    """Send the logs to the standard error, together with what would end the process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json(secrets) if form == "json" else _Text(secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.raiseExceptions = False  # What a line that cannot be written would show is not looked through for words.
    sys.excepthook = _uncaught
    threading.excepthook = lambda thread: _uncaught(thread.exc_type, thread.exc_value, thread.exc_traceback)


def needed_secret(name: str, remedy: str = "") -> str:
    """The value of an environment variable that something cannot do without; kept out of the logs from now on.

    Raises:
        SettingError: it is not in the environment.
    """
    secret = read_secret(name)
    if secret is None:
        raise SettingError(f"{name} is not in the environment", remedy=remedy or f"Set {name}.")
    _hidden.add(secret.get_secret_value())
    return secret.get_secret_value()


class _Formatter(logging.Formatter):
    """What both forms have in common: exceptions without words of customers, and no secret anywhere."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        found = (secrets.telegram_token, secrets.webhook_secret, secrets.embeddings_key)
        _hidden.update(secret.get_secret_value() for secret in found if secret)

    def formatException(  # noqa: N802  # The library's name.
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The exceptions that led to this one, each with its place, the first cause first."""
        return "\n".join(_told(ei[1])) if ei[1] is not None else ""

    def clean(self, text: str) -> str:
        for secret in sorted(_hidden, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


class _Text(_Formatter):
    """`time level logger: message [key=value …]`."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # The library's name.
        record.message = _said(record)
        line = super().formatMessage(record)
        extra = " ".join(f"{key}={value}" for key, value in _extra(record).items())
        return f"{line} [{extra}]" if extra else line

    def format(self, record: logging.LogRecord) -> str:
        return self.clean(super().format(record))


class _Json(_Formatter):
    """One object a line: `at`, `level`, `logger`, `message`, the ids, and for an exception `error` and `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        values: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _said(record),
            **_extra(record),
        }
        if record.exc_info and record.exc_info[1] is not None:
            values["error"] = type(record.exc_info[1]).__name__
            values["trace"] = self.formatException(record.exc_info)
        return self.clean(json.dumps(values, ensure_ascii=False, default=str))


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


def _said(record: logging.LogRecord) -> str:
    message = record.getMessage()
    ours = record.name.partition(".")[0] in OURS
    return message if ours else message.partition("\n")[0]


def _told(error: BaseException, depth: int = 0) -> list[str]:
    lines: list[str] = []
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and depth < _LONGEST_CHAIN:
        how = "the direct cause of" if error.__cause__ else "being handled at the time of"
        lines += [*_told(before, depth + 1), f"(which was {how})"]
    if error.__traceback__ is not None:
        lines.append("Traceback (most recent call last):")
        lines += [line.rstrip("\n") for line in traceback.format_tb(error.__traceback__)]
    lines.append(f"{type(error).__name__}: {_words(error)}")
    if isinstance(error, BaseExceptionGroup) and depth < _LONGEST_CHAIN:
        for each in error.exceptions:
            lines += [f"  {line}" for line in _told(each, depth + 1)]
    return lines


def _words(error: BaseException) -> str:
    """What an exception says, if it speaks of the program and not of what the program reads."""
    return str(error) if isinstance(error, _SPEAK_OF_CODE) else WITHHELD


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("the process failed", exc_info=(kind, error, trace), extra={"action": "failed"})
