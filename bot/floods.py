"""Floods: who writes too much waits longer for their turn, and what came meanwhile is read in it as one.

Nothing is lost and nobody else is slowed: lanes run side by side. Here stand the caps on what one contact can make
the service hold in memory and read at once. What is beyond them waits in the inbox. (What one request may bring
is capped where it comes in: `BODY_LIMIT` of `bot.channels.plugin`; what of a text is understood, in
`intents.normalise.scanning`.)
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Hashable, Sequence

from conversation.messages import InboxId
from conversation.ports import InboxItem

TURN_MESSAGES = 200
"""Messages that are read as one turn at most."""

TURN_CHARACTERS = 16_000
"""Characters of a turn's messages, beyond which the next one begins; a single longer message is still read whole."""

WAITING_UPDATES = 500
"""Updates of one lane that wait in memory at most."""

CONTACTS = 10_000
"""Contacts whose rate is known at most. Who has not written for long is forgotten, and begins with a full bucket."""

PAGE = 1_000
"""Updates read from the inbox at a time."""

FETCHED = 20_000
"""Updates fetched from the inbox that are known at most, in case they are handed on a second time."""


class Floods:
    """A bucket of tokens for each contact: a message takes one, and they come back at a steady rate.

    A bucket may go into debt, down to one burst: that is how long a contact is made to wait at most.

    Args:
        per_minute: tokens that come back in a minute; 0 slows nobody.
        burst: tokens of a full bucket.
        clock: seconds that only ever grow.
    """

    def __init__(self, per_minute: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many contacts are known."""
        return len(self._buckets)

    def wait(self, contact: Hashable) -> float:
        """Seconds until the contact's next turn may begin."""
        return max(0.0, -self._tokens(contact, self._clock()) / self._rate) if self._rate else 0.0

    def charge(self, contact: Hashable, messages: int) -> None:
        """Take a token for each message of a turn that begins now."""
        if not self._rate:
            return
        now = self._clock()
        left = max(-self._burst, self._tokens(contact, now) - messages)
        self._buckets[contact] = (left, now)
        self._buckets.move_to_end(contact)
        self._forget(now)

    def _tokens(self, contact: Hashable, now: float) -> float:
        tokens, at = self._buckets.get(contact, (self._burst, now))
        return min(self._burst, tokens + (now - at) * self._rate)

    def _forget(self, now: float) -> None:
        """Forget whose bucket is full again, oldest first, and the oldest if there are too many."""
        while self._buckets:
            contact = next(iter(self._buckets))
            if len(self._buckets) <= CONTACTS and self._tokens(contact, now) < self._burst:
                return
            del self._buckets[contact]


class Overflow:
    """Keeps the queue of a lane short: what is beyond the cap is left in the inbox, and fetched when its turn comes.

    `pending` is `Store.pending_updates`: accepted updates that nobody has dealt with, after a number, in order. `mine`
    says which of them are for this process.
    """

    def __init__(
        self,
        pending: Callable[[InboxId | None, int], Awaitable[Sequence[InboxItem]]],
        most: int = WAITING_UPDATES,
        mine: Callable[[InboxId], bool] = lambda id: True,
    ) -> None:
        self._pending = pending
        self._mine = mine
        self._most = most
        self._left: dict[str, int] = {}
        self._fetched: OrderedDict[InboxId, None] = OrderedDict()

    def takes(self, item: InboxItem, waiting: int) -> bool:
        """Whether an update may join the queue of its lane, in which so many wait. If not, it is there already, or
        left where it is: in the inbox."""
        lane = item.update.lane
        if item.id in self._fetched:
            return False
        if lane not in self._left and waiting < self._most:
            return True
        self._left[lane] = self._left.get(lane, 0) + 1
        return False

    def forget(self, lane: str) -> None:
        """What was left of a lane is another worker's by now."""
        self._left.pop(lane, None)

    def has_left(self, lane: str) -> bool:
        """Whether something of a lane was left in the inbox."""
        return lane in self._left

    def put_aside(self, id: InboxId) -> None:
        """An update went into quarantine: if it comes back, it is to be taken as if it were new."""
        self._fetched.pop(id, None)

    async def refill(self, lane: str, queue: deque[InboxItem]) -> None:
        """Fetch what was left into a lane's queue, if that has become empty. Everything of the lane that waits in the
        inbox then was left there, or is just about to be handed on."""
        while lane in self._left and not queue:
            left, found, last = self._left[lane], list[InboxItem](), None
            while len(found) <= self._most and (page := await self._pending(last, PAGE)):
                found += [item for item in page if item.update.lane == lane and self._mine(item.id)]
                last = page[-1].id
            # Whatever was left while the inbox was read may not have been in it yet.
            if len(found) <= self._most and self._left[lane] == left:
                del self._left[lane]
            for item in found[: self._most]:
                queue.append(item)
                self._fetched[item.id] = None
            while len(self._fetched) > FETCHED:
                self._fetched.popitem(last=False)
