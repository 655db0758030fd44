"""Every way to read what has lasted until a night: weeks and months in a row, and games night after night.

Each goes back only until it breaks.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from sqlalchemy import Connection, bindparam, literal_column, select, tuple_

from gamenight.catalogue.tables import games
from gamenight.core.prepared import Prepared
from gamenight.sessions.schemas import Session
from gamenight.sessions.tables import is_after_gap, is_night, session_games, sessions
from gamenight.stats import rules
from gamenight.stats.played import is_played
from gamenight.stats.schemas import BrokenStreak

MIN_STREAK = 3
"""A game that was played on fewer nights in a row has no streak to break."""
AT_ONCE = 20
"""So many nights are read at once on the way back."""

_earlier = sessions.alias("earlier")
_night_before = (
    select(_earlier.c.created_at)
    .where(
        _earlier.c.play_count > literal_column("0"),
        _earlier.c.created_at < sessions.c.created_at,
    )
    .order_by(_earlier.c.created_at.desc())
    .limit(1)
    .correlate(sessions)
    .scalar_subquery()
)
_after_gaps = Prepared(
    select(sessions.c.created_at, _night_before)
    .where(is_after_gap, sessions.c.created_at <= bindparam("until"))
    .order_by(sessions.c.created_at.desc())
    .limit(AT_ONCE)
)
_last_nights = (
    select(sessions.c.id, sessions.c.created_at)
    .where(is_night, tuple_(sessions.c.created_at, sessions.c.id) < tuple_(bindparam("until"), bindparam("before_id")))
    .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
    .limit(bindparam("at_most"))
    .subquery("last_nights")
)
_games_of_last_nights = Prepared(
    select(_last_nights.c.id, _last_nights.c.created_at, session_games.c.game_id)
    .join_from(_last_nights, session_games, session_games.c.session_id == _last_nights.c.id)
    .where(is_played)
    .order_by(_last_nights.c.created_at.desc(), _last_nights.c.id.desc())
)
_title = Prepared(select(games.c.title).where(games.c.id == bindparam("game_id")))


class Streak(Struct, frozen=True):
    """How many weeks and months in a row there was a night, up to this one."""

    weeks: int
    months: int


def streak_until(connection: Connection, session: Session, utc_offset: int) -> Streak:
    """The streak of a session that is a night."""
    day = rules.day_of(session.created_at, utc_offset)
    since: dict[str, str] = {}
    numbers = {"weeks": rules.week, "months": rules.month}
    for began, before in _nights_after_gaps(connection, session.created_at):
        first = rules.day_of(began, utc_offset)
        for name, number in numbers.items():
            if before is None or number(first) - number(rules.day_of(before, utc_offset)) > 1:
                since.setdefault(name, first)
        if len(since) == len(numbers):
            break
    lengths = {name: number(day) - number(since[name]) + 1 for name, number in numbers.items()}
    return Streak(**lengths)


def broken_by(connection: Connection, session: Session, played: Iterable[int]) -> list[BrokenStreak]:
    """The games that were on each night before this one for a while, and are not among those that were played on it."""
    lengths: dict[int, int] = {}
    tonight = set(played)
    going: set[int] | None = None
    for length, of_night in enumerate(_nights_back(connection, session.created_at), start=1):
        going = of_night - tonight if going is None else going & of_night
        if not going:
            break
        if length >= MIN_STREAK:
            lengths |= dict.fromkeys(going, length)
    in_order = sorted(lengths.items(), key=lambda streak: (-streak[1], streak[0]))
    return [BrokenStreak(id_, _title.scalar(connection, game_id=id_), length) for id_, length in in_order]


def _nights_after_gaps(connection: Connection, until: str) -> Iterator[tuple[str, str | None]]:
    """The nights that had none in the week before them, the last first, each with when the one before it began."""
    last = until
    while rows := _after_gaps.all(connection, until=last):
        for began, before in rows:
            yield began, before
            last = before or ""


def _nights_back(connection: Connection, until: str) -> Iterator[set[int]]:
    """The games of the nights before a moment, the last first."""
    last = {"until": until, "before_id": 0}
    at_once = MIN_STREAK
    while rows := _games_of_last_nights.all(connection, **last, at_most=at_once):
        of_night: dict[int, set[int]] = {}
        for night, began, game_id in rows:
            of_night.setdefault(night, set()).add(game_id)
            last = {"until": began, "before_id": night}
        yield from of_night.values()
        at_once = AT_ONCE
