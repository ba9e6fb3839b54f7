"""Files of agents: where they are kept from the browser to the channel, and for how long. Knows no page, and no ticket.

`new` holds what was taken in and not sent yet, `sent` what messages refer to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.settings import Settings

UNSENT_FOR = timedelta(days=1)
"""How long an upload is kept that is not sent."""

NEW, SENT = "new", "sent"


def uploads_of(settings: Settings) -> Path:
    """The folder of both."""
    return settings.path("data/uploads")


def prepare(folder: Path) -> None:
    """Make the folders, which nobody else may look into."""
    for name in (NEW, SENT):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)


def sweep(folder: Path, now: datetime, kept_days: float) -> int:
    """Throw away what was never sent, and what was sent when it is as old as words become (0: never); returns how many
    files those were.

    Raises:
        OSError: a file cannot be deleted.
    """
    old = _older(folder / NEW, now - UNSENT_FOR)
    if kept_days:
        old += _older(folder / SENT, now - timedelta(days=kept_days))
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _older(folder: Path, before: datetime) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.stat().st_mtime < before.timestamp()]
    except FileNotFoundError:  # Nobody has sent a file yet, or one was sent in this moment.
        return []
