"""Brings a backup back, into a database of either kind. What was there before is kept."""

import secrets
import shutil
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, func, select, update

from gamenight.backups.files import name_at
from gamenight.backups.making import BackupFailed, Migrate, check, make
from gamenight.backups.tables import Progress, copy_all
from gamenight.core.clock import utc_now
from gamenight.core.database import Database
from gamenight.core.database_file import DatabaseFile
from gamenight.core.engines import is_sqlite, sqlite_driver, sqlite_file, sqlite_url
from gamenight.core.errors import StartError
from gamenight.core.leases import leases
from gamenight.core.log import log_state


def restore(backup: Path, url: str, migrate: Migrate, progress: Progress) -> Path | None:
    """Put a backup in the place of the database at `url`; returns the file in which what was there before is kept.

    The log gets a new name, so that clients take what is there for what it is. Raises BackupFailed for a file that is
    no sound backup, StartError while a server uses the database; then nothing was changed.
    """
    check(backup)
    if is_sqlite(url):
        return _restore_file(backup, sqlite_file(url), migrate)
    return _restore_tables(backup, url, migrate, progress)


def _restore_file(backup: Path, file: Path, migrate: Migrate) -> Path | None:
    was_there = file.exists()
    claimed = DatabaseFile(file)
    claimed.claim()
    try:
        fresh = file.with_name(f"{file.name}.restoring")
        _prepared_copy(backup, fresh, migrate)
        kept = _keep(file) if was_there else None
        fresh.replace(file)
    finally:
        claimed.release()
    return kept


def _keep(file: Path) -> Path:
    """Give a database file, which stays where it is, a second name."""
    kept = file.with_name(f"{file.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    # What is damaged is kept as it is, with its log beside it.
    with suppress(sqlite_driver.DatabaseError), closing(sqlite_driver.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept.hardlink_to(file)
    wal = file.with_name(file.name + "-wal")
    if wal.exists() and wal.stat().st_size > 0:
        wal.rename(kept.with_name(kept.name + "-wal"))
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    return kept


def _restore_tables(backup: Path, url: str, migrate: Migrate, progress: Progress) -> Path | None:
    fresh = backup.with_name(f"{backup.name}.restoring")
    kept = backup.with_name(f"before-{name_at(datetime.now(UTC))}")
    target = Database(url)
    try:
        migrate(target)
        _refuse_while_served(target)
        make(kept, target, migrate, progress)
        _prepared_copy(backup, fresh, migrate)
        source = Database(sqlite_url(fresh))
        try:
            with source.snapshot() as reading, target.transaction() as transaction:
                copy_all(reading, transaction.connection, progress)
        finally:
            source.close()
    finally:
        target.close()
        _remove(fresh)
    return kept


def _prepared_copy(backup: Path, fresh: Path, migrate: Migrate) -> None:
    """A copy of a backup with the newest schema and a new name of its log."""
    _remove(fresh)
    try:
        fresh.touch(mode=0o600)
        shutil.copyfile(backup, fresh)
    except OSError as error:
        raise BackupFailed(f"{fresh} can't be written ({error.strerror}). Free some space.") from error
    database = Database(sqlite_url(fresh))
    try:
        migrate(database)
        with database.transaction() as transaction:
            transaction.connection.execute(update(log_state).values(stream=secrets.token_hex(16)))
            transaction.connection.execute(delete(leases))
    finally:
        database.close()


def _refuse_while_served(target: Database) -> None:
    with target.snapshot() as connection:
        held = connection.execute(select(func.count()).where(leases.c.until > utc_now())).scalar()
    if held:
        raise StartError("A server uses this database. Stop it first, and wait some seconds.")


def _remove(file: Path) -> None:
    for path in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        path.unlink(missing_ok=True)
