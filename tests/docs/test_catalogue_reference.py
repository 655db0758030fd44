"""What the reference says of the catalogue's files is what the code reads and answers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from gamenight.catalogue.decoding import Encoding
from gamenight.catalogue.imports import Imported, ImportedRow, ImportedSymbol
from gamenight.catalogue.spreadsheet import COLUMNS, OTHER_NAMES, REQUIRED
from gamenight.catalogue.titles import title_key
from tests.docs.pages import DOCS, blocks_of, cells_of, rows_of
from tests.support.clients import Host
from tests.support.server import served, sqlite_url

PAGE = (DOCS / "reference" / "catalogue.md").read_text(encoding="utf-8")


def words_of(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    with served(sqlite_url(tmp_path)) as server, Host(server.url) as hana:
        yield hana


def test_every_column_is_in_the_reference_in_order_and_those_that_are_needed_are_told() -> None:
    rows = [cells_of(row) for row in rows_of(PAGE) if len(cells_of(row)) == 3]
    written = [name for row in rows for name in words_of(row[0])]
    assert [name for name in written if name not in OTHER_NAMES] == list(COLUMNS)
    assert set(OTHER_NAMES) <= set(written)
    needed = [name for row in rows if row[2] == "needed" for name in words_of(row[0])]
    assert needed == list(REQUIRED)


def test_every_word_of_the_answer_is_in_the_reference() -> None:
    outcomes = [get_type_hints(each)["became"] for each in (ImportedRow, ImportedSymbol)]
    said = {word for each in (Encoding, *outcomes) for word in get_args(each)}
    said |= {name for name in Imported.__struct_encode_fields__ if name not in {"message", "count", "removed", "added"}}
    said |= set(ImportedRow.__struct_encode_fields__)
    assert not said - set(words_of(PAGE))


def test_the_spellings_of_the_reference_are_one_title() -> None:
    one, other = re.findall(r"`(Champ[^`]*)` is `(Champ[^`]*)`", PAGE)[0]
    assert one != other
    assert title_key(one) == title_key(other)


def test_the_map_of_the_reference_gives_each_of_its_games_its_ticker(host: Host) -> None:
    (tickers,) = [json.loads(found[0]) for block in blocks_of(PAGE) if (found := re.findall(r"-d '(.*)'", block.text))]
    done = host.ok(host.post("/api/games/import/tickers", json=tickers))
    assert [row["became"] for row in done["rows"]] == ["updated"] * len(tickers)
