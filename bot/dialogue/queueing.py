"""What customers may choose while they wait for a human: to leave a message, to call it off, or to go back to the bot.

By the buttons of the notices they are shown, or in their own words. Whether somebody has them already is looked at
again when the change is made.
"""

from __future__ import annotations

import re

from bot.dialogue import commands
from bot.dialogue.decision import Decision, DecisionKind
from bot.dialogue.turn import Turn, cleared, say, silent
from conversation.effects import SendText
from conversation.phrases import ticket_number
from conversation.tickets import Ticket, TicketStatus
from handoff.notices import CANCEL, LEAVE_MESSAGE, choice_of, message_left

_BACK = re.compile(
    r"(tolong |aku |saya |mau )*(kembali|balik|lanjut|pindah|back|continue|return)"
    r"( lagi)?( saja| aja)?( ke| sama| dengan| to| with)?( the)? bot( lagi| saja| aja| please)*[.!]*"
)


def chosen(turn: Turn, payload: str) -> Decision | None:
    """The decision about a press on one of those buttons; None for other buttons."""
    choice = choice_of(payload)
    if choice is None:
        return None
    name, ticket_id = choice
    if turn.ticket is None or turn.ticket.id != ticket_id or not may_leave(turn.ticket):
        return silent(turn, "pressed_late")
    if name == LEAVE_MESSAGE:
        return _leave_message(turn, turn.ticket)
    return commands.cancel(turn) if name == CANCEL else back_to_bot(turn, "pressed")


def wants_back(text: str) -> bool:
    """Whether somebody asks for the bot rather than to wait."""
    return _BACK.fullmatch(" ".join(text.casefold().split())) is not None


def may_leave(ticket: Ticket) -> bool:
    """Whether nobody serves them yet, as far as they know."""
    return ticket.status is TicketStatus.QUEUED or ticket.routed


def back_to_bot(turn: Turn, reason: str) -> Decision:
    """Take the conversation out of the queue."""
    return Decision(kind=DecisionKind.COMMAND, reason=reason, state=cleared(turn.state), back_to_bot=True)


def _leave_message(turn: Turn, ticket: Ticket) -> Decision:
    calendar = turn.policy.desk.department(ticket.department).calendar
    if calendar.is_open(turn.now):
        said = SendText(text=turn.phrases.still_waiting.format(ticket=ticket_number(ticket.id)))
    else:
        said = message_left(turn.phrases, calendar, turn.now)
    return say(turn, DecisionKind.COMMAND, "leave_message", said)
