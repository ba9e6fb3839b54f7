"""What `tanggap doctor` asks of a PostgreSQL database: can it be reached, is it ours, does it keep what it is given.

Looks only; creates and changes nothing.
"""

from __future__ import annotations

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.plugin import Finding
from bot.storage.postgres import require_usable
from bot.storage.postgres_engine import engine_of, place_of, translated
from bot.storage.revision import stored_revision
from bot.storage.tables import HEAD
from conversation.errors import StorageError

MIB = 1024 * 1024

_SERVER = text(
    "SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS size,"
    " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,"
    " current_setting('max_connections') AS most_connections, current_setting('fsync') AS fsync,"
    " current_setting('full_page_writes') AS full_page_writes, current_setting('data_checksums') AS checksums,"
    " pg_is_in_recovery() AS standby"
)


async def check(url: str) -> list[Finding]:
    """Look at the database of a URL. What cannot be reached or used is a finding too."""
    try:
        place = place_of(url)
        try:
            async with engine_of(url, read_only=True).connect() as connection:
                return await _inside(connection, place)
        except StorageError:
            raise
        except Exception as error:
            raise translated(error, place) from error
    except StorageError as error:
        return [Finding(level="error", message=str(error), remedy=error.remedy)]


async def _inside(connection: AsyncConnection, place: str) -> list[Finding]:
    await require_usable(connection, place)
    server = (await connection.execute(_SERVER)).one()
    stored = await connection.run_sync(stored_revision)
    used = f"{server.connections} of {server.most_connections} connections in use"
    size = f"{server.size / MIB:.1f} MiB"
    findings = [Finding(level="ok", message=f"{place}: PostgreSQL {server.version}, {size}, {used}"), *_trust(server)]
    if stored is None:
        return [*findings, Finding(level="ok", message="there are no tables yet; the first start makes them")]
    later = "" if stored == HEAD else f"; brought to {HEAD} at the next start"
    return [*findings, Finding(level="ok", message=f"at revision {stored}{later}")]


def _trust(server: Row[tuple[object, ...]]) -> list[Finding]:
    """Settings under which a server forgets what it has confirmed, or takes nothing at all."""
    findings = [
        Finding(
            level="error",
            message=f"the server runs with {name} = off: a loss of power can destroy the database",
            remedy=f"Set {name} = on in postgresql.conf and reload the server.",
        )
        for name in ("fsync", "full_page_writes")
        if getattr(server, name) == "off"
    ]
    if server.standby:
        findings.append(
            Finding(
                level="error",
                message="the server takes no writes, as a standby does",
                remedy="Point storage.url at the primary.",
            )
        )
    if server.checksums == "off":
        findings.append(
            Finding(
                level="ok",
                message="the server keeps no checksums, so that a damaged disk can go unnoticed",
                remedy="Stop the server and run pg_checksums --enable.",
            )
        )
    return findings
