"""Things named in a message, with their values and where they stand: numbers, money, dates, places, names."""

from __future__ import annotations

from intents.entities.codes import DEFAULT_PATTERNS, TRACKING_PATTERNS
from intents.entities.finder import KINDS, EntityFinder
from intents.entities.masking import PERSONAL_KINDS, mask, mask_everything, unlabelled

__all__ = [
    "DEFAULT_PATTERNS",
    "KINDS",
    "PERSONAL_KINDS",
    "TRACKING_PATTERNS",
    "EntityFinder",
    "mask",
    "mask_everything",
    "unlabelled",
]
