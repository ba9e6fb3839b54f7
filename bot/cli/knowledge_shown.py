"""Reports, differences, judgements and evaluations of a knowledge base, as a person reads them in the terminal.

Whatever names and texts hold, a terminal takes nothing in them for a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Column, Table

from bot.cli.common import out
from bot.knowledge.difference_words import added_lines, removed_lines
from bot.knowledge.gate_words import trial_words
from conversation.inert import inert
from intents.content import Content
from intents.differences import Difference, Kind
from intents.formats import Finding, Level
from intents.gate import Evaluation

SHOWN = 20
"""Lines of a list that may be long."""

_COLOURS = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.INFO: "dim"}
_SIGNS = {Kind.ADDED: "[green]+[/]", Kind.REMOVED: "[red]-[/]", Kind.CHANGED: "[yellow]~[/]"}


def plain(text: str) -> str:
    """A text that is shown as it is."""
    return escape(inert(text))


def show_findings(findings: Iterable[Finding]) -> None:
    """Each remark with its place, its weight and its remedy."""
    for finding in findings:
        level = f"[{_COLOURS[finding.level]}]{finding.level.value}[/]"
        out.print(f"{plain(finding.file)}:{finding.line}: {level} {plain(finding.message)}")
        if finding.remedy:
            out.print(f"    → {plain(finding.remedy)}")


def findings_told(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """The same for a program."""
    return [
        {"level": f.level.value, "file": f.file, "line": f.line, "message": f.message, "remedy": f.remedy}
        for f in findings
    ]


def counted(content: Content) -> dict[str, int]:
    """How much there is of everything that a knowledge base holds."""
    base = content.knowledge
    return {
        "intents": len(base.intents),
        "examples": sum(len(intent.examples) for intent in base.intents.values()),
        "responses": len(base.answers),
        "answers": sum(len(variants) for variants in base.answers.values()),
        "slots": len(base.slots),
        "forms": len(base.forms),
        "rules": len(base.rules),
        "synonyms": len(base.synonyms),
        "lookups": len(base.lookups),
        "regexes": len(base.regexes),
        "out_of_scope": len(base.out_of_scope),
        "tests": len(content.tests),
    }


def count_words(content: Content) -> str:
    """The same in a line, without what there is none of."""
    names = {"out_of_scope": "messages out of scope", "tests": "test messages"}
    return ", ".join(f"{number} {names.get(name, name)}" for name, number in counted(content).items() if number)


def show_differences(found: Sequence[Difference]) -> None:
    """Each piece that differs, and below it the lines that only one side has."""
    for difference in found:
        out.print(f"{_SIGNS[difference.kind]} [bold]{plain(difference.piece)}[/]")
        for line in removed_lines(difference, "en"):
            out.print(f"    [red]- {plain(line)}[/]")
        for line in added_lines(difference, "en"):
            out.print(f"    [green]+ {plain(line)}[/]")


def difference_told(difference: Difference) -> dict[str, object]:
    """The same for a program."""
    return {
        "piece": difference.piece,
        "kind": difference.kind.value,
        "added": list(added_lines(difference, "en")),
        "removed": list(removed_lines(difference, "en")),
    }


def show_judgement(judgement: Mapping[str, Any]) -> None:
    """What got better and what got worse, as `bot.knowledge.errands` tells it."""
    for reason in judgement["reasons"]:
        out.print(f"[red]✗[/] {plain(reason)}")
    if judgement["compared"]:
        out.print(
            f"{judgement['lost']} turned wrong, {judgement['gained']} turned right, of {judgement['compared']} "
            "examples and test messages that both have."
        )
    _list("Intents", judgement["intents"])
    _list("Test messages that turned wrong", [f"{each['text']}: {each['what']}" for each in judgement["now_wrong"]])
    _list("Test messages that turned right", [f"{each['text']}: {each['what']}" for each in judgement["now_right"]])
    _list("Examples that turned wrong", [_mistaken(each) for each in judgement["worse"]])
    _list("Examples that turned right", [f"{each['text']}: {each['intent']}" for each in judgement["better"]])


def show_evaluation(evaluation: Evaluation) -> None:
    """Figures, the weakest intents, and what went wrong."""
    figures = [
        ("accuracy in cross-validation", evaluation.accuracy, ".1%"),
        ("ECE", evaluation.ece, ".3f"),
        (f"right of {len(evaluation.trials)} test messages", evaluation.tests_right, ".1%"),
        ("wrong of the answers they got", evaluation.wrong_given, ".1%"),
    ]
    for name, value, form in figures:
        if value is not None:
            out.print(f"[bold]{name}[/]: {value:{form}}")
    table = Table("Intents", Column("examples", justify="right"), Column("right", justify="right"), box=None)
    for health in sorted(evaluation.intents, key=lambda each: each.right / max(each.examples, 1))[:SHOWN]:
        share = f"{health.right / health.examples:.0%}" if health.examples else ""
        table.add_row(plain(health.intent), str(health.examples), share)
    if evaluation.intents:
        out.print(table)
    mistakes = [{"text": m.text, "intent": m.intent, "predicted": m.predicted} for m in evaluation.mistakes]
    _list("Examples taken for another intent's", [_mistaken(each) for each in mistakes])
    wrong = [trial for trial in evaluation.trials if not trial.right]
    _list("Test messages that went wrong", [f"{trial.text}: {trial_words(trial, 'en')}" for trial in wrong])


def evaluation_told(evaluation: Evaluation) -> dict[str, object]:
    """The same for a program."""
    return {
        "accuracy": evaluation.accuracy,
        "ece": evaluation.ece,
        "tests_right": evaluation.tests_right,
        "wrong_given": evaluation.wrong_given,
        "intents": [{"intent": h.intent, "examples": h.examples, "right": h.right} for h in evaluation.intents],
        "mistakes": [{"text": m.text, "intent": m.intent, "predicted": m.predicted} for m in evaluation.mistakes],
        "trials": [
            {"text": t.text, "intent": t.expected, "got": list(t.got), "result": t.result.value, "right": t.right}
            for t in evaluation.trials
        ],
        "seconds": evaluation.seconds,
        "warnings": list(evaluation.warnings),
    }


def _mistaken(each: Mapping[str, str]) -> str:
    return f"{each['text']}: {each['intent']}, taken for {each['predicted']}"


def _list(title: str, lines: Sequence[str]) -> None:
    """A title with its lines; nothing where there are none."""
    if not lines:
        return
    out.print(f"[bold]{title}[/]: {len(lines)}")
    for line in lines[:SHOWN]:
        out.print(f"    {plain(line)}")
    if len(lines) > SHOWN:
        out.print(f"    and {len(lines) - SHOWN} more; --json shows all")
