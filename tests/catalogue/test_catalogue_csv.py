"""The catalogue as CSV: what is written is read back."""

import csv
import io
import re
from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gamenight.catalogue.schemas import Game, GameFacts
from gamenight.catalogue.spreadsheet import NUMBERS, OPTIONAL, REQUIRED, parse, render
from tests.catalogue.csv_files import GOOD, HEADER, a_file, a_game, the_error, the_row

NUMBER = re.compile("-?[0-9]+")
FORMULA = tuple("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")


def facts_of(game: Game) -> GameFacts:
    """What a file says of a game: its symbol under one of its two names."""
    return GameFacts(**{name: getattr(game, name) for name in GameFacts.__struct_fields__ if name != "ticker"})


def texts(longest: int) -> st.SearchStrategy[str]:
    # What a decoder puts in the place of a lost character is refused.
    anything = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd")
    hostile = st.sampled_from("'\"=+-@,;\t\r\n \ufeff\uff1d\uff0b\uff0d\uff20a")
    return st.text(hostile, min_size=1, max_size=8) | st.text(anything, min_size=1, max_size=longest)


tags = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=";"), min_size=1, max_size=64)
packs = texts(200)
symbols = st.text("ABCXYZ", min_size=2, max_size=4)


@st.composite
def a_random_game(draw: st.DrawFn, packs: st.SearchStrategy[str] = packs) -> Game:
    players = sorted(draw(st.tuples(st.integers(1, 1000), st.integers(1, 1000))))
    friendly, setting = draw(st.sampled_from([(0, 0), (1, 0), (1, 1)]))
    return a_game(
        pack_name=draw(packs),
        title=draw(texts(200)),
        min_players=players[0],
        max_players=players[1],
        length_minutes=draw(st.none() | st.integers(1, 600)),
        has_audience=draw(st.integers(0, 1)),
        family_friendly=friendly,
        family_friendly_setting=setting,
        game_type=draw(st.none() | texts(50)),
        secondary_type=draw(st.none() | texts(50)),
        play_mode=draw(st.sampled_from([None, "versus", "coop", "team"])),
        app_tags=draw(st.lists(tags, max_size=20)),
        enabled=draw(st.integers(0, 1)),
        favor_bias=draw(st.integers(-1, 1)),
        symbol=draw(st.none() | symbols),
    )


def name_of(game: Game) -> tuple[str, str]:
    return game.pack_name, game.title


def symbol_of(game: Game) -> object:
    return game.symbol or name_of(game)


@st.composite
def a_random_catalogue(draw: st.DrawFn) -> tuple[list[Game], dict[str, int]]:
    names = draw(st.lists(packs, min_size=1, max_size=2))
    games = a_random_game(st.sampled_from(names))
    unique = st.lists(games, max_size=4, unique_by=(name_of, symbol_of))
    return draw(unique), draw(st.dictionaries(st.sampled_from(names), st.integers(-1, 1)))


@given(a_random_catalogue())
@example(([a_game(title=title) for title in ("=1", "'=1", "''=1", "'", "''", "'a", "\uff1d1", "'\n", '"')], {}))
@example(([a_game(title="-1", pack_name="-1", favor_bias=-1)], {"-1": -1}))
def test_an_exported_catalogue_is_read_back_as_it_was(catalogue: tuple[list[Game], dict[str, int]]) -> None:
    games, pack_favor = catalogue
    rows = parse(render(games, pack_favor), row_limit=len(games)).rows
    assert [row.facts for row in rows] == [facts_of(game) for game in games]
    assert [row.pack_favor for row in rows] == [pack_favor.get(game.pack_name, 0) for game in games]
    assert all(row.given == set(GameFacts.__struct_fields__) - {"ticker"} for row in rows), "it is the symbol"


@given(a_random_catalogue())
def test_no_exported_cell_begins_like_a_formula(catalogue: tuple[list[Game], dict[str, int]]) -> None:
    written = render(*catalogue).removeprefix("\ufeff")
    for row in csv.DictReader(io.StringIO(written, newline=""), strict=True):
        for column, cell in row.items():
            assert NUMBER.fullmatch(cell or "0") if column in NUMBERS else not cell.startswith(FORMULA), (column, cell)


@pytest.mark.parametrize("character", FORMULA)
def test_each_formula_character_gets_an_apostrophe(character: str) -> None:
    assert f'"\'{character}SUM(A1)"' in render([a_game(title=f"{character}SUM(A1)")], {})
    assert f'"a{character}SUM(A1)"' in render([a_game(title=f"a{character}SUM(A1)")], {})


def test_an_export_quotes_all_and_ends_its_lines_with_crlf() -> None:
    lines = render([a_game()], {"Pack 1": 1}).split("\r\n")
    assert lines[0].removeprefix("\ufeff") == ",".join(f'"{column}"' for column in REQUIRED + OPTIONAL)
    assert lines[1:] == ['"Pack 1","Tee","3","8","15","Yes","No","","","","","Yes","0","1",""', ""]


def test_a_formula_that_a_person_typed_is_read_as_it_stands() -> None:
    assert the_row(game_title="=1").facts.title == "=1"
    assert the_row(game_title="'Round").facts.title == "'Round"


def test_the_shipped_catalogue_is_read_whole() -> None:
    shipped = (files("gamenight.catalogue") / "data" / "games.csv").read_text(encoding="utf-8")
    rows = parse(shipped, row_limit=72).rows
    assert len(rows) == 72
    assert len({(row.facts.pack_name, row.facts.title) for row in rows}) == 72
    assert len({row.facts.symbol for row in rows} - {None}) == 72
    assert all(1 <= row.facts.min_players <= 4 <= row.facts.max_players <= 100 for row in rows)
    assert all(5 <= (row.facts.length_minutes or 5) <= 30 for row in rows)
    assert sum(row.facts.length_minutes is None for row in rows) == 5
    assert not any(row.given & {"enabled", "favor_bias"} or row.pack_favor is not None for row in rows)


def test_what_a_file_lacks_is_not_given() -> None:
    (row,) = parse(f"{HEADER}\n{GOOD}", row_limit=1).rows
    assert row.facts == GameFacts(
        pack_name="Pack 1",
        title="Tee",
        min_players=3,
        max_players=8,
        length_minutes=15,
        has_audience=True,
        game_type="Drawing",
    )
    assert not row.given & {"play_mode", "app_tags", "enabled", "favor_bias"}
    assert row.given > {"secondary_type", "family_friendly", "family_friendly_setting"}


def test_an_empty_favor_or_enabled_is_not_given_and_an_empty_play_mode_is() -> None:
    row = the_row(enabled=" ", favor="", pack_favor="", play_mode="", app_tags="")
    assert not row.given & {"enabled", "favor_bias"}
    assert row.pack_favor is None
    assert row.given > {"play_mode", "app_tags"}


def test_enabled_and_favors_are_read_where_given() -> None:
    row = the_row(enabled="no", favor="1", pack_favor="-1")
    assert (row.facts.enabled, row.facts.favor_bias, row.pack_favor) == (False, 1, -1)
    assert row.given >= {"enabled", "favor_bias"}


def test_columns_come_in_any_order_and_unknown_ones_are_ignored() -> None:
    (plain,) = parse(a_file({}), row_limit=1).rows
    header = ["Notes", *reversed(REQUIRED), "", ""]
    cells = ["=hm", *reversed(GOOD.split(",")), "", "x"]
    assert parse(f"{','.join(header)}\n{','.join(cells)}\n", row_limit=1).rows == [plain]


def test_a_header_may_differ_in_case_and_spaces() -> None:
    assert (
        parse(f" {HEADER.upper().replace(',', ' , ')}\n{GOOD}\n", row_limit=1).rows
        == parse(a_file({}), row_limit=1).rows
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_lines_and_a_byte_order_mark_are_skipped_but_counted(end: str) -> None:
    text = end.join([f"\ufeff{HEADER}", "", GOOD, ",,,,,,,,", "  ", f"Other {GOOD}", ""])
    assert [row.line for row in parse(text, row_limit=2).rows] == [3, 6]


def test_a_row_of_several_lines_is_named_by_its_first() -> None:
    several = '"Pack\r\nwith\nlines",Tee,3,8,15,Yes,No,,'
    error = the_error(f"{HEADER}\n{several}\n{several.replace('8', 'eight')}\n")
    assert error.details["line"] == 5


@pytest.mark.parametrize(
    ("cell", "friendly", "setting"),
    [
        ("Yes", True, False),
        ("y", True, False),
        ("TRUE", True, False),
        ("1", True, False),
        ("No", False, False),
        (" N ", False, False),
        ("False", False, False),
        ("0", False, False),
        ("", False, False),
        ("Setting", True, True),
        ("toggle", True, True),
    ],
)
def test_family_friendliness_is_a_flag_or_a_setting(cell: str, friendly: bool, setting: bool) -> None:
    facts = the_row(family_friendly=cell).facts
    assert (facts.family_friendly, facts.family_friendly_setting) == (friendly, setting)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("15", 15),
        (" 15 minutes", 15),
        ("15 min", 15),
        ("1 Minute", 1),
        ("15-20", 18),
        ("15 - 20 minutes", 18),
        ("15\u201321", 18),
        ("600", 600),
        ("????", None),
        ("?", None),
        ("N/A", None),
        ("Unknown", None),
        ("", None),
        ("15-20 min", 18),
        ("15\u201420 mins", 18),
        ("15 to 20 min.", 18),
        ("15 \u2212 20", 18),
        ("15m", 15),
    ],
)
def test_a_length_is_minutes_or_the_middle_of_a_range_or_unknown(cell: str, minutes: int | None) -> None:
    assert the_row(length=cell).facts.length_minutes == minutes


def test_tags_are_separated_by_semicolons() -> None:
    assert the_row(app_tags="drawful2; drawful2international;").facts.app_tags == ["drawful2", "drawful2international"]
    assert the_row(app_tags="").facts.app_tags == []


def test_a_play_mode_is_read_in_any_case() -> None:
    assert the_row(play_mode="Coop ").facts.play_mode == "coop"


@pytest.mark.parametrize("cell", ["3\u20138", "3-8", "3 - 8", "3\u20148", "3 to 8 players", "3\u20128"])
def test_of_a_range_of_players_the_least_and_the_most_are_read_and_told(cell: str) -> None:
    row = the_row(min_players=cell, max_players=cell)
    assert (row.facts.min_players, row.facts.max_players) == (3, 8)
    assert [(each.column, each.cell, each.value) for each in row.readings] == [
        ("Min. Players", cell, "3"),
        ("Max. Players", cell, "8"),
    ]


@pytest.mark.parametrize(
    ("cell", "has_audience"),
    [
        ("Up to 10,000 audience", True),
        ("up to 10.000", True),
        ("Up to 10\u00a0000 audience members", True),
        ("10,000", True),
        ("100+", True),
        ("Yes (up to 10,000)", True),
        ("Audience: up to 10,000", True),
        ("Up to 0", False),
        ("0 audience", False),
    ],
)
def test_the_size_of_an_audience_says_that_there_is_one_and_that_is_told(cell: str, has_audience: bool) -> None:
    row = the_row(audience=cell)
    assert row.facts.has_audience is has_audience
    assert [each.value for each in row.readings] == ["Yes" if has_audience else "No"]


def test_what_a_plain_cell_says_is_not_told_again() -> None:
    assert the_row(min_players="3", max_players=" 8 ", length="15 min", audience="Yes").readings == []
    assert [each.value for each in the_row(length="15-20").readings] == ["18"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("told", [False, True])
def test_a_file_is_read_by_the_separator_of_its_header_or_of_its_first_line(separator: str, told: bool) -> None:
    rows = [[*REQUIRED, "App Tags"], ["Pack 1", 'A; "b", c\td', "3", "8", "15-20", "Yes", "No", "", "", "one;two"]]
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator).writerows(rows)
    sheet = parse((f"sep={separator}\r\n" if told else "") + file.getvalue(), row_limit=1)
    (row,) = sheet.rows
    assert sheet.separator == separator
    assert (row.facts.title, row.facts.app_tags) == (rows[1][1], ["one", "two"])
    assert row.line == 3 if told else 2


def test_the_first_line_says_the_separator_whatever_the_cells_hold() -> None:
    header, row = HEADER.replace(",", "|"), GOOD.replace(",", "|").replace("Tee", "a,b;c")
    for first in ("sep=|", "SEP=|", '"sep=|"', "\ufeffsep=|"):
        assert parse(f"{first}\n{header}\n{row}\n", row_limit=1).rows[0].facts.title == "a,b;c"


@pytest.mark.parametrize("column", ["Symbol", "Ticker", "ticker "])
def test_a_symbol_has_another_name_for_its_column(column: str) -> None:
    (row,) = parse(f"{HEADER},{column}\n{GOOD},TKO\n", row_limit=1).rows
    assert row.facts.symbol == "TKO"


def test_numbers_are_exported_as_numbers_and_read_from_older_exports_as_well() -> None:
    written = render([a_game(title="-1", favor_bias=-1)], {"Pack 1": -1})
    assert '"\'-1","3","8","15","Yes","No","","","","","Yes","-1","-1",""' in written
    assert the_row(favor="'-1", pack_favor="'-1").facts.favor_bias == -1
