"""The reference of the figures names each of them."""

import re
from typing import get_args, get_type_hints

import msgspec
import pytest

from gamenight.sessions.rules import MAX_TURN_SECONDS
from gamenight.stats import archive, schemas
from gamenight.stats.rules import PRIOR
from tests.docs.pages import DOCS

PAGE = (DOCS / "reference" / "stats.md").read_text(encoding="utf-8")
KNOWN = {"id", "title", "pack_name", "played_at", "game_id", "popularity_score", "by", "last_played_at", "created_at"}
"""What a row of any game has, or a parameter says."""
ANSWERS = [each for each in vars(schemas).values() if isinstance(each, type) and issubclass(each, msgspec.Struct)]


@pytest.mark.parametrize(
    "answer", [each for each in ANSWERS if each.__module__ == schemas.__name__], ids=lambda each: each.__name__
)
def test_every_figure_is_in_the_reference(answer: type[msgspec.Struct]) -> None:
    named = {word for words in re.findall(r"`([\w.]+)`", PAGE) for word in words.split(".")}
    fields = {field.encode_name for field in msgspec.structs.fields(answer)}
    pages = {"page", "limit", "total", "total_pages"}
    assert fields - named - KNOWN - pages == set(), answer


def test_the_reference_has_the_formulas_and_the_files() -> None:
    assert f"(upvotes + {PRIOR}) / (all votes + {2 * PRIOR})" in PAGE
    assert f"* n / (n + {2 * PRIOR})" in PAGE
    assert MAX_TURN_SECONDS == 3 * 60 * 60
    assert "three hours" in PAGE
    for sheet in archive.SHEETS:
        assert f"| `{sheet.name}` |" in PAGE
    assert "by=month|year" in PAGE
    assert set(get_args(get_type_hints(schemas.Periods)["by"])) == {"month", "year"}
