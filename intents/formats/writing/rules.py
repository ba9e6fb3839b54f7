"""What follows upon intents and forms, as `rules:` of Rasa. It does not know whether what it names is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from intents.forms import Form, Rule, Wanted


def rules_after_intents(rules: Iterable[Rule], forms: Collection[str]) -> list[object]:
    """A rule for each."""
    numbers: Counter[str] = Counter()
    found: list[object] = []
    for rule in rules:
        numbers[rule.intent] += 1
        number = f" ({numbers[rule.intent]})" if numbers[rule.intent] > 1 else ""
        condition = [{"slot_was_set": [_slot(name, value)]} for name, value in rule.slots]
        found.append(
            {"rule": rule.intent + number}
            | ({"condition": condition} if condition else {})
            | {"steps": [{"intent": written_intent(rule.intent)}, *_steps(rule.steps, forms)]}
        )
    return found


def rules_after_forms(declared: Iterable[Form], forms: Collection[str]) -> list[object]:
    """A rule for each form that something follows upon."""
    return [
        {
            "rule": f"{form.name} (lengkap)",
            "condition": [{"active_loop": form.name}],
            "steps": [{"action": form.name}, {"active_loop": None}, *_steps(form.then, forms)],
        }
        for form in declared
        if form.then
    ]


def written_intent(name: str) -> str:
    """The intent as a step names it: one slash before it belongs to the step."""
    return f"/{name}" if name.startswith("/") else name


def _steps(steps: Iterable[str], forms: Collection[str]) -> list[object]:
    found: list[object] = []
    for step in steps:
        found.append({"action": step})
        if step in forms:
            found.append({"active_loop": step})
    return found


def _slot(name: str, value: object) -> object:
    return name if value is Wanted.ANYTHING else {name: value}
