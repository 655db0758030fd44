"""All tables together, and how a database is brought up to date with them."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

import gamenight.auth.tables
import gamenight.catalogue.tables
import gamenight.http.idempotency
import gamenight.picker.tables
import gamenight.polls.tables
import gamenight.rooms.tables
import gamenight.sessions.tables
import gamenight.stats.tables
import gamenight.votes.tables
import gamenight.webhooks.tables
from gamenight.core import leases, log
from gamenight.core.database import Database, Transaction
from gamenight.core.engines import sqlite_driver, sqlite_file
from gamenight.core.errors import StartError

if TYPE_CHECKING:
    from alembic.config import Config

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).with_name("migrations")
REVISIONS = sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
"""By the names of their files: a start that has nothing to migrate needs no Alembic, nor its memory."""


def alembic_config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

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
    with database.snapshot() as connection:
        current = _revision(connection)
    if current is not None and current != REVISIONS[-1] and database.is_sqlite:
        _refuse_newer(current)
        copy_before_migration(sqlite_file(database.url), current)
    with database.transaction() as transaction:
        _upgrade(transaction)
        log.start(transaction.connection)


def _upgrade(transaction: Transaction) -> None:
    connection = transaction.connection
    current = _revision(connection)
    if current == REVISIONS[-1]:
        return
    _refuse_newer(current)
    from alembic import command

    command.upgrade(alembic_config(connection), "head")
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise StartError(f"The migration would break {len(broken)} references. Nothing was changed.")
    logger.info("Migrated the database from %s to %s", current or "nothing", REVISIONS[-1])


def _revision(connection: Connection) -> str | None:
    """The revision that Alembic has noted in the database; None for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_newer(current: str | None) -> None:
    if current is not None and current not in REVISIONS:
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
