"""What is stored is changed, and events are emitted, in few places; everybody else calls those."""

from fnmatch import fnmatch
from pathlib import Path

import pytest

import gamenight
from tests.house.changes import Change, changes_in

SOURCE = Path(gamenight.__file__).parent

MAY_CHANGE = {
    "*/actions.py": "every way to change",
    "*/actions/*.py": "the same, where one file would be too long",
    "*/events.py": "what the actions emit",
    "sessions/undo.py": "takes an action back",
    "sessions/changes.py": "what the actions note for undo",
    "sessions/figures.py": "the columns that the actions move",
    "sessions/recounting.py": "the same columns, set right by `gamenight recount`",
    "catalogue/imports.py": "the catalogue from a file",
    "votes/imports.py": "votes from a chat log",
    "votes/staging.py": "what a chat log says, before it is in force",
    "votes/previews.py": "a copy of a night, to try an import on",
    "auth/keys.py": "the admin key and the secret of the tokens, made at the start",
    "http/idempotency.py": "the first answers of requests, in the transaction of their change",
    "backups/tables.py": "everything, from a backup",
    "backups/restoring.py": "the name of the log that comes with it",
    "core/leases.py": "which process does the work that one of them does",
    "core/log.py": "the log itself",
    "core/savepoints.py": "the savepoints around each action",
    "core/prepared.py": "what PreparedInsert is made of",
}
NOT_READ = "migrations/*"
"""A migration changes all that is stored, and its SQL stays as it was written."""


def sources() -> dict[str, str]:
    """The text of each module, by its path."""
    files = {file.relative_to(SOURCE).as_posix(): file for file in SOURCE.rglob("*.py")}
    return {path: file.read_text(encoding="utf-8") for path, file in files.items() if not fnmatch(path, NOT_READ)}


def changes_elsewhere(modules: dict[str, str]) -> list[str]:
    """File, line and call of each change in a module that may make none."""
    return [
        f"src/gamenight/{path}:{change.line}: {change.call}"
        for path, source in sorted(modules.items())
        if not any(fnmatch(path, pattern) for pattern in MAY_CHANGE)
        for change in changes_in(source)
    ]


def test_only_actions_undo_and_imports_change_what_is_stored_or_emit() -> None:
    elsewhere = "\n".join(changes_elsewhere(sources()))
    assert not elsewhere, f"Only actions, undo and imports write and emit. Call an action in place of:\n{elsewhere}"


def test_a_query_or_a_route_that_changes_something_is_named() -> None:
    bad = "from sqlalchemy import delete\n\nconnection.execute(delete(games))\ntransaction.emit('x', data)\n"
    assert changes_elsewhere({"votes/queries.py": bad, "votes/actions/casting.py": bad, "votes/routes.py": bad}) == [
        f"src/gamenight/votes/{name}.py:{line}"
        for name in ("queries", "routes")
        for line in ("3: delete", "4: transaction.emit")
    ]


@pytest.mark.parametrize("pattern", MAY_CHANGE)
def test_who_may_change_something_does(pattern: str) -> None:
    assert any(changes_in(source) for path, source in sources().items() if fnmatch(path, pattern))


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ("transaction.emit('game.added', data, topic=1)", "transaction.emit"),
        ("events.emit_game_added(transaction, session, game)", "events.emit_game_added"),
        ("from x.events import emit_game_added\nemit_game_added(transaction)", "emit_game_added"),
        ("from sqlalchemy import update\nupdate(games).values(title='x')", "update"),
        ("from sqlalchemy import delete as remove\nremove(games)", "remove"),
        ("from sqlalchemy.dialects.sqlite import insert\ninsert(games)", "insert"),
        ("import sqlalchemy as sa\nsa.insert(games)", "sa.insert"),
        (
            "import sqlalchemy.dialects.sqlite\nsqlalchemy.dialects.sqlite.insert(games)",
            "sqlalchemy.dialects.sqlite.insert",
        ),
        ("from gamenight.catalogue.tables import games\ngames.delete()", "games.delete"),
        ("games = Table('games', metadata)\ngames.update()", "games.update"),
        ("from gamenight.core.prepared import PreparedInsert\nPreparedInsert(games, 'title')", "PreparedInsert"),
        ("from gamenight.core.prepared import Prepared\n_rename.run(connection, title='x')", "_rename.run"),
        ("from gamenight.core.prepared import Prepared\n_rename.run_each(connection, rows)", "_rename.run_each"),
        ("connection.execute(text('UPDATE games SET title = 1'))", "connection.execute"),
        ("connection.exec_driver_sql(f'DELETE FROM {table}')", "connection.exec_driver_sql"),
    ],
)
def test_a_change_is_seen_with_its_line(source: str, call: str) -> None:
    assert Change(len(source.splitlines()) + 1, call) in changes_in(f"\n{source}")


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy import select\nconnection.execute(select(games))",
        "from litestar import delete\n@delete('/{game_id:int}')\nasync def remove(): ...",
        "found.update(other)\nnames.insert(0, name)",
        "service.run()",
        "from gamenight.core.prepared import Prepared\n_games.all(connection)",
        "connection.execute(text('SELECT 1'))\nconnection.exec_driver_sql('SAVEPOINT job')",
    ],
)
def test_what_reads_is_no_change(source: str) -> None:
    assert changes_in(source) == []
