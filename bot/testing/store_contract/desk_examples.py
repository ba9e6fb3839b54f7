"""Short ways to make what the contract of the desk stores, and the store it is stored in."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from bot.testing.store_contract.examples import BUDI, at, commit
from conversation.desk_ports import DeskStore, TicketQuery
from conversation.effects import Entry
from conversation.knowledge_ports import KnowledgeStore
from conversation.messages import Author, Contact, Message
from conversation.ports import Change, Store
from conversation.state import Closing, Episode, EpisodeId, Metrics, Rating
from conversation.tickets import Agent, AgentId, Ticket, TicketId

SARI = Agent(
    id=AgentId("telegram:777"), name="Sari", departments=frozenset({"pengaduan"}), login="sari", telegram_id=777
)
DEWI = Agent(id=AgentId("console:dewi"), name="dewi", login="dewi", zone="Asia/Makassar")


class WholeStore(Store, DeskStore, KnowledgeStore, Protocol):
    """All ports of one store."""


async def keep(store: WholeStore, *tickets: Ticket) -> None:
    """Commit tickets."""
    for each in tickets:
        await commit(store, ticket=each)


async def listed(store: WholeStore, query: TicketQuery, limit: int = 100, offset: int = 0) -> list[TicketId]:
    """The numbers of the tickets in a list."""
    return [row.ticket.id for row in await store.ticket_rows(query, limit, offset)]


async def told(
    store: WholeStore, *texts: str, minutes: float = 0, author: Author = Author.CUSTOMER, customer: Contact = BUDI
) -> None:
    """Somebody says something, one message a text."""
    entries = tuple(
        Entry(message=Message(author=author, text=text, at=at(minutes), external_id=text)) for text in texts
    )
    await commit(store, entries=entries, customer=customer)


async def rated(
    store: WholeStore, id: EpisodeId, stars: int | None, comment: str = "", customer: Contact = BUDI
) -> None:
    """A customer says something of an episode."""
    conversation = (await store.load(customer)).conversation
    await store.commit(Change(conversation=conversation, rating=Rating(episode_id=id, stars=stars, comment=comment)))


async def ended(
    store: WholeStore,
    number: int,
    *,
    opened: float = 0,
    closed: float = 10,
    metrics: Metrics | None = None,
    customer: Contact = BUDI,
) -> EpisodeId:
    """An episode that is over, its times in minutes after noon."""
    id, conversation = EpisodeId(number), (await store.load(customer)).conversation
    episode = Episode(id=id, conversation_id=conversation.id, opened_at=at(opened))
    opened_by = await store.commit(Change(conversation=replace(conversation, episode_id=id), episode=episode))
    closing = Closing(episode_id=id, at=at(closed), by="agent", metrics=metrics or Metrics())
    await store.commit(Change(conversation=replace(opened_by.conversation, episode_id=None), closing=closing))
    return id
