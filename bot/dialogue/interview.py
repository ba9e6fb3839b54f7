"""A turn while a form waits for an answer: its meaning is taken, what is aside is dealt with, and the form goes on."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping

from bot.dialogue.course import Course
from bot.dialogue.decision import Decision, DecisionKind
from bot.dialogue.following import answered, walk
from bot.dialogue.forms import ask_next, may_skip, put_question, take
from bot.dialogue.handing_over import handed_over
from bot.dialogue.reading import Move, read
from bot.dialogue.slots import in_words
from bot.dialogue.turn import Deciding, Turn, say
from conversation.actions import Call, Result
from conversation.effects import SendText
from conversation.phrases import ticket_number
from conversation.state import Owner
from conversation.tickets import HandoffReason
from conversation.values import replace
from intents.forms import Form, Slot
from intents.triage import Triage

Aside = Callable[[Turn, Triage | None], Deciding]
"""Decides about a message as if no form were waiting."""


def go_on(turn: Turn, form: Form, verdict: Triage | None, aside: Aside) -> Deciding:
    """Decide about a message while `form` waits for an answer."""
    filling = turn.state.form
    assert filling is not None
    if verdict is None and not turn.said.attachments:
        return (yield from aside(turn, verdict))
    reading = read(turn, form, filling, verdict)
    move, asked = reading.move, turn.knowledge.slots.get(filling.asked, Slot(name=filling.asked))
    course = Course(turn)
    if move is Move.STOP or (form.ticket and _wants_a_human(turn, verdict)):
        return _stopped(turn, form)
    if move is Move.ASIDE or (move is Move.UNCLEAR and verdict is None):
        return (yield from _aside(turn, form, verdict, aside))
    if move is Move.SKIP:
        if not may_skip(form, asked):
            return _not_without(turn, form)
        return (yield from _taken(course, form, {}, skip=asked.name))
    if move is Move.UNCLEAR:
        return (yield from _unclear(course, form, asked))
    if move is Move.AGAIN:
        return _once_more(turn, filling.answered)
    if move is Move.CORRECT:
        course.says.append(SendText(text=_correction(turn, reading.values)))
    return (yield from _taken(course, form, reading.values))


def answered_by_press(turn: Turn, form: Form, values: Mapping[str, object]) -> Deciding:
    """Decide about a button pressed under a question: the slots that it sets, or none for "leave it out"."""
    filling = turn.state.form
    assert filling is not None
    known = {name: value for name, value in values.items() if name in form.slots}
    slot = turn.knowledge.slots.get(filling.asked, Slot(name=filling.asked))
    if known:
        return (yield from _taken(Course(turn), form, known))
    if not may_skip(form, slot):
        return _not_without(turn, form)
    return (yield from _taken(Course(turn), form, {}, skip=filling.asked))


def asked_again(turn: Turn, form: Form, decision: Decision) -> Decision:
    """The decision about something else, followed by the question that still waits for its answer."""
    filling = turn.state.form
    if filling is None or decision.state.form != filling or decision.cancel_ticket:
        return decision
    if decision.handoff is not None and turn.ticket is None:
        return replace(decision, state=replace(decision.state, form=None))
    course = Course(turn.having(decision.state))
    put_question(course, form, filling.asked)
    state = replace(course.state, form=replace(filling, asked_at=turn.now))
    return replace(
        decision,
        state=state,
        says=(*decision.says, *course.says),
        responses=(*decision.responses, *course.responses),
    )


def _taken(
    course: Course, form: Form, values: Mapping[str, object], *, skip: str = ""
) -> Generator[Call, Result, Decision]:
    """Take values, ask on, and once nothing is missing take the steps that follow."""
    intent = course.filling.intent if course.filling else ""
    steps = yield from take(course, form, values, skip=skip)
    yield from walk(course, steps, intent)
    return course.decision(DecisionKind.FORM, "form_complete" if course.filling is None else "form", intent or None)


def _wants_a_human(turn: Turn, verdict: Triage | None) -> bool:
    return bool(verdict and verdict.intent and turn.knowledge.intents[verdict.intent].kind == "handoff")


def _aside(turn: Turn, form: Form, verdict: Triage | None, aside: Aside) -> Deciding:
    """Deal with something else, and come back to the question."""
    intent = verdict.intent if verdict else None
    if intent and turn.conversation.owner is Owner.QUEUE and turn.knowledge.intents[intent].kind == "smalltalk":
        decision = answered(turn, intent, reason="aside")  # The bot is in the middle of a talk, though one waits.
    else:
        decision = yield from aside(turn, verdict)
    return asked_again(turn, form, decision)


def _unclear(course: Course, form: Form, asked: Slot) -> Deciding:
    """The answer was none: say how it could be, and after some tries go on without it, or let a human ask."""
    turn, filling = course.turn, course.filling
    assert filling is not None
    if filling.tries + 1 >= turn.policy.form_tries:
        if may_skip(form, asked):
            return (yield from _taken(course, form, {}, skip=asked.name))
        without = turn.having(replace(turn.state, form=None))
        return handed_over(without, HandoffReason.LOW_CONFIDENCE, intent=filling.intent or None, reason="form_unclear")
    if not course.respond(f"invalid_{asked.name}"):
        yield from ask_next(course, form)
    else:
        state = replace(course.state, form=replace(filling, tries=filling.tries + 1, asked_at=turn.now))
        course.state = state
    return course.decision(DecisionKind.FORM, "form_unclear", filling.intent or None)


def _stopped(turn: Turn, form: Form) -> Decision:
    """The customer wants no more questions. Their report stays: only `/batal` calls that off."""
    text = turn.phrases.form_stopped
    if form.ticket and turn.ticket is not None:
        text = turn.phrases.form_stopped_ticket.format(ticket=ticket_number(turn.ticket.id))
    stopped = turn.having(replace(turn.state, form=None))
    return say(stopped, DecisionKind.FORM, "form_stopped", SendText(text=text))


def _not_without(turn: Turn, form: Form) -> Decision:
    """What was asked for cannot be left out: the plain answer of what began the form has to do."""
    filling = turn.state.form
    intent = filling.intent if filling else ""
    stopped = turn.having(replace(turn.state, form=None))
    if intent in turn.knowledge.intents:
        return answered(stopped, intent, reason="form_skipped")
    return _stopped(turn, form)


def _once_more(turn: Turn, slot: str) -> Decision:
    """Something was wrong: forget the last answer, and wait for it again."""
    filling = turn.state.form
    assert filling is not None
    slots = {name: value for name, value in turn.state.slots.items() if name != slot}
    again = replace(filling, asked=slot, asked_at=turn.now, answered="", tries=0)
    state = replace(turn.state, slots=slots, form=again)
    return say(turn.having(state), DecisionKind.FORM, "form_correct", SendText(text=turn.phrases.say_again))


def _correction(turn: Turn, values: Mapping[str, object]) -> str:
    slots, phrases = turn.knowledge.slots, turn.phrases
    titles = {name: slots[name].title or name.replace("_", " ") for name in values}
    named = (f"{title} {in_words(slots[name], values[name], phrases)}" for name, title in titles.items())
    return phrases.corrected.format(values=", ".join(named))
