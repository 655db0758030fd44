"""All tables together, and how a database is brought up to date with them."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import gamenight.auth.tables
import gamenight.catalogue.tables
import gamenight.http.idempotency
import gamenight.picker.tables
import gamenight.rooms.tables
import gamenight.sessions.tables
import gamenight.votes.tables
from gamenight.core import leases, log
from gamenight.core.database import Database, Transaction
from gamenight.core.engines import sqlite_driver, sqlite_file
from gamenight.core.errors import StartError

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).with_name("migrations")


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def migrate(database: Database) -> None:
    """Bring the schema up to date, once, however many processes start together.

    A copy of an SQLite file is laid beside it first. Raises StartError for a database of a newer version.
    """
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with database.snapshot() as connection:
        current = _revision(connection)
    if current is not None and current != head and database.is_sqlite:
        _refuse_newer(current)
        copy_before_migration(sqlite_file(database.url), current)
    with database.transaction() as transaction:
        _upgrade(transaction, head)
        log.start(transaction.connection)


def _upgrade(transaction: Transaction, head: str | None) -> None:
    connection = transaction.connection
    current = _revision(connection)
    if current == head:
        return
    _refuse_newer(current)
    command.upgrade(alembic_config(connection), "head")
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise StartError(f"The migration would break {len(broken)} references. Nothing was changed.")
    logger.info("Migrated the database from %s to %s", current or "nothing", head)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(current: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if current is not None and current not in known:
        raise StartError(
            "This database was made by a newer gamenight. Install that version or a newer one; nothing was changed."
        )


def copy_before_migration(file: Path, revision: str) -> None:
    """Keep the file as it is now, under a name that tells its revision."""
    copy = file.with_name(f"{file.name}.before-{revision}")
    copy.unlink(missing_ok=True)
    source = sqlite_driver.connect(str(file))
    try:
        source.execute("VACUUM INTO ?", (str(copy),))
    finally:
        source.close()
    copy.chmod(0o600)
    logger.info("Kept a copy of the database before the migration: %s", copy.name)


__all__ = ["alembic_config", "gamenight", "leases", "migrate"]
