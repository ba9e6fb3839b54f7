"""Alembic's way in: migrates on the connection that `bot.storage.revision.migrate` hands over.

The caller has begun the transaction and commits it, so that an upgrade happens altogether or not at all.
"""

from __future__ import annotations

from alembic import context

from bot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
