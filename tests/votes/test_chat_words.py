"""What a chat message votes for."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gamenight.votes.chat import MAX_TARGETS, read, votes_in
from gamenight.votes.folding import fold_name, folded
from tests.docs.pages import DOCS, cells_of, rows_of
from tests.votes.chat_words import MESSAGES, SYMBOLS, Votes

WORDS = {"up": "up", "down": "down", "unvote": "withdrawn"}
IGNORABLE = ["\u00ad", "\u034f", "\u200b", "\u200d", "\u2060", "\ufe0f", "\ufeff", "\u3164", "\U000e0061", "\U000e0000"]
INVISIBLE = [*IGNORABLE, "\x02", "\x0f", "\x1d", "\x1b[0m"]
"""Two of these beside one another are no other code, and none takes what follows for a part of it."""


@pytest.mark.parametrize(("message", "votes", "reason"), MESSAGES)
def test_a_message_votes_for_what_it_says(message: str, votes: Votes, reason: str) -> None:
    assert said(message) == votes, reason


def said(message: str) -> Votes:
    return [(each.target, each.vote) for each in votes_in(message, SYMBOLS)]


def test_the_table_has_each_message_once_and_a_reason_for_it() -> None:
    assert len({message for message, _votes, _reason in MESSAGES}) == len(MESSAGES) >= 150
    assert all(reason for _message, _votes, reason in MESSAGES)


def test_the_documentation_says_what_messages_count_as() -> None:
    section = (DOCS / "reference/votes.md").read_text(encoding="utf-8").split("## In chat")[1].split("\n## ")[0]
    rows = [cells_of(row) for row in rows_of(section)]
    for messages_, counts_as, because in rows:
        for message in re.findall("`([^`]+)`", messages_.replace("\\|", "|")):
            found = [f"{target or ''} {WORDS[vote]}".strip() for target, vote in said(message)]
            assert (", ".join(found) or "nothing") == counts_as, message
        assert because
    assert {counts_as for _messages, counts_as, _because in rows} > {"up", "down", "nothing", "withdrawn"}


@pytest.mark.parametrize(
    ("message", "passed_over"),
    [
        ("> thisgame--\nI loved it", "quoted"),
        ("<pia> thisgame++", "quoted"),
        ("[19:10:12] thisgame++", "played_back"),
        ("thisgame++ or thisgame--?", "both_ways"),
        ("type thisgame++", "instructions"),
        ("> thisgame--\nthisgame++", None),
        ("> lol\nI loved it -- really", None),
        ("thisgame++", None),
        ("unvote", None),
        ("hello there", None),
    ],
)
def test_why_the_words_of_a_vote_are_none_is_told(message: str, passed_over: str | None) -> None:
    assert read(message, SYMBOLS).passed_over == passed_over


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
        "\n",
        '"',
        "\u201c",
        "\u201d",
        "'",
        "(re a: ",
        ")",
        "<",
        "_",
        "~~",
        "\u6700",
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


@given(messages, st.lists(st.tuples(st.integers(0, 200), st.sampled_from(INVISIBLE)), max_size=20))
def test_what_nobody_sees_changes_no_vote(message: str, inserted: list[tuple[int, str]]) -> None:
    disguised = message
    for place, ignorable in inserted:
        disguised = disguised[:place] + ignorable + disguised[place:]
    assert votes_in(disguised, SYMBOLS) == votes_in(message, SYMBOLS)


votes_said = st.sampled_from(["thisgame++", "thisgame--", "tko++", "fib\u2014", "this game ++", "QX--"])
prose = st.text(st.characters(categories=["L", "N", "Zs"]), max_size=40)


@given(prose, votes_said, prose)
def test_words_around_a_vote_change_nothing(before: str, vote: str, after: str) -> None:
    assume("unvote" not in folded(before + after) and not _tells(before))
    assert said(f"{before}. {vote}, {after}") == said(vote) != []


def _tells(text: str) -> bool:
    return read(f"{text}. thisgame++", SYMBOLS).passed_over == "instructions"


marks = st.sampled_from(["*", "**", "_", "__", "||", "`", "(", "\U0001f389", "\u6700", "\uc694", "!", "\x02", "\x0304"])


@given(marks, votes_said, marks)
def test_marks_and_neighbours_that_are_no_part_of_the_word_change_nothing(before: str, vote: str, after: str) -> None:
    after = ")" if after == "(" and vote != "this game ++" else after
    assert said(before + vote + after) == said(vote) != []


quotations = st.sampled_from(
    [
        '"{}"',
        "\u201c{}\u201d",
        "\u201e{}\u201c",
        "\u00ab{}\u00bb",
        "\u300c{}\u300d",
        "'{}'",
        "~~{}~~",
        "(re pia: {})",
        "> {}",
        "&gt; {}",
        "<pia> {}",
        "[19:10:12] {}",
        "19:10:12 {}",
        "(07:10 PM) {}",
    ]
)


@given(quotations, prose, votes_said, prose)
def test_what_is_repeated_of_others_or_of_earlier_is_no_vote(
    quotation: str, before: str, vote: str, after: str
) -> None:
    repeated = quotation.format(f"{before.strip()} {vote} {after.strip()}".strip())
    assert said(repeated) == []
    assert said(f"{repeated}\n thisgame++") == [(None, "up")]


@given(votes_said, votes_said, prose)
def test_both_ways_for_one_game_are_no_vote_at_all(one: str, other: str, between: str) -> None:
    (first,), (second,) = said(one), said(other)
    both = said(f"{one}, {between}. {other}")
    if first[0] == second[0] and first[1] != second[1]:
        assert both == []
    elif "unvote" not in folded(between) and not _tells(between):
        assert both == list(dict.fromkeys([first, second]))


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
        '"',
        ' "',
        " 'a",
        "'a ",
        "\u201c",
        "\u2018a ",
        "\u201e",
        "~~ ~",
        "(re a: ",
        "[",
        "> ",
        "<a",
        "1",
        "19:10",
        "thisgame -- ",
        "thisgame + ",
        "type ",
        "\x03",
        "\x1b[",
        "\\",
        "_",
        "this ",
        "thisgame++ or ",
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
