"""Training in a process of its own: what `trainer` starts, and where scikit-learn is loaded and left again.

It reads one order from the standard input and writes JSON lines to the standard output: how far it is, then the
result or an error. What is in the order is data; secrets come from the environment, as in the service itself. It
knows nothing of releases, and keeps nothing but the model file.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from bot.knowledge.trainer import Trained
from bot.mind import mind_of, model_key, outdated, read_model, train_on
from bot.settings import Settings
from conversation.errors import ModelError, TanggapError
from intents.content import Content, content_of
from intents.gate import Evaluation, trial_of
from intents.knowledge import KnowledgeBase
from intents.model import Model
from intents.triage import triage

NICENESS = 10
"""Customers are answered first."""

EXPENDABLE = 800
"""Of 1000: where memory runs out, this process is killed rather than the service."""


def learn(
    settings: Settings, pieces: Mapping[str, object], folder: Path, progress: Callable[[str, float], None]
) -> Trained:
    """Train on a knowledge base, or find its model again in `folder`, and try its test messages.

    Raises:
        DataError: the pieces are no knowledge base, nothing can be learned from it, or the embedder is missing.
        ModelError: the model file cannot be written.
        SettingError: [understanding] names what there is not.
    """
    started = time.perf_counter()
    content = content_of(pieces)
    key = model_key(settings, content.knowledge)
    path = folder / f"{key}.model"
    model = _found(settings, content.knowledge, path) or train_on(settings, content.knowledge, path, progress)
    progress("try", 1.0)
    evaluation = _evaluated(settings, content, model, started)
    return Trained(model_path=path, evaluation=evaluation, key=key)


def _found(settings: Settings, knowledge: KnowledgeBase, path: Path) -> Model | None:
    """The model of an earlier training, unless it is damaged or not what its name says."""
    try:
        model = read_model(settings, path) if path.is_file() else None
    except ModelError:
        return None
    return None if model is None or outdated(settings, model, knowledge) else model


def _evaluated(settings: Settings, content: Content, model: Model, started: float) -> Evaluation:
    mind = mind_of(settings, content.knowledge, model)
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
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(EXPENDABLE))
    with contextlib.suppress(BrokenPipeError), _own_output() as output:
        _carry_out(json.loads(sys.stdin.buffer.read()), output)


def _own_output() -> TextIO:
    """The standard output for us alone: what a classifier of another package prints goes where errors go."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return output


def _carry_out(order: Mapping[str, Any], output: TextIO) -> None:
    def say(**line: object) -> None:
        print(json.dumps(line), file=output, flush=True)

    settings = Settings.model_validate(order["settings"]).model_copy(update={"base": Path(order["base"])})
    try:
        trained = learn(
            settings, order["pieces"], Path(order["folder"]), lambda stage, share: say(stage=stage, share=share)
        )
    except TanggapError as error:
        say(error=type(error).__name__, message=str(error), remedy=error.remedy)
        return
    say(key=trained.key, model_path=str(trained.model_path), evaluation=trained.evaluation.encode())


if __name__ == "__main__":
    main()
