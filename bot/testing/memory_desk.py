"""The desk of the store in memory, on the same dictionaries as the rest of it. It keeps nothing that a test could
not have written down by hand: no index, no order but what is sorted on the way out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.storage.rules import due_at, refuse_naive_time, taken
from bot.testing.memory_rows import Written
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
from conversation.messages import ConversationId, Message, MessageId
from conversation.ports import TurnRecord
from conversation.searching import asked_words, words_in
from conversation.state import Conversation, Episode, EpisodeId, Metrics, Rating
from conversation.tickets import Agent, AgentId, Ticket, TicketId, TicketStatus

_SERVED = (TicketStatus.ASSIGNED, TicketStatus.WAITING_CUSTOMER)


@dataclass(slots=True)
class MemoryDesk:
    """`DeskStore` on dictionaries."""

    _conversations: dict[ConversationId, Conversation] = field(default_factory=dict)
    _messages: dict[MessageId, Written] = field(default_factory=dict)
    _turns: list[tuple[ConversationId, TurnRecord]] = field(default_factory=list)
    _tickets: dict[TicketId, Ticket] = field(default_factory=dict)
    _episodes: dict[EpisodeId, Episode] = field(default_factory=dict)
    _metrics: dict[EpisodeId, Metrics] = field(default_factory=dict)
    _ratings: dict[EpisodeId, tuple[int, str]] = field(default_factory=dict)
    _agents: dict[AgentId, Agent] = field(default_factory=dict)
    _passwords: dict[AgentId, str] = field(default_factory=dict)
    _sessions: dict[str, Session] = field(default_factory=dict)
    _audit: list[AuditEntry] = field(default_factory=list)
    _canned: dict[tuple[str, str], CannedReply] = field(default_factory=dict)

    async def agents(self) -> list[Agent]:
        """See `DeskStore.agents`."""
        return sorted(self._agents.values(), key=lambda agent: (agent.name.lower(), agent.id))

    async def save_agent(self, agent: Agent, password_hash: str | None = None) -> None:
        """See `DeskStore.save_agent`."""
        others = [other for other in self._agents.values() if other.id != agent.id]
        if agent.login and agent.login in [other.login for other in others]:
            raise taken("login")
        if agent.telegram_id is not None and agent.telegram_id in [other.telegram_id for other in others]:
            raise taken("Telegram id")
        self._agents[agent.id] = agent
        if password_hash is not None:
            self._passwords[agent.id] = password_hash

    async def password_hash(self, login: str) -> tuple[AgentId, str] | None:
        """See `DeskStore.password_hash`."""
        named = (agent.id for agent in self._agents.values() if login and agent.login == login)
        return next(((id, self._passwords[id]) for id in named if self._passwords.get(id)), None)

    async def open_session(self, session: Session) -> None:
        """See `DeskStore.open_session`."""
        refuse_naive_time(session.begun_at, session.seen_at, session.expires_at)
        for known in list(self._sessions.values()):
            if known.expires_at <= session.begun_at:
                del self._sessions[known.token_hash]
        self._sessions[session.token_hash] = session

    async def session(self, token_hash: str) -> Session | None:
        """See `DeskStore.session`."""
        return self._sessions.get(token_hash)

    async def sessions(self, token_hashes: Collection[str]) -> dict[str, Session]:
        """See `DeskStore.sessions`."""
        return {each: self._sessions[each] for each in token_hashes if each in self._sessions}

    async def renew_session(self, token_hash: str, session: Session) -> bool:
        """See `DeskStore.renew_session`."""
        refuse_naive_time(session.begun_at, session.seen_at, session.expires_at)
        if self._sessions.pop(token_hash, None) is None:
            return False
        self._sessions[session.token_hash] = session
        return True

    async def end_sessions(self, *, agent_id: AgentId | None = None, token_hash: str = "") -> None:
        """See `DeskStore.end_sessions`."""
        for session in list(self._sessions.values()):
            if session.token_hash == token_hash or session.agent_id == agent_id:
                del self._sessions[session.token_hash]

    async def record(self, entry: AuditEntry) -> None:
        """See `DeskStore.record`."""
        refuse_naive_time(entry.at)
        self._audit.append(entry)

    async def audit_trail(
        self, *, agent_id: AgentId | None = None, about: str = "", limit: int = 200
    ) -> list[AuditEntry]:
        """See `DeskStore.audit_trail`."""
        newest_first = reversed(self._audit)
        return [entry for entry in newest_first if agent_id in (None, entry.agent_id) and about in ("", entry.about)][
            :limit
        ]

    async def canned_replies(self) -> list[CannedReply]:
        """See `DeskStore.canned_replies`."""
        return [self._canned[key] for key in sorted(self._canned)]

    async def save_canned_reply(self, reply: CannedReply) -> None:
        """See `DeskStore.save_canned_reply`."""
        self._canned[reply.shortcut, reply.department] = reply

    async def drop_canned_reply(self, shortcut: str, department: str = "") -> None:
        """See `DeskStore.drop_canned_reply`."""
        self._canned.pop((shortcut, department), None)

    async def ticket_rows(self, query: TicketQuery, limit: int = 100, offset: int = 0) -> list[TicketRow]:
        """See `DeskStore.ticket_rows`."""
        found = [ticket for ticket in self._tickets.values() if _is_in(query, ticket)]
        if query.order == "newest":
            found.sort(key=lambda ticket: (ticket.queued_at, ticket.id), reverse=True)
        elif query.order == "deadline":
            found.sort(key=_deadline)
        elif query.order == "urgency":
            found.sort(key=_urgency)
        else:
            raise ValueError(f"a list has no order {query.order!r}")
        shown = found[offset : offset + limit]
        return [TicketRow(ticket=ticket, latest=self._latest(ticket.conversation_id)) for ticket in shown]

    def _latest(self, conversation_id: ConversationId) -> Message | None:
        newest_first = reversed(self._messages.values())
        return next((each.message for each in newest_first if each.conversation_id == conversation_id), None)

    async def in_hand(self) -> Mapping[AgentId, int]:
        """See `DeskStore.in_hand`."""
        return Counter(each.assignee for each in self._tickets.values() if each.is_open and each.assignee is not None)

    async def ticket_counts(self, departments: frozenset[str] | None) -> Mapping[str, int]:
        """See `DeskStore.ticket_counts`."""
        still_open = [ticket for ticket in self._tickets.values() if ticket.is_open]
        visible = [each for each in still_open if departments is None or each.department in departments]
        return {
            "unassigned": sum(ticket.assignee is None for ticket in visible),
            "all": len(visible),
            "at_risk": sum(ticket.is_at_risk for ticket in visible),
        }

    async def position(self, ticket_id: TicketId) -> int | None:
        """See `DeskStore.position`."""
        asked = self._tickets.get(ticket_id)
        if asked is None or asked.status is not TicketStatus.QUEUED:
            return None
        queued = TicketQuery(statuses=(TicketStatus.QUEUED,), departments=frozenset((asked.department,)))
        waiting = [ticket for ticket in self._tickets.values() if _is_in(queued, ticket)]
        return 1 + sum(_urgency(ticket) < _urgency(asked) for ticket in waiting)

    async def open_load(self) -> Mapping[AgentId, int]:
        """See `DeskStore.open_load`."""
        served = (ticket.assignee for ticket in self._tickets.values() if ticket.status in _SERVED)
        return Counter(assignee for assignee in served if assignee is not None)

    async def due_tickets(self, now: datetime, unanswered_since: datetime, limit: int = 100) -> list[TicketId]:
        """See `DeskStore.due_tickets`."""
        refuse_naive_time(now, unanswered_since)
        due = sorted((at, ticket.id) for ticket in self._tickets.values() if (at := due_at(ticket)) and at <= now)
        unanswered = sorted(
            (ticket.assigned_at, ticket.id)
            for ticket in self._tickets.values()
            if ticket.routed
            and ticket.status is TicketStatus.ASSIGNED
            and ticket.assigned_at
            and ticket.waiting_since
            and max(ticket.assigned_at, ticket.waiting_since) <= unanswered_since
        )
        return list(dict.fromkeys(id for _, id in (*due, *unanswered)))[:limit]

    async def search(self, query: SearchQuery, limit: int = 50) -> list[Hit]:
        """See `DeskStore.search`."""
        refuse_naive_time(query.since, query.until)
        asked = asked_words(query.words)
        newest_first = reversed(self._messages.values())
        found = [self._hit(each) for each in newest_first if asked and _says(each.message, query, asked)]
        return [
            hit
            for hit in found
            if query.departments is None or (hit.ticket_id is not None and hit.department in query.departments)
        ][:limit]

    def _hit(self, written: Written) -> Hit:
        ticket = self._ticket_of(written)
        return Hit(
            conversation_id=written.conversation_id,
            contact_name=self._conversations[written.conversation_id].contact.name,
            message=written.message,
            ticket_id=ticket.id if ticket else None,
            department=ticket.department if ticket else "",
        )

    def _ticket_of(self, written: Written) -> Ticket | None:
        """The ticket during which a message was written, or to which the episode of the message led."""
        at = written.message.at
        ends = [
            episode.closed_at
            for episode in self._episodes.values()
            if episode.conversation_id == written.conversation_id and episode.closed_at and episode.closed_at >= at
        ]
        following = (
            ticket
            for ticket in sorted(self._tickets.values(), key=lambda ticket: ticket.id)
            if ticket.conversation_id == written.conversation_id
            and (ticket.is_open or (ticket.closed_at or ticket.changed_at) >= at)
            and not any(end < ticket.queued_at for end in ends)
        )
        return next(following, None)

    async def past_episodes(self, conversation_id: ConversationId, limit: int = 20) -> list[EpisodeRow]:
        """See `DeskStore.past_episodes`."""
        theirs = [row for row in self._ended() if row.conversation_id == conversation_id]
        return sorted(theirs, key=lambda row: row.id, reverse=True)[:limit]

    def _rate(self, rating: Rating) -> None:
        known = self._ratings.get(rating.episode_id)
        if known is None and rating.stars is not None and rating.episode_id in self._episodes:
            self._ratings[rating.episode_id] = rating.stars, rating.comment
        elif known is not None and rating.stars is None and not known[1]:
            self._ratings[rating.episode_id] = known[0], rating.comment

    async def episodes_between(
        self, since: datetime, until: datetime, departments: frozenset[str] | None = None
    ) -> list[EpisodeRow]:
        """See `DeskStore.episodes_between`."""
        refuse_naive_time(since, until)
        ended = (row for row in self._ended() if since <= row.closed_at < until)
        chosen = (row for row in ended if departments is None or departments & _concerned(row))
        return sorted(chosen, key=lambda row: (row.closed_at, row.id))

    def _ended(self) -> Iterator[EpisodeRow]:
        for episode in self._episodes.values():
            if episode.closed_at is not None:
                metrics = self._metrics[episode.id]
                stars, comment = self._ratings.get(episode.id, (None, ""))
                yield EpisodeRow(
                    id=episode.id,
                    conversation_id=episode.conversation_id,
                    opened_at=episode.opened_at,
                    closed_at=episode.closed_at,
                    closed_by=episode.closed_by,
                    by_bot=metrics.by_bot,
                    handoff_reason=metrics.handoff_reason,
                    department=metrics.department,
                    agent=metrics.agent,
                    first_reply=metrics.first_reply,
                    resolution=metrics.resolution,
                    handling=metrics.handling,
                    missed=metrics.missed,
                    promised=metrics.promised,
                    abandoned=metrics.abandoned,
                    reopened=metrics.reopened,
                    stars=stars,
                    comment=comment,
                )

    async def backlog(
        self, times: Sequence[datetime], departments: frozenset[str] | None = None
    ) -> list[Mapping[str, int]]:
        """See `DeskStore.backlog`."""
        refuse_naive_time(*times)
        shown = [each for each in self._tickets.values() if departments is None or each.department in departments]
        return [
            Counter(
                ticket.department
                for ticket in shown
                if ticket.queued_at <= time and (ticket.closed_at is None or ticket.closed_at > time)
            )
            for time in times
        ]

    async def volumes(self, since: datetime, until: datetime) -> list[Volume]:
        """See `DeskStore.volumes`."""
        refuse_naive_time(since, until)
        counted = Counter(
            (turn.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0), turn.intent or "", turn.kind)
            for _, turn in self._turns
            if since <= turn.at < until
        )
        return [
            Volume(hour=hour, intent=intent, kind=kind, turns=turns)
            for (hour, intent, kind), turns in sorted(counted.items())
        ]

    async def stars_by_intent(self, since: datetime, until: datetime) -> list[IntentStars]:
        """See `DeskStore.stars_by_intent`."""
        given: dict[str, list[int]] = defaultdict(list)
        for row in await self.episodes_between(since, until):
            if row.stars is None:
                continue
            turns = (turn for id, turn in self._turns if id == row.conversation_id)
            wanted = {turn.intent for turn in turns if turn.intent and row.opened_at <= turn.at <= row.closed_at}
            for intent in wanted:
                given[intent].append(row.stars)
        return [
            IntentStars(intent=intent, stars=sum(stars) / len(stars), ratings=len(stars))
            for intent, stars in sorted(given.items())
        ]


def _concerned(row: EpisodeRow) -> frozenset[str]:
    """The departments that had an episode last, or promised something in it."""
    return frozenset((row.department, *(each.department for each in row.promised or ())))


def _is_in(query: TicketQuery, ticket: Ticket) -> bool:
    return (
        (not query.statuses or ticket.status in query.statuses)
        and (query.departments is None or ticket.department in query.departments)
        and query.assignee in (None, ticket.assignee)
        and (not query.unassigned or ticket.assignee is None)
        and (not query.label or query.label in ticket.labels)
    )


def _urgency(ticket: Ticket) -> tuple[int, datetime, TicketId]:
    return -ticket.priority.value, ticket.waiting_since or ticket.queued_at, ticket.id


def _deadline(ticket: Ticket) -> tuple[object, ...]:
    due = ticket.deadlines.next if ticket.is_open else None
    return (1, *_urgency(ticket)) if due is None else (0, due, ticket.id)


def _says(message: Message, query: SearchQuery, asked: list[str]) -> bool:
    if query.author not in ("", message.author.value):
        return False
    if (query.since and message.at < query.since) or (query.until and message.at >= query.until):
        return False
    words = words_in(message.text)
    return all(any(word.startswith(each) for word in words) for each in asked)
