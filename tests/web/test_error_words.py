"""Whatever the server refuses, the pages have words of their own for it, in every language."""

from typing import get_args

import pytest

from gamenight.catalogue.errors import CsvFault
from gamenight.picker.rules import FILTERS
from gamenight.votes.exports import ChatLogFault
from tests.docs import tables
from tests.support.error_words import error_words

REASONS = {"csv_invalid": get_args(CsvFault), "chat_log_invalid": get_args(ChatLogFault), "no_game_fits": FILTERS}
OF_THE_PAGES = {"no_connection", "unknown", "place", "room_check"}
"""What the pages themselves say: also how they name a place in a file, and what to do about a room."""


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_every_code_of_the_server_has_words_and_no_other_has(language: str) -> None:
    codes = {row.split("`")[1] for row in tables.error_beginnings()}
    reasons = {f"{code}.{reason}" for code, named in REASONS.items() for reason in named}
    found = set(error_words(language))
    assert len(codes) > 60
    assert not (codes | reasons) - found, f"messages/errors or messages/hostErrors, {language}.ts lacks words"
    assert {key.partition(".")[0] for key in found} - codes == OF_THE_PAGES
    assert {key for key in found if key.startswith(tuple(f"{code}." for code in REASONS))} == reasons
