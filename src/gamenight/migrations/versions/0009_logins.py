"""The tokens of browsers that logged in with the admin key."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE tokens ADD COLUMN is_login INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_tokens_is_login CHECK (is_login IN (0, 1))"
    )
