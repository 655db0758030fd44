"""Further names of voters, and votes whose message was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voter_names",
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["voter_id"], ["voters.id"], name="fk_voter_names_voter_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("voter_id", "folded_name", name="pk_voter_names"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_voter_names_session_id_platform_folded_name", "voter_names", ["session_id", "platform", "folded_name"]
    )
    # A reference would make SQLite copy the table; `discard_some` clears the column in place of it.
    op.add_column("votes", sa.Column("removed_by", sa.Integer(), nullable=True))
    is_removed = sa.text("removed_by IS NOT NULL")
    op.create_index(
        "ix_votes_removed_by", "votes", ["removed_by"], sqlite_where=is_removed, postgresql_where=is_removed
    )
