"""Sessions that are put away, and how a session's game came to be played."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ARCHIVED = "INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_sessions_archived CHECK (archived IN (0, 1))"
SOURCE = "TEXT DEFAULT 'dice' NOT NULL CONSTRAINT ck_session_games_source CHECK (source IN ('dice', 'manual', 'poll'))"


def upgrade() -> None:
    # SQLite adds no constraint to a table that is there, but takes one with the column that it is of.
    op.execute(f"ALTER TABLE sessions ADD COLUMN archived {ARCHIVED}")
    op.create_index("ix_sessions_archived_id", "sessions", ["archived", "id"])
    op.execute("ALTER TABLE session_totals ADD COLUMN archived INTEGER DEFAULT 0 NOT NULL")
    op.execute(f"ALTER TABLE session_games ADD COLUMN source {SOURCE}")
    op.execute("UPDATE session_games SET source = 'manual' WHERE manually_added = 1")
