from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from gamenight.core.tables import flag, metadata


def _index(name: str, *columns: str, where: str) -> Index:
    """An index over the rows that fulfil a condition."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


chat_imports = Table(
    "chat_imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", Integer, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('staging', 'applying', 'done', 'replaced')", name="state"),
        nullable=False,
    ),
    Column("touched_at", Text, nullable=False),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
"""Chat logs that were imported. What is still staging counts for nothing yet."""

chat_messages = Table(
    "chat_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("import_id", Integer, ForeignKey("chat_imports.id", ondelete="CASCADE"), nullable=False),
    Column("timestamp", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Index("ix_chat_messages_import_id_digest", "import_id", "digest"),
    sqlite_strict=True,
)

voters = Table(
    "voters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", Integer, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("platform", Text, nullable=False),
    Column("user_id", Text),
    Column("folded_name", Text, nullable=False),
    Column("username", Text, nullable=False),
    # Whether a vote of theirs counts for a game that was not skipped.
    flag("is_counted", default=0),
    Index("uq_voters_session_id_platform_user_id", "session_id", "platform", "user_id", unique=True),
    Index("ix_voters_session_id_platform_folded_name", "session_id", "platform", "folded_name"),
    Index("ix_voters_folded_name", "folded_name"),
    # The last time that somebody voted is found from the end.
    _index("ix_voters_user_id_id", "user_id", "id", where="user_id IS NOT NULL"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
"""The people of a night who voted: known by the platform's id, where it tells one, else by their folded name."""

voter_names = Table(
    "voter_names",
    metadata,
    Column("voter_id", Integer, ForeignKey("voters.id", ondelete="CASCADE"), primary_key=True),
    Column("folded_name", Text, primary_key=True),
    # Those of the voter, so that a name is found among those of one night.
    Column("session_id", Integer, nullable=False),
    Column("platform", Text, nullable=False),
    Index("ix_voter_names_session_id_platform_folded_name", "session_id", "platform", "folded_name"),
    sqlite_strict=True,
)
"""Names that a voter has or had besides, as the platform or a chat log tells."""

votes = Table(
    "votes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("voter_id", Integer, ForeignKey("voters.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("vote", Text, CheckConstraint("vote IN ('up', 'down', 'unvote')", name="vote"), nullable=False),
    Column("timestamp", Text, nullable=False),
    # The vote was cast within so many seconds from `timestamp` on: 0 where the moment is known.
    Column("precision_seconds", Integer, nullable=False, server_default=text("0")),
    Column("place", Integer, nullable=False),
    # The game that the voter named, if any: a game of the catalogue by its symbol, or the session game that a phone
    # showed.
    Column("target_game_id", Integer),
    Column("target_session_game_id", Integer),
    Column("import_id", Integer, ForeignKey("chat_imports.id", ondelete="CASCADE")),
    # The import whose log says that the message was taken back.
    Column("removed_by", Integer),
    # These follow from the rows of one voter and from when the games were playing, see rules.attribute; `game_id` is
    # the catalogue's id of the session game.
    Column("session_game_id", Integer, ForeignKey("session_games.id", ondelete="CASCADE"), index=True),
    Column("game_id", Integer),
    flag("counts"),
    Column("created_at", Text, nullable=False),
    _index("ix_votes_removed_by", "removed_by", where="removed_by IS NOT NULL"),
    _index("ix_votes_import_id", "import_id", where="import_id IS NOT NULL"),
    # Pages of votes are read in these orders.
    _index("ix_votes_timestamp_id", "timestamp", "id", where="counts = 1"),
    _index("ix_votes_game_id_timestamp_id", "game_id", "timestamp", "id", where="counts = 1"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
"""Every vote as it was cast, also those that a later one of the same voter replaced."""
