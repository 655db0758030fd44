from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, literal_column, text

from gamenight.core.tables import figure, flag, metadata
from gamenight.sessions.schemas import FOLLOWED_STATUSES, SOURCES

PLAYING = "status = 'playing' AND removed_at IS NULL"
FOLLOWED = f"player_count_check_status IN {FOLLOWED_STATUSES!r}"
IS_NIGHT = "play_count > 0"
IS_AFTER_FREE_WEEK = "play_count > 0 AND is_after_free_week = 1"


RECORDED = ("minutes_played", "play_count", "total_votes", "voter_count", "player_count")
"""The figures of nights of which the largest are looked for."""


def _index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows that fulfil a condition."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("notes", Text),
    flag("is_active"),
    Column("created_at", Text, nullable=False),
    Column("closed_at", Text),
    Column("next_game_id", Integer, ForeignKey("games.id")),
    flag("overlay_code_hidden", default=0),
    # Put away by a person: it counts as before, but is not listed unless it is asked for.
    flag("archived", default=0),
    # Of its games that are not removed: how many there are, and the largest count of players.
    figure("games_played"),
    Column("most_players", Integer),
    # Of those that were not skipped either: how many, how many different ones, for how long, and by how many. A session
    # with such a game was a night.
    figure("play_count"),
    figure("game_count"),
    figure("seconds_played"),
    figure("minutes_played"),
    Column("player_count", Integer),
    # The votes that count for them, and how many people those are of.
    figure("upvotes"),
    figure("downvotes"),
    figure("total_votes"),
    figure("voter_count"),
    # Whether, by some clock of the world, a whole week without a night lies before this one; so it does before the
    # first.
    flag("is_after_free_week", default=0),
    # Whether the sums of its month, its year and all nights hold it as it is. What changes its figures clears it.
    flag("is_settled", default=0),
    Index("ix_sessions_archived_id", "archived", "id"),
    _index("uq_sessions_one_active", "is_active", where="is_active = 1", unique=True),
    _index("ix_sessions_nights", "id", where=IS_NIGHT),
    _index("ix_sessions_nights_created_at", "created_at", "id", where=IS_NIGHT),
    _index("ix_sessions_after_free_week", "created_at", where=IS_AFTER_FREE_WEEK),
    _index("ix_sessions_unsettled", "id", where="is_settled = 0"),
    # The nights that have the most of something. By `play_count` it says otherwise what a night is: it would be taken
    # for a range of that where another index is meant.
    *(_index(f"ix_sessions_most_{name}", name, "id", where=IS_NIGHT) for name in RECORDED if name != "play_count"),
    _index("ix_sessions_most_play_count", "play_count", "id", where="game_count > 0"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

# With numbers that are written out: a database has to see that they are those of its index.
is_night = sessions.c.play_count > literal_column("0")
is_after_free_week = is_night & (sessions.c.is_after_free_week == literal_column("1"))
is_unsettled = sessions.c.is_settled == literal_column("0")

session_totals = Table(
    "session_totals",
    metadata,
    Column("id", Integer, primary_key=True),
    figure("sessions"),
    figure("nights"),
    figure("archived"),
    sqlite_strict=True,
)
"""How many sessions, nights and archived sessions there are, in one row."""

session_games = Table(
    "session_games",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", Integer, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("game_id", Integer, ForeignKey("games.id"), nullable=False),
    Column("played_at", Text, nullable=False),
    Column(
        "status",
        Text,
        CheckConstraint("status IN ('playing', 'played', 'skipped')", name="status"),
        nullable=False,
    ),
    flag("manually_added"),
    Column(
        "source", Text, CheckConstraint(f"source IN {SOURCES!r}", name="source"), nullable=False, server_default="dice"
    ),
    Column("room_code", Text),
    Column("player_count", Integer, CheckConstraint("player_count >= 0", name="player_count")),
    Column("player_count_check_status", Text),
    Column("player_count_check_reason", Text),
    Column("player_count_source", Text),
    # A removed game stays, so that the removal can be undone; it goes with its session.
    Column("removed_at", Text),
    # The votes that count for it.
    figure("upvotes"),
    figure("downvotes"),
    # How long it was on in its turns that have ended.
    figure("seconds_played"),
    # On how many nights in a row its game was played, up to this one; 0 unless it was played.
    figure("nights_in_row"),
    # The votes that live clients have not heard of, and the last of them.
    figure("unpublished_votes"),
    Column("unpublished_vote_id", Integer),
    # The last time that a game was played is found from the end.
    Index("ix_session_games_game_id_session_id_id", "game_id", "session_id", "id"),
    _index("ix_session_games_followed", "id", where=FOLLOWED),
    _index("ix_session_games_unpublished", "id", where="unpublished_votes > 0"),
    Index("ix_session_games_nights_in_row", "nights_in_row", "session_id", "game_id"),
    _index("uq_session_games_one_playing", "session_id", where=PLAYING, unique=True),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

unplayed_votes = Table(
    "unplayed_votes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", Integer, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("game_id", Integer, ForeignKey("games.id"), nullable=False),
    figure("upvotes"),
    figure("downvotes"),
    Index("uq_unplayed_votes_session_id_game_id", "session_id", "game_id", unique=True),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
"""The votes of a night that count for a game of the catalogue without a session game: it was named, but not yet on."""

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_game_id", Integer, ForeignKey("session_games.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    sqlite_strict=True,
)
"""The turns of each game: from when to when it was the one that is playing. The open turn has no end."""

session_changes = Table(
    "session_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", Integer, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("title", Text),
    Column("status", Text),
    Column("room_code", Text),
    Column("before", Text, nullable=False),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
"""The undo log, newest last: `before` is the session as it was, as JSON."""
