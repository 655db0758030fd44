from sqlalchemy import REAL, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from gamenight.core.tables import figure, metadata
from gamenight.polls.rules import DECIDED_BY, RULES

IS_OPEN = "closed_at IS NULL"

polls = Table(
    "polls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", Integer, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("rule", Text, CheckConstraint(f"rule IN {RULES!r}", name="rule"), nullable=False),
    # What ties are drawn by, so that a draw can be made again.
    Column("seed", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    # Null: it stays open until a host ends it.
    Column("ends_at", Text),
    # What a host has set for its end, which may be taken back.
    Column("ending_at", Text),
    Column("closed_at", Text),
    # The catalogue's id; 0 is something else, null that nothing was chosen.
    Column("winner_game_id", Integer),
    Column("winner_label", Text),
    Column("decided_by", Text, CheckConstraint(f"decided_by IN {DECIDED_BY!r}", name="decided_by")),
    Index("ix_polls_session_id_id", "session_id", "id"),
    Index("uq_polls_one_open", "session_id", unique=True, sqlite_where=text(IS_OPEN), postgresql_where=text(IS_OPEN)),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

is_open = polls.c.closed_at.is_(None)

poll_options = Table(
    "poll_options",
    metadata,
    Column("poll_id", Integer, ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    # Counted from 1: what chat types.
    Column("option", Integer, primary_key=True, autoincrement=False),
    # The catalogue's id; 0 is something else.
    Column("game_id", Integer, nullable=False),
    Column("label", Text, nullable=False),
    # Its weight in the draw of the cards.
    Column("weight", REAL, nullable=False),
    figure("votes"),
    sqlite_strict=True,
)

poll_votes = Table(
    "poll_votes",
    metadata,
    Column("poll_id", Integer, ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("voter", Text, primary_key=True),
    Column("option", Integer, nullable=False),
    sqlite_strict=True,
)
"""Who has voted for what in a poll that is open. When it has ended only the counts are left."""
