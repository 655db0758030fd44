"""Makes a backup while the server serves, and proves that it can be read before it is called one."""

import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from gamenight.backups.files import backups_in, name_at, outdated
from gamenight.backups.tables import Progress, copy_all
from gamenight.core.database import Database
from gamenight.core.engines import sqlite_driver, sqlite_file, sqlite_url

Migrate = Callable[[Database], None]
"""Brings a database's schema up to date."""


class BackupFailed(Exception):
    """A backup could not be made, or can't be read; the sentence says what to do about it."""


def make_into(folder: Path, database: Database, migrate: Migrate, progress: Progress, *, kept: int) -> Path:
    """Make a backup in a folder and remove those that are not among the newest `kept`; returns the new one.

    Raises BackupFailed; then no file of it is left, and none is removed.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupFailed(f"The folder {folder} can't be made ({error.strerror}). Choose another.") from error
    made = make(folder / name_at(datetime.now(UTC)), database, migrate, progress)
    for name in outdated((each.name for each in backups_in(folder)), kept):
        (folder / name).unlink(missing_ok=True)
    return made


def make(file: Path, database: Database, migrate: Migrate, progress: Progress) -> Path:
    """Make a backup as a new file, of one moment of the database; returns the file.

    Raises BackupFailed; then no file of it is left.
    """
    if file.exists():
        raise BackupFailed(f"{file} is there already. Give the backup another name.")
    partial = file.with_name(f"{file.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        if database.is_sqlite:
            _copy_file(sqlite_file(database.url), partial)
        else:
            _copy_tables(database, partial, migrate, progress)
        check(partial)
        _reach_the_disk(partial)
        partial.rename(file)
    except OSError as error:
        raise BackupFailed(f"{file} can't be written ({error.strerror}). Choose another place.") from error
    finally:
        for left in (partial, *(partial.with_name(partial.name + end) for end in ("-wal", "-shm", "-journal"))):
            left.unlink(missing_ok=True)
    return file


def check(file: Path) -> str:
    """Read a backup through; returns the revision of its schema. Raises BackupFailed for one that is not sound."""
    try:
        with closing(sqlite_driver.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()
            orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
            revision: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except (sqlite_driver.DatabaseError, TypeError) as error:
        raise BackupFailed(f"{file} is no backup of gamenight, or is damaged ({error}). Take another one.") from error
    if found != ("ok",) or orphans is not None:
        raise BackupFailed(f"{file} is damaged ({found[0]}). Take another one.")
    return revision


def _copy_file(source: Path, target: Path) -> None:
    try:
        with closing(sqlite_driver.connect(f"{source.as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite_driver.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            raise BackupFailed("The disk is full: the backup was not made. Free some space.") from error
        raise BackupFailed(f"The database can't be copied ({error}).") from error


def _copy_tables(source: Database, target: Path, migrate: Migrate, progress: Progress) -> None:
    made = Database(sqlite_url(target))
    try:
        migrate(made)
        with source.snapshot() as reading, made.transaction() as transaction:
            _copy_at_once(reading, transaction.connection, progress)
    finally:
        made.close()
    with closing(sqlite_driver.connect(target)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it


def _copy_at_once(reading: Connection, writing: Connection, progress: Progress) -> None:
    # Of years of votes a copy takes longer than any other statement may.
    reading.exec_driver_sql("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
    copy_all(reading, writing, progress)


def _reach_the_disk(file: Path) -> None:
    for path in (file, file.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
