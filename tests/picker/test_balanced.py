"""The balanced weights: within their bounds, capped, the same for the same seed, and fair to what was played."""

import math
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gamenight.catalogue.rules import Wish
from gamenight.catalogue.schemas import Game
from gamenight.picker import balanced, rules
from gamenight.picker.balanced import FACTORS, Balance, GameTonight, Memory, Strengths
from tests.picker.test_picker_rules import a_game, catalogues, criteria, favors, weighted

ALL = frozenset(FACTORS)
strengths = st.builds(
    Strengths,
    recency=st.floats(0, 0.99),
    recency_nights=st.floats(0.1, 100),
    tonight=st.floats(0, 0.99),
    taste=st.floats(1, 100),
    novelty=st.floats(1, 100),
    variety=st.floats(0, 0.99),
    cap=st.floats(0.05, 1),
)
memories = st.builds(
    Memory,
    nights_since=st.dictionaries(st.integers(1, 500), st.integers(1, 30), max_size=20),
    tonight=st.lists(
        st.builds(GameTonight, st.integers(1, 500), st.sampled_from(["Drawing", "trivia", None]), st.booleans()),
        max_size=8,
    ),
)
balances = st.builds(Balance, favors, memories, strengths, st.frozensets(st.sampled_from(FACTORS)), st.text(max_size=8))
voted = st.tuples(st.integers(0, 200), st.integers(0, 200))


def a_balance(
    *,
    nights_since: dict[int, int] | None = None,
    tonight: Sequence[GameTonight] = (),
    on: frozenset[str] = ALL - {"taste"},
    seed: str = "seed",
    **changed: float,
) -> Balance:
    return Balance({}, Memory(nights_since or {}, tonight), Strengths(**changed), on, seed)


def with_votes(games: list[Game], chance: Random) -> list[Game]:
    return [structs.replace(game, upvotes=chance.randint(0, 50), downvotes=chance.randint(0, 50)) for game in games]


def factors_of(game: Game, balance: Balance, *others: Game) -> dict[str, float]:
    return balanced.weigh([game, *others], balance)[0].factors


@given(catalogues, balances, st.randoms(use_true_random=False))
def test_every_factor_that_is_on_is_told_in_order_and_within_its_bounds(
    games: list[Game], balance: Balance, chance: Random
) -> None:
    allowed = balanced.bounds(balance.strengths)
    assert set(allowed) == ALL
    for each in balanced.weigh(with_votes(games, chance), balance):
        assert list(each.factors) == [name for name in FACTORS if name in balance.on]
        for name, (least, most) in allowed.items():
            value = each.factors.get(name, least)
            assert least * (1 - 1e-12) - 1e-12 <= value <= most * (1 + 1e-12)
        assert each.weight > 0


@given(catalogues.filter(bool), balances, st.randoms(use_true_random=False))
def test_no_game_has_more_of_the_odds_than_the_cap_unless_the_pool_is_tiny(
    games: list[Game], balance: Balance, chance: Random
) -> None:
    balance = structs.replace(balance, on=balance.on | {"cap"})
    most = balance.strengths.cap
    weights = balanced.weigh(with_votes(games, chance), balance)
    drawn = rules.draw(weights, len(weights), "seed")
    assert math.isclose(math.fsum(each.odds for each in drawn), 1)
    if len(games) * most >= 1:
        assert all(each.odds <= most * (1 + 1e-9) for each in drawn)
        cut = [each for each in drawn if each.factors["cap"] < 1]
        assert all(math.isclose(each.odds, most) for each in cut), "nobody is cut by more than needed"
    else:
        assert all(each.factors["cap"] == 1 for each in drawn)


def test_what_is_cut_off_is_shared_by_weight_and_whoever_comes_to_the_brim_is_cut_too() -> None:
    capped = balanced.cap(weighted(80, 30, 5, 5), 0.35)
    odds = {each.game.id: each.odds for each in rules.draw(capped, 4, "seed")}
    assert odds == pytest.approx({1: 0.35, 2: 0.35, 3: 0.15, 4: 0.15})
    assert [each.factors["cap"] < 1 for each in capped] == [True, True, False, False]
    assert [each.factors["cap"] for each in balanced.cap(weighted(80, 1), 0.35)] == [1, 1], "two are too few for 35 %"
    three = rules.draw(balanced.cap(weighted(80, 1, 1), 0.35), 3, "seed")
    assert sorted(each.odds for each in three) == pytest.approx([0.325, 0.325, 0.35])
    half = rules.draw(balanced.cap(weighted(80, 1), 0.5), 2, "seed")
    assert [each.odds for each in half] == pytest.approx([0.5, 0.5])


@given(catalogues, criteria, balances, st.integers(1, 40), st.randoms(use_true_random=False))
def test_neither_the_order_of_the_catalogue_nor_a_second_try_changes_a_balanced_draw(
    games: list[Game], criteria: rules.Criteria, balance: Balance, count: int, chance: Random
) -> None:
    games = with_votes(games, chance)
    shuffled = list(games)
    chance.shuffle(shuffled)

    def drawn(order: list[Game]) -> list[rules.Candidate]:
        pool, _relaxed = rules.narrow_or_relax(order, criteria)
        return rules.draw(balanced.weigh(pool.games, balance), count, balance.seed)

    first = drawn(games)
    assert drawn(games) == first
    assert drawn(shuffled) == first


def test_a_seed_draws_the_same_tastes_in_every_process_and_version() -> None:
    games = [structs.replace(a_game(1), upvotes=9, downvotes=1), a_game(2)]
    assert [balanced.taste(game, 4, "board night") for game in games] == pytest.approx(
        [2.2138610734438235, 0.8248309658113459], rel=1e-9
    )


@pytest.mark.parametrize(("up", "down"), [(0, 0), (3, 0), (0, 3), (12, 7), (300, 100)])
def test_the_tastes_are_drawn_from_what_the_votes_let_us_believe(up: int, down: int) -> None:
    game = structs.replace(a_game(1), upvotes=up, downvotes=down)
    shares = [(math.log(balanced.taste(game, 4, f"seed {number}"), 4) + 1) / 2 for number in range(4000)]
    a, b = up + 2, down + 2
    mean, variance = a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1))
    # Five standard errors: chance goes beyond them once in a million times. The seeds are fixed.
    assert abs(sum(shares) / len(shares) - mean) < 5 * math.sqrt(variance / len(shares))
    assert sum((share - mean) ** 2 for share in shares) / len(shares) == pytest.approx(variance, rel=0.15)


def test_liked_games_are_drawn_more_often_and_disliked_ones_less() -> None:
    games = [
        structs.replace(a_game(1), upvotes=20),
        structs.replace(a_game(2), downvotes=20),
        *map(a_game, range(3, 9)),
    ]
    drawn = Counter(
        rules.draw(balanced.weigh(games, a_balance(on=ALL, seed=str(number))), 1, str(number))[0].game.id
        for number in range(600)
    )
    assert drawn[1] > 1.5 * drawn[3]
    assert drawn[2] < 0.7 * drawn[3]


@pytest.mark.parametrize(("nights", "weight"), [(1, 0.1), (2, 0.538), (3, 0.763), (4, 0.878), (20, 1.0), (None, 1.0)])
def test_a_game_comes_back_with_the_nights(nights: int | None, weight: float) -> None:
    balance = a_balance(nights_since={} if nights is None else {1: nights})
    assert factors_of(a_game(1), balance)["recency"] == pytest.approx(weight, abs=5e-4)


def test_a_new_game_has_a_start_until_it_was_played() -> None:
    def novelty(balance: Balance) -> float:
        return factors_of(a_game(1), balance)["novelty"]

    assert novelty(a_balance()) == 1.5
    assert novelty(a_balance(tonight=[GameTonight(1, None, skipped=True)])) == 1.5, "skipped is not played"
    assert novelty(a_balance(tonight=[GameTonight(1, None, skipped=False)])) == 1
    assert novelty(a_balance(nights_since={1: 30})) == 1


def test_the_next_game_is_rather_of_another_type_than_the_last_ones() -> None:
    def tonight(*types: str | None, skipped: bool = False) -> float:
        games = [GameTonight(9, type_, skipped) for type_ in types]
        return factors_of(a_game(1, game_type="Trivia"), a_balance(tonight=games))["variety"]

    assert tonight() == 1
    assert tonight("trivia") == pytest.approx(0.4)
    assert tonight("Trivia", "Drawing") == pytest.approx(0.7)
    assert tonight("Trivia", None, "Drawing") == pytest.approx(0.85)
    assert tonight("Trivia", "Drawing", "Drawing", "Drawing") == 1
    assert tonight("Trivia", "Trivia") == pytest.approx(0.4), "the last one counts, not their number"
    assert tonight("Trivia", skipped=True) == 1
    assert (
        factors_of(a_game(1, game_type=None), a_balance(tonight=[GameTonight(9, None, skipped=False)]))["variety"] == 1
    )


def test_of_repeats_the_last_one_is_the_least_likely() -> None:
    balance = a_balance(tonight=[GameTonight(id_, None, skipped=False) for id_ in (1, 2, 3, 1)])
    weights = [factors_of(a_game(id_), balance)["tonight"] for id_ in (4, 2, 3, 1)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == 1
    assert weights[-1] == pytest.approx(0.1)


def test_the_favour_of_a_pack_counts_for_each_game_and_its_size_for_none() -> None:
    alone = a_game(1, pack_name="Small")
    others = [a_game(id_, pack_name="Large") for id_ in range(2, 12)]
    balance = structs.replace(a_balance(on=frozenset({"packFavor"})), pack_favor={"Small": 1, "Large": 1})
    assert {each.weight for each in balanced.weigh([alone, *others], balance)} == {2.0}


def test_a_factor_counts_where_it_is_on_by_setting_or_request() -> None:
    assert balanced.switched_on((), {}) == ALL
    assert balanced.switched_on({"taste"}, {}) == ALL - {"taste"}
    assert balanced.switched_on({"taste"}, {"taste": True, "cap": False}) == ALL - {"cap"}


def test_with_the_full_strength_the_last_nights_games_are_too_recent() -> None:
    nights_since = {1: 1, 2: 2}
    assert balanced.too_recent(a_balance(nights_since=nights_since)) == frozenset()
    assert balanced.too_recent(a_balance(nights_since=nights_since, recency=1)) == {1}
    assert balanced.too_recent(a_balance(nights_since=nights_since, recency=1, on=ALL - {"recency"})) == frozenset()


@given(catalogues, criteria, st.frozensets(st.integers(1, 500), max_size=5))
def test_relaxing_never_breaks_what_has_to_hold_and_relaxes_as_little_as_it_can(
    games: list[Game], criteria: rules.Criteria, recent: frozenset[int]
) -> None:
    criteria = structs.replace(criteria, too_recent=recent)
    pool, relaxed = rules.narrow_or_relax(games, criteria)
    strict = rules.narrow(games, criteria)
    if strict.games:
        assert (pool, relaxed) == (strict, [])
    assert relaxed == [name for name in rules.RELAXED_IN_ORDER if name in relaxed]
    assert {step.filter for step in pool.steps}.isdisjoint(relaxed)
    for game in pool.games:
        assert game.enabled
        assert game.id not in criteria.exclude
        assert criteria.packs is None or game.pack_name in criteria.packs
        players, family = criteria.wish.player_count, criteria.wish.family_friendly
        assert players is None or game.min_players <= players <= game.max_players
        assert family is None or bool(game.family_friendly) == family or game.family_friendly_setting
    if not pool.games:
        assert relaxed == []
        assert pool.emptied_by not in rules.RELAXED_IN_ORDER


@given(catalogues, criteria)
def test_a_pool_is_empty_only_where_the_firm_filters_empty_it(games: list[Game], criteria: rules.Criteria) -> None:
    pool, _relaxed = rules.narrow_or_relax(games, criteria)
    wish = structs.replace(criteria.wish, length=None, drawing=None)
    assert bool(pool.games) == bool(
        rules.narrow(games, structs.replace(criteria, wish=wish, not_again=frozenset())).games
    )


def test_tonights_repeats_give_way_first_and_what_gave_way_in_vain_holds_again() -> None:
    games = [a_game(1, length_minutes=40), a_game(2), a_game(3)]
    wish = Wish(length="long")
    only_repeats = rules.Criteria(wish=wish, not_again=frozenset({1, 2}))
    pool, relaxed = rules.narrow_or_relax(games, only_repeats)
    assert ([game.id for game in pool.games], relaxed) == ([1], ["repeats"])
    pool, relaxed = rules.narrow_or_relax(games[1:], only_repeats)
    assert ([game.id for game in pool.games], relaxed) == ([3], ["length"]), "no repeat is needed for that"
    recent = rules.Criteria(not_again=frozenset({1}), too_recent=frozenset({2, 3}))
    pool, relaxed = rules.narrow_or_relax(games, recent)
    assert ([game.id for game in pool.games], relaxed) == ([1], ["repeats"])


@given(strengths)
def test_nights_that_are_not_remembered_take_next_to_nothing_from_a_weight(given_strengths: Strengths) -> None:
    last = balanced.nights_remembered(given_strengths)

    def lost(ago: int) -> float:
        return 1 - balanced.comeback(ago, given_strengths.recency, given_strengths.recency_nights)

    assert lost(last + 1) < balanced.NEGLIGIBLE
    assert last == 0 or lost(last) >= balanced.NEGLIGIBLE * (1 - 1e-9)
