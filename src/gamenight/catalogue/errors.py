from collections.abc import Mapping
from typing import Literal

from gamenight.core.errors import BadRequest, Conflict, NotFound, TooLarge

CellFault = Literal[
    "not_a_name",
    "not_players",
    "not_minutes",
    "not_yes_or_no",
    "not_family_friendly",
    "not_a_kind",
    "not_a_play_mode",
    "not_app_tags",
    "not_a_favor",
    "not_a_symbol",
]
EXPECTED: Mapping[CellFault, str] = {
    "not_a_name": "a text of 1 to 200 characters",
    "not_players": "a whole number from 1 to 1000",
    "not_minutes": 'a number of minutes from 1 to 600 ("15", "15-20", or empty where unknown)',
    "not_yes_or_no": "Yes or No",
    "not_family_friendly": "Yes, No or Setting",
    "not_a_kind": "a text of at most 50 characters",
    "not_a_play_mode": "versus, coop, team or empty",
    "not_app_tags": "a list of at most 20 tags, with semicolons between them, each of at most 64 ASCII characters "
    "without spaces",
    "not_a_favor": "-1, 0 or 1",
    "not_a_symbol": "a symbol of 2 to 4 of A-Z and 0-9, with at least one letter, that is no word of everyday chat",
}
"""What a cell of a CSV file has to be, by the fault that it has."""
CsvFault = Literal[
    CellFault,
    "not_text",
    "unreadable",
    "lost_character",
    "not_csv",
    "column_missing",
    "column_twice",
    "cell_count",
    "more_than_most",
    "game_twice",
    "several_games",
    "pack_favors_differ",
    "symbol_twice",
]


class GameNotFound(NotFound):
    code = "game_not_found"


class PackNotFound(NotFound):
    code = "pack_not_found"


class GameExists(Conflict):
    code = "game_exists"


class SymbolTaken(Conflict):
    code = "symbol_taken"


class SymbolsDiffer(BadRequest):
    code = "symbols_differ"


class GameInvalid(BadRequest):
    code = "game_invalid"


class TextOrFile(BadRequest):
    code = "text_or_file"


class CsvInvalid(BadRequest):
    """`column` is None where a whole line is meant; a row of several lines is named by its first. `values` has what the
    sentence tells."""

    code = "csv_invalid"

    def __init__(self, line: int, column: str | None, fault: CsvFault, sentence: str, **values: object) -> None:
        place = f"Line {line}" if column is None else f"Line {line}, column {column}"
        details = {"line": line, "column": column, "reason": fault, **values}
        super().__init__(f"{place}: {sentence}", details=details)


class CsvTooLong(TooLarge):
    code = "csv_too_long"
