"""The games that were played, as subqueries on which the statements of this slice build."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Subquery,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    select,
)

from gamenight.sessions import queries as session_queries
from gamenight.sessions.tables import session_games, sessions, turns
from gamenight.stats.rules import MAX_TURN_SECONDS
from gamenight.stats.sql_time import local_day, seconds_of
from gamenight.votes.tables import voters, votes

is_played = session_queries.is_played
within = (sessions.c.created_at >= bindparam("since")) & (sessions.c.created_at < bindparam("until"))
period = func.substr(local_day(sessions.c.created_at, bindparam("utc_offset")), 1, bindparam("letters", 10))


def total(column: ColumnElement[Any]) -> ColumnElement[int]:
    # PostgreSQL's sum of large integers would come as a Decimal.
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


# A turn counts once it has ended, so that the figures depend on the database alone, not on the clock.
_ended_at = func.coalesce(turns.c.ended_at, turns.c.started_at)
_length = seconds_of(_ended_at) - seconds_of(turns.c.started_at)
turn_seconds: ColumnElement[int] = case((_length > MAX_TURN_SECONDS, MAX_TURN_SECONDS), (_length < 0, 0), else_=_length)
plays: Subquery = (
    select(
        session_games.c.id,
        session_games.c.session_id,
        session_games.c.game_id,
        session_games.c.played_at,
        session_games.c.player_count,
        period.label("period"),
    )
    .select_from(session_games.join(sessions))
    .where(is_played, within)
    .subquery("plays")
)
"""Every game played on the nights that begin within `since` and `until`. `period` is as much of the night's day as
`letters` says."""


def _votes_for(vote: str) -> ScalarSelect[int]:
    return (
        select(func.count())
        .where(votes.c.session_game_id == plays.c.id, votes.c.vote == vote, votes.c.counts == 1)
        .scalar_subquery()
    )


# A subquery for each play: joined with all votes in groups, a month would take as long as all nights.
_seconds = select(total(turn_seconds)).where(turns.c.session_game_id == plays.c.id).scalar_subquery()
played: Subquery = select(
    plays,
    _votes_for("up").label("upvotes"),
    _votes_for("down").label("downvotes"),
    _seconds.label("seconds"),
).subquery("played")
"""The same with their votes, and how long they were on."""

_has_voted = exists().where(
    votes.c.voter_id == voters.c.id,
    votes.c.counts == 1,
    votes.c.session_game_id == session_games.c.id,
    is_played,
)
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
    .where(_has_voted, within)
    .subquery("voted")
)
"""Everybody whose vote counts on one of those nights. `person` is who they are on all nights: what the platform calls
them, or their folded name."""
