"""The decision: from state, what the customer did and what was understood of it, to what the bot does.

`deciding` is the entry. It is pure: the same arguments, and the same results of the actions it asks for, give the
same decision. It knows neither where the words go nor how they are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.dialogue import commands, menu, queueing
from bot.dialogue.buttons import AGENT, NONE, SKIP, choice_buttons, intent_of, offer_buttons, typed_payload
from bot.dialogue.course import Course
from bot.dialogue.decision import Decision, DecisionKind, Policy, Said
from bot.dialogue.following import answered, can_take, follow, walk
from bot.dialogue.forms import running
from bot.dialogue.handing_over import REASONS, handed_over, handoff_of, not_understood
from bot.dialogue.interview import answered_by_press, asked_again, go_on
from bot.dialogue.register import heard
from bot.dialogue.slots import known_slots, payload_slots, read_slots
from bot.dialogue.turn import Deciding, Turn, cleared, say, silent
from conversation.effects import Button, SendText
from conversation.messages import AttachmentKind
from conversation.phrases import ticket_number
from conversation.state import Conversation, Owner, Question
from conversation.tickets import HandoffReason, Ticket
from conversation.understanding import Understanding
from conversation.values import replace
from intents.knowledge import KnowledgeBase
from intents.triage import Triage, Verdict, triage


def deciding(
    *,
    conversation: Conversation,
    ticket: Ticket | None,
    said: Said,
    understanding: Understanding | None,
    knowledge: KnowledgeBase,
    policy: Policy,
    now: datetime,
    key: str = "",
) -> Deciding:
    """Decide one turn. `understanding` is of `said.text`, or None where there is no text."""
    turn = Turn(
        conversation=conversation,
        ticket=ticket,
        said=said,
        understanding=understanding,
        knowledge=knowledge,
        policy=policy,
        now=now,
        key=key,
    )
    if said.woken is not None:
        return (yield from _woken(turn, said.woken.intent, dict(said.woken.entities)))
    if said.pressed is not None:
        return (yield from _pressed(turn, said.pressed))
    command = commands.command_in(said.text)
    if command:
        return (yield from _commanded(turn, *command))
    unknown = commands.unknown_command(said.text)
    if unknown and conversation.owner is Owner.BOT:
        return (yield from _not_a_command(turn, unknown))
    if understanding is not None:
        language, formal = heard(turn.state, understanding)
        if (language, formal) != (turn.state.language, turn.state.formal):
            turn = turn.having(replace(turn.state, language=language, formal=formal))
    if conversation.owner is Owner.AGENT:
        return silent(turn.having(replace(turn.state, form=None)), "owned_by_agent")
    verdict = triage(understanding, knowledge.kinds, policy.thresholds) if understanding else None
    turn = _having_heard(turn, verdict)
    form = running(turn)
    if form is not None:
        return (yield from go_on(turn, form, verdict, _unasked))
    return (yield from _unasked(turn, verdict))


def decide(
    *,
    conversation: Conversation,
    ticket: Ticket | None,
    said: Said,
    understanding: Understanding | None,
    knowledge: KnowledgeBase,
    policy: Policy,
    now: datetime,
) -> Decision:
    """The decision of a turn that needs no action run.

    Raises:
        RuntimeError: it needs one.
    """
    under_way = deciding(
        conversation=conversation,
        ticket=ticket,
        said=said,
        understanding=understanding,
        knowledge=knowledge,
        policy=policy,
        now=now,
    )
    try:
        call = next(under_way)
    except StopIteration as decided:
        decision: Decision = decided.value
        return decision
    raise RuntimeError(f"the turn needs {call.action} run")


def _having_heard(turn: Turn, verdict: Triage | None) -> Turn:
    """The turn with the slots that any message fills, form or none. A form that lay for too long is gone."""
    state = turn.state
    if state.form is not None and running(turn) is None:
        state = replace(state, form=None)
    if state.form is None and (told := read_slots(turn, verdict.intent if verdict else None)):
        state = replace(state, slots={**state.slots, **told})
    return turn.having(state)


def _unasked(turn: Turn, verdict: Triage | None) -> Deciding:
    """Decide about a message that answers no form."""
    if turn.conversation.owner is Owner.QUEUE:
        return (yield from _waiting(turn, verdict))
    if verdict is None or turn.understanding is None:
        return _media_only(turn)
    return (yield from _understood(turn, turn.understanding, verdict))


# What the customer wrote


def _understood(turn: Turn, understanding: Understanding, verdict: Triage) -> Deciding:
    payload = _consent(turn, verdict)
    if payload == AGENT:
        return handed_over(turn, HandoffReason.CUSTOMER_REQUEST, reason="accepted_offer")
    if payload == NONE and turn.state.offered_agent:
        said = SendText(text=turn.phrases.no_agent_needed)
        return say(turn, DecisionKind.ANSWER, "declined_offer", said, intent="tolak")
    if payload:
        return _none_of_these(turn) if payload == NONE else (yield from _chosen(turn, intent_of(payload)))
    if verdict.verdict is Verdict.ESCALATE and verdict.intent:
        return (yield from _escalate_intent(turn, verdict.intent))
    if understanding.mood.anger >= turn.policy.anger_before_handoff:
        best = understanding.best.intent if understanding.best and verdict.verdict is not Verdict.UNKNOWN else None
        return handed_over(turn, HandoffReason.COMPLAINT, intent=best, reason="anger")
    if verdict.verdict is Verdict.ANSWER and verdict.intent:
        decision = yield from follow(turn, verdict.intent, reason=verdict.reason)
        return _answered_too(turn, decision, verdict.also)
    if verdict.verdict is Verdict.CLARIFY:
        return _ask_back(turn, understanding, verdict)
    return not_understood(turn, verdict.reason, HandoffReason.MISSING_KNOWLEDGE)


def _answered_too(turn: Turn, decision: Decision, also: tuple[str, ...]) -> Decision:
    """The decision with the answers to what else the message asked, unless it has led somewhere else."""
    for name in also:
        if decision.kind is not DecisionKind.ANSWER or decision.state.form is not None or decision.handoff:
            break
        second = answered(turn.having(decision.state), name, reason=decision.reason)
        if second.kind is DecisionKind.ANSWER:
            says, responses = (*decision.says, *second.says), (*decision.responses, *second.responses)
            decision = replace(decision, state=second.state, says=says, responses=responses)
    return decision


def _consent(turn: Turn, verdict: Triage) -> str:
    """What was meant where a plain yes or no, or the number or the words of a button, is about what the bot asked
    last: that button's payload; "" where the message is about something else."""
    state = turn.state
    choices = _choices(turn, state.question.choices) if state.question else ()
    offer = offer_buttons(turn.phrases.call_agent) if state.offered_agent else ()
    payload = typed_payload(turn.said.text, choices or offer)
    if payload == AGENT or (verdict.intent == "setuju" and state.offered_agent):
        return AGENT
    if verdict.intent == "setuju" and len(choices) == 2:  # One intent, and "none of these".
        return choices[0][0].payload
    if verdict.intent == "tolak":
        return NONE if choices or state.offered_agent else ""
    return payload


def _ask_back(turn: Turn, understanding: Understanding, verdict: Triage) -> Decision:
    names = tuple(score.intent for score in verdict.choices)
    question = SendText(text=turn.phrases.ask_which, buttons=_choices(turn, names))
    state = replace(cleared(turn.state), question=Question(about=understanding.text, choices=names))
    return Decision(kind=DecisionKind.CLARIFY, reason=verdict.reason, state=state, says=(question,))


def _choices(turn: Turn, names: tuple[str, ...]) -> tuple[tuple[Button, ...], ...]:
    intents = turn.knowledge.intents
    titles = [(name, intents[name].title or name.replace("_", " ").capitalize()) for name in names if name in intents]
    return choice_buttons(titles, turn.phrases.none_of_these)


def _media_only(turn: Turn) -> Decision:
    if all(attachment.kind is AttachmentKind.STICKER for attachment in turn.said.attachments):
        return silent(turn, "sticker")
    phrases = turn.phrases
    offer = SendText(text=phrases.unknown_media, buttons=offer_buttons(phrases.call_agent))
    state = replace(cleared(turn.state), offered_agent=True)
    return Decision(kind=DecisionKind.UNKNOWN, reason="media", state=state, says=(offer,))


def _waiting(turn: Turn, verdict: Triage | None) -> Deciding:
    """While the customer waits for an agent, plain questions are answered, and the bot is silent about the rest."""
    quiet = silent(turn, "owned_by_queue")
    if turn.ticket is None:
        return quiet
    if queueing.wants_back(turn.said.text):
        return queueing.back_to_bot(turn, "asked_for_the_bot")
    if verdict and verdict.intent:
        kind = turn.knowledge.intents[verdict.intent].kind
        if verdict.verdict is Verdict.ANSWER and _may_answer_while_waiting(turn, verdict.intent):
            return (yield from follow(turn, verdict.intent, reason="while_waiting"))
        if verdict.verdict is Verdict.ESCALATE and kind != "handoff":
            quiet = replace(quiet, intent=verdict.intent, handoff=handoff_of(turn, REASONS[kind], verdict.intent))
    last_at = turn.conversation.last_at
    if last_at is not None and turn.now - last_at >= turn.policy.reassure_after:
        text = turn.phrases.still_waiting.format(ticket=ticket_number(turn.ticket.id))
        return replace(quiet, reason="reassured", says=(SendText(text=text),))
    return quiet


def _may_answer_while_waiting(turn: Turn, name: str) -> bool:
    """Whether a plain question can be answered although a human is about to take over."""
    intent = turn.knowledge.intents.get(name)
    if turn.conversation.owner is not Owner.QUEUE or intent is None or intent.kind != "faq":
        return False
    steps = turn.knowledge.steps_after(name, turn.slots)
    return bool(turn.answers(name)) or bool(steps and can_take(turn, steps))


# What the customer pressed


def _pressed(turn: Turn, payload: str) -> Deciding:
    if payload == turn.state.last_press:
        return silent(turn, "pressed_again", toast=turn.phrases.already_answered)
    decision = yield from _by_press(turn, payload)
    if decision.reason in ("pressed_late", "unknown_button"):
        return decision
    return replace(decision, state=replace(decision.state, last_press=payload))


def _by_press(turn: Turn, payload: str) -> Deciding:
    owner, intent = turn.conversation.owner, intent_of(payload)
    if (choice := queueing.chosen(turn, payload)) is not None:
        return choice
    if owner is not Owner.AGENT:
        form, values = running(turn), payload_slots(turn, payload)
        if form is not None and (payload == SKIP or values):
            return (yield from answered_by_press(turn, form, values))
        if menu.is_menu(payload):
            return menu.turned(turn, payload)
        turn = turn.having(replace(turn.state, slots={**turn.state.slots, **values}))
    if owner is not Owner.BOT and not _may_answer_while_waiting(turn, intent):
        return silent(turn, "pressed_late")
    if payload == AGENT:
        return handed_over(turn, HandoffReason.CUSTOMER_REQUEST, reason="pressed")
    if payload == NONE:
        return _none_of_these(turn)
    if intent not in turn.knowledge.intents:
        return silent(turn, "unknown_button")
    return (yield from _chosen(turn, intent))


def _chosen(turn: Turn, intent: str) -> Deciding:
    if turn.knowledge.intents[intent].kind in REASONS:
        return replace((yield from _escalate_intent(turn, intent)), reason="chosen")
    return (yield from follow(turn, intent, reason="chosen"))


def _none_of_these(turn: Turn) -> Decision:
    failures = turn.state.failures + 1
    if failures >= turn.policy.failures_before_handoff:
        return handed_over(turn, HandoffReason.LOW_CONFIDENCE, reason="none_of_these_again")
    said = SendText(text=turn.phrases.ask_again)
    state = replace(cleared(turn.state), failures=failures)
    return Decision(kind=DecisionKind.CLARIFY, reason="none_of_these", state=state, says=(said,))


def _escalate_intent(turn: Turn, intent: str) -> Deciding:
    """Give the conversation to a human at once, and go on with what the rule wants to know meanwhile."""
    kind = turn.knowledge.intents[intent].kind
    decision = handed_over(turn, REASONS[kind], intent=intent, reason=kind)
    steps = turn.knowledge.steps_after(intent, turn.slots)
    steps = tuple(step for step in steps if step != f"utter_{intent}")  # Said with the ticket's number.
    if not steps or not can_take(turn, steps) or turn.ticket is not None:
        return decision
    course = Course(turn)
    course.absorb(decision)
    yield from walk(course, steps, intent)
    return course.decision(DecisionKind.ESCALATE, kind, intent)


# What was typed after a slash, and what a reminder wants


def _commanded(turn: Turn, command: str, rest: str) -> Deciding:
    if command == "bantuan" and "bantuan" in turn.knowledge.intents and turn.answers("bantuan"):
        return replace((yield from follow(turn, "bantuan", reason="command")), kind=DecisionKind.COMMAND)
    if command == "agen" and turn.ticket is None:
        return handed_over(turn, HandoffReason.CUSTOMER_REQUEST, reason="command")
    if command == "start" and rest and turn.conversation.owner is Owner.BOT:
        return (yield from _linked(turn, rest))
    return _PLAIN[command](turn)


def _not_a_command(turn: Turn, name: str) -> Deciding:
    """A command of the name of an intent means that intent; any other is answered with help: it says nothing else."""
    if name in turn.knowledge.intents:
        return (yield from _chosen(turn, name))
    return (yield from _commanded(turn, "bantuan", ""))


_PLAIN: Mapping[str, Callable[[Turn], Decision]] = {
    "start": commands.start,
    "bantuan": commands.start,
    "menu": menu.topics,
    "agen": commands.status,
    "status": commands.status,
    "batal": commands.cancel,
}


def _linked(turn: Turn, payload: str) -> Deciding:
    """Go where a deep link leads: `/start <intent>`, or `/start <link>_<value>` for a slot that has a link."""
    if payload in turn.knowledge.intents:
        return (yield from _chosen(turn, payload))
    for slot in turn.knowledge.slots.values():
        value = payload.removeprefix(slot.link + "_") if slot.link else payload
        values = known_slots(turn, {slot.name: value}) if value != payload else {}
        if values and slot.link_intent in turn.knowledge.intents:
            turn = turn.having(replace(turn.state, slots={**turn.state.slots, **values}))
            return (yield from _chosen(turn, slot.link_intent))
    return commands.start(turn)


def _woken(turn: Turn, intent: str, values: Mapping[str, object]) -> Deciding:
    """A reminder's time has come. It speaks only while the conversation is the bot's, and in no form's place."""
    known = intent in turn.knowledge.intents or turn.knowledge.steps_after(intent, turn.slots)
    if turn.conversation.owner is not Owner.BOT or not known:
        return silent(turn, "reminder_late")
    state = replace(turn.state, slots={**turn.state.slots, **known_slots(turn, values)})
    decision = yield from follow(turn.having(state), intent, reason="reminder")
    form = running(turn)
    return asked_again(turn, form, decision) if form is not None else decision
