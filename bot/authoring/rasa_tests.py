"""Rasa's end-to-end tests: `stories:` whose steps say what the user writes, and the newer `test_cases:`.

What has no meaning here is reported as skipped, with its line, and the rest of the test is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from bot.authoring.fields import Source, value_of
from bot.authoring.script import (
    Deed,
    Expectation,
    InForm,
    Presses,
    Ran,
    Reaction,
    Script,
    Skipped,
    Slots,
    Step,
    Understood,
    Why,
    Writes,
)
from intents.formats.annotations import strip_annotations
from intents.formats.yaml_nodes import Mapping, Node, Scalar, Sequence

STORIES, TEST_CASES = "stories", "test_cases"

_LISTEN = "action_listen"
_OF_RASA = frozenset(
    {
        "action_back",
        "action_deactivate_loop",
        "action_default_ask_affirmation",
        "action_default_ask_rephrase",
        "action_default_fallback",
        "action_extract_slots",
        "action_restart",
        "action_revert_fallback_events",
        "action_send_text",
        "action_session_start",
        "action_two_stage_fallback",
        "action_unlikely_intent",
    }
)
"""What Rasa runs by itself and no test of a Tanggap bot can see."""

_FALLBACK = "nlu_fallback"
_QUIET = frozenset({"metadata", "entities", "story", "test_case"})
"""Keys that ask for nothing."""


def read_stories(node: Node, source: Source, skipped: list[Skipped]) -> Iterator[Script]:
    """The tests in the list below `stories:`; stories to train with are skipped."""
    for item in source.mappings(node, STORIES):
        steps = list(source.mappings(item.get("steps"), "steps"))
        if not any(step.get("user") for step in steps):
            skipped.append(Skipped(file=source.file, line=item.line, why=Why.TRAINING_STORY, what=item.text("story")))
            continue
        yield _script(item, item.text("story"), steps, {}, source, skipped)


def read_test_cases(node: Node, fixtures: Node | None, source: Source, skipped: list[Skipped]) -> Iterator[Script]:
    """The tests in the list below `test_cases:`, with the slots that their fixtures give."""
    known = dict(_fixtures(fixtures, source))
    for item in source.mappings(node, TEST_CASES):
        given: dict[str, object] = {}
        named = item.get("fixtures")
        for name in source.texts(named, "fixtures") if named else ():
            if name not in known:
                source.wrong(item.line, f"there is no fixture {name!r}", "Write it below `fixtures:` in this file.")
            given |= known.get(name, {})
        steps = list(source.mappings(item.get("steps"), "steps"))
        yield _script(item, item.text("test_case"), steps, given, source, skipped)


def _fixtures(node: Node | None, source: Source) -> Iterator[tuple[str, dict[str, object]]]:
    for item in source.mappings(node, "fixtures") if node else ():
        for name, slots in item.pairs:
            yield name.value, dict(pair for each in _mappings(slots) for pair in source.values(each, name.value))


def _script(
    item: Mapping, name: str, steps: list[Mapping], given: Map[str, object], source: Source, skipped: list[Skipped]
) -> Script:
    reader = _Reader(source=source, skipped=skipped)
    for step in steps:
        reader.read(step)
    return Script(name=name, file=source.file, line=item.line, steps=tuple(reader.steps), given=given)


@dataclass(kw_only=True)
class _Reader:
    """The steps of one test as they are read."""

    source: Source
    skipped: list[Skipped]
    steps: list[Step] = field(default_factory=list)

    def read(self, step: Mapping) -> None:
        line = step.line
        if step.get("user") is not None:
            self._add(line, self._written(self.source.text(step.get("user"), "user"), line))
            if step.get("intent") is not None:
                self._intent(step.text("intent"), line)
        elif step.get("intent") is not None:  # No text: as if a button had been pressed.
            self._add(line, Presses(button="/" + step.text("intent"), unseen=True))
        for key, value in step.pairs:
            if key.value not in ("user", "intent"):
                self._expect(key, value)

    def _add(self, line: int, what: Deed | Expectation) -> None:
        self.steps.append(Step(line=line, what=what))

    def _skip(self, line: int, why: Why, what: str) -> None:
        self.skipped.append(Skipped(file=self.source.file, line=line, why=why, what=what))

    def _written(self, text: str, line: int) -> Deed:
        """What the user writes; Rasa takes `/intent{…}` for a press."""
        if text.startswith("/"):
            return Presses(button=text, unseen=True)
        plain = strip_annotations(text)
        if plain.text != text:
            self._skip(line, Why.ENTITIES, text)
        return Writes(text=plain.text)

    def _intent(self, intent: str, line: int) -> None:
        if intent == _FALLBACK:
            self._skip(line, Why.FALLBACK_INTENT, intent)
        elif isinstance(self.steps[-1].what, Writes):
            self._add(line, Understood(intent=intent))

    def _expect(self, key: Scalar, node: Node) -> None:
        line, text = key.line, node.value.strip() if isinstance(node, Scalar) else ""
        match key.value:
            case "action":
                self._action(text, line)
            case "utter":
                self._add(line, Reaction(response=text.removeprefix("utter_")))
            case "bot":
                self._add(line, Reaction(text=text))
            case "active_loop":
                self._loop("" if isinstance(node, Scalar) and node.is_null else text, line)
            case "slot_was_set":
                self._add(line, _slots(node))
            case "slot_was_not_set":
                self._add(line, _slots_not(node))
            case name if name not in _QUIET:
                self._skip(line, Why.UNKNOWN_STEP, name)

    def _action(self, name: str, line: int) -> None:
        if name.startswith("utter_"):
            self._add(line, Reaction(response=name.removeprefix("utter_")))
        elif name in _OF_RASA:
            self._skip(line, Why.RASA_ACTION, name)
        elif name != _LISTEN:
            self._add(line, Ran(action=name))

    def _loop(self, form: str, line: int) -> None:
        """A form that begins and ends within one turn is seen by none: the last word of a turn counts."""
        since = next((i for i in reversed(range(len(self.steps))) if isinstance(self.steps[i].what, Deed)), 0)
        self.steps[since:] = [step for step in self.steps[since:] if not isinstance(step.what, InForm)]
        self._add(line, InForm(form=form))


def _slots(node: Node) -> Slots:
    values = [(key.value, value_of(value)) for item in _mappings(node) for key, value in item.pairs]
    return Slots(values=tuple(values), filled=_names(node))


def _slots_not(node: Node) -> Slots:
    pairs = [(key.value, value_of(value)) for item in _mappings(node) for key, value in item.pairs]
    return Slots(values=tuple((name, None) for name in _names(node)), other_than=tuple(pairs))


def _mappings(node: Node) -> list[Mapping]:
    nodes = node.items if isinstance(node, Sequence) else [node]
    return [item for item in nodes if isinstance(item, Mapping)]


def _names(node: Node) -> tuple[str, ...]:
    nodes = node.items if isinstance(node, Sequence) else [node]
    return tuple(item.value for item in nodes if isinstance(item, Scalar) and not item.is_null)
