"""The votes for games that are named on a night without being played there."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "unplayed_votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("game_id", sa.Integer(), nullable=False),
        sa.Column("upvotes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("downvotes", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_unplayed_votes_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["game_id"], ["games.id"], name="fk_unplayed_votes_game_id"),
        sa.PrimaryKeyConstraint("id", name="pk_unplayed_votes"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_unplayed_votes_session_id_game_id", "unplayed_votes", ["session_id", "game_id"], unique=True)
