"""What follows upon an intent: the steps of its rule, one after the other, or else its plain answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping

from bot.dialogue import commands, forms, menu
from bot.dialogue.course import MOST_ACTIONS, Course
from bot.dialogue.decision import Decision, DecisionKind
from bot.dialogue.handing_over import handed_over, handoff_of, not_understood
from bot.dialogue.turn import Deciding, Turn
from conversation.actions import Call, Failure, Result
from conversation.state import DialogueState
from conversation.tickets import HandoffReason
from conversation.values import replace
from intents.forms import Form

LISTEN = "action_listen"
_RESPONSE = "utter_"


def follow(turn: Turn, intent: str, *, reason: str) -> Deciding:
    """Do what the knowledge base says for an intent. Where its rule needs what is not at hand, its answer serves."""
    steps = turn.knowledge.steps_after(intent, turn.slots)
    if not steps or not can_take(turn, steps):
        return answered(turn, intent, reason=reason)
    course = Course(turn)
    yield from walk(course, steps, intent)
    if not (course.says or course.handoff or course.filling or course.ran):
        return answered(turn, intent, reason=reason)
    return course.decision(DecisionKind.ANSWER, reason, intent)


def answered(turn: Turn, intent: str, *, reason: str) -> Decision:
    """Give the next variant of an intent's answer; an intent without one is a gap in the knowledge base."""
    course = Course(turn)
    if not course.respond(intent):
        return not_understood(turn, "no_answer", HandoffReason.MISSING_KNOWLEDGE)
    return course.decision(DecisionKind.ANSWER, reason, intent)


def can_take(turn: Turn, steps: Iterable[str]) -> bool:
    """Whether all that these steps name is at hand: responses, forms, and actions that can be run."""
    for step in steps:
        form = turn.knowledge.forms.get(step)
        if form is not None:
            if not can_take(turn, form.then):
                return False
        elif step.startswith(_RESPONSE):
            if not turn.answers(step.removeprefix(_RESPONSE)):
                return False
        elif step != LISTEN and step not in BUILT_IN and step not in turn.policy.actions:
            return False
    return True


def walk(course: Course, steps: Iterable[str], intent: str) -> Generator[Call, Result, None]:
    """Take steps until they end, one has to wait for the customer, or a human takes over."""
    queue = deque(steps)
    while queue and len(course.ran) < MOST_ACTIONS:
        step = queue.popleft()
        form = course.turn.knowledge.forms.get(step)
        if step == LISTEN:
            return
        if form is not None:
            _open_ticket(course, form, intent)
            queue = deque((yield from forms.begin(course, form, intent)))
        elif step.startswith(_RESPONSE):
            course.respond(step.removeprefix(_RESPONSE))
        elif step in BUILT_IN:
            course.absorb(BUILT_IN[step](course.turn))
        else:
            result = yield from course.run(step)
            if result.failure is not None:
                fail(course, result.failure, intent)
                return
        queue.extendleft(reversed(course.followed_by))
        course.followed_by.clear()
        if course.paused:
            course.handoff = handoff_of(course.turn, HandoffReason.RULE, intent)
            return


def _open_ticket(course: Course, form: Form, intent: str) -> None:
    """A form that belongs to a complaint brings its ticket along, whatever led to it."""
    if form.ticket and course.turn.ticket is None and course.handoff is None:
        course.handoff = handoff_of(course.turn, HandoffReason.COMPLAINT, intent)


def fail(course: Course, failure: Failure, intent: str | None) -> None:
    """An action failed: tell the customer, end the form that waited for it, and let a human see to it."""
    if failure is Failure.REJECTED and course.filling is not None:
        return  # It declined to run, which is no fault; the form goes on.
    course.state = replace(course.state, form=None)
    opening = course.turn.phrases.action_failed
    course.handoff = handoff_of(course.turn, HandoffReason.TOOL_FAILURE, intent, opening=opening)


def _hand_over(turn: Turn) -> Decision:
    return handed_over(turn, HandoffReason.CUSTOMER_REQUEST, reason="rule")


def _restart(turn: Turn) -> Decision:
    state = DialogueState(language=turn.state.language, formal=turn.state.formal)
    return Decision(kind=DecisionKind.ANSWER, reason="restart", state=state)


def _fall_back(turn: Turn) -> Decision:
    return not_understood(turn, "rule", HandoffReason.MISSING_KNOWLEDGE)


BUILT_IN: Mapping[str, Callable[[Turn], Decision]] = {
    "action_status": commands.status,
    "action_menu": menu.topics,
    "action_handoff": _hand_over,
    "action_restart": _restart,
    "action_default_fallback": _fall_back,
}
"""Steps that need no code of the shop's. The last two are Rasa's."""
