"""The catalogue as CSV: what is written is read back, and what can't be read is named by line and column."""

import contextlib
import csv
import io
from importlib.resources import files
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gamenight.catalogue.errors import CsvInvalid, CsvTooLong
from gamenight.catalogue.schemas import Game, GameFacts
from gamenight.catalogue.spreadsheet import COLUMNS, OPTIONAL, REQUIRED, Row, parse, render
from tests.support.error_words import missing_details

FORMULA = tuple("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")
HEADER = ",".join(REQUIRED)
GOOD = "Pack 1,Tee,3,8,15,Yes,No,Drawing,"
ROW = dict(zip(REQUIRED, GOOD.split(","), strict=True))


def a_game(**facts: Any) -> Game:
    values: dict[str, Any] = {
        "id": 1,
        "pack_name": "Pack 1",
        "title": "Tee",
        "min_players": 3,
        "max_players": 8,
        "length_minutes": 15,
        "has_audience": 1,
        "family_friendly": 0,
        "family_friendly_setting": 0,
        "game_type": None,
        "secondary_type": None,
        "play_mode": None,
        "app_tags": [],
        "enabled": 1,
        "favor_bias": 0,
        "created_at": "2026-01-01T00:00:00.000Z",
        "symbol": None,
        "play_count": 0,
    }
    return Game(**(values | facts))


def a_file(*rows: dict[str, str]) -> str:
    """A file with these cells in its rows; the other cells are as in ROW, or empty."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(dict.fromkeys([*ROW, *(column for row in rows for column in row)])))
    writer.writeheader()
    writer.writerows(ROW | row for row in rows)
    return file.getvalue()


def the_row(**cells: str) -> Row:
    """What is read of a row with these cells, `Min. Players` written as `min_players`."""
    names = {column.lower().replace(". ", "_").replace(" ", "_").rstrip("?"): column for column in COLUMNS}
    (row,) = parse(a_file({names[name]: cell for name, cell in cells.items()}), row_limit=1)
    return row


def the_error(text: str) -> CsvInvalid:
    with pytest.raises(CsvInvalid) as caught:
        parse(text, row_limit=10)
    assert not missing_details(caught.value.code, caught.value.details)
    return caught.value


def facts_of(game: Game) -> GameFacts:
    return GameFacts(**{name: getattr(game, name) for name in GameFacts.__struct_fields__})


def texts(longest: int) -> st.SearchStrategy[str]:
    anything = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
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
    rows = parse(render(games, pack_favor), row_limit=len(games))
    assert [row.facts for row in rows] == [facts_of(game) for game in games]
    assert [row.pack_favor for row in rows] == [pack_favor.get(game.pack_name, 0) for game in games]
    assert all(row.given == set(GameFacts.__struct_fields__) for row in rows)


@given(a_random_catalogue())
def test_no_exported_cell_begins_like_a_formula(catalogue: tuple[list[Game], dict[str, int]]) -> None:
    cells = [cell for row in csv.reader(io.StringIO(render(*catalogue), newline=""), strict=True) for cell in row]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]


@pytest.mark.parametrize("character", FORMULA)
def test_each_formula_character_gets_an_apostrophe(character: str) -> None:
    assert f'"\'{character}SUM(A1)"' in render([a_game(title=f"{character}SUM(A1)")], {})
    assert f'"a{character}SUM(A1)"' in render([a_game(title=f"a{character}SUM(A1)")], {})


def test_an_export_quotes_all_and_ends_its_lines_with_crlf() -> None:
    lines = render([a_game()], {"Pack 1": 1}).split("\r\n")
    assert lines[0] == ",".join(f'"{column}"' for column in REQUIRED + OPTIONAL)
    assert lines[1:] == ['"Pack 1","Tee","3","8","15","Yes","No","","","","","Yes","0","1",""', ""]


def test_a_formula_that_a_person_typed_is_read_as_it_stands() -> None:
    assert the_row(game_title="=1").facts.title == "=1"
    assert the_row(game_title="'Round").facts.title == "'Round"


def test_the_shipped_catalogue_is_read_whole() -> None:
    shipped = (files("gamenight.catalogue") / "data" / "games.csv").read_text(encoding="utf-8")
    rows = parse(shipped, row_limit=72)
    assert len(rows) == 72
    assert len({(row.facts.pack_name, row.facts.title) for row in rows}) == 72
    assert len({row.facts.symbol for row in rows} - {None}) == 72
    assert all(1 <= row.facts.min_players <= 4 <= row.facts.max_players <= 100 for row in rows)
    assert all(5 <= (row.facts.length_minutes or 5) <= 30 for row in rows)
    assert sum(row.facts.length_minutes is None for row in rows) == 5
    assert not any(row.given & {"enabled", "favor_bias"} or row.pack_favor is not None for row in rows)


def test_what_a_file_lacks_is_not_given() -> None:
    (row,) = parse(f"{HEADER}\n{GOOD}", row_limit=1)
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
    (plain,) = parse(a_file({}), row_limit=1)
    header = ["Notes", *reversed(REQUIRED), "", ""]
    cells = ["=hm", *reversed(GOOD.split(",")), "", "x"]
    assert parse(f"{','.join(header)}\n{','.join(cells)}\n", row_limit=1) == [plain]


def test_a_header_may_differ_in_case_and_spaces() -> None:
    assert parse(f" {HEADER.upper().replace(',', ' , ')}\n{GOOD}\n", row_limit=1) == parse(a_file({}), row_limit=1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_lines_and_a_byte_order_mark_are_skipped_but_counted(end: str) -> None:
    text = end.join([f"\ufeff{HEADER}", "", GOOD, ",,,,,,,,", "  ", f"Other {GOOD}", ""])
    assert [row.line for row in parse(text, row_limit=2)] == [3, 6]


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
    ],
)
def test_a_length_is_minutes_or_the_middle_of_a_range_or_unknown(cell: str, minutes: int | None) -> None:
    assert the_row(length=cell).facts.length_minutes == minutes


def test_tags_are_separated_by_semicolons() -> None:
    assert the_row(app_tags="drawful2; drawful2international;").facts.app_tags == ["drawful2", "drawful2international"]
    assert the_row(app_tags="").facts.app_tags == []


def test_a_play_mode_is_read_in_any_case() -> None:
    assert the_row(play_mode="Coop ").facts.play_mode == "coop"


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("Game Pack", "p" * 200, "p" * 201),
        ("Game Title", "t" * 200, "t" * 201),
        ("Game Title", "t", ""),
        ("Min. Players", "1", "0"),
        ("Min. Players", "8", "9"),
        ("Min. Players", "2", "-2"),
        ("Max. Players", "1000", "1001"),
        ("Max. Players", "8", ""),
        ("Max. Players", "8", "8.0"),
        ("Max. Players", "8", "\u0668"),
        ("Max. Players", "8", "9" * 5000),
        ("Length", "1", "0"),
        ("Length", "600", "601"),
        ("Length", "15-20", "20-15"),
        ("Length", "15", "15 hours"),
        ("Audience", "Yes", "Setting"),
        ("Audience", "no", "maybe"),
        ("Family Friendly?", "setting", "settings"),
        ("Game Type", "g" * 50, "g" * 51),
        ("Secondary Type", "s" * 50, "s" * 51),
        ("Play Mode", "team", "teams"),
        ("App Tags", "a" * 64, "a" * 65),
        ("App Tags", ";".join("a" * 20), ";".join("a" * 21)),
        ("App Tags", "two;tags", "two tags"),
        ("Enabled?", "0", "2"),
        ("Favor", "-1", "-2"),
        ("Favor", "1", "2"),
        ("Pack Favor", "1", "1.5"),
        ("Symbol", "ab", "a"),
        ("Symbol", "abcd", "abcde"),
        ("Symbol", "tko", "t-o"),
        ("Symbol", "tko", "t\u212ao"),
        ("Symbol", "tko", "lol"),
    ],
)
def test_a_cell_at_its_limit_is_read_and_one_beyond_is_named(column: str, good: str, bad: str) -> None:
    other = {"Game Pack": "Other", "Game Title": "Other"}
    assert len(parse(a_file(other, {column: good}), row_limit=2)) == 2
    error = the_error(a_file(other, {column: bad}))
    assert error.details.items() >= {"line": 3, "column": column}.items()
    assert error.sentence.startswith(f"Line 3, column {column}: ")
    assert len(error.sentence) < 300


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, "Game Pack"),
        ("\n\n", 1, "Game Pack"),
        (GOOD, 1, "Game Pack"),
        (f"\n{HEADER.replace(',Length', '')}\n", 2, "Length"),
        (f"{HEADER},Audience\n", 1, "Audience"),
        (f"{HEADER},Favor,favor \n", 1, "Favor"),
        (f"{HEADER}\n{GOOD}\n{GOOD},\n", 3, None),
        (f"{HEADER}\n{GOOD}\nPack 2,Tee,3,8\n", 3, None),
        (f'{HEADER}\n{GOOD}\nPack 2,Tea,3,8,15,Yes,No,Drawing,"Text\n\n', 3, None),
        (f'{HEADER}\n{GOOD}\nPack 2,"Tea"s,3,8,15,Yes,No,Drawing,\n', 3, None),
        (f"{HEADER}\n{GOOD}\n{'p' * 200_000}\n", 3, None),
        (f'{HEADER}\n{GOOD}\n"Pack\r\n2\0"\n', 4, None),
        (f"{HEADER}\n\n{GOOD}\nx{GOOD}\n{GOOD}\n", 5, "Game Title"),
        (f"{HEADER}\n{GOOD.replace('3,8', '8,3')}\n", 2, "Min. Players"),
        (
            f"{HEADER},Pack Favor\n{GOOD},1\n{GOOD.replace('Tee', 'Tea')},\n{GOOD.replace('Tee', 'Toe')},0\n",
            4,
            "Pack Favor",
        ),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_by_line_and_column(text: str, line: int, column: str | None) -> None:
    error = the_error(text)
    assert error.details.items() >= {"line": line, "column": column}.items()
    assert error.sentence.startswith(f"Line {line}{f', column {column}' if column else ''}: ")


def test_the_sentence_says_what_was_found_and_what_is_expected() -> None:
    sentence = the_error(a_file({"Max. Players": "eight"})).sentence
    assert sentence == 'Line 2, column Max. Players: "eight" is not a whole number from 1 to 1000.'


def test_a_repeated_game_names_both_lines() -> None:
    sentence = the_error(f"{HEADER}\n{GOOD}\nx{GOOD}\n{GOOD}\n").sentence
    assert sentence == 'Line 4, column Game Title: "Tee" of "Pack 1" is on line 2 already.'


def test_two_favors_for_one_pack_name_both_lines() -> None:
    sentence = the_error(a_file({"Pack Favor": "1"}, {"Pack Favor": "-1", "Game Title": "Tea"})).sentence
    assert sentence == 'Line 3, column Pack Favor: -1 for "Pack 1", but line 2 has 1.'


def test_a_symbol_is_upper_case_and_in_the_file_once() -> None:
    assert the_row(symbol=" tko ").facts.symbol == "TKO"
    assert the_row(symbol="").facts.symbol is None
    sentence = the_error(a_file({"Symbol": "TKO"}, {"Symbol": "tko", "Game Title": "Tea"})).sentence
    assert sentence == 'Line 3, column Symbol: "TKO" is on line 2 already.'


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_another_separator_than_a_comma_gets_a_hint(separator: str, quote: str) -> None:
    assert "separated by commas" in the_error(separator.join(f"{quote}{column}{quote}" for column in REQUIRED)).sentence


def test_a_file_of_as_many_games_as_allowed_is_read_and_one_more_is_too_many() -> None:
    rows = [f"{number},Tee,3,8,15,Yes,No,," for number in range(11)]
    assert len(parse("\n".join([HEADER, *rows[:10], "", ""]), row_limit=10)) == 10
    with pytest.raises(CsvTooLong, match="Line 12: more than 10 games") as caught:
        parse("\n".join([HEADER, *rows]), row_limit=10)
    assert (caught.value.status, caught.value.details) == (413, {"line": 12, "most": 10})


@pytest.mark.timeout(2)
@pytest.mark.parametrize("row", ["," * 1_000_000 + "a", f"Pack,Tee,3,8,1{' ' * 100_000}x,Yes,No,,", "'" * 100_000])
def test_a_very_wide_row_is_refused_quickly(row: str) -> None:
    assert the_error(f"{HEADER}\n{row}\n").details["line"] == 2
    assert the_error(row).details["line"] == 1


lines = st.lists(
    st.sampled_from([*REQUIRED, *OPTIONAL, ",", '"', "'", "=", "\n", "\r", "\0", ";", "3", "Yes", "\ufeff"])
)


@given(st.text() | lines.map("".join) | lines.map(lambda cells: f"{HEADER}\n{','.join(cells)}"))
def test_no_text_at_all_makes_it_crash(text: str) -> None:
    with contextlib.suppress(CsvInvalid, CsvTooLong):
        facts = [row.facts for row in parse(text, row_limit=3)]
        assert msgspec.convert([msgspec.structs.asdict(each) for each in facts], list[GameFacts]) == facts
