from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text

from gamenight.core.tables import figure, flag, metadata

games = Table(
    "games",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pack_name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("min_players", Integer, nullable=False),
    Column("max_players", Integer, nullable=False),
    Column("length_minutes", Integer),
    flag("has_audience"),
    flag("family_friendly"),
    flag("family_friendly_setting"),
    Column("game_type", Text),
    Column("secondary_type", Text),
    Column("play_mode", Text),
    Column("app_tags", Text, nullable=False),
    flag("enabled"),
    Column("favor_bias", Integer, CheckConstraint("favor_bias IN (-1, 0, 1)", name="favor_bias"), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("symbol", Text),
    # A game that was played stays in the history of its nights after it has left the catalogue.
    Column("removed_at", Text),
    # The sums over its session games that are not removed, skipped ones included.
    figure("play_count"),
    figure("upvotes"),
    figure("downvotes"),
    # How often it was played: the same without those that were skipped.
    figure("times_played"),
    CheckConstraint("min_players >= 1 AND min_players <= max_players", name="players"),
    Index("uq_games_pack_name_title", "pack_name", "title", unique=True),
    # A game that is disabled, or has left, keeps its symbol for when it comes back.
    Index(
        "uq_games_symbol",
        "symbol",
        unique=True,
        sqlite_where=text("removed_at IS NULL AND enabled = 1"),
        postgresql_where=text("removed_at IS NULL AND enabled = 1"),
    ),
    Index("ix_games_symbol", "symbol"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

packs = Table(
    "packs",
    metadata,
    Column("name", Text, primary_key=True),
    Column("favor_bias", Integer, CheckConstraint("favor_bias IN (-1, 0, 1)", name="favor_bias"), nullable=False),
    sqlite_strict=True,
)
