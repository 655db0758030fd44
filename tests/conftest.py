import gc
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from gamenight.core.database import Database
from gamenight.core.engines import reading_engine, writing_engine
from gamenight.settings import load
from gamenight.store import open_store
from tests.support.clients import Host
from tests.support.memory import use_memory
from tests.support.postgres import Databases, running_postgres
from tests.support.properties import register_profiles
from tests.support.server import Served, served, sqlite_url

Look = Callable[..., list[dict[str, Any]]]
Meddle = Callable[..., int]

BOTH = ["sqlite", "postgresql"]

register_profiles()  # before hypothesis looks for the one that the command line names


def pytest_configure() -> None:
    use_memory()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "chance" in getattr(item, "fixturenames", ()):
            item.add_marker("chance")


def pytest_collection_finish() -> None:
    """What all tests share lives until the end: without it each of Python's searches for garbage is shorter."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two for each processor: half of the time a test waits, as for a server to end."""
    return (os.cpu_count() or 1) * 2


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Random numbers: for each case others, in each run of the suite the same, and new ones in a search."""
    return random.Random(f"{request.node.name} {request.config.getoption('hypothesis_seed')}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Databases]:
    with running_postgres() as url:
        yield Databases(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database with the catalogue in it, to copy."""
    folder = tmp_path_factory.mktemp("template")
    with open_store(load({}, database_url=sqlite_url(folder))):
        pass
    return folder / "gamenight.db"


@pytest.fixture
def sqlite_database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An SQLite database of its own, with the catalogue in it, for what no other kind could do otherwise."""
    shutil.copy(sqlite_template, tmp_path / "gamenight.db")
    return sqlite_url(tmp_path)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of its own, with the catalogue in it: each test runs on both kinds."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database_url")
    else:
        databases: Databases = request.getfixturevalue("postgres")
        url = databases.fresh()
        yield url
        databases.drop(url)


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place for a database in which there is nothing yet."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
    else:
        databases: Databases = request.getfixturevalue("postgres")
        url = databases.fresh(empty=True)
        yield url
        databases.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_store(load({}, database_url=database_url)) as opened:
        yield opened


@pytest.fixture
def server(database_url: str) -> Iterator[Served]:
    with served(database_url) as running:
        yield running


@pytest.fixture
def hana(server: Served) -> Iterator[Host]:
    """Hana hosts."""
    with Host(server.url) as host:
        yield host


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
