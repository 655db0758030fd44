"""Polls, by which the room chooses what comes next."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "polls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.Text(), nullable=True),
        sa.Column("ending_at", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("winner_game_id", sa.Integer(), nullable=True),
        sa.Column("winner_label", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint("rule IN ('majority', 'proportional')", name="ck_polls_rule"),
        sa.CheckConstraint(
            "decided_by IN ('votes', 'share', 'tie', 'no_votes', 'host', 'session_end')", name="ck_polls_decided_by"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_polls_session_id_sessions", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_polls"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_polls_session_id_id", "polls", ["session_id", "id"])
    op.create_index(
        "uq_polls_one_open", "polls", ["session_id"], unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN
    )
    op.create_table(
        "poll_options",
        sa.Column("poll_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("option", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("game_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("weight", sa.REAL(), nullable=False),
        sa.Column("votes", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_poll_options_poll_id_polls", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("poll_id", "option", name="pk_poll_options"),
        sqlite_strict=True,
    )
    op.create_table(
        "poll_votes",
        sa.Column("poll_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_poll_votes_poll_id_polls", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("poll_id", "voter", name="pk_poll_votes"),
        sqlite_strict=True,
    )
