"""Every way to read how things stand, and the nights."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, bindparam, case, func, literal_column, select

from gamenight.catalogue import queries as catalogue
from gamenight.catalogue.tables import games
from gamenight.core.prepared import Prepared
from gamenight.sessions import queries as sessions_queries
from gamenight.sessions.tables import RECORDED, is_night, session_games, session_totals, sessions
from gamenight.stats.played import is_played, within
from gamenight.stats.rules import ALWAYS, Span, day_of
from gamenight.stats.schemas import (
    NeverPlayedGame,
    Night,
    NightPage,
    NightPagination,
    Overview,
    UnplayedGame,
)

MAX_RANKED = 10

_night_columns: Select[Any] = select(
    # In the order of Night's fields, but its day.
    sessions.c.id,
    sessions.c.created_at,
    sessions.c.notes,
    case((sessions.c.notes != literal_column("''"), 1), else_=0),
    sessions.c.play_count,
    sessions.c.game_count,
    sessions.c.minutes_played,
    sessions.c.player_count,
    sessions.c.voter_count,
    sessions.c.upvotes,
    sessions.c.downvotes,
    sessions.c.total_votes,
)
_newest_nights = _night_columns.where(is_night).order_by(sessions.c.id.desc()).limit(bindparam("at_most"))
_page_of_nights = Prepared(_newest_nights.offset(bindparam("skipped")))
_nights_before = Prepared(_newest_nights.where(sessions.c.id < bindparam("before_id")))
_nights_since = Prepared(select(func.count()).where(is_night, sessions.c.id > bindparam("night")))

_others = sessions.alias("others")


def _record(figure: str) -> Prepared:
    """The first of all nights that have the most, in the order of the figure's index."""
    most = (
        select(_others.c[figure])
        .where(_is_in_index(_others, figure), _others.c[figure] > literal_column("0"))
        .order_by(_others.c[figure].desc())
        .limit(1)
        .scalar_subquery()
    )
    has_most = _night_columns.where(_is_in_index(sessions, figure), sessions.c[figure] >= most)
    return Prepared(has_most.order_by(sessions.c[figure], sessions.c.id).limit(1))


def _is_in_index(table: FromClause, figure: str) -> ColumnElement[bool]:
    """What a night is, as the index of a figure says it."""
    return table.c["game_count" if figure == "play_count" else "play_count"] > literal_column("0")


def _record_within(figure: str) -> Prepared:
    """The first of the nights of a span. It is found by when they began, for which no index of a figure is of use."""
    ranked = sessions.c[figure] + literal_column("0")
    return Prepared(
        _night_columns.where(within, ranked > literal_column("0")).order_by(ranked.desc(), sessions.c.id).limit(1)
    )


_records = {figure: _record(figure) for figure in RECORDED}
_records_within = {figure: _record_within(figure) for figure in RECORDED}
_totals = Prepared(select(session_totals.c.sessions, session_totals.c.nights))
_times_played = Prepared(select(func.sum(games.c.times_played)))
# Index by index from the end: however often a game was played, only its last time is read.
_last_time = (
    select(session_games.c.id)
    .where(session_games.c.game_id == games.c.id, is_played)
    .order_by(session_games.c.session_id.desc(), session_games.c.id.desc())
    .limit(1)
    .correlate(games)
    .scalar_subquery()
)
_last_played = Prepared(
    select(games.c.id, session_games.c.played_at, session_games.c.session_id)
    .join_from(games, session_games, session_games.c.id == _last_time)
    .where(games.c.times_played > literal_column("0"))
)


def overview(connection: Connection) -> Overview:
    """How things stand, over all nights."""
    all_games = catalogue.all_games(connection)
    enabled = [game for game in all_games if game.enabled]
    last_played = {game_id: (moment, night) for game_id, moment, night in _last_played.all(connection)}
    unplayed = sorted((game for game in enabled if game.id in last_played), key=lambda game: last_played[game.id][0])
    most_played = sorted((game for game in all_games if game.play_count), key=lambda game: -game.play_count)
    top_rated = sorted((game for game in all_games if game.popularity_score > 0), key=lambda g: -g.popularity_score)
    session_count, _night_count = totals(connection)
    return Overview(
        games=len(all_games),
        games_enabled=len(enabled),
        packs=len({game.pack_name for game in all_games}),
        sessions=session_count,
        active_sessions=0 if sessions_queries.active_id(connection) is None else 1,
        total_games_played=_times_played.scalar(connection) or 0,
        most_played_games=most_played[:MAX_RANKED],
        top_rated_games=top_rated[:MAX_RANKED],
        longest_unplayed_games=[
            UnplayedGame(game.id, game.title, game.pack_name, moment, _nights_since.scalar(connection, night=night))
            for game in unplayed[:MAX_RANKED]
            for moment, night in [last_played[game.id]]
        ],
        never_played_games=[
            NeverPlayedGame(game.id, game.title, game.pack_name, game.created_at)
            for game in enabled
            if game.id not in last_played
        ],
    )


def totals(connection: Connection) -> tuple[int, int]:
    """How many sessions and nights there are."""
    session_count, night_count = _totals.first(connection) or (0, 0)
    return session_count, night_count


def record(connection: Connection, figure: str, span: Span, zone: tzinfo) -> Night | None:
    """The night that has the most of a figure, one of RECORDED; the first one of several, None where none has any."""
    if span == ALWAYS:
        row = _records[figure].first(connection)
    else:
        row = _records_within[figure].first(connection, since=span.since, until=span.until)
    return None if row is None else _night(row, zone)


def page_of_nights(
    connection: Connection, zone: tzinfo, *, page: int, limit: int, before: int | None = None
) -> NightPage:
    """Newest first; with `before` the nights that follow the one of that session."""
    if before is None:
        offset = (page - 1) * limit
        rows = _page_of_nights.all(connection, at_most=limit, skipped=offset)
    else:
        rows = _nights_before.all(connection, at_most=limit, before_id=before)
    _session_count, total = totals(connection)
    return NightPage([_night(row, zone) for row in rows], NightPagination(page, limit, total, -(-total // limit)))


def _night(row: Sequence[Any], zone: tzinfo) -> Night:
    id_, created_at, *figures = row
    return Night(id_, day_of(created_at, zone), created_at, *figures)
