"""The commands that keep a service in order: backups, quarantine, and what people may ask of their data.

Where a running service holds the database, it is asked to do what must be written.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import typer
from rich.markup import escape
from rich.table import Column, Table

from bot.cli.common import errors, out, print_json, progress_bar, settings_of
from bot.errands import ask, errands_of
from bot.settings import Settings
from bot.storage import open_store
from bot.storage.backup import back_up
from bot.storage.backup import restore as restore_file
from bot.storage.upkeep import Upkeep, is_held, sqlite_file, upkeep_of
from conversation.errors import DataError, StorageError
from conversation.inert import inert
from conversation.messages import ConversationId, InboxId
from conversation.quarantine_ports import Quarantined

T = TypeVar("T")


def make_backup(config: Path | None, target: Path) -> None:
    """`tanggap backup`: copy the database while the service goes on."""
    settings = settings_of(config)
    with progress_bar("Backup") as progress:
        manifest = back_up(settings.storage_url(), target, progress)
    size = target.stat().st_size / 2**20
    out.print(escape(f"{target}: {manifest.rows} rows of {len(manifest.tables)} tables, {size:.1f} MiB, verified"))


def restore_backup(config: Path | None, backup: Path, force: bool) -> None:
    """`tanggap restore`: put a backup in the place of the database."""
    settings = settings_of(config)
    with progress_bar("Restore") as progress:
        done = restore_file(backup, settings.storage_url(), force=force, progress=progress)
    made = f"{done.manifest.made_at.astimezone():%Y-%m-%d %H:%M:%S}"
    out.print(escape(f"{done.database}: {done.manifest.rows} rows as of {made}"))
    if done.kept is not None:
        errors.print(escape(f"The database that was there is now {done.kept}"))
    if done.unknown:
        errors.print(f"{done.unknown} deliveries may have been sent since; they are `unknown`, and not sent again.")


def list_quarantine(config: Path | None, as_json: bool) -> None:
    """`tanggap quarantine list`: what could not be dealt with."""
    found = _read(settings_of(config), lambda upkeep: upkeep.quarantined(1_000))
    if as_json:
        print_json([_plain(each) for each in found])
        return
    table = Table("No.", Column("Since", no_wrap=True), "Lane", "Tries", "Why", box=None)
    for each in found:
        update = each.item.update
        since, lane, why = f"{each.at.astimezone():%d/%m %H:%M}", inert(update.lane), inert(each.error)
        table.add_row(str(each.item.id), since, escape(lane), str(each.item.attempts), escape(why[:60]))
    out.print(table if found else "Nothing is in quarantine.")


def show_quarantined(config: Path | None, id: int, as_json: bool) -> None:
    """`tanggap quarantine show`: one update as it came, with nothing in it that a terminal takes for a command."""
    found = _read(settings_of(config), lambda upkeep: upkeep.quarantined_update(InboxId(id)))
    if found is None:
        raise _not_in_quarantine(id)
    if as_json:
        print_json(_plain(found) | {"payload": found.item.update.payload})
        return
    for name, value in _plain(found).items():
        out.print(f"[bold]{name}[/] {escape(inert(str(value)))}")
    out.print(escape(inert(found.item.update.payload)))


def replay_quarantined(config: Path | None, id: int) -> None:
    """`tanggap quarantine replay`: have it tried again, by the running service at once, or by the next one."""
    settings = settings_of(config)

    async def replay(upkeep: Upkeep) -> Mapping[str, Any]:
        return {"done": await upkeep.replay(InboxId(id)) is not None}

    running, answer = _write(settings, "replay", {"id": id}, replay)
    if not answer["done"]:
        raise _not_in_quarantine(id)
    out.print(f"{id}: " + ("the service tries it again" if running else "the next start tries it again"))


def drop_quarantined(config: Path | None, id: int) -> None:
    """`tanggap quarantine drop`: call it dealt with."""
    settings = settings_of(config)

    async def drop(upkeep: Upkeep) -> Mapping[str, Any]:
        return {"done": await upkeep.drop(InboxId(id), datetime.now(UTC))}

    if not _write(settings, "drop", {"id": id}, drop)[1]["done"]:
        raise _not_in_quarantine(id)
    out.print(f"{id}: dropped")


def forget_contact(config: Path | None, contact: str, sure: bool) -> None:
    """`tanggap forget`: erase a contact's personal data."""
    settings = settings_of(config)
    if not sure and not typer.confirm(f"Erase everything that {inert(contact)} wrote and was told, for ever?"):
        raise typer.Exit(1)

    async def forget(upkeep: Upkeep) -> Mapping[str, Any]:
        forgotten = await upkeep.forget(ConversationId(contact))
        return {"rows": dict(forgotten.rows), "topics": list(forgotten.topics)}

    _, answer = _write(settings, "forget", {"contact": contact}, forget)
    out.print(escape(f"{inert(contact)}: {sum(answer['rows'].values())} rows erased"))
    if answer["topics"]:
        errors.print(escape(f"Delete by hand what stands in the staff group, topics {', '.join(answer['topics'])}."))
    errors.print("Earlier backups still hold it; delete them, or forget again after a restore.")


def export_contact(config: Path | None, contact: str, target: Path) -> None:
    """`tanggap export-contact`: all that is known of a contact, as JSON."""
    settings = settings_of(config)
    portrait = _read(settings, lambda upkeep: upkeep.portrait(ConversationId(contact)))
    try:
        target.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise DataError(f"{target}: {error.strerror}", remedy="Name a new file in a folder of yours.") from error
    target.write_text(json.dumps(portrait, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    rows = sum(len(rows) for rows in portrait.values() if isinstance(rows, list))
    out.print(escape(f"{target}: {rows} rows about {inert(contact)}"))


def _plain(found: Quarantined) -> dict[str, object]:
    update = found.item.update
    return {
        "id": found.item.id,
        "channel": update.channel,
        "key": update.key,
        "lane": update.lane,
        "received_at": update.received_at.isoformat(),
        "quarantined_at": found.at.isoformat(),
        "attempts": found.item.attempts,
        "error": found.error,
    }


def _not_in_quarantine(id: int) -> DataError:
    return DataError(f"{id} is not in quarantine", remedy="`tanggap quarantine list` shows what is.")


def _database(settings: Settings) -> Path | None:
    """The SQLite file, if that is where things are kept; it must be there."""
    database = sqlite_file(settings.storage_url())
    if database is not None and not database.exists():
        raise StorageError(f"{database}: there is no database yet", remedy="Check storage.url, and --config.")
    return database


def _read(settings: Settings, read: Callable[[Upkeep], Awaitable[T]]) -> T:
    """Look into the store, whoever holds it."""
    _database(settings)
    return asyncio.run(_with_upkeep(settings, read, alone=False))


def _write(
    settings: Settings, errand: str, values: Mapping[str, Any], write: Callable[[Upkeep], Awaitable[Mapping[str, Any]]]
) -> tuple[bool, Mapping[str, Any]]:
    """Change something in the store, or have the service do it that holds it; returns whether one did."""
    database = _database(settings)
    if database is not None and is_held(database):
        return True, ask(errands_of(database), errand, values)
    return False, asyncio.run(_with_upkeep(settings, write, alone=database is not None))


async def _with_upkeep(settings: Settings, do: Callable[[Upkeep], Awaitable[T]], *, alone: bool) -> T:
    store = await open_store(settings.storage_url(), alone=alone)
    try:
        upkeep = upkeep_of(store)
        if upkeep is None:
            raise StorageError("this kind of storage looks after itself", remedy="See its own documentation.")
        return await do(upkeep)
    finally:
        await store.close()
