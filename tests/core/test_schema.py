"""The schema: migrations make what the tables say, on both databases."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from gamenight import schema
from gamenight.catalogue import imports, spreadsheet
from gamenight.catalogue import queries as catalogue
from gamenight.core.database import Database
from gamenight.core.engines import sqlite_driver
from gamenight.core.errors import StartError
from gamenight.sessions import queries as sessions
from gamenight.sessions import undo
from gamenight.votes import queries as votes
from gamenight.votes.actions.recounting import recount_figures

START = "2026-01-01T00:00:00.000Z"
END = "2026-01-01T00:30:00.000Z"


def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    with database.transaction() as transaction:
        command.check(schema.alembic_config(transaction.connection))


def test_the_files_of_the_migrations_are_named_by_their_revisions() -> None:
    scripts = ScriptDirectory.from_config(schema.alembic_config())
    assert [script.revision for script in scripts.walk_revisions()] == schema.REVISIONS[::-1]
    assert scripts.get_current_head() == schema.REVISIONS[-1]


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


def test_a_database_of_the_first_version_keeps_its_nights(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    try:
        with database.transaction() as transaction:
            command.upgrade(schema.alembic_config(transaction.connection), "0001")
            _a_night_of_the_first_version(transaction.connection)
        schema.migrate(database)
        with database.transaction() as transaction:
            command.check(schema.alembic_config(transaction.connection))
            (game,) = sessions.games_of(transaction.connection, 1)
            assert sessions.listed_session(transaction.connection, 1).archived == 0
        assert (game.room_code, game.player_count, game.player_count_check_status) == ("AB12", 5, "completed")
        assert (game.player_count_source, game.player_count_check_reason) == ("hand", None)
    finally:
        database.close()


def test_the_games_of_an_older_database_get_the_source_that_they_had(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    try:
        with database.transaction() as transaction:
            command.upgrade(schema.alembic_config(transaction.connection), "0013")
            _a_night_of_the_first_version(transaction.connection)
            by_hand = (
                "INSERT INTO session_games (session_id, game_id, played_at, status, manually_added) "
                "VALUES (1, 1, :start, 'played', 1)"
            )
            transaction.connection.execute(text(by_hand), {"start": START})
        schema.migrate(database)
        with database.snapshot() as connection:
            found = [game.source for game in sessions.games_of(connection, 1)]
    finally:
        database.close()
    assert found == ["dice", "manual"]


def test_turns_followed_rooms_and_draws_outlive_the_renaming_of_their_tables(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    try:
        with database.transaction() as transaction:
            command.upgrade(schema.alembic_config(transaction.connection), "0009")
            _a_night_of_the_first_version(transaction.connection)
            _what_a_night_had_before_its_tables_were_renamed(transaction.connection)
        schema.migrate(database)
        with database.transaction() as transaction:
            connection = transaction.connection
            command.check(schema.alembic_config(connection))
            assert connection.execute(text("SELECT id, ended_at FROM turns")).all() == [(7, END)]
            assert connection.execute(text("SELECT id, follower FROM followed_rooms")).all() == [(5, "abc")]
            assert connection.execute(text("SELECT why FROM stored_draws")).scalar() == "{}"
            undone = undo.undo(transaction, 1, None)
            assert [game.status for game in undone.games] == ["playing"]
            (turn,) = connection.execute(text("SELECT id, started_at, ended_at FROM turns"))
        assert turn.id > 7 or connection.dialect.name == "sqlite"
        assert (turn.started_at, turn.ended_at) == (START, None)
    finally:
        database.close()


def test_the_games_of_an_older_database_get_the_symbols_that_a_new_one_has(empty_database_url: str) -> None:
    shipped = spreadsheet.parse(imports.SHIPPED.read_text(encoding="utf-8"), row_limit=100).rows
    expected = {(row.facts.pack_name, row.facts.title): row.facts.symbol for row in shipped}
    database = Database(empty_database_url)
    try:
        with database.transaction() as transaction:
            command.upgrade(schema.alembic_config(transaction.connection), "0002")
            for pack, title in [*expected, ("House Games", "Drawful")]:
                _a_game_of_an_older_version(transaction.connection, pack, title)
        schema.migrate(database)
        with database.snapshot() as connection:
            found = {(game.pack_name, game.title): game.symbol for game in catalogue.all_games(connection)}
    finally:
        database.close()
    assert found.pop(("House Games", "Drawful")) is None
    assert found == expected


def test_the_figures_of_an_older_database_are_what_counting_gives(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    try:
        with database.transaction() as transaction:
            command.upgrade(schema.alembic_config(transaction.connection), "0009")
            _a_night_with_votes_that_were_summed(transaction.connection)
        schema.migrate(database)
        with database.transaction() as transaction:
            command.check(schema.alembic_config(transaction.connection))
            games = sessions.games_of(transaction.connection, 1)
            session = sessions.listed_session(transaction.connection, 1)
            (unpublished,) = votes.unpublished(transaction.connection)
            assert recount_figures(transaction) == []
        assert [(game.upvotes, game.downvotes) for game in games] == [(2, 1)]
        assert (session.games_played, session.most_players) == (1, 5)
        assert (unpublished.session_game_id, unpublished.votes, unpublished.last.username) == (1, 1, "voter4")
    finally:
        database.close()


def _a_night_with_votes_that_were_summed(connection: Connection) -> None:
    """A game with three votes that count, of which live clients have not heard of one; and one that was removed."""
    _a_night_of_the_first_version(connection)
    connection.execute(
        text(
            "INSERT INTO session_games (session_id, game_id, played_at, status, manually_added, player_count, "
            "removed_at) VALUES (1, 1, :start, 'played', 0, 9, :end)"
        ),
        {"start": START, "end": END},
    )
    cast = [(1, "up", 1, 1), (1, "up", 1, 1), (1, "down", 1, 1), (1, "up", 0, 0), (2, "up", 1, 1)]
    for number, (session_game_id, vote, counts, announced) in enumerate(cast, start=1):
        connection.execute(
            text("INSERT INTO voters (session_id, platform, folded_name, username) VALUES (1, 'chat', :name, :name)"),
            {"name": f"voter{number}"},
        )
        connection.execute(
            text(
                "INSERT INTO votes (voter_id, vote, timestamp, place, session_game_id, counts, announced, created_at) "
                "VALUES (:voter, :vote, :at, 0, :game, :counts, :announced, :at)"
            ),
            {
                "voter": number,
                "vote": vote,
                "at": START,
                "game": session_game_id,
                "counts": counts,
                "announced": announced,
            },
        )


def _a_game_of_an_older_version(connection: Connection, pack: str, title: str) -> None:
    statement = text(
        "INSERT INTO games (pack_name, title, min_players, max_players, has_audience, family_friendly, "
        "family_friendly_setting, app_tags, enabled, favor_bias, created_at) "
        "VALUES (:pack, :title, 2, 8, 0, 0, 0, '', 1, 0, '2026-01-01T00:00:00.000Z')"
    )
    connection.execute(statement, {"pack": pack, "title": title})


def _what_a_night_had_before_its_tables_were_renamed(connection: Connection) -> None:
    turn = {"start": START, "end": END}
    before = {
        "is_active": 1,
        "closed_at": None,
        "notes": 'so "intervals": they said',
        "games": [
            {
                "id": 1,
                "status": "playing",
                "room_code": "AB12",
                "removed_at": None,
                "check_status": "completed",
                "intervals": [[START, None]],
            }
        ],
    }
    for statement, values in (
        ("UPDATE session_games SET status = 'played'", {}),
        ("INSERT INTO playing_intervals (id, session_game_id, started_at, ended_at) VALUES (7, 1, :start, :end)", turn),
        (
            "INSERT INTO room_watches (id, session_game_id, room_code, room, watcher) "
            "VALUES (5, 1, 'AB12', '{}', 'abc')",
            {},
        ),
        ("INSERT INTO kept_draws (session_game_id, why) VALUES (1, '{}')", {}),
        (
            "INSERT INTO session_changes (session_id, kind, made_at, summary, before) "
            "VALUES (1, 'status', '2026-01-01T00:30:00.000Z', 'Game is played', :before)",
            {"before": json.dumps(before, separators=(",", ":"))},
        ),
    ):
        connection.execute(text(statement), values)


def _a_night_of_the_first_version(connection: Connection) -> None:
    _a_game_of_an_older_version(connection, "Pack", "Game")
    connection.execute(text("INSERT INTO sessions (is_active, created_at) VALUES (1, '2026-01-01T00:00:00.000Z')"))
    connection.execute(
        text(
            "INSERT INTO session_games (session_id, game_id, played_at, status, manually_added, room_code, "
            "player_count, player_count_check_status) "
            "VALUES (1, 1, '2026-01-01T00:00:00.000Z', 'playing', 0, 'AB12', 5, 'completed')"
        )
    )
