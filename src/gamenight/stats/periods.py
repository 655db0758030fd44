"""Every way to read the figures of a month, a year, or all nights."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, desc, func, or_, select

from gamenight.catalogue.tables import games
from gamenight.core.prepared import Prepared
from gamenight.stats import queries, rules
from gamenight.stats.played import played, total, voted
from gamenight.stats.rules import ALWAYS, PRIOR, Span
from gamenight.stats.schemas import (
    By,
    FavoriteGame,
    GameRun,
    Highlights,
    Night,
    PeriodRow,
    Periods,
    PlayedGame,
    Records,
    Regular,
    Streaks,
    Totals,
)
from gamenight.votes.schemas import PHONE
from gamenight.votes.tables import voters

LETTERS: dict[By, int] = {"month": 7, "year": 4}
"""How much of a day says in which month or year it is."""

_people = Prepared(select(func.count(voted.c.person.distinct())))
_people_by_period = select(voted.c.period, func.count(voted.c.person.distinct())).group_by(voted.c.period)

_games = Prepared(
    select(
        games.c.id,
        games.c.title,
        games.c.pack_name,
        func.count().label("play_count"),
        func.count(played.c.session_id.distinct()),
        total(played.c.seconds_played),
        func.max(played.c.played_at),
        total(played.c.upvotes),
        total(played.c.downvotes),
    )
    .join_from(played, games, games.c.id == played.c.game_id)
    .group_by(games.c.id, games.c.title, games.c.pack_name)
    .order_by(desc("play_count"), games.c.id)
)

_game_of_period = (
    select(
        played.c.period,
        played.c.game_id,
        func.count().label("play_count"),
        total(played.c.upvotes).label("upvotes"),
        total(played.c.downvotes).label("downvotes"),
    )
    .group_by(played.c.period, played.c.game_id)
    .subquery("game_of_period")
)
_votes_of_game = _game_of_period.c.upvotes + _game_of_period.c.downvotes
_share = (_game_of_period.c.upvotes + float(PRIOR)) / (_votes_of_game + 2.0 * PRIOR)
_ranked = select(
    _game_of_period,
    func.row_number()
    .over(
        partition_by=_game_of_period.c.period,
        order_by=(desc(_game_of_period.c.play_count), _game_of_period.c.game_id),
    )
    .label("by_plays"),
    func.row_number()
    .over(
        partition_by=_game_of_period.c.period,
        order_by=(
            _game_of_period.c.upvotes == 0,
            desc(_share),
            desc(_votes_of_game),
            desc(_game_of_period.c.play_count),
            _game_of_period.c.game_id,
        ),
    )
    .label("by_liking"),
).subquery("ranked")
_favorites: Select[Any] = (
    select(
        _ranked.c.period,
        _ranked.c.by_plays,
        _ranked.c.by_liking,
        games.c.id,
        games.c.title,
        games.c.pack_name,
        _ranked.c.play_count,
        _ranked.c.upvotes,
        _ranked.c.downvotes,
    )
    .join_from(_ranked, games, games.c.id == _ranked.c.game_id)
    .where(or_(_ranked.c.by_plays == 1, _ranked.c.by_liking == 1))
)

_most_nights = (
    select(
        func.max(voted.c.id).label("latest"),
        func.count(voted.c.session_id.distinct()).label("night_count"),
    )
    .where(voted.c.platform != PHONE)
    .group_by(voted.c.person)
    .order_by(desc("night_count"), desc("latest"))
    .limit(bindparam("at_most"))
    .subquery("most_nights")
)
_regulars = Prepared(
    select(voters.c.username, voters.c.platform, _most_nights.c.night_count)
    .join_from(_most_nights, voters, voters.c.id == _most_nights.c.latest)
    .order_by(desc(_most_nights.c.night_count), desc(_most_nights.c.latest))
)

# Nights in a row are islands: there a night's number less the game's own count of its nights stays the same.
_numbered = (
    select(played.c.session_id, func.row_number().over(order_by=played.c.session_id).label("number"))
    .group_by(played.c.session_id)
    .subquery("numbered")
)
_game_on_night = select(played.c.game_id, played.c.session_id).distinct().subquery("game_on_night")
_in_rows = (
    select(
        _game_on_night.c.game_id,
        _game_on_night.c.session_id,
        _numbered.c.number,
        (
            _numbered.c.number
            - func.row_number().over(partition_by=_game_on_night.c.game_id, order_by=_game_on_night.c.session_id)
        ).label("island"),
    )
    .join_from(_game_on_night, _numbered, _numbered.c.session_id == _game_on_night.c.session_id)
    .subquery("in_rows")
)
_game_runs = (
    select(
        _in_rows.c.game_id,
        func.count().label("length"),
        func.min(_in_rows.c.session_id).label("first_session"),
        func.max(_in_rows.c.session_id).label("last_session"),
    )
    .group_by(_in_rows.c.game_id, _in_rows.c.island)
    .subquery("game_runs")
)
_longest_game_run = Prepared(
    select(
        games.c.id,
        games.c.title,
        games.c.pack_name,
        _game_runs.c.length,
        _game_runs.c.first_session,
        _game_runs.c.last_session,
    )
    .join_from(_game_runs, games, games.c.id == _game_runs.c.game_id)
    .order_by(desc(_game_runs.c.length), _game_runs.c.first_session, _game_runs.c.game_id)
    .limit(1)
)


def periods(connection: Connection, by: By, utc_offset: int) -> Periods:
    """The months or years with a night, newest first."""
    letters = LETTERS[by]
    values = queries.bind_values(ALWAYS, utc_offset) | {"letters": letters}
    of_period: dict[str, list[Night]] = {}
    for night in queries.nights(connection, ALWAYS, utc_offset):
        of_period.setdefault(night.day[:letters], []).append(night)
    people = {row[0]: row[1] for row in connection.execute(_people_by_period, values)}
    most_played: dict[str, FavoriteGame] = {}
    best_liked: dict[str, FavoriteGame] = {}
    for period, by_plays, by_liking, *fields in connection.execute(_favorites, values):
        game = _favorite(fields)
        if by_plays == 1:
            most_played[period] = game
        if by_liking == 1 and game.upvotes:
            best_liked[period] = game
    rows = [
        PeriodRow(period, _totals(members, people.get(period, 0)), most_played.get(period), best_liked.get(period))
        for period, members in sorted(of_period.items(), reverse=True)
    ]
    return Periods(by, utc_offset, rows)


def highlights(connection: Connection, period: str | None, utc_offset: int, limit: int) -> Highlights:
    """What people tell each other of a month, a year, or all nights."""
    span = rules.span_of(period, utc_offset)
    held = queries.nights(connection, span, utc_offset)
    held_on = [night.day for night in held]
    ranked = [_played_game(row) for row in _games.all(connection, **queries.bind_values(span, utc_offset))]
    return Highlights(
        period=period,
        utc_offset=utc_offset,
        totals=_totals(held, _people_within(connection, span)),
        most_played=ranked[:limit],
        best_liked=rules.best_liked(ranked)[:limit],
        regulars=_regulars_within(connection, span, limit),
        streaks=Streaks(
            weeks=rules.longest_and_latest(rules.runs(held_on, rules.week)),
            months=rules.longest_and_latest(rules.runs(held_on, rules.month)),
            game=_longest_run_of_a_game(connection, span, {night.session_id: night.day for night in held}),
        ),
        records=Records(
            longest_night=rules.record(held, lambda night: night.minutes_played),
            most_games=rules.record(held, lambda night: night.play_count),
            most_votes=rules.record(held, lambda night: night.total_votes),
            most_voters=rules.record(held, lambda night: night.voter_count),
            most_players=rules.record(held, lambda night: night.player_count),
        ),
    )


def _played_game(row: Iterable[Any]) -> PlayedGame:
    id_, title, pack_name, play_count, night_count, seconds, last_played_at, up, down = row
    return PlayedGame(
        id_,
        title,
        pack_name,
        play_count,
        night_count,
        rules.minutes(seconds),
        last_played_at,
        up,
        down,
        up - down,
        up + down,
        rules.liked_share(up, down),
    )


def _favorite(fields: Sequence[Any]) -> FavoriteGame:
    id_, title, pack_name, play_count, up, down = fields
    return FavoriteGame(id_, title, pack_name, play_count, up, down, up + down, rules.liked_share(up, down))


def _totals(held: Sequence[Night], voter_count: int) -> Totals:
    counts = [night.player_count for night in held if night.player_count is not None]
    return Totals(
        night_count=len(held),
        play_count=sum(night.play_count for night in held),
        minutes_played=sum(night.minutes_played for night in held),
        player_count=max(counts, default=None),
        voter_count=voter_count,
        upvotes=sum(night.upvotes for night in held),
        downvotes=sum(night.downvotes for night in held),
        total_votes=sum(night.total_votes for night in held),
    )


def _people_within(connection: Connection, span: Span) -> int:
    counted: int = _people.scalar(connection, **queries.bind_values(span, 0))
    return counted


def _regulars_within(connection: Connection, span: Span, limit: int) -> list[Regular]:
    rows = _regulars.all(connection, **queries.bind_values(span, 0), at_most=limit)
    return [Regular(*row) for row in rows]


def _longest_run_of_a_game(connection: Connection, span: Span, day_of: dict[int, str]) -> GameRun | None:
    row = _longest_game_run.first(connection, **queries.bind_values(span, 0))
    if row is None:
        return None
    id_, title, pack_name, length, first_session, last_session = row
    return GameRun(id_, title, pack_name, length, day_of[first_session], day_of[last_session])
