"""Forms: which slot is asked for next, and what becomes of the values that an answer gave.

What an answer means is read by `bot.dialogue.reading`; what follows upon a complete form is walked by whoever
called. A form with a ticket never holds anybody up: there, every question can be left unanswered.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping

from bot.dialogue.buttons import skip_button
from bot.dialogue.course import Course
from bot.dialogue.slots import begun_with, read_slots
from bot.dialogue.turn import Turn
from conversation.actions import Call, Result, SlotSet
from conversation.effects import SendText
from conversation.state import Filling
from conversation.values import replace
from intents.forms import Form, Slot, SourceKind

Asking = Generator[Call, Result, tuple[str, ...]]
"""Goes on with a form; returns the steps that follow if it is complete now, () while it waits for an answer."""


def running(turn: Turn) -> Form | None:
    """The form that is being filled in, unless the customer has let it lie for too long, or its ticket is closed."""
    filling = turn.state.form
    form = turn.knowledge.forms.get(filling.form) if filling else None
    if filling is None or form is None or (form.ticket and turn.ticket is None):
        return None
    idle = filling.asked_at is not None and turn.now - filling.asked_at > turn.policy.form_patience
    return None if idle else form


def begin(course: Course, form: Form, intent: str) -> Asking:
    """Begin a form: take what the customer has said already, and ask for the first thing missing."""
    course.state = replace(course.state, form=Filling(form=form.name, intent=intent))
    found = read_slots(course.turn, intent, form=form.name)
    for name in form.slots:
        slot = course.turn.knowledge.slots.get(name)
        value = begun_with(course.turn, slot, intent) if slot and name not in course.turn.slots else None
        if value is not None:
            found.setdefault(name, value)
    return (yield from take(course, form, {name: found[name] for name in form.slots if name in found}))


def take(course: Course, form: Form, values: Mapping[str, object], *, skip: str = "") -> Asking:
    """Take the values of an answer, leave the slot `skip` unanswered, and ask for what is missing still."""
    filling = course.filling
    asked = filling.asked if filling else ""
    wanted = asked if asked in values else ""
    yield from _set(course, form, values)
    filling = course.filling
    if filling is None or filling.form != form.name:
        return ()  # An action ended the form, or began another.
    answered = next((name for name in reversed(list(values)) if name in course.turn.slots), filling.answered)
    skipped = (*filling.skipped, skip) if skip else filling.skipped
    course.state = replace(course.state, form=replace(filling, answered=answered, skipped=skipped))
    if wanted and wanted not in course.turn.slots and not course.says:
        course.respond(f"invalid_{wanted}")
    return (yield from ask_next(course, form))


def _set(course: Course, form: Form, values: Mapping[str, object]) -> Generator[Call, Result, None]:
    """Set the values; where the form has an action that validates, those that it accepts."""
    validator = f"validate_{form.name}"
    if validator not in course.turn.policy.actions:
        course.set_slots(values)
        return
    result = yield from course.run(validator, form=form.name, proposed=values)
    # What the validator did not speak of counts as it stands, and so does all of it if it failed: better an unchecked
    # value than a customer who is asked in vain.
    judged = {event.name for event in result.events if isinstance(event, SlotSet)}
    course.set_slots({name: value for name, value in values.items() if name not in judged})


def missing(turn: Turn, form: Form, filling: Filling) -> str:
    """The next slot to ask for; "" if there is none."""
    known = turn.slots
    return next((name for name in form.slots if name not in known and name not in filling.skipped), "")


def ask_next(course: Course, form: Form) -> Asking:
    """Ask for the next slot, or end the form where nothing is missing."""
    filling = course.filling
    assert filling is not None
    slot = missing(course.turn, form, filling)
    if course.wants:
        slot, course.wants = course.wants[0] or "", ()
    if form.ticket:
        course.fields = {name: course.turn.slots[name] for name in form.slots if name in course.turn.slots}
    if not slot:
        course.state = replace(course.state, form=None)
        return form.then
    tries = filling.tries + 1 if slot == filling.asked else 0
    course.state = replace(course.state, form=replace(filling, asked=slot, asked_at=course.turn.now, tries=tries))
    yield from _ask(course, form, slot)
    return ()


def _ask(course: Course, form: Form, name: str) -> Generator[Call, Result, None]:
    for action in (f"action_ask_{form.name}_{name}", f"action_ask_{name}"):
        if action in course.turn.policy.actions:
            result = yield from course.run(action, form=form.name, requested=name)
            if result.failure is None:
                return
    put_question(course, form, name)


def put_question(course: Course, form: Form, name: str) -> None:
    """Say the question for a slot, with a button to leave it out where that can be done."""
    turn = course.turn
    slot = turn.knowledge.slots.get(name, Slot(name=name))
    if not (course.respond(f"ask_{form.name}_{name}") or course.respond(f"ask_{name}")):
        asked = turn.phrases.ask_slot.format(slot=slot.title or name.replace("_", " "))
        course.says.append(SendText(text=asked))
    question = course.says[-1]
    if may_skip(form, slot) and isinstance(question, SendText):
        course.says[-1] = replace(question, buttons=(*question.buttons, *skip_button(turn.phrases.skip)))


def may_skip(form: Form, slot: Slot) -> bool:
    """Whether a customer may leave a question unanswered. Nobody who complains has to answer any."""
    return form.ticket or slot.optional


def is_custom(slot: Slot) -> bool:
    """Whether code has to read the slot's value out of the message."""
    return not slot.sources or any(source.kind is SourceKind.CUSTOM for source in slot.sources)
