from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from gamenight.core.tables import metadata

followed_rooms = Table(
    "followed_rooms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_game_id", Integer, ForeignKey("session_games.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("room_code", Text, nullable=False),
    # What is known of the room, as JSON: a struct of rules.py that only this slice reads.
    Column("room", Text, nullable=False),
    # Which process follows the room, and until when it has to say so again.
    Column("follower", Text),
    Column("leased_until", Text),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
