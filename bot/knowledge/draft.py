"""The draft of a knowledge base: what would be published now, as one looks at it. It does not know where it is kept."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from conversation.knowledge_ports import PieceChange, Release
from intents.content import ORDER, Pieces


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What would be published now: `pieces`, which are those of `active` (`base`) under all `changes`.

    `active` is None while nothing was ever published; then the base is what the configured files hold.
    """

    active: Release | None
    base: Pieces
    changes: tuple[PieceChange, ...]
    pieces: Pieces

    @property
    def edition(self) -> str:
        """Another text after every edit and every release."""
        active = self.active.id if self.active else 0
        return f"{active}:{','.join(str(change.version) for change in self.changes)}"

    @property
    def edits(self) -> tuple[PieceChange, ...]:
        """The changes that people have made: the order of the pieces follows from them, and is counted nowhere."""
        return tuple(change for change in self.changes if change.piece != ORDER)

    def change(self, piece: str) -> PieceChange | None:
        """The change of a piece, if it has one."""
        return next((each for each in self.changes if each.piece == piece), None)


def values_of(changes: Collection[PieceChange]) -> dict[str, object | None]:
    """What the changed pieces hold; None where one was removed."""
    return {each.piece: None if each.content is None else json.loads(each.content) for each in changes}
