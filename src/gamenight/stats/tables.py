"""The sums of the nights that are settled: of each month, of each year, and of all time, as the clocks of UTC have it.

The period of all time is the empty text.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from gamenight.core.tables import figure, flag, metadata


def _index(name: str, *columns: str, where: str) -> Index:
    """An index over the rows that fulfil a condition."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


settled_nights = Table(
    "settled_nights",
    metadata,
    Column("id", Integer, primary_key=True),
    # None where the session was deleted: the sums hold the night until it is taken out of them.
    Column("session_id", Integer, ForeignKey("sessions.id", ondelete="SET NULL")),
    Column("began", Text, nullable=False),
    # Whether by some clock of the world it began in another month.
    flag("is_near_edge"),
    Column("summary", Text, nullable=False),
    Index("uq_settled_nights_session_id", "session_id", unique=True),
    Index("ix_settled_nights_began", "began"),
    _index("ix_settled_nights_without_session", "id", where="session_id IS NULL"),
    _index("ix_settled_nights_near_edge", "began", where="is_near_edge = 1"),
    sqlite_strict=True,
)
"""What each night has brought into the sums, a NightSummary as JSON, so that just that can be taken out again."""

period_sums = Table(
    "period_sums",
    metadata,
    Column("period", Text, primary_key=True),
    figure("night_count"),
    figure("play_count"),
    figure("minutes_played"),
    figure("upvotes"),
    figure("downvotes"),
    # How many different people.
    figure("voter_count"),
    # The largest, which is found by an index for all time.
    Column("player_count", Integer),
    # Games of the catalogue.
    Column("most_played_id", Integer),
    Column("best_liked_id", Integer),
    sqlite_strict=True,
)

period_games = Table(
    "period_games",
    metadata,
    Column("period", Text, nullable=False),
    Column("game_id", Integer, nullable=False),
    figure("play_count"),
    figure("night_count"),
    figure("seconds_played"),
    figure("upvotes"),
    figure("downvotes"),
    PrimaryKeyConstraint("period", "game_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

period_people = Table(
    "period_people",
    metadata,
    Column("period", Text, nullable=False),
    # Who they are on all nights; see summaries.
    Column("person", Text, nullable=False),
    figure("night_count"),
    # The newest of the voters that they are.
    Column("last_voter_id", Integer, nullable=False),
    # Whether they may be named: those who vote by phone are not.
    flag("is_named"),
    PrimaryKeyConstraint("period", "person"),
    _index("ix_period_people_regulars", "period", "night_count", "last_voter_id", where="is_named = 1"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
