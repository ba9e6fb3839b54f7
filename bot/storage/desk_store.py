"""Every use case of `DeskStore`, handed to a database that runs it. Knows no connection and no particular database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.storage import desk_people, desk_queue, desk_reports, desk_search
from bot.storage.rules import refuse_naive_time
from bot.storage.sql_jobs import SqlJobs
from conversation.desk_ports import (
    AuditEntry,
    CannedReply,
    EpisodeRow,
    Hit,
    IntentStars,
    SearchQuery,
    Session,
    TicketQuery,
    TicketRow,
    Volume,
)
from conversation.messages import ConversationId
from conversation.tickets import Agent, AgentId, TicketId


class SqlDeskStore(SqlJobs):
    """`DeskStore` on a database."""

    async def agents(self) -> list[Agent]:
        """See `DeskStore.agents`."""
        return await self._read(desk_people.all_agents)

    async def save_agent(self, agent: Agent, password_hash: str | None = None) -> None:
        """See `DeskStore.save_agent`."""
        await self._write(lambda connection: desk_people.save_agent(connection, agent, password_hash))

    async def password_hash(self, login: str) -> tuple[AgentId, str] | None:
        """See `DeskStore.password_hash`."""
        return await self._read(lambda connection: desk_people.password_hash(connection, login))

    async def open_session(self, session: Session) -> None:
        """See `DeskStore.open_session`."""
        refuse_naive_time(session.begun_at, session.seen_at, session.expires_at)
        await self._write(lambda connection: desk_people.open_session(connection, session))

    async def session(self, token_hash: str) -> Session | None:
        """See `DeskStore.session`."""
        return await self._read(lambda connection: desk_people.session(connection, token_hash))

    async def sessions(self, token_hashes: Collection[str]) -> dict[str, Session]:
        """See `DeskStore.sessions`."""
        return await self._view(lambda connection: desk_people.some_sessions(connection, token_hashes))

    async def renew_session(self, token_hash: str, session: Session) -> bool:
        """See `DeskStore.renew_session`."""
        refuse_naive_time(session.begun_at, session.seen_at, session.expires_at)
        return await self._write(lambda connection: desk_people.renew_session(connection, token_hash, session))

    async def end_sessions(self, *, agent_id: AgentId | None = None, token_hash: str = "") -> None:
        """See `DeskStore.end_sessions`."""
        await self._write(lambda connection: desk_people.end_sessions(connection, agent_id, token_hash))

    async def record(self, entry: AuditEntry) -> None:
        """See `DeskStore.record`."""
        refuse_naive_time(entry.at)
        await self._write(lambda connection: desk_people.record(connection, entry))

    async def audit_trail(
        self, *, agent_id: AgentId | None = None, about: str = "", limit: int = 200
    ) -> list[AuditEntry]:
        """See `DeskStore.audit_trail`."""
        return await self._view(lambda connection: desk_people.audit_trail(connection, agent_id, about, limit))

    async def canned_replies(self) -> list[CannedReply]:
        """See `DeskStore.canned_replies`."""
        return await self._view(desk_people.all_canned_replies)

    async def save_canned_reply(self, reply: CannedReply) -> None:
        """See `DeskStore.save_canned_reply`."""
        await self._write(lambda connection: desk_people.save_canned_reply(connection, reply))

    async def drop_canned_reply(self, shortcut: str, department: str = "") -> None:
        """See `DeskStore.drop_canned_reply`."""
        await self._write(lambda connection: desk_people.drop_canned_reply(connection, shortcut, department))

    async def ticket_rows(self, query: TicketQuery, limit: int = 100, offset: int = 0) -> list[TicketRow]:
        """See `DeskStore.ticket_rows`."""
        return await self._view(lambda connection: desk_queue.ticket_rows(connection, query, limit, offset))

    async def ticket_counts(self, departments: frozenset[str] | None) -> Mapping[str, int]:
        """See `DeskStore.ticket_counts`."""
        return await self._view(lambda connection: desk_queue.ticket_counts(connection, departments))

    async def in_hand(self) -> Mapping[AgentId, int]:
        """See `DeskStore.in_hand`."""
        return await self._view(desk_queue.in_hand)

    async def position(self, ticket_id: TicketId) -> int | None:
        """See `DeskStore.position`."""
        return await self._view(lambda connection: desk_queue.position(connection, ticket_id))

    async def open_load(self) -> Mapping[AgentId, int]:
        """See `DeskStore.open_load`."""
        return await self._read(desk_queue.open_load)

    async def due_tickets(self, now: datetime, unanswered_since: datetime, limit: int = 100) -> list[TicketId]:
        """See `DeskStore.due_tickets`."""
        refuse_naive_time(now, unanswered_since)
        return await self._read(lambda connection: desk_queue.due_tickets(connection, now, unanswered_since, limit))

    async def search(self, query: SearchQuery, limit: int = 50) -> list[Hit]:
        """See `DeskStore.search`."""
        refuse_naive_time(query.since, query.until)
        return await self._view(lambda connection: desk_search.search(connection, query, limit))

    async def past_episodes(self, conversation_id: ConversationId, limit: int = 20) -> list[EpisodeRow]:
        """See `DeskStore.past_episodes`."""
        return await self._view(lambda connection: desk_reports.past_episodes(connection, conversation_id, limit))

    async def episodes_between(
        self, since: datetime, until: datetime, departments: frozenset[str] | None = None
    ) -> list[EpisodeRow]:
        """See `DeskStore.episodes_between`."""
        refuse_naive_time(since, until)
        return await self._view(lambda connection: desk_reports.episodes_between(connection, since, until, departments))

    async def backlog(
        self, times: Sequence[datetime], departments: frozenset[str] | None = None
    ) -> list[Mapping[str, int]]:
        """See `DeskStore.backlog`."""
        refuse_naive_time(*times)
        return await self._view(lambda connection: desk_reports.backlog(connection, times, departments))

    async def volumes(self, since: datetime, until: datetime) -> list[Volume]:
        """See `DeskStore.volumes`."""
        refuse_naive_time(since, until)
        return await self._view(lambda connection: desk_reports.volumes(connection, since, until))

    async def stars_by_intent(self, since: datetime, until: datetime) -> list[IntentStars]:
        """See `DeskStore.stars_by_intent`."""
        refuse_naive_time(since, until)
        return await self._view(lambda connection: desk_reports.stars_by_intent(connection, since, until))
