"""The database opened for use: claimed for this process, looked over, migrated, with a catalogue in it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy.exc import OperationalError

from gamenight import schema
from gamenight.catalogue import imports
from gamenight.core.database import Database
from gamenight.core.database_file import DatabaseFile
from gamenight.core.engines import is_sqlite, sqlite_file
from gamenight.core.errors import StartError
from gamenight.settings import Settings


def refuse_missing(settings: Settings) -> None:
    """Raises StartError where there is no database yet, for a command that only makes sense on one that is there."""
    if is_sqlite(settings.database.url) and not sqlite_file(settings.database.url).exists():
        raise StartError(
            f"There is no database at {sqlite_file(settings.database.url)}. Name its folder with --data-dir."
        )


@contextmanager
def open_store(settings: Settings) -> Iterator[Database]:
    """The database, until the block ends. Raises StartError where it can't be used."""
    with ExitStack() as closing:
        file = DatabaseFile(sqlite_file(settings.database.url)) if is_sqlite(settings.database.url) else None
        if file is not None:
            closing.callback(file.release)
            file.claim()
            file.check()
        database = closing.enter_context(open_database(settings))
        try:
            schema.migrate(database)
        except OperationalError as error:
            raise StartError(f"The database can't be used: {error.orig}".strip()) from error
        with database.transaction() as transaction:
            imports.load_shipped_catalogue(transaction)
        if file is not None:
            closing.enter_context(file.checked_meanwhile(database.fail))
        yield database


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database, until the block ends, for a process whose parent has opened the store before."""
    database = Database(
        settings.database.url,
        readers=settings.database.readers,
        waiting_limit=settings.database.waiting_limit,
        answer_timeout=settings.database.answer_timeout,
    )
    try:
        yield database
    finally:
        database.close()
