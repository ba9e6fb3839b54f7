"""Leases in PostgreSQL, each use case a plain function of a connection: who of several workers deals with what.

A lease holds until its time has passed, or until the connection of its worker has gone, which the server knows at once
where a process was killed. Nobody waits for anybody: what is locked by a transaction under way is passed over. Time is
the server's, so that no clock of a worker matters.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, String, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from bot.storage import rows
from bot.storage.tables import UNSENT, WAITING, inbox, outbox
from bot.storage.writing import PENDING, SENDING, marked_interrupted
from conversation.effects import OutboxItem
from conversation.errors import LeaseLost
from conversation.ports import InboxItem

SECONDS = 15.0
"""How long a lease lasts that is not renewed: that of a worker which lives, and does nothing."""

_CLASS = "(1952542569 # hashtext(current_schema()))"
"""The first number of the lock by which a worker shows that it lives; mixed with the schema, as several may share a
database."""

_KEYS = bindparam("keys", type_=ARRAY(String))
_TAKE_NEW = text(
    "INSERT INTO leases (key, worker, fence, until)"
    " SELECT wanted.key, :worker, nextval('fences'), clock_timestamp() + make_interval(secs => :seconds)"
    " FROM unnest(:keys) AS wanted(key) ORDER BY wanted.key"
    " ON CONFLICT (key) DO NOTHING RETURNING key, fence"
).bindparams(_KEYS)
_TAKE_OVER = text(
    "UPDATE leases SET worker = :worker, fence = nextval('fences'),"
    " until = clock_timestamp() + make_interval(secs => :seconds)"
    " FROM (SELECT key FROM leases WHERE key = ANY(:keys) AND until < clock_timestamp()"
    " ORDER BY key FOR UPDATE SKIP LOCKED) AS free"
    " WHERE leases.key = free.key RETURNING leases.key, leases.fence"
).bindparams(_KEYS)
_RENEW = text(
    "UPDATE leases SET until = clock_timestamp() + make_interval(secs => :seconds)"
    " WHERE key IN (SELECT key FROM leases WHERE worker = :worker ORDER BY key FOR NO KEY UPDATE SKIP LOCKED)"
)
_HELD = text("SELECT key, fence FROM leases WHERE worker = :worker")
_BURY = text(
    "DELETE FROM leases WHERE key IN (SELECT key FROM leases WHERE worker NOT IN"
    " (SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted"
    f" AND classid::bigint = ({_CLASS}::bigint & 4294967295)"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    " ORDER BY key FOR UPDATE SKIP LOCKED)"
)
_GIVE_BACK = text("DELETE FROM leases WHERE worker = :worker AND key = ANY(:keys)").bindparams(_KEYS)
_LEAVE = text("DELETE FROM leases WHERE worker = :worker")
_FENCES = text("SELECT key, fence FROM leases WHERE key = ANY(:keys) ORDER BY key FOR SHARE").bindparams(_KEYS)
_RESERVE = text(
    "INSERT INTO meters AS meter (name, free_at)"
    " VALUES (:name, clock_timestamp() + make_interval(secs => :spent) - make_interval(secs => :burst))"
    " ON CONFLICT (name) DO UPDATE SET free_at = make_interval(secs => :spent)"
    " + greatest(meter.free_at, clock_timestamp() - make_interval(secs => :burst))"
    " RETURNING extract(epoch FROM free_at - make_interval(secs => :spent) - clock_timestamp())"
)

_CHAT = outbox.c.channel + ":" + outbox.c.chat
"""The key of a delivery: of a customer's chat, or of a whole group, whose limit is the chat's."""

_UNDER_WAY = (text(UNSENT), outbox.c.status.in_((PENDING, SENDING)))
_LANES = text(
    f"SELECT lane FROM inbox WHERE {WAITING} AND channel = ANY(:channels) AND id <> ALL(:given)"
    " GROUP BY lane ORDER BY min(id) LIMIT :most"
)
_CHATS = text(
    f"SELECT channel || ':' || chat FROM outbox WHERE {UNSENT} AND status IN ('{PENDING}', '{SENDING}')"
    " AND channel = ANY(:channels) AND id <> ALL(:given) GROUP BY 1 ORDER BY min(id) LIMIT :most"
)

live = text(f"SELECT pg_try_advisory_lock({_CLASS}, :worker)")
"""Shows that a worker lives, for as long as the connection does."""


def key_of(item: OutboxItem) -> str:
    """The key under which something is delivered."""
    address = item.delivery.address
    return f"{address.channel}:{address.chat}"


def take(connection: Connection, worker: int, keys: Collection[str]) -> dict[str, int]:
    """Lease what is free of these keys; returns the fences of those."""
    values = {"worker": worker, "keys": sorted(keys), "seconds": SECONDS}
    taken = {row.key: row.fence for row in connection.execute(_TAKE_NEW, values)}
    left = sorted(set(keys) - taken.keys())
    if left:
        taken |= {row.key: row.fence for row in connection.execute(_TAKE_OVER, values | {"keys": left})}
    return taken


def renew(connection: Connection, worker: int) -> dict[str, int]:
    """Keep all leases of a worker; returns their fences. Leases of workers that are gone are freed.

    What a commit of this worker needs at the moment is kept the next time: to wait for it could be to wait for ever.
    """
    connection.execute(_BURY)
    connection.execute(_RENEW, {"worker": worker, "seconds": SECONDS})
    return {row.key: row.fence for row in connection.execute(_HELD, {"worker": worker})}


def give_back(connection: Connection, worker: int, keys: Collection[str]) -> None:
    """Free leases of a worker."""
    connection.execute(_GIVE_BACK, {"worker": worker, "keys": sorted(keys)})


def leave(connection: Connection, worker: int) -> None:
    """Free all leases of a worker."""
    connection.execute(_LEAVE, {"worker": worker})


def require(connection: Connection, fences: Mapping[str, int]) -> None:
    """See to it that these leases stay as they are until the transaction ends.

    Raises:
        LeaseLost: one of them is another worker's by now, or nobody's.
    """
    if fences and (lost := lost_of(connection, fences)):
        raise LeaseLost(f"another worker deals with {', '.join(lost)} by now")


def lost_of(connection: Connection, fences: Mapping[str, int]) -> list[str]:
    """Those of these leases that are no longer what they were; the others stay until the transaction ends."""
    there = {row.key: row.fence for row in connection.execute(_FENCES, {"keys": sorted(fences)})}
    return [key for key in sorted(fences) if there.get(key) != fences[key]]


def keys_with_work(
    connection: Connection, channels: Sequence[str], updates: Collection[int], deliveries: Collection[int], most: int
) -> frozenset[str]:
    """The keys of what waits, but for these updates and deliveries, which were given out."""
    shared = {"channels": list(channels), "most": most}
    lanes = connection.execute(_LANES, shared | {"given": list(updates)}).scalars()
    chats = connection.execute(_CHATS, shared | {"given": list(deliveries)}).scalars()
    return frozenset([*lanes, *chats])


def updates_in(connection: Connection, lanes: Collection[str], channels: Sequence[str]) -> list[InboxItem]:
    """What waits in these lanes, in order."""
    there = (text(WAITING), inbox.c.lane.in_(lanes), inbox.c.channel.in_(channels))
    return [rows.inbox_item(row) for row in connection.execute(select(inbox).where(*there).order_by(inbox.c.id))]


def deliveries_to(
    connection: Connection, chats: Collection[str], channels: Sequence[str]
) -> list[tuple[OutboxItem, bool]]:
    """What waits for these chats, in order, and whether a worker was in the middle of it."""
    there = (*_UNDER_WAY, _CHAT.in_(chats), outbox.c.channel.in_(channels))
    found = connection.execute(select(outbox).where(*there).order_by(outbox.c.id))
    return [(rows.outbox_item(row), row.status == SENDING) for row in found]


def interrupted(connection: Connection, ids: Collection[int]) -> list[OutboxItem]:
    """What a worker was in the middle of that has lost its lease: it may be repeated, or (returned) nobody knows."""
    return marked_interrupted(connection, outbox.c.id.in_(ids))


def reserve(connection: Connection, name: str, spent: float, burst: float) -> float:
    """Have so many seconds of a limit; returns the seconds until they begin."""
    values = {"name": name, "spent": spent, "burst": burst}
    return max(0.0, float(connection.execute(_RESERVE, values).scalar_one()))
