"""`tanggap train`, `classify` and `evaluate`: understanding, made and measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.classifiers import blamed, kind_of
from bot.cli.common import errors, out, print_json, progress_bar, settings_of
from bot.cli.knowledge import active_release
from bot.cli.measured import show_evaluation, show_warnings
from bot.cli.which import knowledge_called, mind_called
from bot.mind import Mind, embedder_for_training, read_normaliser, train_model
from conversation.errors import DataError
from conversation.understanding import Understanding
from intents import evaluation
from intents.formats import read_examples
from intents.report import html_report
from intents.triage import Triage, triage

OUT_OF_SCOPE = "-"
"""Written in place of the intent in rows that must not be answered."""


def train_and_report(config: Path | None, as_json: bool) -> None:
    """`tanggap train`: train, write the model, and say what came of it."""
    settings = settings_of(config)
    with progress_bar("Training") as progress:
        model = train_model(settings, progress)
    report, path = model.report, settings.path(settings.bot.model)
    if as_json:
        print_json(
            {
                "model": str(path),
                "n_train": report.n_train,
                "n_out_of_scope": report.n_out_of_scope,
                "intents": len(report.intents),
                "accuracy": report.accuracy,
                "ece": report.ece,
                "seconds": report.seconds,
                "warnings": list(report.warnings),
            }
        )
        return
    show_warnings(report.warnings)
    measured = "" if report.accuracy is None else f", cross-validated accuracy {report.accuracy:.1%}"
    out.print(
        f"{report.n_train} examples, {len(report.intents)} intents, {report.seconds:.1f} s{measured}\nModel: {path}",
        markup=False,
    )
    if (active := active_release(settings)) is not None:
        errors.print(f"Release {active} is served, not these files: tanggap kb push --publish --note …")


def classify_lines(config: Path | None, which: str, explain: bool) -> None:
    """`tanggap classify`: the lines of the standard input, one JSON object each, as they come."""
    mind = mind_called(settings_of(config), which)
    for line in sys.stdin.buffer:
        understanding = mind.understand(line.decode("utf-8", errors="replace").rstrip("\r\n"))
        result = classified(understanding, triage(understanding, mind.knowledge.kinds, mind.policy.thresholds))
        if explain:
            result["because"] = _because(mind, understanding)
        print_json(result)


def _because(mind: Mind, understanding: Understanding) -> list[dict[str, object]]:
    """The ten features that weighed most for the best intent."""
    if not understanding.best:
        return []
    spoke = mind.explain(understanding.text, understanding.best.intent)[:10]
    return [{"feature": feature, "weight": round(weight, 4)} for feature, weight in spoke]


def classified(understanding: Understanding, verdict: Triage) -> dict[str, object]:
    """What `classify` prints of one text."""
    best = understanding.best
    result: dict[str, object] = {
        "text": understanding.text,
        "normalized": understanding.normalized,
        "intent": verdict.intent or (best.intent if best else None),
        "confidence": round(best.confidence, 4) if best else 0.0,
        "in_scope": round(understanding.in_scope, 4),
        "ranking": [
            {"intent": score.intent, "confidence": round(score.confidence, 4)} for score in understanding.ranking
        ],
        "entities": [
            {"kind": e.kind, "value": e.value, "text": e.text, "start": e.start, "end": e.end}
            for e in understanding.entities
        ],
        "mood": {
            "sentiment": round(understanding.mood.sentiment, 3),
            "anger": round(understanding.mood.anger, 3),
            "urgency": round(understanding.mood.urgency, 3),
            "abuse": round(understanding.mood.abuse, 3),
            "because": list(understanding.mood.because),
        },
        "language": understanding.language,
        "decision": verdict.verdict.value,
        "reason": verdict.reason,
    }
    if verdict.choices:
        result["choices"] = [score.intent for score in verdict.choices]
    return result


def evaluate_and_report(
    config: Path | None,
    *,
    train_file: Path | None,
    test_file: Path | None,
    which: str,
    mode: str | None,
    folds: int,
    report: Path | None,
    as_json: bool,
) -> None:
    """`tanggap evaluate`: train on rows, test on others, and print the figures."""
    settings = settings_of(config)
    if train_file and which:
        raise DataError("--train and --knowledge exclude each other", remedy="Give one of the two.")
    if train_file:
        examples, background = _rows(train_file)
    else:
        knowledge = knowledge_called(settings, which)
        examples, background = list(knowledge.examples()), list(knowledge.out_of_scope)
    normaliser = read_normaliser(settings)
    mode, target = mode or settings.understanding.mode, settings.understanding.target_wrong
    kind = kind_of(mode)
    with (
        progress_bar("Measuring") as progress,
        embedder_for_training(settings, mode, keep=False) as embedder,
        blamed(mode),
    ):
        if test_file:
            tests, strange = _rows(test_file)
            result = evaluation.evaluate(
                examples,
                tests,
                normaliser=normaliser,
                out_of_scope=background,
                out_of_scope_test=strange,
                kind=kind,
                target_wrong=target,
                progress=progress,
                embedder=embedder,
            )
        else:
            result = evaluation.cross_validate(
                examples,
                normaliser=normaliser,
                out_of_scope=background,
                folds=folds,
                kind=kind,
                target_wrong=target,
                progress=progress,
                embedder=embedder,
            )
    if report:
        page = html_report(result, language=settings.bot.language, target_wrong=target)
        _write_page(page, report)
    if as_json:
        print_json(json.loads(result.to_json()))
        return
    show_evaluation(result)
    show_warnings(result.warnings)
    if report:
        out.print(f"Report: {report}", markup=False)


def _rows(path: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """The labelled rows of a file, and its texts that must not be answered."""
    rows = read_examples(path)
    return (
        [row for row in rows if row[1] != OUT_OF_SCOPE],
        [text for text, intent in rows if intent == OUT_OF_SCOPE],
    )


def _write_page(page: str, path: Path) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", remedy="Name a file that can be written.") from error
