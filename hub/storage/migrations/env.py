"""Run by Alembic with the connection that `hub.storage.migrate` hands in."""

from __future__ import annotations

from alembic import context

from hub.storage.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()
