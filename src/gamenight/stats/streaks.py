"""Every way to read what has lasted: weeks and months in a row, and games night after night.

What lasted until a night is followed back until it breaks. Of several years the nights are read before which a week was
free: 26 in a year at most, however many nights there were.
"""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from msgspec import Struct
from sqlalchemy import Connection, bindparam, case, desc, func, literal_column, select, tuple_

from gamenight.catalogue.tables import games
from gamenight.core.prepared import Prepared
from gamenight.sessions.schemas import Session
from gamenight.sessions.tables import is_after_free_week, is_night, session_games, sessions
from gamenight.stats import rules
from gamenight.stats.played import is_played, within
from gamenight.stats.rules import ALWAYS, Span
from gamenight.stats.schemas import BrokenStreak, GameRun, Streaks

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
_after_free_weeks = Prepared(
    select(sessions.c.created_at, _night_before)
    .where(is_after_free_week, sessions.c.created_at <= bindparam("until"))
    .order_by(sessions.c.created_at.desc())
    .limit(AT_ONCE)
)
_began = select(sessions.c.created_at).where(within).limit(1)
_first_night = Prepared(_began.order_by(sessions.c.created_at))
_last_night = Prepared(_began.order_by(sessions.c.created_at.desc()))
_pauses = Prepared(
    select(_night_before, sessions.c.created_at)
    .where(
        is_after_free_week,
        sessions.c.created_at > bindparam("first"),
        sessions.c.created_at <= bindparam("last"),
    )
    .order_by(sessions.c.created_at)
)
_others = session_games.alias("others")
_longest = select(_others.c.nights_in_row).order_by(_others.c.nights_in_row.desc()).limit(1).scalar_subquery()
_longest_row = Prepared(
    select(session_games.c.game_id, session_games.c.session_id, session_games.c.nights_in_row)
    .where(session_games.c.nights_in_row >= _longest)
    .order_by(session_games.c.nights_in_row, session_games.c.session_id, session_games.c.game_id)
    .limit(1)
)
# Not in the order of an index: the nights of the span are found by when they began.
_numbered = (
    select(sessions.c.id, func.row_number().over(order_by=sessions.c.id + literal_column("0")).label("number"))
    .where(within)
    .subquery("numbered")
)
# A row that began before the span has in it as many nights as the span has until then.
_in_span = case(
    (session_games.c.nights_in_row < _numbered.c.number, session_games.c.nights_in_row), else_=_numbered.c.number
).label("in_span")
_longest_row_within = Prepared(
    select(session_games.c.game_id, session_games.c.session_id, _in_span)
    .join_from(_numbered, session_games, session_games.c.session_id == _numbered.c.id)
    .where(is_played)
    .order_by(desc("in_span"), session_games.c.session_id, session_games.c.game_id)
    .limit(1)
)
_nights_back_from = Prepared(
    select(sessions.c.created_at)
    .where(is_night, sessions.c.id <= bindparam("last"))
    .order_by(sessions.c.id.desc())
    .limit(1)
    .offset(bindparam("nights"))
)
_game = Prepared(select(games.c.title, games.c.pack_name).where(games.c.id == bindparam("game_id")))
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


class Streak(Struct, frozen=True):
    """How many weeks and months in a row there was a night, up to this one."""

    weeks: int
    months: int


def streaks_within(connection: Connection, span: Span, zone: tzinfo) -> Streaks:
    """The longest and the latest streaks of a span."""
    bound = {"since": span.since, "until": span.until}
    first = _first_night.scalar(connection, **bound)
    if first is None:
        return Streaks(None, None, None)
    last = _last_night.scalar(connection, **bound)
    pauses = _pauses.all(connection, first=first, last=last)
    days = [(rules.day_of(before, zone), rules.day_of(began, zone)) for before, began in pauses]
    first_day, last_day = rules.day_of(first, zone), rules.day_of(last, zone)
    weeks, months = (
        rules.longest_and_latest(rules.runs(first_day, last_day, days, number)) for number in (rules.week, rules.month)
    )
    return Streaks(weeks, months, _longest_row_of_a_game(connection, span, zone))


def _longest_row_of_a_game(connection: Connection, span: Span, zone: tzinfo) -> GameRun | None:
    if span == ALWAYS:
        row = _longest_row.first(connection)
    else:
        row = _longest_row_within.first(connection, since=span.since, until=span.until)
    if row is None:
        return None
    game_id, session_id, length = row
    since, until = (
        rules.day_of(_nights_back_from.scalar(connection, last=session_id, nights=nights), zone)
        for nights in (length - 1, 0)
    )
    title, pack_name = _game.first(connection, game_id=game_id) or ("", "")
    return GameRun(game_id, title, pack_name, length, since, until)


def streak_until(connection: Connection, session: Session, zone: tzinfo) -> Streak:
    """The streak of a session that is a night."""
    day = rules.day_of(session.created_at, zone)
    since: dict[str, str] = {}
    numbers = {"weeks": rules.week, "months": rules.month}
    for began, before in _nights_after_free_weeks(connection, session.created_at):
        first = rules.day_of(began, zone)
        for name, number in numbers.items():
            if before is None or number(first) - number(rules.day_of(before, zone)) > 1:
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
    return [BrokenStreak(id_, _game.scalar(connection, game_id=id_), length) for id_, length in in_order]


def _nights_after_free_weeks(connection: Connection, until: str) -> Iterator[tuple[str, str | None]]:
    """The nights before which a week may have been free, the last first, each with when the one before it began."""
    last = until
    while rows := _after_free_weeks.all(connection, until=last):
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
