"""Extension points: what installed packages offer by entry point, found by name and imported only when it is named.

It knows the four points and how to tell people what is wrong with what they named. What a channel, a store, a
classifier or an action is, stands with each of them.
"""

from __future__ import annotations

import difflib
import logging
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Any

from conversation.errors import SettingError

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One place to plug in: its entry point group, what goes there, and the setting that names one.

    `needs` are the attributes without which a thing cannot be one.
    """

    group: str
    kind: str
    setting: str
    needs: tuple[str, ...]


CHANNELS = Point(group="tanggap.channels", kind="channel", setting="bot.channels", needs=("__call__",))
CLASSIFIERS = Point(
    group="tanggap.classifiers", kind="classifier", setting="understanding.mode", needs=("train", "save", "load")
)
STORAGE = Point(group="tanggap.storage", kind="storage", setting="storage.url", needs=("open", "check"))
ACTIONS = Point(group="tanggap.actions", kind="action", setting="actions.use", needs=())


def known(point: Point) -> list[str]:
    """The names that can be given, in order. Nothing is imported."""
    return sorted({entry.name for entry in _offered(point.group, tuple(sys.path))})


def load(point: Point, name: str) -> Any:
    """What an installed package offers under `name`.

    Raises:
        SettingError: no package offers it, several do, or it cannot be imported or is something else.
    """
    entry = _entry(point, name)
    try:
        found = entry.load()
    except Exception as error:  # Whatever a module of somebody else's does when it is imported.
        raise broken(point, name, error) from error
    missing = [need for need in point.needs if not hasattr(found, need)]
    if missing:
        raise broken(point, name, TypeError(f"{entry.value} is of type {type(found).__name__}, without {missing[0]}"))
    if isinstance(found, type) and point.needs and "__call__" not in point.needs:
        raise broken(point, name, TypeError(f"{entry.value} is a class, not an instance of it"))
    return found


def broken(point: Point, name: str, error: Exception) -> SettingError:
    """What to tell people of a plugin that fails; where it failed goes to the log, for whoever writes it."""
    package = _package(_entry(point, name))
    log.debug("the %s %s failed", point.kind, name, exc_info=error, extra={"action": "plugin_failed"})
    reason = " ".join(str(error).split())
    return SettingError(
        f"{point.setting}: the {point.kind} {name!r} of {package} cannot be used: {type(error).__name__}: {reason}",
        remedy=f'Mend or reinstall {package}, or name another {point.kind}; log.level = "DEBUG" shows where it failed.',
    )


@lru_cache(maxsize=4)
def _offered(group: str, path: tuple[str, ...]) -> EntryPoints:
    """What installed packages offer. To look takes 5 ms, and a start asks eight times."""
    return entry_points(group=group)


def _entry(point: Point, name: str) -> EntryPoint:
    found = {entry.value: entry for entry in _offered(point.group, tuple(sys.path)).select(name=name)}
    if len(found) > 1:
        packages = ", ".join(sorted(_package(entry) for entry in found.values()))
        raise SettingError(
            f"{point.setting}: several packages offer a {point.kind} {name!r}: {packages}",
            remedy="Uninstall all of them but one.",
        )
    if not found:
        names = known(point)
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise SettingError(
            f"{point.setting}: there is no {point.kind} {name!r}; known are: {', '.join(names) or 'none'}",
            remedy=f"{hint}Name one of these, or install the package that brings it into the environment of `tanggap`.",
        )
    return next(iter(found.values()))


def _package(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unknown package"
