"""Highlights and periods by plain counting: all rows are read, and everything is summed in Python."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from gamenight.catalogue.tables import games
from gamenight.core.zones import as_asked
from gamenight.sessions.rules import minutes
from gamenight.sessions.tables import session_games, sessions
from gamenight.stats import rules
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
    Run,
    Runs,
    Streaks,
    Totals,
)
from gamenight.votes.tables import voters, votes


class Held(NamedTuple):
    """A night: its figures, the rows of what was played, and of those whose votes count for it or for a game that was
    named without being played."""

    night: Night
    plays: list[Row[Any]]
    people: list[Row[Any]]


def highlights(connection: Connection, period: str | None, zone: tzinfo, limit: int) -> Highlights:
    held = [each for each in _held(connection, zone) if each.night.day.startswith(period or "")]
    ranked = _ranked(connection, held)
    nights = [each.night for each in held]
    days = sorted(night.day for night in nights)
    return Highlights(
        period,
        *as_asked(zone),
        _totals(held),
        ranked[:limit],
        rules.best_liked(ranked)[:limit],
        _regulars(held)[:limit],
        Streaks(_runs(days, rules.week), _runs(days, rules.month), _longest_row(connection, held)),
        Records(
            _record(nights, lambda night: night.minutes_played),
            _record(nights, lambda night: night.play_count),
            _record(nights, lambda night: night.total_votes),
            _record(nights, lambda night: night.voter_count),
            _record(nights, lambda night: night.player_count or 0),
        ),
    )


def periods(connection: Connection, by: By, zone: tzinfo) -> Periods:
    held = _held(connection, zone)
    letters = {"month": 7, "year": 4}[by]
    rows = []
    for period in sorted({each.night.day[:letters] for each in held}, reverse=True):
        members = [each for each in held if each.night.day.startswith(period)]
        ranked = _ranked(connection, members)
        liked = rules.best_liked(ranked)
        rows.append(PeriodRow(period, _totals(members), _favorite(ranked[0]), _favorite(liked[0]) if liked else None))
    return Periods(by, *as_asked(zone), rows)


def _held(connection: Connection, zone: tzinfo) -> list[Held]:
    plays: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(select(session_games).order_by(session_games.c.id)):
        if row.removed_at is None and row.status != "skipped":
            plays.setdefault(row.session_id, []).append(row)
    of_votes = select(votes.c.voter_id, votes.c.session_game_id, votes.c.vote, voters.c.session_id)
    counting = connection.execute(of_votes.join_from(votes, voters).where(votes.c.counts == 1)).all()
    of_plays = {play.id for members in plays.values() for play in members}
    whose_count = {vote.voter_id for vote in counting if vote.session_game_id in {*of_plays, None}}
    unplayed = Counter((vote.session_id, vote.vote) for vote in counting if vote.session_game_id is None)
    people: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(select(voters).order_by(voters.c.id)):
        if row.id in whose_count:
            people.setdefault(row.session_id, []).append(row)
    found = connection.execute(select(sessions).order_by(sessions.c.id)).all()
    held = []
    for row in found:
        if row.id in plays:
            up, down = (unplayed[row.id, vote] for vote in ("up", "down"))
            members = people.get(row.id, [])
            night = _night(row, plays[row.id], len(members), up, down, zone)
            held.append(Held(night, plays[row.id], members))
    return held


def _night(row: Row[Any], plays: Sequence[Row[Any]], people: int, up: int, down: int, zone: tzinfo) -> Night:
    """A night; `up` and `down` are its votes for games that were not played."""
    up += sum(play.upvotes for play in plays)
    down += sum(play.downvotes for play in plays)
    return Night(
        row.id,
        rules.day_of(row.created_at, zone),
        row.created_at,
        row.notes,
        int(bool(row.notes)),
        len(plays),
        len({play.game_id for play in plays}),
        minutes(sum(play.seconds_played for play in plays)),
        max((play.player_count for play in plays if play.player_count is not None), default=None),
        people,
        up,
        down,
        up + down,
    )


def _totals(held: Sequence[Held]) -> Totals:
    nights = [each.night for each in held]
    up, down = sum(night.upvotes for night in nights), sum(night.downvotes for night in nights)
    return Totals(
        len(nights),
        sum(night.play_count for night in nights),
        sum(night.minutes_played for night in nights),
        max((night.player_count for night in nights if night.player_count is not None), default=None),
        len({_identity(person) for each in held for person in each.people}),
        up,
        down,
        up + down,
    )


def _identity(person: Row[Any]) -> tuple[str, str | None, str]:
    return person.platform, person.user_id, "" if person.user_id else person.folded_name


def _ranked(connection: Connection, held: Iterable[Held]) -> list[PlayedGame]:
    """The most often played first."""
    facts = {row.id: row for row in connection.execute(select(games))}
    plays = sorted((play for each in held for play in each.plays), key=lambda play: play.game_id)
    found = []
    for game_id, members in groupby(plays, key=lambda play: play.game_id):
        of_game = list(members)
        up, down = sum(play.upvotes for play in of_game), sum(play.downvotes for play in of_game)
        found.append(
            PlayedGame(
                game_id,
                facts[game_id].title,
                facts[game_id].pack_name,
                len(of_game),
                len({play.session_id for play in of_game}),
                minutes(sum(play.seconds_played for play in of_game)),
                max(play.played_at for play in of_game),
                up,
                down,
                up - down,
                up + down,
                rules.liked_share(up, down),
            )
        )
    return sorted(found, key=lambda game: (-game.play_count, game.id))


def _favorite(game: PlayedGame) -> FavoriteGame:
    return FavoriteGame(
        game.id,
        game.title,
        game.pack_name,
        game.play_count,
        game.upvotes,
        game.downvotes,
        game.total_votes,
        game.liked_share,
    )


def _regulars(held: Iterable[Held]) -> list[Regular]:
    of_people: dict[tuple[str, str | None, str], list[Row[Any]]] = {}
    for each in held:
        for person in each.people:
            if person.platform != "phone":
                of_people.setdefault(_identity(person), []).append(person)
    known = [(len({row.session_id for row in rows}), max(rows, key=lambda row: row.id)) for rows in of_people.values()]
    known.sort(key=lambda each: (-each[0], -each[1].id))
    return [Regular(newest.username, newest.platform, nights) for nights, newest in known]


def _runs(days: Sequence[str], number: Callable[[str], int]) -> Runs | None:
    if not days:
        return None
    found = [[days[0]]]
    for before, day in pairwise(days):
        if number(day) - number(before) > 1:
            found.append([])
        found[-1].append(day)
    runs = [Run(number(run[-1]) - number(run[0]) + 1, run[0], run[-1]) for run in found]
    return Runs(max(runs, key=lambda run: run.length), runs[-1])


def _longest_row(connection: Connection, held: Sequence[Held]) -> GameRun | None:
    """Of the longest ones the one that began first, and of those the one of the game with the smallest id."""
    of_nights = [{play.game_id for play in each.plays} for each in held]
    best: tuple[int, int, int] | None = None
    for first, on_first in enumerate(of_nights):
        for game_id in on_first:
            length = next(
                (n for n, games_ in enumerate(of_nights[first:]) if game_id not in games_), len(of_nights) - first
            )
            key = (-length, first, game_id)
            best = key if best is None else min(best, key)
    if best is None:
        return None
    length, first, game_id = -best[0], best[1], best[2]
    facts = connection.execute(select(games).where(games.c.id == game_id)).one()
    days = [each.night.day for each in held]
    return GameRun(game_id, facts.title, facts.pack_name, length, days[first], days[first + length - 1])


def _record(nights: Sequence[Night], figure: Callable[[Night], int]) -> Night | None:
    return max((night for night in nights if figure(night)), key=figure, default=None)
