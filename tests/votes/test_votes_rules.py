"""Which game a vote is for, and which votes count."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.votes.rules import Attribution, Cast, Timetable, Turn, VotedOn, attribute, moment_in_night

GRACE = 20


def at(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"2026-03-15T19:{int(minutes):02}:{rest:06.3f}Z"


def turn(session_game_id: int, start: float, end: float | None, *, skipped: bool = False) -> Turn:
    return Turn(session_game_id, 100 + session_game_id, at(start), None if end is None else at(end), skipped)


def timetable(*turns: Turn, grace: float = GRACE) -> Timetable:
    return Timetable(turns, grace)


def of_minute(number: int, seconds: float, direction: str = "up", *, place: int = 0, **target: int) -> Cast:
    return Cast(number, at(seconds), direction, place=place, precision_seconds=60, **target)


def vote(number: int, seconds: float, direction: str = "up", **target: int) -> Cast:
    return Cast(number, at(seconds), direction, **target)


TWO_GAMES = timetable(turn(1, 0, 600), turn(2, 600, None))


def test_a_vote_is_for_the_game_that_was_playing() -> None:
    assert attribute([vote(1, 300)], TWO_GAMES) == {1: Attribution(1, True)}
    assert attribute([vote(1, 900)], TWO_GAMES) == {1: Attribution(2, True)}


def test_a_vote_before_the_first_game_is_for_none() -> None:
    assert attribute([vote(1, 0)], timetable(turn(1, 1, None))) == {1: Attribution(None, False)}


@pytest.mark.parametrize(
    ("stamp", "named", "moment"),
    [
        pytest.param(60, {}, 60.7, id="the night and its first game began within the second"),
        pytest.param(60, {"game_id": 999}, 60.5, id="only the night did, for a game that is not on"),
        pytest.param(60.4, {}, 60.4, id="a moment before the night is before it"),
        pytest.param(59, {}, 59, id="so is the second before"),
        pytest.param(600, {}, 600, id="a game was on as the second began"),
        pytest.param(600, {"session_game_id": 2}, 600.5, id="but the voter saw the next one"),
        pytest.param(600, {"game_id": 102}, 600.5, id="but they named the next one"),
        pytest.param(600, {"game_id": 101}, 600, id="they named the one before"),
        pytest.param(700, {}, 700, id="no game begins within the second, but the next one"),
        pytest.param(900, {}, 900, id="nor any more"),
    ],
)
def test_a_stamp_of_a_whole_second_stands_for_what_began_within_it(
    stamp: float, named: dict[str, int], moment: float
) -> None:
    night = timetable(turn(1, 60.7, 600.5), turn(2, 600.5, 650), turn(3, 701, 800))
    asked = {"session_game_id": None, "game_id": None} | named
    assert moment_in_night(at(stamp), at(60.5), night, **asked) == at(moment)


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


@pytest.mark.parametrize(
    ("change", "game"), [(0.5, 2), (20, 2), (29, 2), (30, 2), (31, 1), (45, 1), (59.5, 1), (60, 1)]
)
def test_a_vote_of_a_minute_is_for_the_game_that_was_on_for_the_larger_part(change: float, game: int) -> None:
    """The minute is that from 600 s on."""
    night = timetable(turn(1, 0, 600 + change), turn(2, 600 + change, None))
    assert attribute([of_minute(1, 600)], night) == {1: Attribution(game, True)}
    assert attribute([vote(1, 30), of_minute(2, 600, "down")], night)[2] == Attribution(game, True)


def test_a_vote_of_the_minute_in_which_a_game_was_on_at_all_is_for_it() -> None:
    brief = timetable(turn(1, 0, 620), turn(2, 650, 660), turn(3, 700, None))
    assert attribute([of_minute(1, 600)], brief) == {1: Attribution(1, True)}
    assert attribute([of_minute(1, 660)], brief) == {1: Attribution(3, True)}


def test_a_vote_of_the_minute_in_which_the_last_game_ended_is_for_it() -> None:
    over = timetable(turn(1, 0, 600))
    assert attribute([of_minute(1, 600)], over) == {1: Attribution(1, True)}
    assert attribute([of_minute(1, 660)], over) == {1: Attribution(None, False)}


def test_a_vote_of_a_second_has_the_grace_as_one_of_a_moment_has() -> None:
    second = Cast(2, at(605), "up", precision_seconds=1)
    assert attribute([second], TWO_GAMES) == {2: Attribution(1, True)}
    assert attribute([vote(1, 300), second], TWO_GAMES)[2] == Attribution(2, True)
    assert attribute([Cast(2, at(620), "up", precision_seconds=1)], TWO_GAMES) == {2: Attribution(2, True)}


def test_a_live_vote_within_the_minute_of_one_in_a_log_is_the_same() -> None:
    """The first game ended at 19:10:20; the voter was still to vote on it."""
    night = timetable(turn(1, 0, 620), turn(2, 620, None))
    live, logged = vote(1, 650), of_minute(2, 600)
    assert attribute([live, logged], night) == {1: Attribution(2, True), 2: Attribution(2, False)}
    early = vote(1, 610)
    assert attribute([early, logged], night) == {1: Attribution(1, True), 2: Attribution(1, False)}


def test_a_vote_of_a_minute_that_says_something_else_than_the_live_one_is_another() -> None:
    changed = attribute([vote(1, 650, "down"), of_minute(2, 600, "up")], timetable(turn(1, 0, None)))
    assert changed == {1: Attribution(1, True), 2: Attribution(1, False)}


def test_what_follows_a_vote_in_its_log_comes_after_it() -> None:
    """The bot heard the first of two votes of a minute alone."""
    live, logged = vote(1, 650, "up"), [of_minute(2, 600, "up", place=4), of_minute(3, 600, "down", place=8)]
    assert attribute([live, *logged], timetable(turn(1, 0, None))) == {
        1: Attribution(1, False),
        2: Attribution(1, False),
        3: Attribution(1, True),
    }


def test_a_game_that_is_named_in_the_minute_in_which_it_begins_is_that_one() -> None:
    begins = timetable(turn(1, 0, 650), turn(2, 650, None))
    assert attribute([of_minute(1, 600, target_game_id=102)], begins) == {1: Attribution(2, True)}


def as_in_a_log(votes: list[Cast], precision: int) -> list[Cast]:
    """The same votes as a log has them whose stamps are rough, in the order of their lines."""
    lines = sorted(votes, key=lambda each: (each.timestamp, each.place, each.vote, each.id))
    return [
        Cast(
            1000 + precision * 100 + place,
            each.timestamp[:17] + "00.000Z" if precision == 60 else each.timestamp[:20] + "000Z",
            each.vote,
            each.target_game_id,
            place=place,
            precision_seconds=precision,
            log_id=precision,
        )
        for place, each in enumerate(lines)
    ]


fine_moments = st.integers(0, 2 * 59 * 60).map(lambda count: count / 2)
fine_casts = st.lists(
    st.tuples(
        fine_moments,
        st.sampled_from(["up", "down", "unvote"]),
        st.one_of(st.just({}), st.integers(101, 104).map(lambda game: {"target_game_id": game})),
    ),
    max_size=12,
)


@given(fine_casts, nights(), st.sampled_from([1, 60]))
def test_a_log_of_rough_times_changes_nothing_where_all_came_in_live(
    said: list[tuple[float, str, dict[str, int]]], night: Timetable, precision: int
) -> None:
    votes = in_order_of_arrival(said)
    both = [*votes, *as_in_a_log(votes, precision)]
    assert counted(attribute(both, night), both) == counted(attribute(votes, night), votes)


@given(fine_casts, nights(), st.sampled_from([1, 60]), st.randoms(use_true_random=False))
def test_the_order_in_which_rough_and_live_votes_arrive_does_not_matter(
    said: list[tuple[float, str, dict[str, int]]], night: Timetable, precision: int, chance: random.Random
) -> None:
    votes = in_order_of_arrival(said)
    both = [*(each for each in votes if chance.random() < 0.5), *as_in_a_log(votes, precision)]
    expected = counted(attribute(both, night), both)
    shuffled = list(both)
    chance.shuffle(shuffled)
    assert counted(attribute(shuffled, night), shuffled) == expected


@given(fine_casts, nights())
def test_logs_of_several_precisions_tell_of_the_same_votes(
    said: list[tuple[float, str, dict[str, int]]], night: Timetable
) -> None:
    votes = in_order_of_arrival(said)
    logs = [*votes, *as_in_a_log(votes, 1), *as_in_a_log(votes, 60)]
    assert counted(attribute(logs, night), logs) == counted(attribute(votes, night), votes)


@given(fine_casts, nights(), st.sampled_from([1, 60]))
def test_two_logs_of_the_same_votes_tell_what_one_does(
    said: list[tuple[float, str, dict[str, int]]], night: Timetable, precision: int
) -> None:
    log = as_in_a_log(in_order_of_arrival(said), precision)
    other = [
        Cast(each.id + 5000, each.timestamp, each.vote, each.target_game_id, None, each.place + 77, precision, 2)
        for each in log
    ]
    both = [*log, *other]
    assert counted(attribute(both, night), both) == counted(attribute(log, night), log)


@given(st.lists(st.sampled_from(["up", "down", "unvote"]), min_size=1, max_size=8), st.sets(st.integers(0, 7)))
def test_of_the_votes_of_a_minute_the_last_of_the_log_counts(directions: list[str], heard_live: set[int]) -> None:
    """Whatever of it a bot heard."""
    live = [vote(number, 600 + 5 * number, each) for number, each in enumerate(directions) if number in heard_live]
    log = [of_minute(100 + number, 600, each, place=number) for number, each in enumerate(directions)]
    found = counted(attribute([*live, *log], timetable(turn(1, 0, None))), [*live, *log])
    assert found == ({(1, directions[-1])} if directions[-1] != "unvote" else set())


@given(st.integers(0, 58), nights())
def test_the_larger_part_of_a_minute_is_found_second_by_second(minute: int, night: Timetable) -> None:
    seconds = [night.playing_at(at(minute * 60 + second)) for second in range(60)]
    shares = {game: seconds.count(game) for game in seconds if game is not None}
    found = night.mostly_playing(at(minute * 60), at(minute * 60 + 60))
    assert (found in shares and shares[found] == max(shares.values())) if shares else found is None


def _rest(cast: Cast) -> tuple[str, str, int | None, int | None]:
    return cast.timestamp, cast.vote, cast.target_game_id, cast.target_session_game_id


def test_a_vote_of_a_minute_that_names_a_game_is_for_it_from_the_minute_on_in_which_it_began() -> None:
    night = timetable(turn(1, 180, 600))
    named = [of_minute(1, 120, target_game_id=101), of_minute(2, 180, "down", target_game_id=101)]
    assert attribute(named, night) == {1: Attribution(None, True, 101), 2: Attribution(1, True)}
    assert attribute(named, timetable(turn(1, 239.999, 600)))[2] == Attribution(1, True)
