"""An evaluation as a person reads it in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from bot.cli.common import errors, out
from intents.evaluation import Evaluation

_SHOWN = 12


def show_warnings(warnings: Sequence[str]) -> None:
    """Print what is wrong with the examples, for those who write them."""
    for warning in warnings:
        errors.print(f"[yellow]Warning:[/] {escape(warning)}")


def show_evaluation(result: Evaluation) -> None:
    """Print the figures, the weakest intents, and the pairs that steal from each other."""
    figures = [
        ("accuracy", f"{result.accuracy:.1%}"),
        ("macro F1", f"{result.macro_f1:.1%}"),
        ("ECE", f"{result.ece:.3f}"),
        ("answered", f"{result.answered:.1%}, of which wrong {result.wrong_answers:.1%}"),
        ("asked back with the right choice", f"{result.asked_back_right:.1%}"),
        ("one message", f"p50 {result.latency_us.p50:.0f} µs, p99 {result.latency_us.p99:.0f} µs"),
        ("trained on", f"{result.n_train} examples in {result.train_seconds:.1f} s"),
        ("tested on", f"{result.n_test} examples"),
    ]
    if result.out_of_scope_refused is not None:
        figures.insert(4, ("out of scope and not answered", f"{result.out_of_scope_refused:.1%}"))
    for name, value in figures:
        out.print(f"[bold]{name}[/]: {value}")
    weakest = sorted((row for row in result.intents if row.support), key=lambda row: row.f1)[:_SHOWN]
    table = Table("Weakest intents", "examples", "precision", "recall", "F1", box=None)
    for row in weakest:
        table.add_row(
            escape(row.intent), str(row.support), f"{row.precision:.0%}", f"{row.recall:.0%}", f"{row.f1:.0%}"
        )
    out.print(table)
    for pair in result.confusions[:_SHOWN]:
        out.print(
            f"{escape(pair.truth)} → {escape(pair.guess)}: {pair.count}×, "
            f"such as “{escape(pair.examples[0])}”. Merge them, or add examples.",
        )
