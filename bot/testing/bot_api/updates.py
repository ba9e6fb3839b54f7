"""The update queue of one bot: what waits to be fetched, what was confirmed, and who is polling.

Its semantics are those of Telegram's own server: ``getUpdates`` forgets everything below ``offset``; a poll
that is waiting is ended with a 409 when another one comes; an offset far above the newest id is taken for a
mistake and answered from the head of the queue. Knows no HTTP and nothing about chats.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.testing.bot_api.clock import Clock
from bot.testing.bot_api.errors import NotPossible, Refused

DAY = 86_400.0
CALLBACK_LIFE = 150.0
_TRUSTED_LEAD = 10
_ON_REQUEST_ONLY = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
_OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(slots=True, kw_only=True, eq=False)
class Update:
    """One update, with its life so far. ``lane`` names the chat (or the callback sender) it is ordered in."""

    update_id: int
    kind: str
    body: dict[str, Any]
    lane: str
    expires: float
    deliveries: int = 0
    confirmed: bool = False

    def wire(self) -> dict[str, Any]:
        return {"update_id": self.update_id, self.kind: self.body}


class UpdateQueue:
    """Updates of one bot in the order in which they happened."""

    def __init__(self, *, clock: Clock, first_id: int) -> None:
        self._clock = clock
        self._next_id = first_id
        self._pending: dict[int, Update] = {}
        self._replays: list[Update] = []
        self._poll: asyncio.Future[None] | None = None
        self._waiting_for_rest: list[asyncio.Future[None]] = []
        self.history: list[Update] = []
        self.allowed: frozenset[str] | None = None
        self.on_add: Callable[[Update], None] | None = None

    @property
    def pending(self) -> list[Update]:
        """Updates Telegram would still hand out."""
        now = self._clock.now()
        return [update for update in self._pending.values() if update.expires > now]

    @property
    def confirmed(self) -> list[Update]:
        """Updates the bot has acknowledged, by offset or with a 2xx from its webhook."""
        return [update for update in self.history if update.confirmed]

    def add(self, kind: str, body: dict[str, Any], *, lane: str, life: float = DAY) -> Update | None:
        """Queues an update that stays ``life`` seconds; None when the bot did not ask for this kind."""
        if (kind in _ON_REQUEST_ONLY) if self.allowed is None else (kind not in self.allowed):
            return None
        update = Update(
            update_id=self._next_id,
            kind=kind,
            body=body,
            lane=lane,
            expires=self._clock.now() + self._clock.lasting(life),
        )
        self._next_id += 1
        self._pending[update.update_id] = update
        self.history.append(update)
        self._announce(update)
        return update

    def replay(self, update_id: int) -> Update:
        """Hands out an update once more under its old id, whatever offset the bot asks with."""
        for update in reversed(self.history):
            if update.update_id == update_id:
                self._replays.append(update)
                self._announce(update)
                return update
        raise NotPossible(f"there was no update {update_id}")

    def restart_at(self, update_id: int) -> None:
        """Numbers the next update ``update_id``, as Telegram does after a week without any.

        Such a week leaves nothing pending, so this raises :class:`NotPossible` while something is.
        """
        if waiting := [update.update_id for update in self.pending]:
            raise NotPossible(f"updates {waiting} are still pending; ids restart only when none is")
        self._pending.clear()
        self._next_id = update_id

    def drop_pending(self) -> None:
        self._pending.clear()
        self._replays.clear()

    def is_pending(self, update: Update) -> bool:
        return update in self._replays or (
            self._pending.get(update.update_id) is update and update.expires > self._clock.now()
        )

    def confirm(self, update: Update) -> None:
        update.confirmed = True
        self._pending.pop(update.update_id, None)
        if update in self._replays:
            self._replays.remove(update)
        self._tell_if_at_rest()

    async def until_confirmed(self) -> None:
        """Returns when the bot has acknowledged everything there is."""
        if self.pending:
            rest: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting_for_rest.append(rest)
            await rest

    @property
    def is_polled(self) -> bool:
        """Whether a poll waits for updates."""
        return self._poll is not None

    async def poll(self, *, offset: int, limit: int, timeout: float) -> list[Update]:  # noqa: ASYNC109
        """One ``getUpdates``. Raises :class:`Refused` (409) when another poll or a webhook ends it."""
        self.end_poll(_OTHER_POLL)
        batch = self._take(offset, limit)
        if not batch and timeout > 0:
            waiting = self._poll = asyncio.get_running_loop().create_future()
            try:
                await asyncio.wait_for(waiting, timeout)
                batch = self._take(offset, limit)
            except TimeoutError:
                pass
            finally:
                if self._poll is waiting:
                    self._poll = None
        for update in batch:
            update.deliveries += 1
        return batch

    def end_poll(self, reason: str) -> None:
        """Ends the poll that is waiting, if any, with a 409."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(Refused(409, f"Conflict: {reason}"))
        self._poll = None

    def _announce(self, update: Update) -> None:
        if self.on_add is not None:
            self.on_add(update)
        elif self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def _take(self, offset: int, limit: int) -> list[Update]:
        if 0 < offset <= self._next_id + _TRUSTED_LEAD:
            self._forget_below(offset)
        elif offset < 0:
            for update_id in list(self._pending)[:offset]:
                self.confirm(self._pending[update_id])
        batch, self._replays = self._replays[:limit], self._replays[limit:]
        now = self._clock.now()
        expired = []
        for update in self._pending.values():
            if len(batch) >= limit:
                break
            if update.expires <= now:
                expired.append(update.update_id)
            elif update not in batch:
                batch.append(update)
        for update_id in expired:
            del self._pending[update_id]
        return batch

    def _forget_below(self, offset: int) -> None:
        old = []
        for update_id in self._pending:
            if update_id >= offset:
                break
            old.append(update_id)
        for update_id in old:
            self._pending.pop(update_id).confirmed = True
        self._tell_if_at_rest()

    def _tell_if_at_rest(self) -> None:
        if self._waiting_for_rest and not self.pending:
            waiting, self._waiting_for_rest = self._waiting_for_rest, []
            for rest in waiting:
                if not rest.done():
                    rest.set_result(None)
