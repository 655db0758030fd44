from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from gamenight.core.tables import metadata

stored_draws = Table(
    "stored_draws",
    metadata,
    Column(
        "session_game_id",
        Integer,
        ForeignKey("session_games.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    # Why the game was drawn, as JSON: a struct of schemas.py that only this slice reads.
    Column("why", Text, nullable=False),
    sqlite_strict=True,
)
