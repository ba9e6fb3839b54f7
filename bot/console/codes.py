"""Sign-in from Telegram: the bot sends a one-time code to the agent's own account, to be typed into the browser.

A code, and no link: it works without a public address, it cannot be opened by a preview or on the wrong device, and
it is of use only to the browser that asked for it. Codes stand in memory alone, as hashes.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation.effects import SendText
from conversation.ports import Channel, ReceiptStatus, Target
from conversation.tickets import AgentId

GOOD_FOR = timedelta(minutes=2)
TRIES = 3
"""Attempts that one code bears: one in thirty million for who guesses."""

SendCode = Callable[[int, str], Coroutine[None, None, None]]
"""Writes to a Telegram account, by its id."""

log = logging.getLogger(__name__)


def by_channel(channel: Channel) -> SendCode:
    """Writes through the bot. Nothing of it is stored; it reaches only who has written to the bot before."""

    async def send(telegram_id: int, text: str) -> None:
        target, effect = Target(chat=str(telegram_id)), SendText(text=text)
        await channel.ready(target, effect)
        receipt = await channel.perform(target, effect)
        if receipt.status is not ReceiptStatus.DONE:
            log.warning("a sign-in code was not sent: %s", receipt.status.value, extra={"action": "code_not_sent"})

    return send


@dataclass(slots=True)
class _Code:
    agent_id: AgentId | None
    digest: bytes
    until: datetime
    tries: int = 0


class Codes:
    """The codes that are out, by the ticket that the asking browser holds."""

    def __init__(self) -> None:
        self._codes: dict[str, _Code] = {}

    def issue(self, agent_id: AgentId | None, now: datetime) -> tuple[str, str]:
        """A code of eight digits, and the ticket for the browser. For nobody (None) there is one that opens nothing."""
        self._codes = {ticket: code for ticket, code in self._codes.items() if code.until > now}
        ticket, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**8):08d}"
        self._codes[ticket] = _Code(agent_id, _digest(ticket, code), now + GOOD_FOR)
        return code, ticket

    def redeem(self, ticket: str, code: str, now: datetime) -> AgentId | None:
        """Who signs in with this, once; None where it does not fit, or no longer."""
        found = self._codes.get(ticket)
        if found is None:
            return None
        found.tries += 1
        fits = hmac.compare_digest(found.digest, _digest(ticket, "".join(code.split())))
        if fits or found.tries >= TRIES or found.until <= now:
            del self._codes[ticket]
        return found.agent_id if fits and found.until > now else None


def _digest(ticket: str, code: str) -> bytes:
    return hashlib.sha256(f"{ticket}:{code}".encode()).digest()
