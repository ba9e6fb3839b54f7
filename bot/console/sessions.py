"""Sessions: who is signed in, by the token in their browser's cookie.

The store has the hash of the token alone. A session ends when nobody has acted for `idle`, at the latest `longest`
after sign-in, and at once when it is ended in the store. Its token changes every `ROTATION`; for a moment the old one
is good too, since a browser asks for several things at once. Knows no HTTP.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.console.parts import Visit
from bot.desk.acting import WholeStore
from conversation.desk_ports import Session
from conversation.tickets import AgentId

ROTATION = timedelta(hours=1)
GRACE = timedelta(seconds=15)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when somebody was last seen."""


def hash_of(token: str) -> str:
    """What the store knows a token by. Tokens are 256 random bits: a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(kw_only=True)
class Sessions:
    """Opens, finds, renews and ends sessions. Pages of one session share a `Visit`."""

    store: WholeStore
    clock: Callable[[], datetime]
    idle: timedelta
    longest: timedelta
    visits: dict[str, Visit] = field(default_factory=dict)
    _unused: set[str] = field(default_factory=set)
    _replaced: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    async def open(self, agent_id: AgentId, old_token: str = "") -> str:
        """Sign somebody in; returns the new token. A session that the browser had before is ended."""
        if old_token:
            await self.end(old_token)
        token, now = secrets.token_urlsafe(32), self.clock()
        await self.store.open_session(
            Session(
                token_hash=hash_of(token), agent_id=agent_id, begun_at=now, seen_at=now, expires_at=now + self.longest
            )
        )
        return token

    async def visit(self, token: str) -> Visit | None:
        """The session of a token, if there is one that has not expired."""
        token_hash = self._latest(hash_of(token)) if token else ""
        session = await self.store.session(token_hash) if token_hash else None
        if session is None or self._expired(session):
            return None
        return self.visits.setdefault(token_hash, Visit(token_hash=token_hash, agent_id=session.agent_id))

    async def act(self, token: str) -> str:
        """Somebody acted: put off the end of their session. Returns a new token when it is time for one, else ""."""
        token_hash, now = hash_of(token), self.clock()
        session = await self.store.session(token_hash)
        if session is None or self._expired(session):
            return ""
        if now - session.begun_at < ROTATION:
            if now - session.seen_at >= SEEN_EVERY:
                await self.store.renew_session(token_hash, replace(session, seen_at=now))
            return ""
        fresh = secrets.token_urlsafe(32)
        renewed = replace(session, token_hash=hash_of(fresh), begun_at=now, seen_at=now)
        if not await self.store.renew_session(token_hash, renewed):
            return ""  # Another request was faster, and has told the browser.
        self._replaced = {old: (new, until) for old, (new, until) in self._replaced.items() if until > now}
        self._replaced[token_hash] = (renewed.token_hash, now + GRACE)
        if (visit := self.visits.pop(token_hash, None)) is not None:
            visit.token_hash = renewed.token_hash
            self.visits[renewed.token_hash] = visit
        return fresh

    async def end(self, token: str) -> None:
        """Sign out."""
        token_hash = self._latest(hash_of(token))
        await self.store.end_sessions(token_hash=token_hash)
        if (visit := self.visits.pop(token_hash, None)) is not None:
            visit.end()

    async def end_visits(self, is_welcome: Callable[[AgentId], bool]) -> None:
        """End what was ended in the store, has expired, or belongs to somebody who is not welcome any more."""
        self._forget_unused()
        before = dict(self.visits)
        sessions = await self.store.sessions(before)
        for token_hash, visit in before.items():
            if self.visits.get(token_hash) is not visit:
                continue  # Its token was changed meanwhile.
            session = sessions.get(token_hash)
            if session is None or self._expired(session) or not is_welcome(visit.agent_id):
                del self.visits[token_hash]
                visit.end()

    def _forget_unused(self) -> None:
        """Forget visits that had no page twice in a row: once, and one may just be about to open its first."""
        unused = {token_hash for token_hash, visit in self.visits.items() if not visit.pages}
        for token_hash in unused & self._unused:
            del self.visits[token_hash]
        self._unused = unused

    def _latest(self, token_hash: str) -> str:
        new, until = self._replaced.get(token_hash, ("", self.clock()))
        return new if new and until > self.clock() else token_hash

    def _expired(self, session: Session) -> bool:
        now = self.clock()
        return now >= session.expires_at or now - session.seen_at >= self.idle
