"""The errors of this package: refusals in Telegram's wording, and complaints to the author of a test.

Knows how a refusal looks on the wire; does not know when one is due.
"""

from __future__ import annotations

from typing import Any


class BotApiError(Exception):
    """Base of everything this package raises on purpose."""


class Refused(BotApiError):
    """A call that is answered with ``ok: false``: an HTTP status, a description and, at times, parameters."""

    def __init__(self, code: int, description: str, parameters: dict[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def wire(self) -> dict[str, Any]:
        """The JSON body Telegram sends with such a refusal."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class NotShown(BotApiError, TimeoutError):
    """What was waited for did not appear in the chat in time; the text says what the chat shows instead."""


class NoSuchButton(BotApiError, LookupError):
    """No message of the chat carries a button of that title; the text lists the buttons there are."""


class NotPossible(BotApiError, ValueError):
    """Something a person, a group or the control API was asked to do makes no sense in the present world."""


def bad_request(reason: str) -> Refused:
    """A 400 with Telegram's prefix."""
    return Refused(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refused:
    """A 403 with Telegram's prefix."""
    return Refused(403, f"Forbidden: {reason}")


def too_many_requests(retry_after: int) -> Refused:
    """A 429 that names the seconds to wait."""
    return Refused(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
