"""What customers can type after a slash, as far as it needs nobody else: greeting, status, cancelling."""

from __future__ import annotations

import re

from bot.dialogue.decision import Decision, DecisionKind
from bot.dialogue.turn import Turn, cleared, say
from conversation.effects import SendText
from conversation.phrases import ticket_number
from conversation.values import replace

COMMANDS = ("start", "bantuan", "menu", "agen", "status", "batal")
"""The commands by name."""

_ENGLISH = {"help": "bantuan", "agent": "agen", "cancel": "batal"}

_BARE = re.compile(r"/([a-z]\w{0,31})(?:@\w+)?", re.ASCII | re.IGNORECASE)
"""A text that is a command and nothing else, as Telegram takes them."""


def command_in(text: str) -> tuple[str, str] | None:
    """The command that a text gives, and what stands behind it; None where it gives none."""
    word, _, rest = text.strip().partition(" ") if text.strip().startswith("/") else ("", "", "")
    name = word[1:].split("@", 1)[0].lower()
    name = _ENGLISH.get(name, name)
    return (name, rest.strip()) if name in COMMANDS else None


def unknown_command(text: str) -> str | None:
    """The name of a command that is none of ours, where the text is nothing else: no words of a customer."""
    bare = _BARE.fullmatch(text.strip())
    return bare[1].lower() if bare and command_in(text) is None else None


def start(turn: Turn) -> Decision:
    """Greet."""
    policy = turn.policy
    text = turn.phrases.welcome.format(bot=policy.bot_name, shop=policy.shop_name)
    return say(turn, DecisionKind.COMMAND, "start", SendText(text=text))


def status(turn: Turn) -> Decision:
    """How the customer's report stands."""
    phrases, ticket = turn.phrases, turn.ticket
    if ticket is None:
        text = phrases.status_none
    elif ticket.assignee is None:
        text = phrases.status_queued.format(ticket=ticket_number(ticket.id))
    else:
        text = phrases.status_assigned.format(ticket=ticket_number(ticket.id), agent=ticket.assignee_name)
    return say(turn, DecisionKind.COMMAND, "status", SendText(text=text))


def cancel(turn: Turn) -> Decision:
    """Call off a ticket that still waits, or what the bot asked. An agent's ticket is the agent's."""
    turn = turn.having(replace(turn.state, form=None))
    if turn.ticket and (turn.ticket.assignee is None or turn.ticket.routed):
        return Decision(kind=DecisionKind.COMMAND, reason="cancel", state=cleared(turn.state), cancel_ticket=True)
    if turn.ticket:
        return status(turn)
    phrases = turn.phrases
    asked = turn.state.question or turn.state.offered_agent
    said = SendText(text=phrases.no_agent_needed if asked else phrases.nothing_to_cancel)
    return say(turn, DecisionKind.COMMAND, "cancel", said)
