"""The games that were played, and who voted on them, as subqueries on which the statements of this slice build."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Subquery, bindparam, cast, func, literal, literal_column, select

from gamenight.sessions import queries as session_queries
from gamenight.sessions.tables import is_night, session_games, sessions
from gamenight.stats.sql_time import local_day
from gamenight.votes.tables import voters

is_played = session_queries.is_played
within = is_night & (sessions.c.created_at >= bindparam("since")) & (sessions.c.created_at < bindparam("until"))
"""The nights that begin within `since` and `until`."""
period = func.substr(local_day(sessions.c.created_at, bindparam("utc_offset")), 1, bindparam("letters", 10))
"""As much of a night's day as `letters` says."""


def total(column: ColumnElement[Any]) -> ColumnElement[int]:
    # PostgreSQL's sum of large integers would come as a Decimal.
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


played: Subquery = (
    select(
        session_games.c.id,
        session_games.c.session_id,
        session_games.c.game_id,
        session_games.c.played_at,
        session_games.c.upvotes,
        session_games.c.downvotes,
        session_games.c.seconds_played,
        period.label("period"),
    )
    .select_from(session_games.join(sessions))
    .where(is_played, within)
    .subquery("played")
)
"""Every game played on those nights."""

# A platform has no colon in its name, and no folded name begins with a space.
_person = voters.c.platform + literal(":") + func.coalesce(voters.c.user_id, literal(" ") + voters.c.folded_name)

voted: Subquery = (
    select(
        voters.c.id,
        voters.c.session_id,
        voters.c.platform,
        _person.label("person"),
        period.label("period"),
    )
    .select_from(voters.join(sessions))
    .where(voters.c.is_counted == literal_column("1"), within)
    .subquery("voted")
)
"""Everybody whose vote counts on one of those nights. `person` is who they are on all nights: what the platform calls
them, or their folded name."""
