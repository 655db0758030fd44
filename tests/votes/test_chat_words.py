"""What a chat message votes for."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gamenight.votes.chat import MAX_TARGETS, ChatVote, votes_in
from gamenight.votes.folding import fold_name, folded

SYMBOLS = frozenset({"TKO", "FIB", "QX", "ROOM", "TMP"})
IGNORABLE = ["\u00ad", "\u034f", "\u200b", "\u200d", "\u2060", "\ufe0f", "\ufeff", "\u3164", "\U000e0061", "\U000e0000"]

UP: list[tuple[str | None, str]] = [(None, "up")]
DOWN: list[tuple[str | None, str]] = [(None, "down")]
UNVOTE: list[tuple[str | None, str]] = [(None, "unvote")]

MESSAGES: list[tuple[str, list[tuple[str | None, str]]]] = [
    # The contract's words, however they are typed.
    ("thisgame++", UP),
    ("thisgame--", DOWN),
    ("ThisGame++", UP),
    ("THISGAME--", DOWN),
    ("  thisgame++  ", UP),
    ("thisgame++++", UP),
    ("thisgame+++", UP),
    ("thisgame-----", DOWN),
    ("that was fun, thisgame++!!", UP),
    ("thisgame++.", UP),
    ("(thisgame++)", UP),
    ("*thisgame++*", UP),
    ("!thisgame++", UP),
    ("nice...thisgame++", UP),
    ("thisgame++ \U0001f389", UP),
    ("\U0001f389thisgame++\U0001f389", UP),
    ("Kappa thisgame-- LUL", DOWN),
    # What phones and keyboards make of the signs.
    ("thisgame\u2014", DOWN),
    ("thisgame\u2013", DOWN),
    ("thisgame\u2015", DOWN),
    ("thisgame\u2014\u2014", DOWN),
    ("thisgame\u2014-", DOWN),
    ("thisgame\u2e3a", DOWN),
    ("thisgame\u2212\u2212", DOWN),
    ("thisgame\u2010\u2010", DOWN),
    ("thisgame\u2011\u2011", DOWN),
    ("thisgame\uff0d\uff0d", DOWN),
    ("thisgame\ufe58", DOWN),
    ("thisgame\uff0b\uff0b", UP),
    ("thisgame\u207a\u207a", UP),
    ("\uff54\uff48\uff49\uff53\uff47\uff41\uff4d\uff45++", UP),
    ("\U0001d42d\U0001d421\U0001d422\U0001d42c\U0001d420\U0001d41a\U0001d426\U0001d41e++", UP),
    ("this\u200bgame++", UP),
    ("thisgame\u200d++", UP),
    ("thisgame+\ufe0f+\ufe0f", UP),
    ("\ufeffthisgame++\u2060", UP),
    ("this\u00adgame\u2014", DOWN),
    ("thisgame++\U000e0000", UP),
    # A game by its symbol.
    ("TKO++", [("TKO", "up")]),
    ("tko--", [("TKO", "down")]),
    ("Tko\u2014", [("TKO", "down")]),
    ("qx++", [("QX", "up")]),
    ("room++", [("ROOM", "up")]),
    ("rooms++", []),
    ("xyz++", []),
    ("q++", []),
    # Several.
    ("thisgame++ tko--", [(None, "up"), ("TKO", "down")]),
    ("tko++, fib--, qx++", [("TKO", "up"), ("FIB", "down"), ("QX", "up")]),
    ("tko++ fib++ qx++ room++", [("TKO", "up"), ("FIB", "up"), ("QX", "up")]),
    ("tko++ fib++ qx++ room++ tko--", [("TKO", "down"), ("FIB", "up"), ("QX", "up")]),
    ("abc++ xyz++ zzz++ tko++", [("TKO", "up")]),
    ("thisgame++ thisgame--", DOWN),
    ("thisgame-- THISGAME++ thisgame++", UP),
    # Nothing.
    ("", []),
    ("thisgame", []),
    ("thisgame+", []),
    ("thisgame-", []),
    ("thisgame \u2014 what a night", []),
    ("thisgame\u2014what a night", []),
    ("thisgame ++", []),
    ("++", []),
    ("--", []),
    ("c++", []),
    ("C++ is hard", []),
    ("-->", []),
    ("<--", []),
    ("thisgame-->", []),
    ("thisgame->", []),
    ("thisgame\u2014>", []),
    ("<--thisgame", []),
    ("++thisgame", []),
    ("--thisgame--", []),
    ("i++;", []),
    ("for (i = 0; i < n; i++)", []),
    ("tmp++;", []),
    ("x.tmp++", []),
    ("tmp++=1", []),
    ("thisgame++--", []),
    ("thisgame+-", []),
    ("thisgame+-+", []),
    ("thisgames++", []),
    ("notthisgame++", []),
    ("thisgame2++", []),
    ("\u00e9thisgame++", []),
    ("this game++", []),
    ("thisgame++x", []),
    ("thisgame++1", []),
    ("@tko++", []),
    ("$tko++", []),
    ("https://example.org/tko--", []),
    ("https://example.org/?q=tko++", []),
    ("won't--", []),
    ("well--known", []),
    ("tko--\u00e9", []),
    ("th\u0456sgame++", []),
    ("thisgam\u0065\u0301++", []),
    # Withdrawn.
    ("unvote", UNVOTE),
    (" UnVote ", UNVOTE),
    ("!unvote", UNVOTE),
    ("un\u200bvote!", UNVOTE),
    ("unvote thisgame", UNVOTE),
    ("unvote tko", [("TKO", "unvote")]),
    ("unvote xyz", []),
    ("unvote please", []),
    ("how do I unvote", []),
    ("unvoted", []),
    ("unvote thisgame++", UP),
]


@pytest.mark.parametrize(("message", "votes"), MESSAGES)
def test_a_message_votes_for_what_it_says(message: str, votes: list[tuple[str | None, Any]]) -> None:
    assert votes_in(message, SYMBOLS) == [ChatVote(target, vote) for target, vote in votes]


def test_a_symbol_votes_only_where_a_game_has_it() -> None:
    assert votes_in("tko++", set()) == []


pieces = st.sampled_from(
    [
        "thisgame",
        "tko",
        "FIB",
        "qx",
        "room",
        "c",
        "unvote",
        "++",
        "+",
        "--",
        "-",
        "\u2014",
        ">",
        " ",
        ".",
        ";",
        "\u0301",
    ]
)
messages = st.text() | st.lists(pieces, max_size=20).map("".join)


@given(messages)
@example("\ud800thisgame++")
def test_no_message_at_all_makes_it_crash_or_votes_for_more_than_three(message: str) -> None:
    votes = votes_in(message, SYMBOLS)
    assert len(votes) <= MAX_TARGETS
    assert len({vote.target for vote in votes}) == len(votes)
    assert all(vote.target is None or vote.target in SYMBOLS for vote in votes)


@given(messages, st.lists(st.tuples(st.integers(0, 200), st.sampled_from(IGNORABLE)), max_size=20))
def test_what_nobody_sees_changes_no_vote(message: str, inserted: list[tuple[int, str]]) -> None:
    disguised = message
    for place, ignorable in inserted:
        disguised = disguised[:place] + ignorable + disguised[place:]
    assert votes_in(disguised, SYMBOLS) == votes_in(message, SYMBOLS)


@given(messages, st.sampled_from(["Kappa ", "gg, ", "\U0001f389 "]), st.sampled_from([" Kappa", "!", " \U0001f389"]))
def test_other_words_around_a_vote_change_nothing(message: str, before: str, after: str) -> None:
    votes = votes_in(message, SYMBOLS)
    if votes and votes[0].vote != "unvote":
        assert votes_in(before + message + " " + after, SYMBOLS) == votes


@pytest.mark.parametrize(
    "piece",
    [
        "+",
        "-",
        "\u2014",
        "thisgame+",
        "thisgame++>",
        "tko--",
        "tko-- ",
        "unvote ",
        "unvote\t",
        "\u0315\u0300",
        "\ufdfa",
        "\u200b",
        "a",
        "!",
        "\u0390",
    ],
)
def test_a_very_long_message_is_read_to_its_end(piece: str) -> None:
    """What took the square of its length would run into the time limit of every test."""
    assert len(votes_in(piece * (200_000 // len(piece)), SYMBOLS)) <= 3
    assert len(votes_in(f"unvote{piece * (100_000 // len(piece))}++\u2014", SYMBOLS)) <= 3


@pytest.mark.parametrize(
    "name",
    ["pia", "PIA", "@Pia", " pia ", "p\u200bia", "\uff30ia", "@ PIA\ufe0f", "\U0001d429ia"],
)
def test_names_that_look_the_same_are_the_same(name: str) -> None:
    assert fold_name(name) == "pia"


@pytest.mark.parametrize("name", ["pia2", "p\u0456a", "p i a", "@@pia", "pi\u00e0", "_pia"])
def test_names_that_differ_stay_apart(name: str) -> None:
    assert fold_name(name) != "pia"


def test_a_name_of_nothing_to_see_is_empty() -> None:
    assert fold_name("\u3164 \u200b") == ""
    assert fold_name("@") == ""


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=64))
def test_folding_again_changes_nothing(name: str) -> None:
    assert folded(folded(name)) == folded(name)
