"""What a change was, for whoever says it in other languages than English."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("title", "status", "room_code"):
        op.add_column("session_changes", sa.Column(name, sa.Text(), nullable=True))
