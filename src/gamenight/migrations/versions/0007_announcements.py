"""What the host says of a night: which game comes next, and whether the overlay hides the room code."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite adds no constraint to a table that is there, but takes one with the column that it is of.
    op.execute(
        "ALTER TABLE sessions ADD COLUMN next_game_id INTEGER CONSTRAINT fk_sessions_next_game_id REFERENCES games (id)"
    )
    op.execute(
        "ALTER TABLE sessions ADD COLUMN overlay_code_hidden INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_sessions_overlay_code_hidden CHECK (overlay_code_hidden IN (0, 1))"
    )
