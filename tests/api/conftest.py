"""What the tests of the API see of the database beside the API."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from gamenight.core.engines import reading_engine, writing_engine

Look = Callable[..., list[dict[str, Any]]]
Meddle = Callable[..., int]


@pytest.fixture
def look(database_url: str) -> Look:
    """Rows that a statement finds in the server's database."""

    def rows(statement: str, **values: object) -> list[dict[str, Any]]:
        engine = reading_engine(database_url, 1)
        try:
            with engine.begin() as connection:
                return [dict(row._mapping) for row in connection.execute(text(statement), values)]
        finally:
            engine.dispose()

    return rows


@pytest.fixture
def meddle(database_url: str) -> Meddle:
    """Change the server's database behind its back; returns how many rows that changed."""

    def change(statement: str, **values: object) -> int:
        engine = writing_engine(database_url)
        try:
            with engine.begin() as connection:
                return connection.execute(text(statement), values).rowcount
        finally:
            engine.dispose()

    return change
