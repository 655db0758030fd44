"""Symbols are unique among the enabled games."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

IS_ENABLED = sa.text("removed_at IS NULL AND enabled = 1")


def upgrade() -> None:
    op.drop_index("uq_games_symbol", table_name="games")
    op.create_index(
        "uq_games_symbol", "games", ["symbol"], unique=True, sqlite_where=IS_ENABLED, postgresql_where=IS_ENABLED
    )
    op.create_index("ix_games_symbol", "games", ["symbol"])
