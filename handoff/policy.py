"""What the rules of the desk are given: departments with their hours, promises and ways to share out tickets.

Plain values. Where they come from (settings, a database) is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum

from conversation.errors import SettingError
from conversation.tickets import Priority
from handoff.hours import ALWAYS, Calendar


class Mode(Enum):
    """How a department's tickets find their agents."""

    MANUAL = "manual"
    """Agents claim them."""
    ROUND_ROBIN = "round_robin"
    """Agents take turns."""
    LEAST_LOADED = "least_loaded"
    """Who has the smallest share of their capacity in use is next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """By when something happens, in minutes of business hours; None: nothing is promised."""

    first_reply: float | None = None
    next_reply: float | None = None
    resolution: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Promises:
    """What a department promises (its SLA): `usual`, or for some priorities another. Warned of at `warn_at` (0–1) of
    the time."""

    usual: Promise = field(default_factory=Promise)
    by_priority: Mapping[Priority, Promise] = field(default_factory=dict)
    warn_at: float = 0.8

    def __post_init__(self) -> None:
        if not 0 < self.warn_at <= 1:
            raise SettingError(f"promises are warned of at a share of their time (0–1), not at {self.warn_at}")

    def of(self, priority: Priority) -> Promise:
        """The promise for tickets of a priority."""
        return self.by_priority.get(priority, self.usual)


@dataclass(frozen=True, kw_only=True, slots=True)
class Department:
    """One department's rules.

    `return_after`: how long an agent may leave unanswered what routing gave them, `away_after`: how long they may be
    unavailable, before it goes back into the queue (None: for ever). `ageing`: after how much waiting in business
    hours a ticket counts as one priority higher. `survey`: whether customers are asked how it was.

    Raises:
        SettingError: `ageing` is no time.
    """

    name: str = ""
    title: str = ""
    mode: Mode = Mode.MANUAL
    calendar: Calendar = ALWAYS
    promises: Promises = field(default_factory=Promises)
    return_after: timedelta | None = timedelta(minutes=5)
    away_after: timedelta | None = timedelta(minutes=10)
    ageing: timedelta = timedelta(hours=1)
    survey: bool = False

    def __post_init__(self) -> None:
        if self.ageing <= timedelta():
            raise SettingError(f"tickets age after some time, not after {self.ageing}")

    @property
    def shown(self) -> str:
        """What people read."""
        return self.title or self.name


UNRULED = Department()
"""A department that is always there and promises nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskPolicy:
    """All departments. Tickets may name one that has no rules of its own: those of `other` hold there."""

    departments: Mapping[str, Department] = field(default_factory=dict)
    other: Department = UNRULED

    def department(self, name: str) -> Department:
        """The rules of the department of that name."""
        found = self.departments.get(name)
        return found if found is not None else replace(self.other, name=name, title="")
