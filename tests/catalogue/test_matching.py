"""Which game a row is: an export finds each of its games again, also where two are one title in two spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gamenight.catalogue.errors import CsvInvalid
from gamenight.catalogue.matching import match
from gamenight.catalogue.schemas import Game
from gamenight.catalogue.spreadsheet import parse, render
from gamenight.catalogue.titles import TitleIndex
from tests.catalogue.csv_files import a_game

SPELLINGS = [
    "Champ'd Up",
    "Champ\u2019d Up",
    "CHAMP'D UP!",
    "Champ'd\u00a0Up",
    "Mime Time",
    "mime  time",
    "Other",
    "-1",
]
PACKS = ["Pack 1", "pack 1", "Pack\u00a01 ", "House Games"]

names = st.tuples(st.sampled_from(PACKS), st.sampled_from(SPELLINGS))


def catalogue(named: list[tuple[str, str]]) -> list[Game]:
    return [a_game(id=number, pack_name=pack, title=title) for number, (pack, title) in enumerate(named, start=1)]


@given(st.lists(names, unique=True))
def test_each_row_of_an_export_is_the_game_that_it_was_made_of(named: list[tuple[str, str]]) -> None:
    games = catalogue(named)
    rows = parse(render(games, {}), row_limit=len(games)).rows
    matches = match(rows, games)
    assert [each.game for each in matches] == games
    assert [each.row for each in matches] == rows


@given(st.lists(names, unique=True, min_size=1), st.data())
def test_a_row_in_a_third_spelling_is_its_only_game_or_refused(
    named: list[tuple[str, str]], data: st.DataObject
) -> None:
    games = catalogue(named)
    game = data.draw(st.sampled_from(games))
    (row,) = parse(
        render([replace(game, title=f"{game.title} \u2122", pack_name=f"{game.pack_name}.")], {}), row_limit=1
    ).rows
    index = TitleIndex(games)
    same = next((each for each in index.same_titles() if game in each), [game])
    if len(same) > 1:
        with pytest.raises(CsvInvalid, match="may be each of"):
            match([row], games)
    else:
        (only,) = match([row], games)
        assert only.game == game
        assert only.row.facts.pack_name == game.pack_name


def test_new_rows_of_one_pack_get_the_name_that_its_first_row_has() -> None:
    rows = parse(render(catalogue([("New Pack", "a"), ("new  pack", "b"), ("Pack 1", "c")]), {}), row_limit=3).rows
    matches = match(rows, catalogue([("pack 1", "d")]))
    assert [each.row.facts.pack_name for each in matches] == ["New Pack", "New Pack", "pack 1"]
    assert [each.pack_name for each in matches] == ["New Pack", "new  pack", "Pack 1"]
