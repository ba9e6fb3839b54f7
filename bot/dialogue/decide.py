"""The decision: from state, what the customer did and what was understood of it, to what the bot does.

`decide` is the one entry. It is pure: the same arguments give the same decision. It knows neither where the
words go nor how they are kept; commands and presses are told apart here, and each has a small function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.dialogue.buttons import AGENT, NONE, choice_buttons, intent_of, offer_buttons, typed_payload
from bot.dialogue.decision import Decision, DecisionKind, Handoff, Policy, Said
from conversation.effects import Button, Effect, SendPhoto, SendText
from conversation.messages import AttachmentKind
from conversation.phrases import ticket_number
from conversation.state import Conversation, DialogueState, Owner, Question
from conversation.tickets import HandoffReason, Ticket
from intents.knowledge import Answer, KnowledgeBase
from intents.triage import Triage, Verdict, triage
from intents.understanding import Understanding

COMMANDS = ("start", "bantuan", "agen", "status", "batal")
"""What customers can type after a slash; `/help` is taken for `/bantuan`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Turn:
    """What every rule below looks at."""

    conversation: Conversation
    ticket: Ticket | None
    said: Said
    understanding: Understanding | None
    knowledge: KnowledgeBase
    policy: Policy
    now: datetime

    @property
    def state(self) -> DialogueState:
        return self.conversation.dialogue


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
    """Decide one turn. `understanding` is of `said.text`, or None where there is no text."""
    turn = _Turn(
        conversation=conversation,
        ticket=ticket,
        said=said,
        understanding=understanding,
        knowledge=knowledge,
        policy=policy,
        now=now,
    )
    if said.pressed is not None:
        return _pressed(turn, said.pressed)
    command = _command(said.text)
    if command:
        return _COMMANDS[command](turn)
    if conversation.owner is not Owner.BOT:
        return _human_has_it(turn)
    if understanding is None:
        return _media_only(turn)
    return _understood(turn, understanding)


def _command(text: str) -> str | None:
    word = text.strip().split(maxsplit=1)[0] if text.strip().startswith("/") else ""
    name = word[1:].split("@", 1)[0].lower()
    name = "bantuan" if name == "help" else name
    return name if name in COMMANDS else None


# What the customer wrote


def _understood(turn: _Turn, understanding: Understanding) -> Decision:
    verdict = triage(understanding, turn.knowledge.kinds, turn.policy.thresholds)
    consent = _consent(turn, verdict)
    if consent is not None:
        return consent
    if verdict.verdict is Verdict.ESCALATE and verdict.intent:
        return _escalate_intent(turn, verdict.intent)
    if understanding.mood.anger >= turn.policy.anger_before_handoff:
        best = understanding.best.intent if understanding.best and verdict.verdict is not Verdict.UNKNOWN else None
        return _handoff(turn, HandoffReason.COMPLAINT, intent=best, reason="anger")
    if verdict.verdict is Verdict.ANSWER and verdict.intent:
        return _answer(turn, verdict.intent, reason=verdict.reason)
    if verdict.verdict is Verdict.CLARIFY:
        return _ask_back(turn, understanding, verdict)
    return _not_understood(turn, verdict.reason, HandoffReason.MISSING_KNOWLEDGE)


def _consent(turn: _Turn, verdict: Triage) -> Decision | None:
    """A plain yes or no, or the number or the words of a button, is about what the bot asked last."""
    state = turn.state
    choices = _choices(turn, state.question.choices) if state.question else ()
    offer = offer_buttons(turn.policy.phrases.call_agent) if state.offered_agent else ()
    payload = typed_payload(turn.said.text, choices or offer)
    if payload == AGENT or (verdict.intent == "setuju" and state.offered_agent):
        return _handoff(turn, HandoffReason.CUSTOMER_REQUEST, reason="accepted_offer")
    if verdict.intent == "setuju" and len(choices) == 2:  # One intent, and "none of these".
        payload = choices[0][0].payload
    if verdict.intent == "tolak":
        if state.offered_agent:
            said = SendText(text=turn.policy.phrases.no_agent_needed)
            return _say(turn, DecisionKind.ANSWER, "declined_offer", said, intent="tolak")
        payload = NONE if choices else ""
    if not payload:
        return None
    return _none_of_these(turn) if payload == NONE else _chosen(turn, intent_of(payload))


def _ask_back(turn: _Turn, understanding: Understanding, verdict: Triage) -> Decision:
    names = tuple(score.intent for score in verdict.choices)
    question = SendText(text=turn.policy.phrases.ask_which, buttons=_choices(turn, names))
    state = replace(_cleared(turn.state), question=Question(about=understanding.text, choices=names))
    return Decision(kind=DecisionKind.CLARIFY, reason=verdict.reason, state=state, says=(question,))


def _choices(turn: _Turn, names: tuple[str, ...]) -> tuple[tuple[Button, ...], ...]:
    intents = turn.knowledge.intents
    titles = [(name, intents[name].title or name.replace("_", " ").capitalize()) for name in names if name in intents]
    return choice_buttons(titles, turn.policy.phrases.none_of_these)


def _not_understood(turn: _Turn, reason: str, handoff: HandoffReason) -> Decision:
    failures = turn.state.failures + 1
    if failures >= turn.policy.failures_before_handoff:
        return _handoff(turn, handoff, reason=f"{reason}_again")
    phrases = turn.policy.phrases
    offer = SendText(text=phrases.unknown, buttons=offer_buttons(phrases.call_agent))
    state = replace(_cleared(turn.state), failures=failures, offered_agent=True)
    return Decision(kind=DecisionKind.UNKNOWN, reason=reason, state=state, says=(offer,))


def _media_only(turn: _Turn) -> Decision:
    if all(attachment.kind is AttachmentKind.STICKER for attachment in turn.said.attachments):
        return Decision(kind=DecisionKind.SILENT, reason="sticker", state=turn.state)
    phrases = turn.policy.phrases
    offer = SendText(text=phrases.unknown_media, buttons=offer_buttons(phrases.call_agent))
    state = replace(_cleared(turn.state), offered_agent=True)
    return Decision(kind=DecisionKind.UNKNOWN, reason="media", state=state, says=(offer,))


def _human_has_it(turn: _Turn) -> Decision:
    """Silent once an agent has the conversation. While it only waits for one, plain questions are answered."""
    owner, understanding = turn.conversation.owner, turn.understanding
    silent = Decision(kind=DecisionKind.SILENT, reason=f"owned_by_{owner.value}", state=turn.state)
    if owner is not Owner.QUEUE or turn.ticket is None:
        return silent
    verdict = triage(understanding, turn.knowledge.kinds, turn.policy.thresholds) if understanding else None
    if verdict and verdict.intent:
        kind = turn.knowledge.intents[verdict.intent].kind
        if verdict.verdict is Verdict.ANSWER and _may_answer_while_waiting(turn, verdict.intent):
            return _answer(turn, verdict.intent, reason="while_waiting")
        if verdict.verdict is Verdict.ESCALATE and kind != "handoff":
            silent = replace(silent, intent=verdict.intent, handoff=_handoff_of(turn, _REASONS[kind], verdict.intent))
    last_at = turn.conversation.last_at
    if last_at is not None and turn.now - last_at >= turn.policy.reassure_after:
        text = turn.policy.phrases.still_waiting.format(ticket=ticket_number(turn.ticket.id))
        return replace(silent, reason="reassured", says=(SendText(text=text),))
    return silent


def _may_answer_while_waiting(turn: _Turn, name: str) -> bool:
    """Whether a plain question can be answered although a human is about to take over."""
    intent = turn.knowledge.intents.get(name)
    answered = intent is not None and intent.kind == "faq" and turn.knowledge.answers_for(name, _channel(turn))
    return turn.conversation.owner is Owner.QUEUE and bool(answered)


# What the customer pressed


def _pressed(turn: _Turn, payload: str) -> Decision:
    state = turn.state
    if payload == state.last_press:
        toast = turn.policy.phrases.already_answered
        return Decision(kind=DecisionKind.SILENT, reason="pressed_again", state=state, toast=toast)
    if turn.conversation.owner is not Owner.BOT and not _may_answer_while_waiting(turn, intent_of(payload)):
        return Decision(kind=DecisionKind.SILENT, reason="pressed_late", state=state)
    if payload == AGENT:
        decision = _handoff(turn, HandoffReason.CUSTOMER_REQUEST, reason="pressed")
    elif payload == NONE:
        decision = _none_of_these(turn)
    else:
        intent = intent_of(payload)
        if intent not in turn.knowledge.intents:
            return Decision(kind=DecisionKind.SILENT, reason="unknown_button", state=state)
        decision = _chosen(turn, intent)
    return replace(decision, state=replace(decision.state, last_press=payload))


def _chosen(turn: _Turn, intent: str) -> Decision:
    if turn.knowledge.intents[intent].kind in _REASONS:
        return replace(_escalate_intent(turn, intent), reason="chosen")
    return _answer(turn, intent, reason="chosen")


def _none_of_these(turn: _Turn) -> Decision:
    failures = turn.state.failures + 1
    if failures >= turn.policy.failures_before_handoff:
        return _handoff(turn, HandoffReason.LOW_CONFIDENCE, reason="none_of_these_again")
    said = SendText(text=turn.policy.phrases.ask_again)
    state = replace(_cleared(turn.state), failures=failures)
    return Decision(kind=DecisionKind.CLARIFY, reason="none_of_these", state=state, says=(said,))


# Commands


def _start(turn: _Turn) -> Decision:
    policy = turn.policy
    text = policy.phrases.welcome.format(bot=policy.bot_name, shop=policy.shop_name)
    return _say(turn, DecisionKind.COMMAND, "start", SendText(text=text))


def _help(turn: _Turn) -> Decision:
    if "bantuan" in turn.knowledge.intents and turn.knowledge.answers_for("bantuan", _channel(turn)):
        return replace(_answer(turn, "bantuan", reason="command"), kind=DecisionKind.COMMAND)
    return _start(turn)


def _call_agent(turn: _Turn) -> Decision:
    if turn.ticket:
        return _status(turn)
    return _handoff(turn, HandoffReason.CUSTOMER_REQUEST, reason="command")


def _status(turn: _Turn) -> Decision:
    phrases, ticket = turn.policy.phrases, turn.ticket
    if ticket is None:
        text = phrases.status_none
    elif ticket.assignee is None:
        text = phrases.status_queued.format(ticket=ticket_number(ticket.id))
    else:
        text = phrases.status_assigned.format(ticket=ticket_number(ticket.id), agent=ticket.assignee_name)
    return _say(turn, DecisionKind.COMMAND, "status", SendText(text=text))


def _cancel(turn: _Turn) -> Decision:
    """Call off a ticket that still waits, or a question of the bot's. An agent's ticket is the agent's."""
    if turn.ticket and turn.ticket.assignee is None:
        state = _cleared(turn.state)
        return Decision(kind=DecisionKind.COMMAND, reason="cancel", state=state, cancel_ticket=True)
    if turn.ticket:
        return _status(turn)
    phrases = turn.policy.phrases
    asked = turn.state.question or turn.state.offered_agent
    said = SendText(text=phrases.no_agent_needed if asked else phrases.nothing_to_cancel)
    return _say(turn, DecisionKind.COMMAND, "cancel", said)


_COMMANDS = {"start": _start, "bantuan": _help, "agen": _call_agent, "status": _status, "batal": _cancel}


# The pieces that decisions are made of


def _say(turn: _Turn, kind: DecisionKind, reason: str, said: SendText, *, intent: str | None = None) -> Decision:
    return Decision(kind=kind, reason=reason, intent=intent, state=_served(turn.state), says=(said,))


def _answer(turn: _Turn, intent: str, *, reason: str) -> Decision:
    """Give the next variant of an intent's answer; an intent without one is a gap in the knowledge base."""
    variants = turn.knowledge.answers_for(intent, _channel(turn))
    if not variants:
        return _not_understood(turn, "no_answer", HandoffReason.MISSING_KNOWLEDGE)
    told = turn.state.told.get(intent, 0)
    says = _effects(variants[told % len(variants)])
    return Decision(
        kind=DecisionKind.ANSWER, reason=reason, intent=intent, state=_served(turn.state, intent), says=says
    )


_REASONS: Mapping[str, HandoffReason] = {
    "complaint": HandoffReason.COMPLAINT,
    "alarm": HandoffReason.ALARM,
    "handoff": HandoffReason.CUSTOMER_REQUEST,
}


def _escalate_intent(turn: _Turn, intent: str) -> Decision:
    kind = turn.knowledge.intents[intent].kind
    return _handoff(turn, _REASONS[kind], intent=intent, reason=kind)


def _handoff(turn: _Turn, why: HandoffReason, *, reason: str, intent: str | None = None) -> Decision:
    """Give the conversation to a human."""
    return Decision(
        kind=DecisionKind.ESCALATE,
        reason=reason,
        intent=intent,
        state=_served(turn.state, intent),
        handoff=_handoff_of(turn, why, intent),
    )


def _handoff_of(turn: _Turn, why: HandoffReason, intent: str | None) -> Handoff:
    """The handoff for an intent: its answer and the ticket's number are told in one message."""
    phrases, opening, department = turn.policy.phrases, "", ""
    if intent:
        department = turn.knowledge.intents[intent].department
        escalating = turn.knowledge.intents[intent].kind in _REASONS
        variants = turn.knowledge.answers_for(intent, _channel(turn)) if escalating else ()
        if variants:
            opening = variants[turn.state.told.get(intent, 0) % len(variants)].text + "\n\n"
    confirmation = phrases.handed_over_alarm if why is HandoffReason.ALARM else phrases.handed_over
    return Handoff(
        reason=why,
        department=department or turn.policy.default_department,
        confirmation=opening + confirmation,
    )


def _cleared(state: DialogueState) -> DialogueState:
    """The state once the customer has moved on from what the bot asked last."""
    return replace(state, question=None, offered_agent=False, last_press="")


def _served(state: DialogueState, told: str | None = None) -> DialogueState:
    """The state once the customer got what they wanted, and heard the answer of the intent `told`."""
    counts = {**state.told, told: state.told.get(told, 0) + 1} if told else state.told
    return replace(_cleared(state), failures=0, told=counts)


def _effects(answer: Answer) -> tuple[Effect, ...]:
    buttons = tuple((Button(title=b.title, payload=b.payload),) for b in answer.buttons)
    text = SendText(text=answer.text, buttons=buttons)
    return (SendPhoto(url=answer.image), text) if answer.image else (text,)


def _channel(turn: _Turn) -> str:
    return turn.conversation.contact.channel
