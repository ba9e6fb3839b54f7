"""Logs: one line an event, with its ids and its `action`; never a token, never a customer's words."""

from __future__ import annotations

import logging
import sys

from bot.config import Secrets

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _Formatter(logging.Formatter):
    """`time level logger: message key=value …`, with every secret replaced wherever it might have got in."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        found = (secrets.telegram_token, secrets.webhook_secret, secrets.embeddings_key)
        self._secrets = [secret.get_secret_value() for secret in found if secret]

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # The library's name.
        extra = " ".join(f"{key}={value}" for key, value in vars(record).items() if key not in _STANDARD)
        line = super().formatMessage(record)
        return f"{line} [{extra}]" if extra else line

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


def start_logging(level: str, secrets: Secrets) -> None:
    """Send the logs to the standard error. The HTTP client's own log lines hold URLs, and so tokens: off."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("alembic", "httpx", "httpcore", "aiohttp.client", "telegram", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
