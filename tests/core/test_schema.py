"""The schema: migrations make what the tables say, on both databases."""

import pytest
from alembic import command
from sqlalchemy import text

from gamenight import schema
from gamenight.core.database import Database
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
