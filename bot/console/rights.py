"""Who may do what in the console: one table of roles, one check, and the register of everything that is checked.

Pages, endpoints and methods all go through `require`. It knows no page and no store: what department a thing belongs
to is found out by whoever asks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from conversation.errors import Refusal
from conversation.tickets import Agent, Role

M = TypeVar("M", bound=Callable[..., Awaitable[Any]])


class Right(Enum):
    """What somebody may be allowed. Those in `BY_DEPARTMENT` are allowed within one's own departments only."""

    PROFILE = "profile"
    """See and change one's own settings, and whether one takes tickets."""
    SERVE = "serve"
    """See tickets and conversations, and do with them what agents do."""
    SEARCH = "search"
    """Search conversations."""
    CANNED_USE = "canned_use"
    """Read the canned replies."""
    CANNED_EDIT = "canned_edit"
    """Write them."""
    TEAM = "team"
    """See who serves what."""
    REASSIGN = "reassign"
    """Give other people's tickets to somebody else."""
    REPORTS = "reports"
    """Read the reports."""
    EXPORT = "export"
    """Take them home as a file."""
    ACCOUNTS = "accounts"
    """Make and change accounts."""
    KNOWLEDGE_READ = "knowledge_read"
    """See the knowledge base, its draft and its releases, and try messages."""
    KNOWLEDGE = "knowledge"
    """Change the draft, publish it, and go back to older releases."""
    AUDIT = "audit"
    """Read who did and saw what."""
    QUARANTINE = "quarantine"
    """See what could not be dealt with, and have it tried again or dropped."""


_AGENT = frozenset({Right.PROFILE, Right.SERVE, Right.SEARCH, Right.CANNED_USE})
_SUPERVISOR = _AGENT | {
    Right.CANNED_EDIT,
    Right.TEAM,
    Right.REASSIGN,
    Right.REPORTS,
    Right.EXPORT,
    Right.KNOWLEDGE_READ,
}

ROLES: Mapping[Role, frozenset[Right]] = {
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: frozenset(Right),
}

BY_DEPARTMENT = frozenset(
    {Right.SERVE, Right.SEARCH, Right.CANNED_EDIT, Right.TEAM, Right.REASSIGN, Right.REPORTS, Right.EXPORT}
)
"""Rights that end where one's departments end."""


class Forbidden(Refusal):
    """Somebody tried what they may not. The message is for them."""


def may(agent: Agent | None, right: Right, department: str | None = None) -> bool:
    """Whether somebody (None: nobody) may; `department` is whose matter it is, None where it is no department's."""
    if agent is None or agent.disabled or right not in ROLES[agent.role]:
        return False
    return department is None or right not in BY_DEPARTMENT or agent.serves(department)


def require(agent: Agent | None, right: Right, department: str | None = None, *, words: str = "") -> Agent:
    """The agent, who may.

    Raises:
        Forbidden: they may not; it says `words`.
    """
    if agent is None or not may(agent, right, department):
        raise Forbidden(words or f"not allowed: {right.value}")
    return agent


def departments_of(agent: Agent) -> frozenset[str] | None:
    """The departments that an agent's lists, searches and reports are restricted to; None for all of them."""
    return None if agent.role is Role.ADMIN or not agent.departments else agent.departments


class Asker(Protocol):
    """On whose behalf a method is called: a page's context."""

    def require(self, right: Right, department: str | None = None) -> Agent:
        """The signed-in agent, who may. Raises Forbidden."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """Something that pages do on the server, and the right it takes."""

    name: str
    right: Right
    by_department: bool
    call: Callable[..., Awaitable[object]]


METHODS: dict[str, Method] = {}
"""Every method that pages may call, by `module.function`. The role matrix of the tests calls each of them."""


def guarded(right: Right, *, department: Callable[..., Awaitable[str | None]] | None = None) -> Callable[[M], M]:
    """A method `(ctx, …)` that checks `right` before anything else. What pages do to the desk is such a method.

    `department` is called with the same arguments, and says whose matter it is.
    """

    def register(method: M) -> M:
        @wraps(method)
        async def checked(ctx: Asker, /, *args: Any, **kwargs: Any) -> Any:
            ctx.require(right)
            if department is not None:
                ctx.require(right, await department(ctx, *args, **kwargs))
            return await method(ctx, *args, **kwargs)

        name = f"{method.__module__.rpartition('.')[2]}.{method.__name__}"
        METHODS[name] = Method(name=name, right=right, by_department=department is not None, call=checked)
        return cast(M, checked)

    return register
