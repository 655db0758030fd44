"""Which game a vote is for, and which votes count."""

import random

from hypothesis import given
from hypothesis import strategies as st

from gamenight.votes.rules import Attribution, Cast, Timetable, Turn, VotedOn, attribute

GRACE = 20


def at(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"2026-03-15T19:{int(minutes):02}:{rest:06.3f}Z"


def turn(session_game_id: int, start: float, end: float | None, *, skipped: bool = False) -> Turn:
    return Turn(session_game_id, 100 + session_game_id, at(start), None if end is None else at(end), skipped)


def timetable(*turns: Turn, grace: float = GRACE) -> Timetable:
    return Timetable(turns, grace)


def vote(number: int, seconds: float, direction: str = "up", **target: int) -> Cast:
    return Cast(number, at(seconds), direction, **target)


TWO_GAMES = timetable(turn(1, 0, 600), turn(2, 600, None))


def test_a_vote_is_for_the_game_that_was_playing() -> None:
    assert attribute([vote(1, 300)], TWO_GAMES) == {1: Attribution(1, True)}
    assert attribute([vote(1, 900)], TWO_GAMES) == {1: Attribution(2, True)}


def test_a_vote_before_the_first_game_is_for_none() -> None:
    assert attribute([vote(1, 0)], timetable(turn(1, 1, None))) == {1: Attribution(None, False)}


def test_the_opposite_vote_replaces_the_one_before() -> None:
    assert attribute([vote(1, 300), vote(2, 310, "down")], TWO_GAMES) == {
        1: Attribution(1, False),
        2: Attribution(1, True),
    }


def test_a_withdrawn_vote_counts_for_nothing_and_can_be_cast_again() -> None:
    withdrawn = [vote(1, 300), vote(2, 310, "unvote")]
    assert [each.counts for each in attribute(withdrawn, TWO_GAMES).values()] == [False, False]
    again = attribute([*withdrawn, vote(3, 320, "down")], TWO_GAMES)
    assert again[3] == Attribution(1, True)


def test_a_vote_just_after_a_game_is_still_for_it() -> None:
    assert attribute([vote(1, 600 + GRACE)], TWO_GAMES) == {1: Attribution(1, True)}
    assert attribute([vote(1, 600 + GRACE + 0.001)], TWO_GAMES) == {1: Attribution(2, True)}


def test_a_vote_just_after_a_game_is_for_the_next_one_if_the_voter_had_voted_on_it() -> None:
    assert attribute([vote(1, 300), vote(2, 605)], TWO_GAMES)[2] == Attribution(2, True)
    assert attribute([vote(1, 603), vote(2, 605, "down")], TWO_GAMES) == {
        1: Attribution(1, True),
        2: Attribution(2, True),
    }


def test_a_skipped_game_has_no_grace() -> None:
    skipped = timetable(turn(1, 0, 600, skipped=True), turn(2, 600, None))
    assert attribute([vote(1, 605)], skipped) == {1: Attribution(2, True)}


def test_the_grace_does_not_reach_across_a_skip() -> None:
    across = timetable(turn(1, 0, 600), turn(2, 600, 605, skipped=True), turn(3, 605, None))
    assert attribute([vote(1, 608)], across) == {1: Attribution(3, True)}


def test_a_vote_just_after_the_last_game_is_for_it_and_one_long_after_for_none() -> None:
    over = timetable(turn(1, 0, 600))
    assert attribute([vote(1, 610)], over) == {1: Attribution(1, True)}
    assert attribute([vote(1, 700)], over) == {1: Attribution(None, False)}


def test_without_grace_a_vote_is_never_for_the_game_before() -> None:
    strict = timetable(turn(1, 0, 600), turn(2, 600, None), grace=0)
    assert attribute([vote(1, 600.001)], strict) == {1: Attribution(2, True)}


def test_a_symbol_is_for_the_last_time_that_its_game_was_begun() -> None:
    again = timetable(turn(1, 0, 300), turn(2, 300, 600), Turn(3, 101, at(600), None, False))
    assert attribute([vote(1, 400, target_game_id=101)], again) == {1: Attribution(1, True)}
    assert attribute([vote(1, 700, target_game_id=101)], again) == {1: Attribution(3, True)}
    assert attribute([vote(1, 700, target_game_id=999)], again) == {1: Attribution(None, True, 999)}


def test_a_named_game_and_the_one_that_is_playing_are_one_when_they_are_the_same() -> None:
    both = attribute([vote(1, 300), vote(2, 310, "down", target_game_id=101)], TWO_GAMES)
    assert both == {1: Attribution(1, False), 2: Attribution(1, True)}


def test_a_paused_game_that_goes_on_is_one_game() -> None:
    paused = timetable(turn(1, 0, 100), turn(2, 100, 200), turn(1, 200, None))
    assert attribute([vote(1, 50), vote(2, 300, "down")], paused) == {
        1: Attribution(1, False),
        2: Attribution(1, True),
    }


moments = st.integers(0, 59 * 60).map(float)
casts = st.lists(
    st.tuples(
        moments,
        st.sampled_from(["up", "down", "unvote"]),
        st.one_of(st.just({}), st.integers(101, 104).map(lambda game: {"target_game_id": game})),
    ),
    max_size=12,
)


@st.composite
def nights(draw: st.DrawFn) -> Timetable:
    ends = sorted(draw(st.lists(moments, min_size=1, max_size=6, unique=True)))
    games = draw(st.permutations(range(1, 5)))
    return timetable(
        *(
            turn(games[place % 4], start, end, skipped=draw(st.booleans()))
            for place, (start, end) in enumerate(zip([0.0, *ends], ends, strict=False))
        )
    )


def in_order_of_arrival(said: list[tuple[float, str, dict[str, int]]]) -> list[Cast]:
    return [vote(number, seconds, direction, **target) for number, (seconds, direction, target) in enumerate(said)]


def counted(attributions: dict[int, Attribution], votes: list[Cast]) -> set[tuple[VotedOn | None, str]]:
    """What counts: for which game, and how."""
    said = {each.id: each.vote for each in votes}
    return {(each.voted_on, said[number]) for number, each in attributions.items() if each.counts}


@given(casts, nights(), st.randoms(use_true_random=False))
def test_the_order_in_which_votes_arrive_does_not_matter(
    said: list[tuple[float, str, dict[str, int]]], night: Timetable, chance: random.Random
) -> None:
    votes = [vote(number, seconds, direction, **target) for number, (seconds, direction, target) in enumerate(said)]
    expected = counted(attribute(votes, night), votes)
    shuffled = list(said)
    chance.shuffle(shuffled)
    arrived = [
        vote(number, seconds, direction, **target) for number, (seconds, direction, target) in enumerate(shuffled)
    ]
    assert counted(attribute(arrived, night), arrived) == expected


@given(casts, nights())
def test_votes_that_arrive_twice_count_once(said: list[tuple[float, str, dict[str, int]]], night: Timetable) -> None:
    votes = in_order_of_arrival(said)
    twice = [*votes, *(Cast(each.id + 100, *_rest(each)) for each in votes)]
    attributions = attribute(twice, night)
    assert counted(attributions, twice) == counted(attribute(votes, night), votes)
    games = [each.voted_on for each in attributions.values() if each.counts]
    assert len(games) == len(set(games))


def _rest(cast: Cast) -> tuple[str, str, int | None, int | None]:
    return cast.timestamp, cast.vote, cast.target_game_id, cast.target_session_game_id
