"""A file that is no catalogue: what can't be read is named by line and column, in a sentence."""

import contextlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.catalogue.errors import CsvInvalid, CsvTooLong
from gamenight.catalogue.schemas import GameFacts
from gamenight.catalogue.spreadsheet import OPTIONAL, REQUIRED, parse
from tests.catalogue.csv_files import GOOD, HEADER, a_file, the_error, the_row


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
        ("Max. Players", "3-8", "8-3"),
        ("Max. Players", "8", "8+"),
        ("Max. Players", "8", "08. Mrz"),
        ("Length", "15", "15-20-25"),
        ("Audience", "Up to 10,000", "up to many"),
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
    assert len(parse(a_file(other, {column: good}), row_limit=2).rows) == 2
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


def test_a_file_with_another_separator_is_refused_with_those_that_are_read() -> None:
    assert "commas, semicolons or tabs" in the_error("|".join(REQUIRED)).sentence
    assert the_error(f"sep=;\n{HEADER}\n{GOOD}\n").details["reason"] == "column_missing"


def test_both_names_of_a_column_in_one_header_are_refused() -> None:
    error = the_error(f"{HEADER},Symbol,Ticker\n{GOOD},TKO,TKO\n")
    assert (error.details["column"], error.details["reason"]) == ("Symbol", "column_twice")


def test_a_character_that_was_lost_on_the_way_is_named_by_its_line() -> None:
    error = the_error(f"{HEADER}\n{GOOD}\nPack 2,Bl\ufffdther,3,8,15,Yes,No,,\n")
    assert (error.details["line"], error.details["reason"]) == (3, "lost_character")


def test_a_file_of_as_many_games_as_allowed_is_read_and_one_more_is_too_many() -> None:
    rows = [f"{number},Tee,3,8,15,Yes,No,," for number in range(11)]
    assert len(parse("\n".join([HEADER, *rows[:10], "", ""]), row_limit=10).rows) == 10
    with pytest.raises(CsvTooLong, match="Line 12: more than 10 games") as caught:
        parse("\n".join([HEADER, *rows]), row_limit=10)
    assert (caught.value.status, caught.value.details) == (413, {"line": 12, "most": 10})


@pytest.mark.timeout(20)
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
        facts = [row.facts for row in parse(text, row_limit=3).rows]
        assert msgspec.convert([msgspec.structs.asdict(each) for each in facts], list[GameFacts]) == facts
