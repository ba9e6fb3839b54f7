"""Rules and stories of a Rasa project into a draft: what follows upon an intent, and once a form is filled in.

Only one turn is followed: intent, then steps. What hangs on more (earlier turns, entities, checkpoints) is reported.
It does not know which of the names exist.
"""

from __future__ import annotations

from pathlib import Path

from intents.formats.dialogue import After, Origin, Step, Turn, Unsaid
from intents.formats.draft import bare_name
from intents.formats.findings import Level, Place
from intents.formats.section import Section, nearest
from intents.formats.yaml_nodes import Mapping, Node, Scalar, Sequence
from intents.forms import Wanted

LISTEN = "action_listen"
_KEYS = ("rule", "story", "steps", "condition", "conversation_start", "wait_for_user_input", "metadata")
_STEP_KEYS = (
    "intent", "action", "active_loop", "form", "slot_was_set", "checkpoint", "or", "user", "bot", "entities",
    "metadata",
)  # fmt: skip


def read_paths(node: Node, section: Section, *, key: str) -> None:
    """Read what stands below `rules:` or `stories:`, whichever `key` is."""
    if key == "stories" and Path(section.file).name.startswith("test_"):
        section.note(Level.INFO, node.line, "stories to test a bot by; not read as what it does")
        return
    if isinstance(node, Mapping) and not _is_path(node):
        return
    for item in section.items(node, key):
        if isinstance(item, Mapping) and not _is_path(item):
            continue  # Other tools have rules too.
        if not isinstance(item, Mapping):
            if not (isinstance(item, Scalar) and item.is_null):
                section.warn(item.line, f"something below `{key}:` has no steps; left out")
            continue
        section.know(item, _KEYS, key)
        _Path(item, section, is_rule=item.get("rule") is not None or (key == "rules" and not item.get("story"))).read()


class _Path:
    """One rule or story while it is followed from step to step."""

    def __init__(self, node: Mapping, section: Section, *, is_rule: bool) -> None:
        self._node, self._section, self._is_rule = node, section, is_rule
        self._loop = ""
        """The form that runs."""
        self._slots: list[tuple[str, object]] = []
        """The conditions known when the turn under way began."""
        self._intents: tuple[Scalar, ...] = ()
        self._after = ""
        """The form after which the steps under way follow."""
        self._steps: list[Step] = []
        self._origin = Origin.RULE if is_rule else Origin.STORY
        self._begun = self._branched = False

    def read(self) -> None:
        node, section = self._node, self._section
        if section.flag(node.get("conversation_start"), "conversation_start"):
            self._cannot_say(Unsaid.START, node.line)
            self._loosen()
        wait = node.get("wait_for_user_input")
        if wait is not None and not section.flag(wait, "wait_for_user_input"):
            self._cannot_say(Unsaid.NO_WAIT, wait.line)
        for condition in section.items(node.get("condition"), "condition"):
            self._condition(condition)
        for step in section.items(node.get("steps"), "steps"):
            if isinstance(step, Mapping):
                for key, value in step.pairs:
                    self._part(step, key, value)
            elif not (isinstance(step, Scalar) and (step.is_null or step.value == "...")):
                section.warn(step.line, "a step that is none; left out", "Write `- intent: …` or `- action: …`.")
        self._close()

    def _cannot_say(self, what: Unsaid, line: int) -> None:
        self._section.draft.dialogue.cannot_say(what, self._section.place(line))

    def _loosen(self) -> None:
        self._origin = Origin.LOOSE_RULE if self._origin is Origin.RULE else self._origin

    def _condition(self, node: Node) -> None:
        for key, value in node.pairs if isinstance(node, Mapping) else []:
            if key.value in ("active_loop", "form"):
                self._loop = _named(value)
            elif key.value == "slot_was_set":
                self._slots += self._slots_set(value)
            else:
                remedy = nearest(key.value, ("active_loop", "slot_was_set"))
                self._section.warn(key.line, f"`{key.value}` is no condition; left out", remedy)
                self._loosen()

    def _part(self, step: Mapping, key: Scalar, value: Node) -> None:
        """One part of one step: mostly all there is of it."""
        kind = key.value
        if kind == "intent":
            self._begin((value,), step)
        elif kind == "or":
            self._begin(self._alternatives(value), step)
        elif kind == "user" and step.get("intent") is None:
            self._cannot_say(Unsaid.END_TO_END, key.line)
            self._begin((), step)
        elif kind == "bot":
            self._cannot_say(Unsaid.END_TO_END, key.line)
        elif kind == "checkpoint":
            self._cannot_say(Unsaid.CHECKPOINT, key.line)
            self._begin((), step)
        elif kind == "action":
            self._action(_named(value), self._section.place(key.line))
        elif kind in ("active_loop", "form"):
            self._loop_is(_named(value), self._section.place(key.line))
        elif kind == "slot_was_set":
            self._slot_was_set(value)
        elif kind not in _STEP_KEYS:
            self._section.warn(key.line, f"step: `{kind}` is not known; left out", nearest(kind, _STEP_KEYS))

    def _alternatives(self, node: Node) -> tuple[Node, ...]:
        """The intents of `or:`."""
        items = list(self._section.items(node, "or"))
        found = [item.get("intent") if isinstance(item, Mapping) else None for item in items]
        if any(_filled(item.get("entities")) for item in items if isinstance(item, Mapping)):
            self._cannot_say(Unsaid.ENTITIES, node.line)
            self._loosen()
        if not found or None in found:
            self._cannot_say(Unsaid.OR_SLOTS, node.line)
            return ()
        return tuple(intent for intent in found if intent is not None)

    def _begin(self, intents: tuple[Node, ...], step: Mapping) -> None:
        """The customer says something."""
        self._close()
        if self._loop:
            self._origin = Origin.WITHIN_FORM
        elif self._begun:
            self._origin = Origin.LATER
        if _filled(step.get("entities")):
            self._cannot_say(Unsaid.ENTITIES, step.line)
            self._loosen()
        self._intents = tuple(each for each in intents if isinstance(each, Scalar) and not each.is_null)
        self._begun = True

    def _action(self, name: str, place: Place) -> None:
        if name == LISTEN:
            self._close()
        elif not self._intents and not self._after:
            if not self._begun and not self._loop:
                self._begun = True
                self._cannot_say(Unsaid.NO_INTENT, place.line)
        elif self._branched:
            self._cannot_say(Unsaid.BRANCH, place.line)
        elif name:
            self._steps.append(Step(name=name, place=place))

    def _loop_is(self, form: str, place: Place) -> None:
        """A form begins, goes on, or (without name) ends."""
        if form:
            self._loop = form
            if self._steps and self._steps[-1].name == form:
                self._steps[-1] = Step(name=form, place=self._steps[-1].place, begins_form=True)
            elif (self._intents or self._after) and not self._branched and self._origin is not Origin.WITHIN_FORM:
                self._steps.append(Step(name=form, place=place, begins_form=True))
            return
        last = self._steps[-1].name if self._steps else ""
        ended = self._loop or last
        if self._origin is Origin.WITHIN_FORM and last not in ("", ended):
            self._loop = ""  # It ends because of what was said, not because all is known.
            return
        self._close()
        self._loop, self._after = "", ended

    def _slot_was_set(self, node: Node) -> None:
        conditions = self._slots_set(node)
        if conditions and (self._steps or self._after):
            self._branched = True
        else:
            self._slots += conditions

    def _slots_set(self, node: Node) -> list[tuple[str, object]]:
        """Slots and the values they must have, but for the one that says which slot is asked for."""
        found: list[tuple[str, object]] = []
        items = node.items if isinstance(node, Sequence) else [node]
        for item in items:
            if isinstance(item, Scalar) and not item.is_null:
                found.append((bare_name(item.value), Wanted.ANYTHING))
            elif isinstance(item, Mapping):
                found += [(bare_name(key.value), self._section.value(value, key.value)) for key, value in item.pairs]
        return [(name, value) for name, value in found if name and name != "requested_slot"]

    def _close(self) -> None:
        """The turn under way, if any, is whole."""
        dialogue = self._section.draft.dialogue
        steps = tuple(self._steps)
        if self._origin is Origin.WITHIN_FORM and steps and steps[-1].name == self._loop:
            steps = steps[:-1]
        slots = tuple(dict(self._slots).items())
        for intent in self._intents if steps else ():
            place = self._section.place(intent.line)
            name = bare_name(intent.value).removeprefix("/")
            dialogue.turn(Turn(intent=name, steps=steps, origin=self._origin, place=place, slots=slots))
        if self._after and steps:
            origin = self._origin
            if slots and self._is_rule:
                self._cannot_say(Unsaid.CONDITIONAL_FORM, steps[0].place.line)
                origin = Origin.LOOSE_RULE
            dialogue.after(After(form=self._after, steps=steps, origin=origin, place=steps[0].place))
        self._intents, self._after, self._steps, self._branched = (), "", [], False


def _is_path(node: Mapping) -> bool:
    return any(key.value in _KEYS for key, _ in node.pairs)


def _named(node: Node) -> str:
    """The name that stands there: alone, or in Rasa 2's `{name: form}`; "" where there is none."""
    if isinstance(node, Mapping):
        return node.text("name")
    return bare_name(node.value) if isinstance(node, Scalar) and not node.is_null else ""


def _filled(node: Node | None) -> bool:
    return bool(isinstance(node, Sequence) and node.items) or bool(isinstance(node, Mapping) and node.pairs)
