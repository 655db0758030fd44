"""The night whose votes are known is one: its lines mean what it says, and its rules are those that are told."""

from datetime import timedelta

import pytest

from gamenight.votes.chat import votes_in
from gamenight.votes.folding import fold_name
from tests.votes.truth import NIGHT, Line, Played, Vote, a_night_of_chat, votes_of

GAMES = ["TKO", "QXL", "FII", "TKO", "EWX", "DRF", "QXL", "SVTI"]


@pytest.mark.parametrize("seed", range(3))
def test_a_night_of_chat_is_as_lively_as_a_real_one(seed: int) -> None:
    turns, lines, truth = a_night_of_chat(seed, 20_000, GAMES)
    assert len(lines) == 20_000
    assert [line.at for line in lines] == sorted({line.at for line in lines})
    assert [game.symbol for game in turns] == GAMES
    assert {vote for line in lines for _, vote in line.means} == {"up", "down", "unvote"}
    assert sum(not line.means for line in lines) > 14_000
    assert {key for _, key in truth if isinstance(key, int)} == set(range(len(GAMES)))
    assert len(truth) > 300
    assert len({line.username for line in lines}) > 3 * len({line.person for line in lines})


def test_the_same_seed_makes_the_same_night() -> None:
    assert a_night_of_chat(7, 500, GAMES) == a_night_of_chat(7, 500, GAMES)
    assert a_night_of_chat(7, 500, GAMES) != a_night_of_chat(8, 500, GAMES)


def test_each_line_says_what_it_is_meant_to_say_and_each_name_is_its_persons() -> None:
    _, lines, _ = a_night_of_chat(1, 20_000, GAMES)
    for line in lines:
        assert tuple((each.target, each.vote) for each in votes_in(line.message, set(GAMES))) == line.means, line
    people = {fold_name(line.username): line.person for line in lines}
    assert people == {fold_name(line.person): line.person for line in lines}


FIRST = Played(0, "TKO", NIGHT, NIGHT + timedelta(seconds=100), False)
SECOND = Played(1, "QXL", NIGHT + timedelta(seconds=100), NIGHT + timedelta(seconds=200), True)
THIRD = Played(2, "TKO", NIGHT + timedelta(seconds=205), NIGHT + timedelta(seconds=300), False)


@pytest.mark.parametrize(
    ("votes", "truth"),
    [
        ([(50, None, "up")], {0: "up"}),
        ([(50, None, "up"), (60, None, "down")], {0: "down"}),
        ([(50, None, "up"), (60, None, "unvote")], {}),
        ([(110, None, "up")], {0: "up"}),
        ([(121, None, "up")], {1: "up"}),
        ([(50, None, "up"), (110, None, "down")], {0: "up", 1: "down"}),
        ([(110, None, "up"), (111, None, "down")], {0: "up", 1: "down"}),
        ([(203, None, "up")], {}),
        ([(210, None, "up")], {2: "up"}),
        ([(310, None, "up")], {2: "up"}),
        ([(330, None, "up")], {}),
        ([(150, "TKO", "down")], {0: "down"}),
        ([(250, "TKO", "down")], {2: "down"}),
        ([(50, "QXL", "up")], {"QXL": "up"}),
        ([(50, "QXL", "up"), (60, "QXL", "down"), (150, None, "up")], {"QXL": "down", 1: "up"}),
        ([(50, "QXL", "up"), (60, "QXL", "unvote")], {}),
        ([(250, "QXL", "up")], {1: "up"}),
        ([(110, "TKO", "up"), (111, None, "down")], {0: "up", 1: "down"}),
    ],
)
def test_the_rules_of_the_truth_are_those_that_are_told(
    votes: list[tuple[int, str | None, Vote]], truth: dict[int | str, Vote]
) -> None:
    lines = [Line(NIGHT + timedelta(seconds=at), "Pia", "pia", "", ((target, vote),)) for at, target, vote in votes]
    assert votes_of([FIRST, SECOND, THIRD], lines) == {("pia", key): vote for key, vote in truth.items()}
