"""A copy of a night on which an import is tried: it comes to what it would come to, and leaves nothing behind.

The copy is an SQLite file of its own, so that neither the votes of viewers wait for it nor is anything of it ever seen.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Select, Table, insert, literal, select

from gamenight.catalogue.tables import games
from gamenight.core.database import Database, Transaction
from gamenight.core.engines import sqlite_url
from gamenight.core.tables import metadata
from gamenight.sessions import queries as sessions
from gamenight.sessions.tables import session_games, turns
from gamenight.sessions.tables import sessions as sessions_table
from gamenight.votes.tables import chat_imports, chat_messages, voter_names, voters, votes

ROWS_AT_ONCE = 2000
Rows = Sequence[dict[str, Any]]


@asynccontextmanager
async def copy_of_night(database: Database, session_id: int, *, with_messages: bool) -> AsyncIterator[Database]:
    """A database with the catalogue, a night and its votes, until the block ends; `with_messages` with what is known of
    its chat. Raises SessionNotFound."""
    with TemporaryDirectory(prefix="gamenight-", ignore_cleanup_errors=True) as folder:
        copy = Database(sqlite_url(Path(folder, "preview.db")), readers=1, answer_timeout=60)
        try:
            await copy.write(_make_tables)
            await _copy(database, copy, session_id, with_messages=with_messages)
            yield copy
        finally:
            await asyncio.to_thread(copy.close)


async def _copy(database: Database, copy: Database, session_id: int, *, with_messages: bool) -> None:
    for table, rows in await database.read(_night, session_id):
        await copy.write(_put, table, rows)
    import_ids = await database.read(_imports, session_id)
    await copy.write(_put, chat_imports, [_as_done(session_id, import_id) for import_id in import_ids])
    last_id = 0
    while people := await database.read(_voters_after, session_id, last_id):
        await copy.write(_put, voters, people)
        voter_ids = [each["id"] for each in people]
        await copy.write(_put, voter_names, await database.read(_names_of, voter_ids))
        await copy.write(_put, votes, await database.read(_votes_of, voter_ids, import_ids))
        last_id = people[-1]["id"]
    for import_id in import_ids if with_messages else ():
        last = ""
        while messages := await database.read(_messages_after, import_id, last):
            await copy.write(_put, chat_messages, messages)
            last = messages[-1]["digest"]


def _make_tables(transaction: Transaction) -> None:
    metadata.create_all(transaction.connection)


def _put(transaction: Transaction, table: Table, rows: Rows) -> None:
    if rows:
        transaction.connection.execute(insert(table), rows)


def _night(connection: Connection, session_id: int) -> list[tuple[Table, Rows]]:
    """What a night consists of besides its votes, in the order in which it can be stored."""
    sessions.session(connection, session_id)
    of_session = select(session_games.c.id).where(session_games.c.session_id == session_id)
    return [
        (games, _rows(connection, select(games))),
        (sessions_table, _rows(connection, select(sessions_table).where(sessions_table.c.id == session_id))),
        (session_games, _rows(connection, select(session_games).where(session_games.c.session_id == session_id))),
        (turns, _rows(connection, select(turns).where(turns.c.session_game_id.in_(of_session)))),
    ]


def _imports(connection: Connection, session_id: int) -> list[int]:
    """The imports that are in force."""
    in_force = chat_imports.c.state.in_(("applying", "done"))
    return list(
        connection.execute(select(chat_imports.c.id).where(chat_imports.c.session_id == session_id, in_force)).scalars()
    )


def _as_done(session_id: int, import_id: int) -> dict[str, Any]:
    return {"id": import_id, "session_id": session_id, "state": "done", "touched_at": ""}


def _voters_after(connection: Connection, session_id: int, voter_id: int) -> Rows:
    following = select(voters).where(voters.c.session_id == session_id, voters.c.id > voter_id)
    return _rows(connection, following.order_by(voters.c.id).limit(ROWS_AT_ONCE))


def _names_of(connection: Connection, voter_ids: Iterable[int]) -> Rows:
    return _rows(connection, select(voter_names).where(voter_names.c.voter_id.in_(list(voter_ids))))


def _votes_of(connection: Connection, voter_ids: Iterable[int], import_ids: Iterable[int]) -> Rows:
    in_force = votes.c.import_id.is_(None) | votes.c.import_id.in_(list(import_ids))
    return _rows(connection, select(votes).where(votes.c.voter_id.in_(list(voter_ids)), in_force))


def _messages_after(connection: Connection, import_id: int, digest: str) -> Rows:
    """By what messages are known again; what they say is of no use here."""
    nothing = literal("")
    known = select(
        chat_messages.c.id,
        chat_messages.c.import_id,
        nothing.label("timestamp"),
        nothing.label("username"),
        nothing.label("message"),
        chat_messages.c.digest,
    ).where(chat_messages.c.import_id == import_id, chat_messages.c.digest > digest)
    return _rows(connection, known.order_by(chat_messages.c.digest).limit(ROWS_AT_ONCE))


def _rows(connection: Connection, query: Select[Any]) -> Rows:
    return [dict(row) for row in connection.execute(query).mappings()]
