"""Giving a conversation to a human: when the knowledge base says so, and when there is nothing better to do."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue.buttons import offer_buttons
from bot.dialogue.decision import Decision, DecisionKind, Handoff
from bot.dialogue.turn import Turn, cleared, served
from conversation.effects import SendText
from conversation.tickets import HandoffReason
from conversation.values import replace

REASONS: Mapping[str, HandoffReason] = {
    "complaint": HandoffReason.COMPLAINT,
    "alarm": HandoffReason.ALARM,
    "handoff": HandoffReason.CUSTOMER_REQUEST,
}
"""Why an intent of this kind goes to a human; the other kinds do not."""


def handed_over(turn: Turn, why: HandoffReason, *, reason: str, intent: str | None = None) -> Decision:
    """Give the conversation to a human."""
    return Decision(
        kind=DecisionKind.ESCALATE,
        reason=reason,
        intent=intent,
        state=served(turn.state, intent),
        handoff=handoff_of(turn, why, intent),
    )


def handoff_of(turn: Turn, why: HandoffReason, intent: str | None, opening: str = "") -> Handoff:
    """The handoff for an intent: its answer (or `opening`) and the ticket's number are told in one message."""
    phrases, department, response = turn.phrases, "", ""
    if intent and intent in turn.knowledge.intents:
        department = turn.knowledge.intents[intent].department
        answer = turn.variant(intent) if turn.knowledge.intents[intent].kind in REASONS else None
        if answer and not opening:
            opening, response = turn.words(answer.text), intent
    confirmation = phrases.handed_over_alarm if why is HandoffReason.ALARM else phrases.handed_over
    return Handoff(
        reason=why,
        department=department or turn.policy.default_department,
        confirmation=f"{opening}\n\n{confirmation}" if opening else confirmation,
        response=response,
    )


def not_understood(turn: Turn, reason: str, handoff: HandoffReason) -> Decision:
    """Offer a human; after some failures in a row, call one."""
    failures = turn.state.failures + 1
    if failures >= turn.policy.failures_before_handoff:
        return handed_over(turn, handoff, reason=f"{reason}_again")
    phrases = turn.phrases
    offer = SendText(text=phrases.unknown, buttons=offer_buttons(phrases.call_agent))
    state = replace(cleared(turn.state), failures=failures, offered_agent=True)
    return Decision(kind=DecisionKind.UNKNOWN, reason=reason, state=state, says=(offer,))
