"""What an episode came to, put together when it ends: from all of its tickets, and the episode before it.

The sums are those of `handoff.episodes`; here is only looked up what they need.
"""

from __future__ import annotations

from dataclasses import replace

from bot.desk.store import WholeStore
from conversation.ports import Change
from conversation.state import Conversation
from conversation.tickets import Ticket
from handoff.episodes import metrics
from handoff.policy import DeskPolicy


async def with_figures(change: Change, before: Conversation, store: WholeStore, policy: DeskPolicy) -> Change:
    """The change with the figures of the episode that it ends, if it ends one that a human was needed for."""
    closing = change.closing
    if closing is None:
        return change
    found = [await store.ticket(ticket_id) for ticket_id in before.dialogue.tickets]
    tickets: list[Ticket] = [ticket for ticket in found if ticket is not None]
    if change.ticket is not None and not change.ticket.is_open:
        tickets.append(change.ticket)
    if not tickets:
        return change
    past = await store.past_episodes(before.id, limit=1)
    came_to = metrics(tickets, policy.department(tickets[-1].department), past[0] if past else None)
    return replace(change, closing=replace(closing, metrics=came_to))
