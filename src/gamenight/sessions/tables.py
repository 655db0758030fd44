from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from gamenight.core.tables import figure, flag, metadata

PLAYING = "status = 'playing' AND removed_at IS NULL"

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
    # Of its games that are not removed: how many there are, and the largest count of players.
    figure("games_played"),
    Column("most_players", Integer),
    Index(
        "uq_sessions_one_active",
        "is_active",
        unique=True,
        sqlite_where=text("is_active = 1"),
        postgresql_where=text("is_active = 1"),
    ),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

session_games = Table(
    "session_games",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", Integer, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("game_id", Integer, ForeignKey("games.id"), nullable=False, index=True),
    Column("played_at", Text, nullable=False),
    Column(
        "status",
        Text,
        CheckConstraint("status IN ('playing', 'played', 'skipped')", name="status"),
        nullable=False,
    ),
    flag("manually_added"),
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
    # The votes that live clients have not heard of, and the last of them.
    figure("unpublished_votes"),
    Column("unpublished_vote_id", Integer),
    Index(
        "ix_session_games_unpublished",
        "id",
        sqlite_where=text("unpublished_votes > 0"),
        postgresql_where=text("unpublished_votes > 0"),
    ),
    Index(
        "uq_session_games_one_playing",
        "session_id",
        unique=True,
        sqlite_where=text(PLAYING),
        postgresql_where=text(PLAYING),
    ),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

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
