"""The draw: what is reported is what happens."""

import math
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.catalogue.rules import Length, Wish, fits_length
from gamenight.catalogue.schemas import Favor, Game
from gamenight.picker import rules

DRAWS = 6000
# The chi-square value that chance exceeds once in a million draws of the test, by degrees of freedom.
ONE_IN_A_MILLION = {2: 27.63, 3: 30.66, 4: 33.38}


def a_game(
    id_: int,
    *,
    pack_name: str = "Pack",
    players: tuple[int, int] = (1, 8),
    length_minutes: int | None = 15,
    family_friendly: tuple[int, int] = (1, 0),
    game_type: str | None = "Trivia",
    secondary_type: str | None = None,
    enabled: int = 1,
    favor_bias: Favor = 0,
) -> Game:
    return Game(
        id=id_,
        pack_name=pack_name,
        title=f"Game {id_}",
        min_players=players[0],
        max_players=players[1],
        length_minutes=length_minutes,
        has_audience=0,
        family_friendly=family_friendly[0],
        family_friendly_setting=family_friendly[1],
        game_type=game_type,
        secondary_type=secondary_type,
        play_mode=None,
        app_tags=[],
        enabled=enabled,
        favor_bias=favor_bias,
        created_at="2026-03-15T19:00:00.000Z",
        symbol=None,
        ticker=None,
        play_count=0,
        upvotes=0,
        downvotes=0,
        popularity_score=0,
    )


def weighted(*weights: float) -> list[rules.Weighted]:
    return [rules.Weighted(a_game(number), {"factor": weight}) for number, weight in enumerate(weights, start=1)]


def chi_square(seen: Sequence[int], expected: Sequence[float]) -> float:
    return sum((have - want) ** 2 / want for have, want in zip(seen, expected, strict=True))


catalogues = st.lists(
    st.builds(
        a_game,
        st.integers(1, 500),
        pack_name=st.sampled_from(["A", "B", "C"]),
        players=st.tuples(st.integers(1, 6), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1])),
        length_minutes=st.none() | st.integers(1, 60),
        family_friendly=st.sampled_from([(0, 0), (1, 0), (1, 1)]),
        game_type=st.sampled_from(["Drawing", "Trivia", None]),
        secondary_type=st.sampled_from(["Drawing", None]),
        enabled=st.integers(0, 1),
        favor_bias=st.integers(-1, 1),
    ),
    max_size=30,
    unique_by=lambda game: game.id,
)
criteria = st.builds(
    rules.Criteria,
    wish=st.builds(
        Wish,
        player_count=st.none() | st.integers(0, 12),
        drawing=st.sampled_from([None, "only", "exclude"]),
        length=st.sampled_from([None, "short", "medium", "long"]),
        family_friendly=st.sampled_from([None, True, False]),
    ),
    packs=st.none() | st.frozensets(st.sampled_from(["A", "B", "C"])),
    exclude=st.frozensets(st.integers(1, 500), max_size=5),
    not_again=st.frozensets(st.integers(1, 500), max_size=5),
)
favors = st.dictionaries(st.sampled_from(["A", "B", "C"]), st.integers(-1, 1))


@pytest.mark.parametrize("weights", [(1, 1, 1), (3, 1, 0.2, 6), (0.06, 1, 2, 3, 6), (9, 0.3, 0.2)])
def test_games_are_drawn_as_often_as_their_odds_say(weights: tuple[float, ...]) -> None:
    pool = weighted(*weights)
    odds = {each.game.id: each.odds for each in rules.draw(pool, len(pool), "any")}
    drawn = Counter(rules.draw(pool, 1, f"seed {number}")[0].game.id for number in range(DRAWS))
    ids = sorted(odds)
    statistic = chi_square([drawn[id_] for id_ in ids], [odds[id_] * DRAWS for id_ in ids])
    assert statistic < ONE_IN_A_MILLION[len(ids) - 1]


def test_the_second_candidate_is_drawn_by_weight_from_those_that_are_left() -> None:
    pool = weighted(6, 3, 2, 1)
    pairs = [rules.draw(pool, 2, f"seed {number}") for number in range(DRAWS)]
    after_first = Counter(second.game.id for first, second in pairs if first.game.id == 1)
    total = sum(after_first.values())
    assert total > DRAWS / 3
    statistic = chi_square([after_first[id_] for id_ in (2, 3, 4)], [total * share / 6 for share in (3, 2, 1)])
    assert statistic < ONE_IN_A_MILLION[2]


def test_a_game_without_weight_is_never_drawn() -> None:
    pool = weighted(1, 0, 2)
    assert all(each.game.id != 2 for number in range(500) for each in rules.draw(pool, 3, f"seed {number}"))


def test_the_odds_are_the_exact_shares_of_the_weight() -> None:
    drawn = rules.draw(weighted(3, 1, 0.2), 3, "seed")
    assert {each.game.id: each.odds for each in drawn} == {1: 3 / 4.2, 2: 1 / 4.2, 3: 0.2 / 4.2}


@given(catalogues.filter(bool), favors)
def test_a_candidate_tells_its_weight_and_factors_and_all_odds_make_one(
    games: list[Game], favor: dict[str, int]
) -> None:
    pool = {each.game.id: each for each in rules.weigh(games, favor)}
    drawn = rules.draw(list(pool.values()), len(pool), "seed")
    for each in drawn:
        assert each.weight == math.prod(each.factors.values()) == pool[each.game.id].weight
        assert each.factors == pool[each.game.id].factors
    assert math.isclose(math.fsum(each.odds for each in drawn), 1)


@pytest.mark.parametrize("bits", [0, 1, 2**52, 2**53 - 1])
def test_a_games_random_number_is_never_quite_0_or_1(bits: int) -> None:
    assert 0 < rules.strictly_between_0_and_1(bits) < 1


def test_a_seed_draws_the_same_in_every_process_and_version() -> None:
    drawn = rules.draw(weighted(1, 2, 3, 4, 5, 6), 6, "board night")
    assert [each.game.id for each in drawn] == [5, 1, 3, 4, 6, 2]


@given(catalogues, criteria, favors, st.integers(1, 40), st.randoms(use_true_random=False))
def test_neither_the_order_of_the_catalogue_nor_a_second_try_changes_a_draw(
    games: list[Game], criteria: rules.Criteria, favor: dict[str, int], count: int, chance: Random
) -> None:
    shuffled = list(games)
    chance.shuffle(shuffled)
    first = rules.draw(rules.weigh(rules.narrow(games, criteria).games, favor), count, "seed")
    assert rules.draw(rules.weigh(rules.narrow(games, criteria).games, favor), count, "seed") == first
    assert rules.draw(rules.weigh(rules.narrow(shuffled, criteria).games, favor), count, "seed") == first


def test_the_order_of_the_catalogue_is_not_even_in_the_last_digit_of_the_odds() -> None:
    pool = weighted(*[0.06, 0.2, 0.9, 1, 2, 3, 6] * 10)
    orders = [Random(number).sample(pool, len(pool)) for number in range(20)]
    assert len({sum(each.weight for each in order) for order in orders}) > 1, "a plain sum would tell them apart"
    first = rules.draw(pool, len(pool), "seed")
    assert all(rules.draw(order, len(pool), "seed") == first for order in orders)


@given(catalogues, criteria, favors, st.integers(1, 40))
def test_what_is_drawn_is_all_that_was_asked_for_and_no_game_twice(
    games: list[Game], criteria: rules.Criteria, favor: dict[str, int], count: int
) -> None:
    pool = rules.narrow(games, criteria)
    drawn = [each.game for each in rules.draw(rules.weigh(pool.games, favor), count, "seed")]
    assert len(drawn) == min(count, len(pool.games)) == len({game.id for game in drawn})
    wish = criteria.wish
    for game in drawn:
        assert game.enabled
        assert game.id not in criteria.exclude | criteria.not_again
        assert criteria.packs is None or game.pack_name in criteria.packs
        assert wish.player_count is None or game.min_players <= wish.player_count <= game.max_players
        draws = "Drawing" in (game.game_type, game.secondary_type)
        assert wish.drawing is None or draws == (wish.drawing == "only")
        minutes = game.length_minutes or 0
        bounds = {"short": (0, 15), "medium": (16, 25), "long": (26, 10_000)}
        assert wish.length is None or bounds[wish.length][0] <= minutes <= bounds[wish.length][1]
        assert (
            wish.family_friendly is None
            or bool(game.family_friendly) == wish.family_friendly
            or game.family_friendly_setting
        )


def test_a_game_that_would_be_a_repeat_is_never_drawn() -> None:
    games = [a_game(1, favor_bias=1), a_game(2), a_game(3)]

    def drawn(criteria: rules.Criteria) -> set[int]:
        weights = rules.weigh(rules.narrow(games, criteria).games, {})
        return {each.game.id for number in range(200) for each in rules.draw(weights, 2, f"seed {number}")}

    assert drawn(rules.Criteria()) == {1, 2, 3}
    assert drawn(rules.Criteria(not_again=frozenset({1}))) == {2, 3}
    assert drawn(rules.Criteria(exclude=frozenset({3}), not_again=frozenset({1}))) == {2}


@given(catalogues, criteria)
def test_the_filters_are_applied_in_the_published_order_and_say_what_they_left(
    games: list[Game], criteria: rules.Criteria
) -> None:
    pool = rules.narrow(games, criteria)
    names = [step.filter for step in pool.steps]
    assert names == [name for name in rules.FILTERS if name in names]
    remaining = [step.remaining for step in pool.steps]
    assert remaining == sorted(remaining, reverse=True)
    assert remaining[0] == pool.total_enabled == sum(game.enabled for game in games)
    assert remaining[-1] == len(pool.games)
    if not pool.games:
        assert pool.emptied_by in rules.SUGGESTIONS


@pytest.mark.parametrize(
    ("criteria", "culprit"),
    [
        (rules.Criteria(packs=frozenset({"Other"})), "packs"),
        (rules.Criteria(packs=frozenset()), "packs"),
        (rules.Criteria(exclude=frozenset({1, 2})), "exclude"),
        (rules.Criteria(wish=Wish(player_count=9)), "playerCount"),
        (rules.Criteria(wish=Wish(player_count=0)), "playerCount"),
        (rules.Criteria(wish=Wish(drawing="only", length="long")), "drawing"),
        (rules.Criteria(wish=Wish(length="long")), "length"),
        (rules.Criteria(wish=Wish(family_friendly=False)), "familyFriendly"),
        (rules.Criteria(not_again=frozenset({1, 2})), "repeats"),
    ],
)
def test_the_filter_that_left_nothing_is_named(criteria: rules.Criteria, culprit: str) -> None:
    assert rules.narrow([a_game(1), a_game(2)], criteria).emptied_by == culprit


def test_only_the_filters_that_were_asked_for_are_told_each_with_what_it_left() -> None:
    games = [
        a_game(1, enabled=0),
        a_game(2, players=(3, 8)),
        a_game(3, players=(1, 4)),
        a_game(4, game_type="Drawing"),
        a_game(5, length_minutes=30),
    ]
    assert rules.narrow(games, rules.Criteria()).steps == [rules.Step("enabled", 4)]
    pool = rules.narrow(games, rules.Criteria(wish=Wish(player_count=6, length="short"), not_again=frozenset({2})))
    assert pool.steps == [
        rules.Step("enabled", 4),
        rules.Step("playerCount", 3),
        rules.Step("length", 2),
        rules.Step("repeats", 1),
    ]
    assert [game.id for game in pool.games] == [4]


def test_a_catalogue_with_nothing_enabled_is_named_first() -> None:
    assert rules.narrow([a_game(1, enabled=0)], rules.Criteria()).emptied_by == "enabled"


@pytest.mark.parametrize(
    ("favor", "pack_favor", "weight"), [(1, 1, 6), (1, -1, 0.9), (0, 0, 1), (-1, 0, 0.2), (-1, -1, 0.06)]
)
def test_the_weight_is_the_games_favour_times_its_packs(favor: Favor, pack_favor: int, weight: float) -> None:
    (only,) = rules.weigh([a_game(1, favor_bias=favor)], {"Pack": pack_favor})
    assert math.isclose(only.weight, weight)
    assert set(only.factors) == {"favor", "packFavor"}


@pytest.mark.parametrize(
    ("minutes", "length"), [(None, "short"), (15, "short"), (16, "medium"), (25, "medium"), (26, "long")]
)
def test_a_length_is_short_medium_or_long(minutes: int | None, length: Length) -> None:
    game = a_game(1, length_minutes=minutes)
    assert [other for other in get_args(Length) if fits_length(game, other)] == [length]
