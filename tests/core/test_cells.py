"""Texts of strangers in the cells of a spreadsheet."""

import json
from pathlib import Path
from typing import Any

import pytest

from gamenight.core.cells import escape, unescape

CELLS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("formula_cells.json").read_text(encoding="utf-8"))
"""The tests of the pages read them, too."""


@pytest.mark.parametrize("known", CELLS, ids=lambda known: repr(known["text"]))
def test_no_spreadsheet_runs_a_text_as_a_formula_and_reading_it_restores_the_text(known: dict[str, Any]) -> None:
    assert escape(known["text"]) == known["cell"]
    assert unescape(known["cell"]) == known["text"]
