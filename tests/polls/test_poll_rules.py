"""Which option of a poll wins."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gamenight.polls.rules import RULES, SOMETHING_ELSE, Rule, Standing, decide, leader


def standings(*votes: int, weights: tuple[float, ...] = ()) -> list[Standing]:
    """Options with these votes; the last is something else."""
    games = [*range(71, 70 + len(votes)), SOMETHING_ELSE]
    each_weight = weights or (1.0,) * (len(votes) - 1)
    return [
        Standing(number, game_id, weight, given_votes)
        for number, (game_id, weight, given_votes) in enumerate(
            zip(games, (*each_weight, 0.0), votes, strict=True), start=1
        )
    ]


VOTES = st.lists(st.integers(0, 50), min_size=2, max_size=7)


@given(VOTES, st.sampled_from(RULES), st.text(max_size=5))
def test_an_option_wins_for_which_somebody_has_voted_and_always_the_same(
    votes: list[int], rule: Rule, seed: str
) -> None:
    given_standings = standings(*votes)
    outcome = decide(given_standings, rule, seed)
    assert outcome == decide(given_standings, rule, seed)
    assert votes[outcome.option - 1] > 0 or not any(votes)


@given(VOTES, st.text(max_size=5))
def test_by_majority_nothing_has_more_votes_than_the_winner(votes: list[int], seed: str) -> None:
    outcome = decide(standings(*votes), "majority", seed)
    assert votes[outcome.option - 1] == max(votes)
    if votes.count(max(votes)) == 1:
        assert (outcome.decided_by, outcome.tied) == ("votes", [])
    elif any(votes):
        tied = [number for number, each in enumerate(votes, start=1) if each == max(votes)]
        assert (outcome.decided_by, outcome.tied) == ("tie", tied)


def test_a_tie_is_drawn_by_the_weights_of_the_games_and_something_else_has_none() -> None:
    found = Counter(
        decide(standings(4, 4, 1, 4, weights=(3.0, 1.0, 9.0)), "majority", str(seed)).option for seed in range(400)
    )
    assert set(found) == {1, 2}
    assert 220 < found[1] < 370  # 300 on average


def test_where_nobody_votes_the_weights_choose_among_the_games() -> None:
    found = Counter(decide(standings(0, 0, 0, weights=(1.0, 4.0)), "majority", str(seed)).option for seed in range(400))
    assert set(found) == {1, 2}
    assert found[2] > found[1]
    assert decide(standings(0, 0, 0), "proportional", "x").decided_by == "no_votes"


def test_in_proportion_each_vote_is_a_lot() -> None:
    found = Counter(decide(standings(6, 2, 0), "proportional", str(seed)).option for seed in range(400))
    assert set(found) == {1, 2}
    assert 240 < found[1] < 360  # 300 on average


@given(VOTES)
def test_the_first_with_the_most_votes_leads(votes: list[int]) -> None:
    assert leader(standings(*votes)).option == votes.index(max(votes)) + 1
