"""Scripted faults: what shall go wrong, for which calls, and how often.

Knows which fault a call meets; carrying it out on the connection is the server's work.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.testing.bot_api.errors import Refused, bad_request, too_many_requests


@dataclass(frozen=True, slots=True)
class TooManyRequests:
    """429 with ``retry_after`` seconds; nothing happens."""

    retry_after: int = 3

    def refusal(self) -> Refused:
        return too_many_requests(self.retry_after)


@dataclass(frozen=True, slots=True)
class Forbidden:
    """403; nothing happens."""

    description: str = "Forbidden: bot was blocked by the user"

    def refusal(self) -> Refused:
        return Refused(403, self.description)


@dataclass(frozen=True, slots=True)
class BadRequest:
    """400 with the given reason ("Bad Request: " is put before it when missing); nothing happens."""

    description: str

    def refusal(self) -> Refused:
        return bad_request(self.description.removeprefix("Bad Request: "))


@dataclass(frozen=True, slots=True)
class Migrated:
    """400 saying that the group became the supergroup ``to_chat_id``; nothing happens."""

    to_chat_id: int

    def refusal(self) -> Refused:
        reason = "Bad Request: group chat was upgraded to a supergroup chat"
        return Refused(400, reason, {"migrate_to_chat_id": self.to_chat_id})


@dataclass(frozen=True, slots=True)
class ServerError:
    """A 5xx of Telegram's own; nothing happens."""

    status: int = 502
    description: str = "Bad Gateway"

    def refusal(self) -> Refused:
        return Refused(self.status, self.description)


@dataclass(frozen=True, slots=True)
class DropBefore:
    """The connection is closed before anything happens."""


@dataclass(frozen=True, slots=True)
class DropAfterAccept:
    """The call has its effect and stands in the ledger, then the connection is closed without an answer."""


@dataclass(frozen=True, slots=True)
class SlowAnswer:
    """The call has its effect at once; the answer comes ``seconds`` (real ones) later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Garbage:
    """The call has its effect; the answer is something no JSON parser reads."""

    body: bytes = b"<html><body>upstream went away</body></html>"
    status: int = 200


Refusal = TooManyRequests | Forbidden | BadRequest | Migrated | ServerError
Fault = Refusal | DropBefore | DropAfterAccept | SlowAnswer | Garbage

KINDS: dict[str, type[Fault]] = {
    kind.__name__: kind
    for kind in (
        TooManyRequests,
        Forbidden,
        BadRequest,
        Migrated,
        ServerError,
        DropBefore,
        DropAfterAccept,
        SlowAnswer,
        Garbage,
    )
}


@dataclass(slots=True, kw_only=True)
class FaultRule:
    """One script line: the calls it waits for, how many it will still spoil, how many it has spoilt."""

    fault: Fault
    method: str | None = None
    chat_id: int | None = None
    thread_id: int | None = None
    skip: int = 0
    remaining: int | None = 1
    hits: int = field(default=0, init=False)

    def matches(self, method: str, chat_id: object, thread_id: object) -> bool:
        return (
            self.remaining != 0
            and (self.method is None or self.method.lower() == method)
            and (self.chat_id is None or self.chat_id == chat_id)
            and (self.thread_id is None or self.thread_id == thread_id)
        )

    def cancel(self) -> None:
        """Spoils no further call."""
        self.remaining = 0


class FaultBook:
    """The rules in the order they were written; the first that fits a call is used."""

    def __init__(self) -> None:
        self.rules: list[FaultRule] = []

    def add(self, rule: FaultRule) -> FaultRule:
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        for rule in self.rules:
            rule.cancel()
        self.rules.clear()

    def meet(self, method: str, chat_id: object, thread_id: object) -> Fault | None:
        """The fault this call (method in lower case) meets, if any; uses up one of its rule's times."""
        for rule in self.rules:
            if not rule.matches(method, chat_id, thread_id):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            rule.hits += 1
            if rule.remaining is not None:
                rule.remaining -= 1
                if rule.remaining == 0:
                    self.rules.remove(rule)
            return rule.fault
        return None
