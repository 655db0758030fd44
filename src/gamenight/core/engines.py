"""Connections to the two databases, each set up so that what was acknowledged survives."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from filelock import FileLock, Timeout
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

NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "fuse.sshfs", "glusterfs"}


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


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether this SQLite can lose pages when two connections checkpoint at once (https://sqlite.org/wal.html)."""
    fixed_in_branch: dict[tuple[int, ...], tuple[int, ...]] = {(3, 44): (3, 44, 6), (3, 50): (3, 50, 7)}
    return version < fixed_in_branch.get(version[:2], (3, 51, 3))


class DatabaseFile:
    """The SQLite file as this process's own: made with safe modes, locked, and looked over before it is used."""

    def __init__(self, file: Path) -> None:
        # The file itself, where a symbolic link is given: who comes by another name must find the same lock.
        self._file = file.resolve()
        self._lock = FileLock(
            self._file.with_name(self._file.name + ".lock"),
            timeout=0,
            mode=0o600,
            thread_local=False,
            fallback_to_soft=False,  # a file that merely exists would outlive a process that was killed
        )

    def claim(self) -> None:
        """Lock the file for this process. Raises StartError where that can't be done or would not be safe."""
        version: str = sqlite_driver.sqlite_version
        if has_wal_reset_bug(tuple(int(part) for part in version.split("."))):
            raise StartError(
                f"SQLite {version} can corrupt a database that is written and backed up at once. "
                "Install the package pysqlite3, or a Python with SQLite 3.51.3 or newer."
            )
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StartError(
                f"The folder {self._file.parent} can't be made ({error.strerror}). Choose another with --data-dir."
            ) from error
        kind = _file_system(self._file.parent)
        if kind in NETWORK_FILE_SYSTEMS:
            raise StartError(
                f"{self._file.parent} is on a network file system ({kind}), where SQLite can lose data. "
                "Choose a local folder with --data-dir, or PostgreSQL with --database-url."
            )
        self._take_lock()
        self._file.touch(mode=0o600, exist_ok=True)

    def check(self) -> None:
        """Look the file over if it was not closed cleanly. Raises StartError when it is damaged."""
        wal = self._file.with_name(self._file.name + "-wal")
        unclean = wal.exists() and wal.stat().st_size > 0
        # Read-only: closing it would otherwise move the log of a damaged file into the file.
        connection = sqlite_driver.connect(f"{self._file.as_uri()}?mode=ro", uri=True)
        try:
            sound = not unclean or connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            connection.execute("SELECT count(*) FROM sqlite_schema")
        except sqlite_driver.DatabaseError:
            sound = False
        finally:
            connection.close()
        if not sound:
            raise StartError(
                f"{self._file} is damaged or no SQLite database. Put a backup in its place, or move it away to "
                "start afresh; it was not changed."
            )

    def release(self) -> None:
        self._lock.release()

    def _take_lock(self) -> None:
        try:
            self._lock.acquire()
        except Timeout as error:
            raise StartError(
                f"Another gamenight uses {self._file}. Stop it first, or choose another folder with --data-dir."
            ) from error
        except OSError as error:
            raise StartError(
                f"{self._lock.lock_file} can't be locked ({error.strerror}). Choose another folder with --data-dir."
            ) from error


def _file_system(folder: Path) -> str:
    """The type of the file system that holds a folder, as Linux names it; empty where that isn't known."""
    best, kind = "", ""
    with contextlib.suppress(OSError):
        real = str(folder.resolve())
        for line in Path("/proc/self/mounts").read_text().splitlines():
            _device, mount, mount_kind, *_ = line.split(" ")
            inside = mount in ("/", real) or real.startswith(mount + "/")
            if inside and len(mount) >= len(best):
                best, kind = mount, mount_kind
    return kind
