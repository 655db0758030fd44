"""Connections to the two databases, each set up so that what was acknowledged survives."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import QueuePool

from gamenight.core.errors import StartError

try:
    from pysqlite3 import dbapi2 as _bundled

    sqlite_driver: ModuleType = _bundled
except ImportError:
    sqlite_driver = sqlite3

ADVISORY_LOCK = 0x67616D65_6E696768
"""Serialises the writers of one PostgreSQL database: events are then read in the order in which they commit."""

STATEMENT_TIMEOUT = 5000
LOCK_TIMEOUT = 2000
"""Milliseconds on PostgreSQL for a statement, and for a lock that somebody else holds."""


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_url(file: Path) -> str:
    return URL.create("sqlite", database=str(file)).render_as_string()


def sqlite_file(url: str) -> Path:
    database = make_url(url).database
    if not database or database == ":memory:":
        raise StartError("An SQLite database needs a file: sqlite:////path/to/gamenight.db")
    return Path(database)


def writing_engine(url: str) -> Engine:
    """An engine with one connection, for the one thread that writes."""
    return _sqlite_engine(url, writing=True) if is_sqlite(url) else _postgresql_engine(url, connections=1)


def reading_engine(url: str, connections: int) -> Engine:
    """An engine whose transactions are consistent snapshots and can't write."""
    if is_sqlite(url):
        return _sqlite_engine(url, writing=False, connections=connections)
    engine = _postgresql_engine(url, connections=connections)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


class InlineReader:
    """A connection of SQLite for one thread, whose snapshots cost little to begin and to end.

    Core believes in one transaction without an end, in which the driver begins and commits.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection = engine.connect()
        self._connection.begin()
        driver: Any = self._connection.connection.dbapi_connection
        self._execute = driver.execute
        self._execute("COMMIT")

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Connection]:
        self._execute("BEGIN")
        try:
            yield self._connection
        finally:
            self._execute("COMMIT")

    def close(self) -> None:
        self._execute("BEGIN")
        self._connection.close()
        self._engine.dispose()


def lock_writers(connection: Connection, seconds: float) -> None:
    """Keep the other processes' writers out until this transaction ends, after waiting for them so many seconds at
    most. SQLite's BEGIN IMMEDIATE did it already."""
    if connection.dialect.name == "postgresql":
        # In one round trip. The others take turns, each for a batch: that may last longer than a lock or statement may.
        wait = max(1, int(seconds * 1000))
        connection.exec_driver_sql(
            f"SET LOCAL lock_timeout = {wait}; SET LOCAL statement_timeout = {wait}; "
            f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK}); "
            f"SET LOCAL lock_timeout = {LOCK_TIMEOUT}; SET LOCAL statement_timeout = {STATEMENT_TIMEOUT}"
        )


def _sqlite_engine(url: str, *, writing: bool, connections: int = 1) -> Engine:
    engine = create_engine(
        make_url(url),
        module=sqlite_driver,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 5, "isolation_level": None},
    )
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"

    # https://docs.sqlalchemy.org/en/21/dialects/sqlite.html: the driver must not begin or commit by itself.
    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in _pragmas(writing=writing):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _pragmas(*, writing: bool) -> list[str]:
    common = ["foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0"]
    if writing:
        # FULL: with NORMAL the last commits are lost at a power cut. One connection alone writes and checkpoints.
        return [
            "journal_mode=WAL",
            "synchronous=FULL",
            *common,
            "wal_autocheckpoint=1000",
            "journal_size_limit=67108864",
        ]
    return [*common, "query_only=ON", "wal_autocheckpoint=0"]


def _postgresql_engine(url: str, *, connections: int) -> Engine:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(
        parsed,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 5,
            "tcp_user_timeout": 10_000,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT} -c lock_timeout={LOCK_TIMEOUT} "
            "-c idle_in_transaction_session_timeout=10000",
        },
    )
