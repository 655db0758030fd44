"""The figures of many random nights are those that plain counting gives."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile

import pytest

from gamenight.core.database import Database
from gamenight.core.zones import named_zone, offset_zone
from gamenight.sessions.rules import MAX_TURN_SECONDS
from gamenight.stats import actions, periods, queries, recaps, rules
from gamenight.stats.streaks import MIN_STREAK
from tests.stats import plain
from tests.stats.history import PastNight, Person, Play, keep

NAMES = ["Pia", "PIA", "Omar", "omar ", "Ann", "Bob"]
ZONE = offset_zone(-7 * 60)


def random_nights(chance: random.Random) -> list[PastNight]:
    cast = [Person(name) for name in NAMES] + [Person("Quinn", "phone", f"device-{number}") for number in range(3)]
    cast += [Person(name, "twitch", f"id-{number}") for number in range(2) for name in NAMES[:3]]
    begins = datetime(2024, 11, 1, tzinfo=UTC)
    nights = []
    for _ in range(60):
        begins += timedelta(hours=chance.choice([23, 40, 24 * 7, 24 * 7, 24 * 20]), minutes=chance.randrange(60))
        nights.append(PastNight(begins, [a_play(chance, cast) for _ in range(chance.randrange(5))]))
    return nights


def a_play(chance: random.Random, cast: list[Person]) -> Play:
    heard = list({person.known_as: person for person in chance.sample(cast, chance.randrange(8))}.values())
    liked = chance.randrange(len(heard) + 1)
    return Play(
        chance.randint(1, 6),
        chance.choice([0, 0.4, 12.5, 30, 400]),
        heard[:liked],
        heard[liked:],
        chance.choice([None, 0, 4, 8]),
        chance.choice(["played", "played", "played", "skipped"]),
        chance.random() < 0.15,
    )


def local_day(night: PastNight) -> str:
    return night.begins.astimezone(ZONE).date().isoformat()


def played_on(night: PastNight) -> list[Play]:
    return [play for play in night.plays if play.status == "played" and not play.removed]


def voters_of(plays: Iterable[Play]) -> set[tuple[str, str | None, str]]:
    return {person.known_as for play in plays for person in [*play.up, *play.down]}


def row_until(held: list[set[int]], game: int) -> int:
    """On how many of the last nights a game was, one after the other."""
    return len(list(takewhile(lambda games: game in games, reversed(held))))


def longest_row(held: list[set[int]]) -> int:
    rows: Counter[int] = Counter()
    longest = 0
    for games in held:
        rows = Counter({game: rows[game] + 1 for game in games})
        longest = max([longest, *rows.values()])
    return longest


@pytest.mark.parametrize("chance", [1, 2], indirect=True)
def test_the_figures_are_what_plain_counting_gives(
    database: Database, database_url: str, chance: random.Random
) -> None:
    laid = random_nights(chance)
    ids = keep(database_url, laid)
    held = [(id_, night, played_on(night)) for id_, night in zip(ids, laid, strict=True) if played_on(night)]
    assert 20 < len(held) < len(laid), "some nights on which nothing was played, but not too many"
    with database.snapshot() as connection:
        nights = queries.page_of_nights(connection, ZONE, page=1, limit=100).nights[::-1]
        found = periods.highlights(connection, None, ZONE, 100)
        months = periods.periods(connection, "month", ZONE).periods
        for month in months:
            same = periods.highlights(connection, month.period, ZONE, 100)
            assert same.totals == month.totals
            assert month.most_played is not None
            assert (month.most_played.id, month.most_played.play_count) == (
                same.most_played[0].id,
                same.most_played[0].play_count,
            )
            assert (month.best_liked and month.best_liked.id) == (same.best_liked[0].id if same.best_liked else None)

    assert [(night.session_id, night.day, night.play_count, night.game_count) for night in nights] == [
        (id_, local_day(night), len(plays), len({play.game_id for play in plays})) for id_, night, plays in held
    ]
    assert [(night.upvotes, night.downvotes, night.player_count) for night in nights] == [
        (
            sum(len(play.up) for play in plays),
            sum(len(play.down) for play in plays),
            max((play.players for play in plays if play.players is not None), default=None),
        )
        for _id, _night, plays in held
    ]
    for night, (_id, _night, plays) in zip(nights, held, strict=True):
        exact = sum(min(play.minutes * 60, MAX_TURN_SECONDS) for play in plays) / 60
        assert abs(night.minutes_played - exact) < 1

    with database.snapshot() as connection:
        for place, (id_, _night, plays) in enumerate(held):
            recap = recaps.recap(connection, id_, ZONE)
            days = [local_day(night) for _id, night, _plays in held[: place + 1]]
            streaks = [
                rules.runs(days[0], days[-1], pairwise(days), number)[-1].length for number in (rules.week, rules.month)
            ]
            assert [recap.week_streak, recap.month_streak] == streaks
            before = [{play.game_id for play in plays} for _id, _night, plays in held[:place]]
            rows = {game: row_until(before, game) for game in set(range(1, 7)) - {play.game_id for play in plays}}
            assert {each.id: each.length for each in recap.broken_streaks} == {
                game: length for game, length in rows.items() if length >= MIN_STREAK
            }
            assert recap.voter_count == len(voters_of(plays))

    everything = [play for _id, _night, plays in held for play in plays]
    assert found.totals.voter_count == len(voters_of(everything))
    assert {game.id: (game.play_count, game.upvotes, game.downvotes) for game in found.most_played} == {
        game: (
            sum(play.game_id == game for play in everything),
            sum(len(play.up) for play in everything if play.game_id == game),
            sum(len(play.down) for play in everything if play.game_id == game),
        )
        for game in {play.game_id for play in everything}
    }
    by_month = Counter(local_day(night)[:7] for _id, night, _plays in held)
    assert [(month.period, month.totals.night_count) for month in months] == sorted(by_month.items(), reverse=True)
    assert found.streaks.game is not None
    assert found.streaks.game.length == longest_row([{play.game_id for play in plays} for _id, _night, plays in held])


@pytest.mark.parametrize("chance", [3, 4], indirect=True)
def test_months_and_years_are_what_plain_counting_gives_by_every_clock_however_much_is_settled(
    database: Database, database_url: str, chance: random.Random
) -> None:
    keep(database_url, random_nights(chance), settled=False)
    for _ in range(3):
        by_chance = (offset_zone(chance.choice([-1, 1]) * chance.randint(1, 14 * 60)) for _ in range(3))
        named = named_zone(chance.choice(["Europe/Vienna", "America/New_York", "Australia/Lord_Howe"]))
        for zone in (UTC, offset_zone(60), ZONE, named, *by_chance):
            with database.snapshot() as connection:
                months, years = (periods.periods(connection, by, zone) for by in ("month", "year"))
                assert months == plain.periods(connection, "month", zone)
                assert years == plain.periods(connection, "year", zone)
                rows = chance.sample(months.periods, 3) + years.periods
                for period in (None, "1999", *(row.period for row in rows)):
                    found = periods.highlights(connection, period, zone, 4)
                    assert found == plain.highlights(connection, period, zone, 4)
        with database.transaction() as transaction:
            assert actions.settle_some(transaction, 20)
    with database.transaction() as transaction:
        assert actions.recount(transaction) == []
