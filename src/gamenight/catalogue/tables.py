from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text

from gamenight.core.tables import flag, metadata

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
    # A game that was played stays in the history of its nights after it has left the catalogue.
    Column("removed_at", Text),
    CheckConstraint("min_players >= 1 AND min_players <= max_players", name="players"),
    Index("uq_games_pack_name_title", "pack_name", "title", unique=True),
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
