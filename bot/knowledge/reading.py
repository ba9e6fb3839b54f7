"""What the pieces of a knowledge base say: found out once, for whoever asks next.

To read a knowledge base takes tens of milliseconds, in which the interpreter has less time for customers; a publication
asks for the same one half a dozen times. Nothing here knows releases, nor what is served.
"""

from __future__ import annotations

from functools import cached_property

from bot.mind import model_key
from bot.settings import Settings
from intents.content import Content, Pieces, content_of, digest_of, encode
from intents.knowledge import KnowledgeBase

KEPT = 4
"""Readings that are kept: what serves, the draft, what is tried, and what is compared with it."""


class Reading:
    """Pieces, which nobody may change any more, and what they say."""

    def __init__(self, pieces: Pieces, content: Content, settings: Settings) -> None:
        self.pieces = pieces
        self.content = content
        self._settings = settings

    @cached_property
    def text(self) -> str:
        """The pieces as JSON, see `encode`."""
        return encode(self.pieces)

    @cached_property
    def hash(self) -> str:
        """See `content_hash`."""
        return digest_of(self.text)

    @cached_property
    def key(self) -> str:
        """By what their model is known: equal keys, equal models."""
        return model_key(self._settings, self.content.knowledge)

    @property
    def examined(self) -> tuple[object, ...]:
        """All that an evaluation depends on: what is learned, what is tried, and the kinds that tell a verdict."""
        return self.key, self.content.tests, self.content.knowledge.kinds

    @cached_property
    def knowledge(self) -> KnowledgeBase:
        """What they say, with placeholders filled. Raises DataError where one cannot be."""
        return self.content.knowledge.filled(self._settings.placeholders())


class Readings:
    """Reads, and keeps what was read last. For one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: list[Reading] = []

    def read(self, pieces: Pieces) -> Reading:
        """What these pieces say. Raises DataError where they cannot be used; the message names the piece."""
        known = next((each for each in self._kept if each.pieces is pieces), None)
        return self._keep(known or Reading(pieces, content_of(pieces), self._settings))

    def know(self, pieces: Pieces, content: Content) -> Reading:
        """Take somebody's word for what these pieces say."""
        return self._keep(Reading(pieces, content, self._settings))

    def _keep(self, reading: Reading) -> Reading:
        others = [each for each in self._kept if each is not reading]
        self._kept = [*others[1 - KEPT :], reading]
        return reading
