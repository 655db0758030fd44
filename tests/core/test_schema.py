"""The schema: migrations make what the tables say, on both databases."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from gamenight import schema
from gamenight.core.database import Database
from gamenight.core.engines import sqlite_driver
from gamenight.core.errors import StartError


def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    with database.transaction() as transaction:
        command.check(schema.alembic_config(transaction.connection))


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StartError, match="newer gamenight"):
        schema.migrate(database)
    with database.snapshot() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    databases = [Database(empty_database_url) for _ in range(4)]
    with ThreadPoolExecutor() as threads:
        list(threads.map(schema.migrate, databases))
    with databases[0].snapshot() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
        assert connection.execute(text("SELECT count(*) FROM log_state")).scalar() == 1
    for database in databases:
        database.close()


def test_a_copy_is_laid_beside_a_file_before_it_is_migrated(tmp_path: Path, sqlite_template: Path) -> None:
    file = tmp_path / "gamenight.db"
    shutil.copy(sqlite_template, file)
    schema.copy_before_migration(file, "0001")
    copy = tmp_path / "gamenight.db.before-0001"
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite_driver.connect(str(copy))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM games").fetchone()[0] > 0
