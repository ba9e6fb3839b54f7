"""What is shown of an update in quarantine: little of it in the list, and all of it, made harmless, to whoever looks.

Draws nothing and reads no store.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from conversation.inert import inert
from conversation.quarantine_ports import Quarantined

LONGEST = 20_000
"""Letters of a content that are shown, and up to which it is laid out."""

LONGEST_KIND = 24
"""Letters of an error's name that a phone has room for."""

TAIL = 3
"""Letters at the end of a lane by which it can be told from others, and from which nobody can be found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InQuarantine:
    """The `number` of all updates in quarantine, and the oldest of them."""

    number: int
    oldest: Sequence[Quarantined]


def masked(found: Quarantined) -> str:
    """Whose it is, without saying who: the channel, and the end of the lane."""
    update = found.item.update
    name = update.lane.removeprefix(f"{update.channel}:")
    return f"{update.channel.capitalize()} •••{inert(name[-TAIL:]) if len(name) > 2 * TAIL else ''}"


def kind_of(error: str) -> str:
    """What sort of error it was. Its own words may quote a customer, as in the log they would."""
    kind = inert(error.partition("(")[0])
    return kind if len(kind) <= LONGEST_KIND else f"{kind[: LONGEST_KIND - 1]}…"


def content_of(payload: str) -> tuple[str, bool]:
    """The content as text in which nothing acts, JSON laid out; and whether it was cut."""
    cut = len(payload) > LONGEST
    laid_out = payload[:LONGEST] if cut else _laid_out(payload)
    cut = cut or len(laid_out) > LONGEST
    return "\n".join(inert(line) for line in laid_out[:LONGEST].split("\n")), cut


def _laid_out(payload: str) -> str:
    try:
        return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):  # No JSON, a number of thousands of digits, or nested too deeply.
        return payload
