"""The files of the console that are the same for everybody, read once: style sheet, script, pictures."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@cache
def asset(name: str) -> tuple[bytes, str] | None:
    """A file and its media type; None where there is none of that name."""
    kind = TYPES.get(name.rpartition(".")[2])
    found = files("bot.console") / "static" / name
    return (found.read_bytes(), kind) if kind and "/" not in name and found.is_file() else None


def _version() -> str:
    digest = hashlib.sha256()
    for each in sorted((files("bot.console") / "static").iterdir(), key=lambda each: each.name):
        if each.is_file():
            digest.update(each.read_bytes())
    return digest.hexdigest()[:12]


VERSION = _version()
"""Changes when a file does, so that browsers may keep them for ever."""
