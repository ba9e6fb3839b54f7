"""Which revision of the tables a database has, and how it gets the one that this program needs.

The comparison is plain SQL, and an empty database gets its tables as they are declared: alembic, which takes a
third of a second to import, is needed only to migrate. That both ways lead to the same tables is tested.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, text

from bot.storage.tables import HEAD, metadata
from conversation.errors import StorageError

_VERSIONS = "alembic_version"


def stored_revision(connection: Connection) -> str | None:
    """The revision of the tables; None for an empty database.

    Raises:
        StorageError: the tables are another program's, or a newer one's.
    """
    names = inspect(connection).get_table_names()
    if not names:
        return None
    if _VERSIONS not in names:
        raise StorageError(
            "the database holds the tables of another program",
            remedy="Point storage.url at a database of its own.",
        )
    revision = connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar()
    if revision is not None and str(revision) > HEAD:
        raise StorageError(
            f"the database has revision {revision}, this program knows revisions up to {HEAD}",
            remedy="Run the newer version of Tanggap that wrote it, or restore a backup of before the upgrade.",
        )
    return None if revision is None else str(revision)


def create(connection: Connection) -> None:
    """Make all tables in an empty database, and mark them as being of revision `HEAD`."""
    metadata.create_all(connection)
    version = Table(_VERSIONS, MetaData(), Column("version_num", String(32), primary_key=True))
    version.create(connection)
    connection.execute(version.insert().values(version_num=HEAD))


def migrate(connection: Connection, revision: str = HEAD) -> None:
    """Bring the tables to a revision, inside the transaction that the connection is in."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot.storage:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
