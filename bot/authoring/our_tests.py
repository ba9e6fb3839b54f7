"""Our own format of conversation tests, `tests:`, as docs/conversation-tests.md describes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from bot.authoring.fields import Source
from bot.authoring.script import (
    Deed,
    Expectation,
    HasTicket,
    InForm,
    Presses,
    Reaction,
    Restarts,
    Script,
    Sends,
    Slots,
    Step,
    Waits,
    Writes,
)
from bot.dialogue.decision import DecisionKind
from conversation.messages import AttachmentKind
from conversation.tickets import HandoffReason, Priority, TicketStatus
from intents.formats.yaml_nodes import Mapping, Node, Scalar, Sequence

SECTION = "tests"

_UNITS = {
    "seconds": ("second", "seconds", "detik"),
    "minutes": ("minute", "minutes", "menit"),
    "hours": ("hour", "hours", "jam"),
    "days": ("day", "days", "hari"),
}
_DURATION = re.compile(r"(\d+)\s*([a-z]+)", re.IGNORECASE)


def read_tests(node: Node, source: Source) -> Iterator[Script]:
    """The tests in the list below `tests:`."""
    for item in source.mappings(node, SECTION):
        source.check_keys(item, ("name", "given", "steps"))
        name = source.text(item.get("name"), "name")
        if item.get("name") is None:
            source.wrong(item.line, "a test without a name", "Write `- name: what it shows`.")
        steps = tuple(_steps(item, source))
        if not steps:
            source.wrong(
                item.line, f"the test {name!r} has no steps", "Write `steps:` with `- user: …` and `- bot: …`."
            )
        given = dict(source.values(item.get("given"), "given"))
        yield Script(name=name, file=source.file, line=item.line, steps=steps, given=given)


def _steps(item: Mapping, source: Source) -> Iterator[Step]:
    for step in source.mappings(item.get("steps"), "steps"):
        kind = next((key.value for key, _ in step.pairs if key.value in _READERS), "")
        if not kind:
            source.check_keys(step, _READERS)
            continue
        beside = (kind, *_BESIDE.get(kind, ()))
        other = next((key for key, _ in step.pairs if key.value in _READERS and key.value not in beside), None)
        if other:
            source.wrong(other.line, f"`{other.value}` stands in the same step as `{kind}`", "Begin it with a dash.")
        source.check_keys(step, (*beside, *_READERS))
        what = _READERS[kind](step, source)
        if what is not None:
            yield Step(line=step.line, what=what)


def _user(step: Mapping, source: Source) -> Deed | None:
    text = source.text(step.get("user"), "user")
    return Writes(text=text) if text else None


def _send(step: Mapping, source: Source) -> Deed | None:
    kind = source.one_of(step.get("send"), "send", (each.value for each in AttachmentKind))
    text, detail = (source.text(step.get(key), key) for key in ("text", "detail"))
    return Sends(attachment=AttachmentKind(kind), text=text, detail=detail) if kind else None


def _press(step: Mapping, source: Source) -> Deed | None:
    button = source.text(step.get("press"), "press")
    return Presses(button=button) if button else None


def _wait(step: Mapping, source: Source) -> Deed | None:
    written = source.text(step.get("wait"), "wait")
    match = _DURATION.fullmatch(written)
    unit = next((unit for unit, names in _UNITS.items() if match and match[2].lower() in names), "")
    if match and unit:
        return Waits(duration=timedelta(**{unit: int(match[1])}))
    if written:
        source.wrong(step.line, f"{written!r} is not a duration", "Write such as `2 hours`, `30 menit` or `1 hari`.")
    return None


def _restart(step: Mapping, source: Source) -> Deed | None:
    source.one_of(step.get("restart"), "restart", ("true",))
    return Restarts()


def _bot(step: Mapping, source: Source) -> Expectation | None:
    node = step.get("bot")
    if not isinstance(node, Mapping):
        text = source.text(node, "bot")
        return Reaction(text=text) if text else None
    source.check_keys(node, ("intent", "kind", "reason", "response", "text", "contains", "buttons", "silent"))
    buttons = node.get("buttons")
    return Reaction(
        intent=source.text(node.get("intent"), "intent"),
        kind=source.one_of(node.get("kind"), "kind", (kind.value for kind in DecisionKind)),
        reason=source.text(node.get("reason"), "reason"),
        response=source.text(node.get("response"), "response").removeprefix("utter_"),
        text=source.text(node.get("text"), "text"),
        contains=source.texts(node.get("contains"), "contains"),
        buttons=None if buttons is None else source.texts(buttons, "buttons"),
        silent=source.one_of(node.get("silent"), "silent", ("true", "false")) == "true",
    )


def _slots(step: Mapping, source: Source) -> Expectation:
    values, filled = _known(step.get("slots"), "slots", source)
    return Slots(values=values, filled=filled)


def _known(node: Node | None, key: str, source: Source) -> tuple[tuple[tuple[str, object], ...], tuple[str, ...]]:
    """What is known: names with their values, or a list of names alone."""
    if isinstance(node, Sequence):
        return (), source.texts(node, key)
    return source.values(node, key), ()


def _form(step: Mapping, source: Source) -> Expectation:
    node = step.get("form")
    return InForm(form="" if isinstance(node, Scalar) and node.is_null else source.text(node, "form"))


def _ticket(step: Mapping, source: Source) -> Expectation:
    node = step.get("ticket")
    if isinstance(node, Scalar) and node.is_null:
        return HasTicket(none=True)
    if not isinstance(node, Mapping):
        source.wrong(
            step.line, "`ticket` is not a mapping", "Write `ticket: {department: …, reason: …}` or `ticket: null`."
        )
        return HasTicket()
    source.check_keys(node, ("department", "reason", "status", "priority", "fields"))
    values, filled = _known(node.get("fields"), "fields", source)
    return HasTicket(
        department=source.text(node.get("department"), "department"),
        reason=source.one_of(node.get("reason"), "reason", (reason.value for reason in HandoffReason)),
        status=source.one_of(node.get("status"), "status", (status.value for status in TicketStatus)),
        priority=source.one_of(node.get("priority"), "priority", (each.name.lower() for each in Priority)),
        fields=values,
        filled=filled,
    )


_READERS: dict[str, Callable[[Mapping, Source], Deed | Expectation | None]] = {
    "user": _user,
    "send": _send,
    "press": _press,
    "wait": _wait,
    "restart": _restart,
    "bot": _bot,
    "slots": _slots,
    "form": _form,
    "ticket": _ticket,
}
"""What a step can be."""

_BESIDE = {"send": ("text", "detail")}
"""Which keys may stand beside it."""
