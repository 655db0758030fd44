"""One title, however it is typed."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gamenight.catalogue import spreadsheet
from gamenight.catalogue.imports import SHIPPED
from gamenight.catalogue.titles import TitleIndex, title_key

SPACES = [chr(number) for number in range(0x110000) if chr(number).isspace()]
UNSEEN = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\ufe0f"]
TRADEMARKS = ["\u2122", "\u00ae", "\u00a9", "\u2120", "\u2122\ufe0f"]
ENDINGS = ["!", "?", ".", "...", "\u2026", "?!", "\u203d", "\uff01", " !"]
SINGLE, DOUBLE = "'\u2018\u2019\u2032\u00b4`\u02bc", '"\u201c\u201d\u201e\u2033\u00ab\u00bb'
DASHES = "-\u2010\u2011\u2013\u2014\u2212"
Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")

words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
titles = st.lists(words, min_size=1, max_size=5).map(" ".join)
anything = st.lists(st.sampled_from([*SPACES, *UNSEEN, *ENDINGS, *TRADEMARKS, *SINGLE, *DOUBLE, "e\u0301", "ß", "a"]))


@given(st.text() | anything.map("".join))
@example("e\u200d\u0301")
@example("\u2122!")
def test_the_key_of_a_key_is_itself(title: str) -> None:
    assert title_key(title_key(title)) == title_key(title)


@given(st.text() | titles, st.sampled_from(FORMS))
def test_how_accents_are_composed_does_not_count(title: str, form: Form) -> None:
    assert title_key(unicodedata.normalize(form, title)) == title_key(title)


@given(titles)
def test_capitals_do_not_count(title: str) -> None:
    assert title_key(title.casefold()) == title_key(title)


def test_capitals_of_a_whole_word_do_not_count() -> None:
    assert title_key("QUIPLASH") == title_key("Quiplash") == title_key("quiplash")
    assert title_key("STRASSE") == title_key("Straße")


@given(titles, st.lists(st.sampled_from(SPACES), min_size=1, max_size=3), st.data())
def test_which_spaces_and_how_many_do_not_count(title: str, spaces: list[str], data: st.DataObject) -> None:
    gap = "".join(spaces)
    around = data.draw(st.sampled_from([("", gap), (gap, ""), (gap, gap)]))
    assert title_key(f"{around[0]}{title.replace(' ', gap)}{around[1]}") == title_key(title)


@given(titles, st.sampled_from([*ENDINGS, *TRADEMARKS]), st.sampled_from(UNSEEN))
def test_a_mark_at_the_end_and_what_nobody_sees_do_not_count(title: str, mark: str, unseen: str) -> None:
    assert title_key(title + mark) == title_key(title)
    assert title_key(f"{title} {mark}") == title_key(title)
    assert title_key(title + unseen) == title_key(unseen + title) == title_key(title)


@given(titles, titles, st.sampled_from([SINGLE, DOUBLE, DASHES]))
def test_the_shape_of_quotes_and_dashes_does_not_count(before: str, after: str, shapes: str) -> None:
    assert len({title_key(f"{before}{shape}{after}") for shape in shapes}) == 1


@given(titles, titles)
def test_other_letters_are_another_title(one: str, other: str) -> None:
    def letters(title: str) -> str:
        return unicodedata.normalize("NFC", unicodedata.normalize("NFD", title).casefold())

    assert (title_key(one) == title_key(other)) == (letters(one) == letters(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Champ'd Up", "Champ\u2019d Up"),
        ("Blather 'Round", "Blather \u2018Round"),
        ("Guesspionage", "Guesspionage  "),
        ("Fakin' It!", "Fakin\u2019 It"),
        ("Tee K.O.", "tee\u00a0k.o"),
        ("Survive the Internet", "Survive  The Internet\u2122"),
        ("Café", "Cafe\u0301"),
        ("The Jackbox\u00ae Party Pack 3", "The Jackbox Party Pack 3 "),
    ],
)
def test_what_people_type_for_a_title_is_the_title(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Quiplash", "Quiplash 2"),
        ("Tee K.O.", "Tee KO"),
        ("Drawful", "Drawful 2"),
        ("You Don't", "You Dont"),
        ("?", "!"),
    ],
)
def test_another_title_is_another_one(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


def test_no_two_games_of_the_shipped_catalogue_are_one() -> None:
    rows = spreadsheet.parse(SHIPPED.read_text(encoding="utf-8"), row_limit=100).rows
    assert len(rows) == 72
    assert TitleIndex(row.facts for row in rows).same_titles() == []
