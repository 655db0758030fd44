"""The figures of a month, a year, or all nights."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any

from sqlalchemy import Connection, bindparam, desc, func, literal_column, select

from gamenight.catalogue.tables import games
from gamenight.core.prepared import Prepared
from gamenight.core.zones import as_asked
from gamenight.sessions.tables import sessions
from gamenight.stats import queries, rules, streaks, summaries
from gamenight.stats.rules import ALL_TIME
from gamenight.stats.schemas import By, FavoriteGame, Highlights, PeriodRow, Periods, Records, Totals
from gamenight.stats.summaries import Unsettled
from gamenight.stats.sums import SUMMED, Sums, favorite
from gamenight.stats.tables import period_games, period_sums, settled_nights

LETTERS: dict[By, int] = {"month": 7, "year": 4}
"""How much of a day says in which month or year it is."""

_rows = Prepared(
    select(
        period_sums.c.period,
        *(period_sums.c[name] for name in SUMMED),
        period_sums.c.player_count,
        period_sums.c.most_played_id,
        period_sums.c.best_liked_id,
    )
    .where(func.length(period_sums.c.period) == bindparam("letters"))
    .order_by(desc(period_sums.c.period))
)
_favorite = Prepared(
    select(
        games.c.id,
        games.c.title,
        games.c.pack_name,
        period_games.c.play_count,
        period_games.c.upvotes,
        period_games.c.downvotes,
    )
    .join_from(period_games, games, games.c.id == period_games.c.game_id)
    .where(period_games.c.period == bindparam("of_period"), period_games.c.game_id == bindparam("game"))
)
_near_edges = Prepared(
    select(settled_nights.c.began)
    .join_from(settled_nights, sessions, settled_nights.c.session_id == sessions.c.id)
    .where(settled_nights.c.is_near_edge == literal_column("1"), sessions.c.is_settled == literal_column("1"))
)


def periods(connection: Connection, by: By, zone: tzinfo) -> Periods:
    """The months or years with a night, newest first.

    Most are read as they are stored. Those are summed up of which nights are not settled, or began in another month by
    these clocks than by those of UTC.
    """
    letters = LETTERS[by]
    known = summaries.unsettled(connection)
    corrected = _corrected(connection, known, letters, zone)
    stored = [row for row in _rows.all(connection, letters=letters) if row[0] not in corrected]
    rows = _stored_rows(connection, stored)
    for period in corrected:
        sums = Sums(connection, period, zone, known)
        if sums.totals.night_count:
            rows.append(PeriodRow(period, sums.totals, sums.most_played, sums.best_liked))
    return Periods(by, *as_asked(zone), sorted(rows, key=lambda row: row.period, reverse=True))


def highlights(connection: Connection, period: str | None, zone: tzinfo, limit: int) -> Highlights:
    """What people tell each other of a month, a year, or all nights."""
    sums = Sums(connection, ALL_TIME if period is None else period, zone)
    longest, most_games, most_votes, most_voters, most_players = (
        queries.record(connection, figure, sums.span, zone)
        for figure in ("minutes_played", "play_count", "total_votes", "voter_count", "player_count")
    )
    utc_offset, time_zone = as_asked(zone)
    return Highlights(
        period=period,
        utc_offset=utc_offset,
        time_zone=time_zone,
        totals=sums.totals,
        most_played=sums.played_games(sums.games[:limit]),
        best_liked=sums.played_games(rules.best_liked(sums.games)[:limit]),
        regulars=sums.regulars(limit),
        streaks=streaks.streaks_within(connection, sums.span, zone),
        records=Records(longest, most_games, most_votes, most_voters, most_players),
    )


def _corrected(connection: Connection, known: Unsettled, letters: int, zone: tzinfo) -> set[str]:
    """The periods whose sums are not what people with these clocks have to be shown."""
    found = {night.began[:letters] for night in known.outdated}
    found |= {rules.day_of(night.began, zone)[:letters] for night in known.nights}
    if zone != UTC:
        for (began,) in _near_edges.all(connection):
            periods = {began[:letters], rules.day_of(began, zone)[:letters]}
            if len(periods) > 1:
                found |= periods
    return found


def _stored_rows(connection: Connection, stored: Sequence[Sequence[Any]]) -> list[PeriodRow]:
    most_played, best_liked = (_favorites(connection, stored, place) for place in (-2, -1))
    return [
        PeriodRow(row[0], _totals(*row[1:-2]), most, best)
        for row, most, best in zip(stored, most_played, best_liked, strict=True)
    ]


def _favorites(connection: Connection, stored: Sequence[Sequence[Any]], place: int) -> list[FavoriteGame | None]:
    """Of each row the game whose id has this place in it."""
    found = _favorite.all_of_each(connection, [{"of_period": row[0], "game": row[place]} for row in stored])
    return [favorite(*rows[0]) if rows else None for rows in found]


def _totals(  # noqa: PLR0917 — in the order of the columns
    nights: int, plays: int, minutes: int, upvotes: int, downvotes: int, people: int, players: int | None
) -> Totals:
    return Totals(nights, plays, minutes, players, people, upvotes, downvotes, upvotes + downvotes)
