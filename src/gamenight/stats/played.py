"""What of the nights counts, as conditions and columns on which the statements of this slice build."""

from sqlalchemy import bindparam

from gamenight.sessions import queries as session_queries
from gamenight.sessions.tables import is_night, sessions

is_played = session_queries.is_played
within = is_night & (sessions.c.created_at >= bindparam("since")) & (sessions.c.created_at < bindparam("until"))
"""The nights that begin within `since` and `until`."""
