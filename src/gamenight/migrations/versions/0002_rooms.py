"""Rooms that are followed, and where a count of players comes from."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session_games", sa.Column("player_count_source", sa.Text(), nullable=True))
    op.add_column("session_games", sa.Column("player_count_check_reason", sa.Text(), nullable=True))
    op.execute("UPDATE session_games SET player_count_source = 'hand' WHERE player_count IS NOT NULL")
    op.create_table(
        "room_watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_game_id", sa.Integer(), nullable=False),
        sa.Column("room_code", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("watcher", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_game_id"],
            ["session_games.id"],
            name="fk_room_watches_session_game_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_room_watches"),
        sa.UniqueConstraint("session_game_id", name="uq_room_watches_session_game_id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
