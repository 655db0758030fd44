"""Filling the time that is left: the lengths add up, and the weights decide."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.catalogue.schemas import Game
from gamenight.picker import rules
from gamenight.picker.lineup import MAX_GAMES, TOLERANCE_MINUTES, Slot, fill
from tests.picker.test_picker_rules import a_game

lengths = st.lists(st.none() | st.integers(1, 60), min_size=1, max_size=9)


def games_of(lengths: Sequence[int | None]) -> list[Game]:
    return [a_game(id_, length_minutes=length) for id_, length in enumerate(lengths, start=1)]


def by_favour(games: Iterable[Game], _chosen: Sequence[Game]) -> list[rules.Weighted]:
    return rules.weigh(games, {})


def total(slots: Sequence[Slot]) -> int:
    return sum(rules.minutes_of(slot.candidate.game) for slot in slots)


@given(lengths, st.integers(1, 200), st.text(max_size=5))
def test_the_lengths_add_up_to_the_time_as_well_as_any_games_could(
    known: list[int | None], minutes: int, seed: str
) -> None:
    games = games_of(known)
    slots = fill(games, minutes, by_favour, seed)
    assert len({slot.candidate.game.id for slot in slots}) == len(slots), "none twice"
    possible = {
        sum(map(rules.minutes_of, some)) for size in range(len(games) + 1) for some in combinations(games, size)
    }
    best = max(each for each in possible if each <= minutes + TOLERANCE_MINUTES)
    assert total(slots) <= minutes + TOLERANCE_MINUTES
    assert total(slots) == best or abs(total(slots) - minutes) <= TOLERANCE_MINUTES


@given(lengths, st.integers(1, 200), st.text(max_size=5))
def test_neither_the_order_of_the_catalogue_nor_a_second_try_changes_a_lineup(
    known: list[int | None], minutes: int, seed: str
) -> None:
    games = games_of(known)
    first = fill(games, minutes, by_favour, seed)
    assert fill(games, minutes, by_favour, seed) == first
    assert fill(games[::-1], minutes, by_favour, seed) == first


def test_a_game_after_which_the_time_can_not_be_filled_is_not_drawn() -> None:
    games = games_of([50, 30, 30])
    for number in range(50):
        slots = fill(games, 60, by_favour, str(number))
        assert [slot.candidate.game.length_minutes for slot in slots] == [30, 30]
        assert [slot.pool_size for slot in slots] == [2, 1]
        assert slots[-1].candidate.odds == 1


def test_games_are_drawn_by_their_weights() -> None:
    games = [a_game(1, favor_bias=1, length_minutes=30), *(a_game(id_, length_minutes=30) for id_ in (2, 3, 4))]
    firsts = Counter(fill(games, 60, by_favour, str(number))[0].candidate.game.id for number in range(600))
    assert firsts[1] == pytest.approx(300, abs=60)


def test_the_weights_know_what_was_chosen_before() -> None:
    calls: list[list[int]] = []

    def weigher(games: Iterable[Game], chosen: Sequence[Game]) -> list[rules.Weighted]:
        calls.append([game.id for game in chosen])
        return by_favour(games, chosen)

    slots = fill(games_of([20, 20, 20]), 60, weigher, "seed")
    order = [slot.candidate.game.id for slot in slots]
    assert calls == [order[:number] for number in range(3)]


def test_a_long_time_and_short_games_make_no_endless_lineup() -> None:
    assert len(fill(games_of([1] * 500), 1440, by_favour, "seed")) == MAX_GAMES
