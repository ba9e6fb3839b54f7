"""Training in a process of its own: what `trainer` starts, and where scikit-learn is loaded and left again.

It reads one order from the standard input (a line that says how, the pieces to learn from, and those to compare with,
if any) and writes JSON lines to the standard output: how far it is, then the result or an error. What is in the order
is data; secrets come from the environment, as in the service itself. It knows nothing of releases, and keeps nothing
but the model file.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

from bot.knowledge.trainer import IDLE, Progress, Trained
from bot.mind import mind_of, model_key, outdated, read_model, read_normaliser, train_on
from bot.settings import Settings
from conversation.errors import DataError, ModelError, TanggapError
from intents.content import Content, Pieces, content_of, decode
from intents.gate import Evaluation, trial_of
from intents.knowledge import KnowledgeBase
from intents.model import Model
from intents.normalise import Normaliser
from intents.triage import triage

NICENESS = 10
"""Customers are answered first. Where it may be idle as well, whoever wakes has the processor at once: else each of the
many short waits of a turn would last until the next tick of the scheduler."""

EXPENDABLE = 800
"""Of 1000: where memory runs out, this process is killed rather than the service."""


class Learner:
    """Trains on knowledge bases, or finds their models again in `folder`, and tries their test messages."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder

    @cached_property
    def _normaliser(self) -> Normaliser:
        return read_normaliser(self._settings)

    def learn(self, pieces: Pieces, progress: Progress = lambda step, share: None) -> Trained:
        """Learn from the knowledge base of these pieces.

        Raises:
            DataError: the pieces are no knowledge base, nothing can be learned from it, or the embedder is missing.
            ModelError: the model file cannot be written.
            SettingError: [understanding] names what there is not.
        """
        started = time.perf_counter()
        content = content_of(pieces)
        knowledge, key = content.knowledge, model_key(self._settings, content.knowledge)
        path = self._folder / f"{key}.model"
        model = self._found(knowledge, path)
        if model is None:
            model = train_on(self._settings, knowledge, path, progress, self._normaliser)
        progress("try", 1.0)
        evaluation = self._evaluated(content, model, started)
        return Trained(model_path=path, key=key, written=evaluation.encode())

    def _found(self, knowledge: KnowledgeBase, path: Path) -> Model | None:
        """The model of an earlier training, unless it is damaged or not what its name says."""
        try:
            model = read_model(self._settings, path) if path.is_file() else None
        except ModelError:
            return None
        return None if model is None or outdated(self._settings, model, knowledge) else model

    def _evaluated(self, content: Content, model: Model, started: float) -> Evaluation:
        mind = mind_of(self._settings, content.knowledge, model, self._normaliser)
        kinds, thresholds = content.knowledge.kinds, model.thresholds
        return Evaluation(
            accuracy=model.report.accuracy,
            ece=model.report.ece,
            outcomes=model.report.outcomes,
            trials=tuple(
                trial_of(test.text, test.intent, triage(mind.understand(test.text), kinds, thresholds))
                for test in content.tests
            ),
            seconds=time.perf_counter() - started,
            warnings=model.report.warnings,
        )


def main() -> None:
    """Read the order, carry it out, and report. Ends quietly where nobody listens any more."""
    os.nice(NICENESS)
    if IDLE in sys.argv[1:]:
        with contextlib.suppress(OSError, AttributeError):  # Linux alone has it.
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    gc.disable()  # It would look for what this process, gone in a moment, does not have.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(EXPENDABLE))
    with contextlib.suppress(BrokenPipeError), _own_output() as output:
        how, pieces, base = sys.stdin.buffer.read().decode().split("\n")
        _carry_out(json.loads(how), pieces, base, output)


def _own_output() -> TextIO:
    """The standard output for us alone: what a classifier of another package prints goes where errors go."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return output


def _carry_out(order: Mapping[str, Any], pieces: str, base: str, output: TextIO) -> None:
    def say(**line: object) -> None:
        print(json.dumps(line), file=output, flush=True)

    settings = Settings.model_validate(order["settings"]).model_copy(update={"base": Path(order["base"])})
    learner, compared = Learner(settings, Path(order["folder"])), ""
    try:
        trained = learner.learn(decode(pieces), lambda stage, share: say(stage=stage, share=share))
        if base:
            with contextlib.suppress(DataError):  # Nothing can be learned from it: there is nothing to compare with.
                compared = learner.learn(decode(base)).written
    except TanggapError as error:
        say(error=type(error).__name__, message=str(error), remedy=error.remedy)
        return
    say(key=trained.key, model_path=str(trained.model_path), evaluation=trained.written, base=compared)


if __name__ == "__main__":
    main()
