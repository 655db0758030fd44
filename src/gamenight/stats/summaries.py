"""What each night comes to: as it is, and as the sums hold it."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, exists, func, literal, literal_column, or_, select

from gamenight.core.prepared import Prepared
from gamenight.sessions.tables import is_night, is_unsettled, session_games, sessions
from gamenight.stats import rules
from gamenight.stats.played import is_played
from gamenight.stats.rules import ALWAYS, Span
from gamenight.stats.tables import settled_nights
from gamenight.votes.schemas import PHONE
from gamenight.votes.tables import voters


class GameOfNight(Struct, frozen=True, array_like=True):
    """A game that was played on a night, once or more often."""

    game_id: int
    play_count: int
    seconds_played: int
    upvotes: int
    downvotes: int


class Person(Struct, frozen=True, array_like=True):
    """Somebody whose vote counts on a night. `person` is who they are on all nights: what the platform calls them, or
    their folded name."""

    person: str
    voter_id: int


class NightSummary(Struct, frozen=True, array_like=True):
    """What a night brings into the sums."""

    session_id: int
    began: str
    play_count: int
    minutes_played: int
    upvotes: int
    downvotes: int
    games: list[GameOfNight]
    people: list[Person]


class Unsettled(Struct, frozen=True):
    """Nights that the sums don't hold as they are, and what they hold of nights that were changed or deleted since."""

    nights: list[NightSummary]
    outdated: list[NightSummary]


class Corrections(Struct, frozen=True):
    """The nights of a period that its sums don't hold, and those that they hold though they are not of it."""

    missing: list[NightSummary]
    surplus: list[NightSummary]


# A platform has no colon in its name, and no folded name begins with a space.
_person = voters.c.platform + literal(":") + func.coalesce(voters.c.user_id, literal(" ") + voters.c.folded_name)
_night = Prepared(
    select(
        sessions.c.id,
        sessions.c.created_at,
        sessions.c.play_count,
        sessions.c.minutes_played,
        sessions.c.upvotes,
        sessions.c.downvotes,
    ).where(sessions.c.id == bindparam("session_id"), is_night)
)
_games = Prepared(
    select(
        session_games.c.game_id,
        func.count(),
        func.sum(session_games.c.seconds_played),
        func.sum(session_games.c.upvotes),
        func.sum(session_games.c.downvotes),
    )
    .where(session_games.c.session_id == bindparam("session_id"), is_played)
    .group_by(session_games.c.game_id)
)
_people = Prepared(
    select(_person, func.max(voters.c.id))
    .where(voters.c.session_id == bindparam("session_id"), voters.c.is_counted == literal_column("1"))
    .group_by(_person)
)
_unsettled = Prepared(select(sessions.c.id, sessions.c.created_at).where(is_unsettled))
# What is on is not settled, but may have been before its closing was undone.
_is_held = exists().where(settled_nights.c.session_id == sessions.c.id)
is_to_settle = is_unsettled & or_(sessions.c.is_active == literal_column("0"), _is_held)
_to_settle = Prepared(select(sessions.c.id).where(is_to_settle).limit(1))
_changed_since = Prepared(
    select(settled_nights.c.summary)
    .join_from(sessions, settled_nights, settled_nights.c.session_id == sessions.c.id)
    .where(is_unsettled)
)
_deleted_since = Prepared(select(settled_nights.c.summary).where(settled_nights.c.session_id.is_(None)))
_settled_within = Prepared(
    select(settled_nights.c.summary)
    .join_from(settled_nights, sessions, settled_nights.c.session_id == sessions.c.id)
    .where(
        settled_nights.c.began >= bindparam("since"),
        settled_nights.c.began < bindparam("until"),
        sessions.c.is_settled == literal_column("1"),
    )
)


def is_any_to_settle(connection: Connection) -> bool:
    """Whether a night is over, or outdated in the sums."""
    return _to_settle.first(connection) is not None or _deleted_since.first(connection) is not None


def as_they_are(connection: Connection, session_ids: Iterable[int]) -> list[NightSummary]:
    """The summaries of those sessions that are nights."""
    each = [{"session_id": id_} for id_ in session_ids]
    all_parts = zip(*(statement.all_of_each(connection, each) for statement in (_night, _games, _people)), strict=True)
    return [_summary(nights[0], games, people) for nights, games, people in all_parts if nights]


def unsettled(connection: Connection, span: Span = ALWAYS) -> Unsettled:
    """What the sums don't hold as it is of the nights of a span: the one that is on, and what was changed lately."""
    found = [id_ for id_, created_at in _unsettled.all(connection) if _is_within(created_at, span)]
    outdated = [*_changed_since.all(connection), *_deleted_since.all(connection)]
    return Unsettled(as_they_are(connection, found), [decode(text) for (text,) in outdated])


def corrections(connection: Connection, period: str, zone: tzinfo, known: Unsettled | None = None) -> Corrections:
    """What the sums of a period lack or have too much. They are those of UTC, so where clocks show another time some
    nights at the edges of the period are missing or surplus. `known` is what is not settled of all time."""
    span, summed = rules.span_of(period, zone), rules.span_of(period)
    known = known or unsettled(connection, span)
    missing = [night for night in known.nights if _is_within(night.began, span)]
    surplus = [night for night in known.outdated if _is_within(night.began, summed)]
    for nights, parts in ((missing, rules.outside(span, summed)), (surplus, rules.outside(summed, span))):
        for part in parts:
            rows = _settled_within.all(connection, since=part.since, until=part.until)
            nights += [decode(text) for (text,) in rows]
    return Corrections(missing, surplus)


def _is_within(moment: str, span: Span) -> bool:
    return span.since <= moment < span.until


def is_named(person: str) -> bool:
    """Whether somebody may be named: those who vote by phone are not."""
    return not person.startswith(f"{PHONE}:")


def encode(summary: NightSummary) -> str:
    """A summary as it is stored."""
    return msgspec.json.encode(summary).decode()


def decode(text: str) -> NightSummary:
    """A summary that was stored."""
    return msgspec.json.decode(text, type=NightSummary)


def _summary(night: Any, games: Iterable[Any], people: Iterable[Any]) -> NightSummary:
    id_, created_at, play_count, minutes, upvotes, downvotes = night
    return NightSummary(
        id_,
        created_at,
        play_count,
        minutes,
        upvotes,
        downvotes,
        [GameOfNight(*row) for row in sorted(games)],
        [Person(*row) for row in sorted(people)],
    )
