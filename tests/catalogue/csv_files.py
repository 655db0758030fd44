"""Catalogues as CSV, made for the tests, and what is read of them."""

import csv
import io
from typing import Any

import pytest

from gamenight.catalogue.errors import CsvInvalid
from gamenight.catalogue.schemas import Game
from gamenight.catalogue.spreadsheet import COLUMNS, REQUIRED, Row, parse
from tests.support.error_words import missing_details

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
        "upvotes": 0,
        "downvotes": 0,
        "popularity_score": 0,
    }
    values |= facts
    return Game(**values, ticker=values["symbol"])


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
    (row,) = parse(a_file({names[name]: cell for name, cell in cells.items()}), row_limit=1).rows
    return row


def the_error(text: str) -> CsvInvalid:
    with pytest.raises(CsvInvalid) as caught:
        parse(text, row_limit=10)
    assert not missing_details(caught.value.code, caught.value.details)
    return caught.value
