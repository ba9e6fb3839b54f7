"""What the library refuses, each with what is needed to say why; `error_words` says it. Nothing has changed then."""

from __future__ import annotations

from collections.abc import Sequence

from conversation.errors import Refusal
from intents.gate import Judgement


class NothingToPublish(Refusal):
    """The draft changes nothing, or nothing of what was to be published."""

    def __init__(self) -> None:
        super().__init__("there is nothing to publish", remedy="Change something first.")


class StillReferred(Refusal):
    """A piece cannot be removed: `found` refers to it, as `references_to` tells."""

    def __init__(self, piece: str, found: Sequence[str]) -> None:
        super().__init__(f"{piece} is still referred to by {'; '.join(found)}", remedy="Change or remove these first.")
        self.found = tuple(found)


class GateRefused(Refusal):
    """A release is worse than the limits allow. `judgement` says in what."""

    def __init__(self, judgement: Judgement) -> None:
        grounds = ", ".join(dict.fromkeys(reason.ground.value for reason in judgement.reasons))
        super().__init__(
            f"the release is worse than the gate allows: {grounds}",
            remedy="Mend what got worse, or publish it all the same, with a reason that is kept.",
        )
        self.judgement = judgement
