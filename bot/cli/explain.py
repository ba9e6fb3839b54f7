"""How a decision is shown to a person: what was read, what was likely, what was decided and why."""

from __future__ import annotations

from rich.markup import escape

from bot.cli.common import out
from bot.dialogue.plan import Plan
from conversation.understanding import Understanding


def show_decision(plan: Plan, understanding: Understanding | None) -> None:
    """Print one decision record."""
    if understanding:
        ranking = "  ".join(f"{score.intent} {score.confidence:.2f}" for score in understanding.ranking[:3])
        entities = ", ".join(f"{entity.kind}={entity.value}" for entity in understanding.entities)
        mood = understanding.mood
        rows = [
            ("dibaca", understanding.normalized),
            ("maksud", f"{ranking}   (dalam cakupan {understanding.in_scope:.2f})"),
            ("data", entities),
            (
                "suasana",
                f"sentimen {mood.sentiment:+.2f}  marah {mood.anger:.2f}  mendesak {mood.urgency:.2f}  "
                + " ".join(mood.because),
            ),
        ]
        for name, value in rows:
            if value:
                out.print(f"[dim]  {name:>9}: {escape(value)}[/]")
    if plan.decision:
        intent = f" {plan.decision.intent}" if plan.decision.intent else ""
        out.print(f"[dim]  {'keputusan':>9}: {plan.decision.kind.value}{intent} ({plan.decision.reason})[/]")
