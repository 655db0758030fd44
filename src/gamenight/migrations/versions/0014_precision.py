"""How rough the time of a vote is: a stamp without seconds stands for its whole minute."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("votes", sa.Column("precision_seconds", sa.Integer(), nullable=False, server_default="0"))
