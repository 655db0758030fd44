"""How figures are made: the share that likes a game, streaks, periods."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from gamenight.core.clock import to_text
from gamenight.core.zones import named_zone, offset_zone
from gamenight.http.schemas import MAX_OFFSET
from gamenight.sessions.rules import is_after_free_week
from gamenight.stats import rules
from gamenight.stats.schemas import Run

VOTES = st.integers(0, 500)
DAYS = st.lists(st.dates(date(2019, 1, 1), date(2030, 12, 31)), unique=True, min_size=1, max_size=40).map(
    lambda days: [day.isoformat() for day in sorted(days)]
)
ZONES = st.one_of(
    st.builds(offset_zone, st.integers(-MAX_OFFSET, MAX_OFFSET)),
    # Clocks that change at midnight, by half an hour, or by a whole day are among them.
    st.sampled_from(
        ["Europe/Vienna", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Beirut"]
    ).map(named_zone),
)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


class Tally(Struct, frozen=True):
    upvotes: int
    downvotes: int


TALLIES = st.lists(st.builds(Tally, VOTES, VOTES), max_size=12)


def runs(days: list[str], number: Callable[[str], int]) -> list[Run]:
    return rules.runs(days[0], days[-1], pairwise(days), number)


def share(upvotes: int, downvotes: int) -> float:
    found = rules.liked_share(upvotes, downvotes)
    assert found is not None
    return found


@given(VOTES, VOTES)
def test_the_share_lies_between_a_half_and_what_the_votes_say(up: int, down: int) -> None:
    if up + down == 0:
        assert rules.liked_share(up, down) is None
        return
    low, high = sorted([0.5, up / (up + down)])
    assert low - 0.0001 <= share(up, down) <= high + 0.0001
    assert share(up, down) + share(down, up) == pytest.approx(1, abs=0.0002)


@given(VOTES, VOTES)
def test_one_more_who_likes_a_game_never_lowers_its_share(up: int, down: int) -> None:
    assert share(up + 1, down) >= (rules.liked_share(up, down) or 0.5)


def test_many_votes_weigh_more_than_a_few_that_all_agree() -> None:
    assert share(1, 0) == 0.6
    assert share(20, 2) > share(1, 0)
    ranked = rules.best_liked([Tally(1, 0), Tally(0, 3), Tally(20, 2), Tally(0, 0), Tally(5, 4)])
    assert ranked == [Tally(20, 2), Tally(1, 0), Tally(5, 4)]


@given(TALLIES)
def test_the_best_liked_are_those_that_somebody_likes_in_order_of_their_share(games: list[Tally]) -> None:
    ranked = rules.best_liked(games)
    assert sorted(map(id, ranked)) == sorted(id(game) for game in games if game.upvotes)
    for better, worse in pairwise(ranked):
        assert share(better.upvotes, better.downvotes) >= share(worse.upvotes, worse.downvotes)


@given(VOTES, VOTES)
def test_division_is_the_same_from_both_sides_and_below_one(up: int, down: int) -> None:
    assert rules.division(up, down) == rules.division(down, up)
    assert 0 <= rules.division(up, down) < 1
    assert (rules.division(up, down) == 0) == (not up or not down)


def test_the_most_divisive_game_splits_the_most_people_in_halves() -> None:
    assert rules.most_divisive([Tally(9, 1), Tally(4, 4), Tally(1, 1), Tally(30, 0)]) == Tally(4, 4)
    assert rules.most_divisive([Tally(9, 0), Tally(0, 4)]) is None
    assert rules.most_divisive([]) is None


@given(DAYS, st.sampled_from([rules.week, rules.month]))
def test_runs_hold_every_week_or_month_once_and_have_gaps_between(
    days: list[str], number: Callable[[str], int]
) -> None:
    found = runs(days, number)
    numbers = {number(day) for day in days}
    assert sum(run.length for run in found) == len(numbers)
    for run in found:
        covered = set(range(number(run.since), number(run.until) + 1))
        assert covered <= numbers
        assert len(covered) == run.length
    assert all(number(later.since) - number(earlier.until) > 1 for earlier, later in pairwise(found))


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_the_numbers_of_weeks_and_months_go_on_at_the_turn_of_a_year(day: date) -> None:
    later = day + timedelta(days=7)
    assert rules.week(later.isoformat()) == rules.week(day.isoformat()) + 1
    monday = day - timedelta(days=day.weekday())
    assert rules.week(monday.isoformat()) == rules.week(day.isoformat())
    assert rules.week((monday - timedelta(days=1)).isoformat()) == rules.week(day.isoformat()) - 1
    first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    assert rules.month(first_of_next.isoformat()) == rules.month(day.isoformat()) + 1


def test_the_longest_run_is_the_first_of_several_and_the_latest_may_be_shorter() -> None:
    days = ["2025-12-26", "2026-01-02", "2026-01-03", "2026-02-06", "2026-02-13", "2026-03-20"]
    found = rules.longest_and_latest(runs(days, rules.week))
    assert found is not None
    assert (found.longest.length, found.longest.since, found.longest.until) == (2, "2025-12-26", "2026-01-03")
    assert (found.latest.length, found.latest.since) == (1, "2026-03-20")


@given(MOMENTS, ZONES)
def test_a_moment_lies_in_the_month_and_the_year_of_its_day_and_in_no_other(moment: datetime, zone: tzinfo) -> None:
    text = to_text(moment)
    day = rules.day_of(text, zone)
    for letters in (4, 7):
        span = rules.span_of(day[:letters], zone)
        assert span.since <= text < span.until
    for other in (f"{int(day[:4]) + 1}", f"{int(day[:4]) - 1}-{day[5:7]}"):
        span = rules.span_of(other, zone)
        assert not span.since <= text < span.until


def test_a_year_ends_where_the_next_begins() -> None:
    year, december, following = (rules.span_of(period, offset_zone(60)) for period in ("2026", "2026-12", "2027"))
    assert year.since == "2025-12-31T23:00:00.000Z"
    assert december.until == following.since == year.until


def test_a_month_begins_and_ends_by_the_clock_of_its_own_season() -> None:
    march = rules.span_of("2026-03", named_zone("Europe/Vienna"))
    assert (march.since, march.until) == ("2026-02-28T23:00:00.000Z", "2026-03-31T22:00:00.000Z")


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)), ZONES)
def test_no_clock_of_the_world_shows_a_free_week_that_is_not_noted(
    before: datetime, gap: timedelta, zone: tzinfo
) -> None:
    moments = to_text(before), to_text(before + gap)
    days = [rules.day_of(moment, zone) for moment in moments]
    if rules.week(days[1]) - rules.week(days[0]) > 1 or rules.month(days[1]) - rules.month(days[0]) > 1:
        assert is_after_free_week(*moments)


def test_a_night_each_week_leaves_no_week_free_though_one_begins_a_little_earlier_or_later() -> None:
    assert is_after_free_week(None, "2026-03-13T19:00:00.000Z")
    for moment in ("2026-03-20T18:00:00.000Z", "2026-03-20T19:00:00.000Z", "2026-03-20T23:30:00.000Z"):
        assert not is_after_free_week("2026-03-13T19:00:00.000Z", moment)
    assert is_after_free_week("2026-03-13T19:00:00.000Z", "2026-03-27T19:00:00.000Z")


@given(MOMENTS, ZONES)
def test_only_at_the_edge_of_a_month_a_night_lies_in_another_month_by_another_clock(
    moment: datetime, zone: tzinfo
) -> None:
    text = to_text(moment)
    if rules.day_of(text, zone)[:7] != text[:7]:
        assert rules.is_near_edge(text)


@given(MOMENTS, ZONES, st.sampled_from([4, 7]))
def test_what_lies_outside_of_a_span_and_what_they_share_is_all_of_it(
    moment: datetime, zone: tzinfo, letters: int
) -> None:
    text = to_text(moment)
    period = rules.day_of(text, zone)[:letters]
    here, there = rules.span_of(period, zone), rules.span_of(period)
    outside = [part for part in rules.outside(here, there) if part.since <= text < part.until]
    assert len(outside) == (0 if there.since <= text < there.until else 1)
    assert rules.outside(here, here) == []
