"""The word lists, read once in a process and in all that are forked from it.

To read them takes longer than all else that a service does at its start. A normaliser never changes, and what it
answers hangs on the text alone: those who bring no words of their own can share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from intents.normalise import Normaliser

_read = Normaliser.load
_shared = cache(_read)


def share() -> None:
    """From now on a normaliser without words of a shop's own is the same one for all in this process."""
    Normaliser.load = _load  # type: ignore[method-assign]


def _load(extra_lexicon: Sequence[Path] = ()) -> Normaliser:
    return _read(extra_lexicon) if extra_lexicon else _shared()
