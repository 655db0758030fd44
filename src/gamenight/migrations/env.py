"""Alembic's entry: runs the migrations on the connection that it is given."""

from alembic import context

import gamenight.schema
from gamenight.core.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, compare_server_default=True, render_as_batch=True)
context.run_migrations()

__all__ = ["gamenight"]
