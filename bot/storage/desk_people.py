"""The people of the desk in the tables: their accounts and sessions, what they did, and their canned replies.

Plain functions of a connection; those that write are inside a transaction. They know a password and a cookie only by
their hashes.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.storage.codec import decode_words, encode_words
from bot.storage.rows import AnyRow, Values
from bot.storage.rules import taken
from bot.storage.tables import agents, audit, canned_replies, sessions
from conversation.desk_ports import AuditEntry, CannedReply, Session
from conversation.tickets import Agent, AgentId, Role

_WITH_LOGIN = text("login <> ''")
_WITH_AGENT = text("agent_id IS NOT NULL")
_WITH_SUBJECT = text("about <> ''")


def all_agents(connection: Connection) -> list[Agent]:
    """See `DeskStore.agents`."""
    found = [_agent(row) for row in connection.execute(select(agents))]
    return sorted(found, key=lambda agent: (agent.name.lower(), agent.id))


def save_agent(connection: Connection, agent: Agent, password_hash: str | None) -> None:
    """See `DeskStore.save_agent`."""
    values = _agent_values(agent)
    if password_hash is not None:
        values["password_hash"] = password_hash
    try:
        if connection.execute(update(agents).where(agents.c.id == agent.id).values(values)).rowcount == 0:
            connection.execute(insert(agents), values | {"id": agent.id})
    except IntegrityError as error:
        raise taken("Telegram id" if "telegram" in str(error.orig) else "login") from error


def password_hash(connection: Connection, login: str) -> tuple[AgentId, str] | None:
    """See `DeskStore.password_hash`."""
    found = select(agents.c.id, agents.c.password_hash).where(_WITH_LOGIN, agents.c.login == login)
    row = connection.execute(found).one_or_none()
    return None if row is None or not row.password_hash else (row.id, row.password_hash)


def open_session(connection: Connection, session: Session) -> None:
    """See `DeskStore.open_session`. Sessions that nobody ended go when they have expired and the next one begins."""
    connection.execute(delete(sessions).where(sessions.c.expires_at <= session.begun_at))
    connection.execute(insert(sessions), _session_values(session))


def session(connection: Connection, token_hash: str) -> Session | None:
    """See `DeskStore.session`."""
    row = connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).one_or_none()
    return None if row is None else Session(**row._mapping)


def some_sessions(connection: Connection, token_hashes: Collection[str]) -> dict[str, Session]:
    """See `DeskStore.sessions`."""
    found = connection.execute(select(sessions).where(sessions.c.token_hash.in_(token_hashes)))
    return {row.token_hash: Session(**row._mapping) for row in found}


def renew_session(connection: Connection, token_hash: str, session: Session) -> bool:
    """See `DeskStore.renew_session`."""
    there = update(sessions).where(sessions.c.token_hash == token_hash)
    return bool(connection.execute(there.values(_session_values(session))).rowcount)


def end_sessions(connection: Connection, agent_id: AgentId | None, token_hash: str) -> None:
    """See `DeskStore.end_sessions`."""
    if token_hash:
        connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))
    if agent_id is not None:
        connection.execute(delete(sessions).where(sessions.c.agent_id == agent_id))


def record(connection: Connection, entry: AuditEntry) -> None:
    """See `DeskStore.record`."""
    values = {
        "at": entry.at,
        "agent_id": entry.agent_id,
        "action": entry.action,
        "about": entry.about,
        "detail": entry.detail,
    }
    connection.execute(insert(audit), values)


def audit_trail(connection: Connection, agent_id: AgentId | None, about: str, limit: int) -> list[AuditEntry]:
    """See `DeskStore.audit_trail`."""
    latest = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if agent_id is not None:
        latest = latest.where(_WITH_AGENT, audit.c.agent_id == agent_id)
    if about:
        latest = latest.where(_WITH_SUBJECT, audit.c.about == about)
    return [
        AuditEntry(at=row.at, agent_id=row.agent_id, action=row.action, about=row.about, detail=row.detail)
        for row in connection.execute(latest)
    ]


def all_canned_replies(connection: Connection) -> list[CannedReply]:
    """See `DeskStore.canned_replies`."""
    found = [CannedReply(**row._mapping) for row in connection.execute(select(canned_replies))]
    return sorted(found, key=lambda reply: (reply.shortcut, reply.department))


def save_canned_reply(connection: Connection, reply: CannedReply) -> None:
    """See `DeskStore.save_canned_reply`."""
    drop_canned_reply(connection, reply.shortcut, reply.department)
    values = {"department": reply.department, "shortcut": reply.shortcut, "text": reply.text}
    connection.execute(insert(canned_replies), values)


def drop_canned_reply(connection: Connection, shortcut: str, department: str) -> None:
    """See `DeskStore.drop_canned_reply`."""
    same = (canned_replies.c.department == department, canned_replies.c.shortcut == shortcut)
    connection.execute(delete(canned_replies).where(*same))


def _agent_values(agent: Agent) -> Values:
    return {
        "name": agent.name,
        "departments": encode_words(tuple(sorted(agent.departments))),
        "role": agent.role.value,
        "skills": encode_words(tuple(sorted(agent.skills))),
        "languages": encode_words(tuple(sorted(agent.languages))),
        "capacity": agent.capacity,
        "available": agent.available,
        "disabled": agent.disabled,
        "login": agent.login,
        "telegram_id": agent.telegram_id,
        "locale": agent.locale,
        "zone": agent.zone,
    }


def _agent(row: AnyRow) -> Agent:
    return Agent(
        id=row.id,
        name=row.name,
        departments=frozenset(decode_words(row.departments)),
        role=Role(row.role),
        skills=frozenset(decode_words(row.skills)),
        languages=frozenset(decode_words(row.languages)),
        capacity=row.capacity,
        available=row.available,
        disabled=row.disabled,
        login=row.login,
        telegram_id=row.telegram_id,
        locale=row.locale,
        zone=row.zone,
    )


def _session_values(session: Session) -> Values:
    return {
        "token_hash": session.token_hash,
        "agent_id": session.agent_id,
        "begun_at": session.begun_at,
        "seen_at": session.seen_at,
        "expires_at": session.expires_at,
    }
