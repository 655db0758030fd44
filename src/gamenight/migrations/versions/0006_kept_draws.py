"""Why a game of a night was drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_draws",
        sa.Column("session_game_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_game_id"],
            ["session_games.id"],
            name="fk_kept_draws_session_game_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_game_id", name="pk_kept_draws"),
        sqlite_strict=True,
    )
