"""The kinds of classifier that come along: how much is done to understand. Training is imported when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from intents import model_file
from intents.kinds import Kind, Lesson
from intents.model import Model
from intents.semantic import Embedder


@dataclass(frozen=True, kw_only=True, slots=True)
class _Level:
    name: Literal["plain", "words", "cascade"]
    embeds: bool
    blocking: bool

    def train(self, lesson: Lesson) -> Model:
        from intents.training import train  # Serving must not pay 2.4 s and 158 MB for it.

        return train(
            lesson.examples,
            out_of_scope=lesson.out_of_scope,
            normaliser=lesson.normaliser,
            understanding=self.name,
            target_wrong=lesson.target_wrong,
            seed=lesson.seed,
            progress=lesson.progress,
            embedder=lesson.embedder,
        )

    def save(self, model: Model, path: Path) -> None:
        model_file.save(model, path)

    def load(self, path: Path, embedder: Callable[[], Embedder]) -> Model:
        return model_file.load(path, embedder=embedder() if self.blocking else None)


PLAIN: Kind = _Level(name="plain", embeds=False, blocking=False)
WORDS: Kind = _Level(name="words", embeds=True, blocking=False)
CASCADE: Kind = _Level(name="cascade", embeds=True, blocking=True)
