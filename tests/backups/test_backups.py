"""Backups are made while the server serves, hold everything, and come back into a database of either kind."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from gamenight import schema
from gamenight.backups.making import BackupFailed, check, make, make_into
from gamenight.backups.restoring import restore
from gamenight.backups.tables import copied_tables
from gamenight.core.database import Database
from gamenight.core.errors import StartError
from gamenight.votes.actions.recounting import recount_figures
from tests.support.clients import Host, Listener
from tests.support.patience import wait_until
from tests.support.postgres import Databases
from tests.support.random_night import RandomNight
from tests.support.server import Served, served, sqlite_url

HOURLY = {"backup_hours": 1.0, "backups_kept": 2}


def nothing(_table: str, _rows: int) -> None:
    """Nobody waits for progress."""


@pytest.fixture
def both(tmp_path: Path, postgres: Databases) -> Iterator[dict[str, str]]:
    """An empty place of each kind."""
    url = postgres.fresh(empty=True)
    yield {"sqlite": sqlite_url(tmp_path / "other"), "postgresql": url}
    postgres.drop(url)


def contents(url: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables but the name of the log, which is another one after each restore."""
    database = Database(url)
    try:
        with database.snapshot() as connection:
            found = {
                table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in copied_tables()
            }
    finally:
        database.close()
    found["log_state"] = [{**row, "stream": ""} for row in found["log_state"]]
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def stream_of(url: str) -> str:
    database = Database(url)
    try:
        with database.snapshot() as connection:
            name: str = connection.execute(text("SELECT stream FROM log_state")).scalar_one()
    finally:
        database.close()
    return name


def a_night_of_everything(server: Served, chance: random.Random) -> None:
    """A night at random, a token, a guest, a chat log, and a night that is over."""
    with Host(server.url) as hana:
        over = hana.a_session("over; with ünïcode 🎉")
        hana.a_game(over["id"])
        hana.ok(hana.post(f"/api/sessions/{over['id']}/close"))
        session = hana.a_session("tonight")
        night = RandomNight(hana, session["id"], chance)
        for _ in range(30):
            night.step()
        hana.post("/api/tokens", json={"name": "Bix", "scope": "vote"})
        hana.post("/api/guests", json={"nickname": "Pia", "cookie": False})
        log = [{"username": "omar", "message": "thisgame++", "timestamp": session["created_at"]}]
        hana.ok(hana.post(f"/api/sessions/{session['id']}/chat-import", json={"chatData": log}))
        hana.post("/api/pick", json={}, headers={"Idempotency-Key": "once"})


def test_a_backup_brings_everything_from_either_kind_to_either_kind(
    database_url: str, both: dict[str, str], tmp_path: Path, chance: random.Random
) -> None:
    with served(database_url) as server:
        a_night_of_everything(server, chance)
    database = Database(database_url)
    try:
        first = make(tmp_path / "first.db", database, schema.migrate, nothing)
    finally:
        database.close()
    before = contents(database_url)
    assert before["votes"]
    assert before["chat_messages"]
    for url in both.values():
        restore(first, url, schema.migrate, nothing)
        assert contents(url) == before
        assert stream_of(url) != stream_of(database_url)
        again = Database(url)
        try:
            second = make(tmp_path / f"second-{again.is_sqlite}.db", again, schema.migrate, nothing)
            with again.transaction() as transaction:
                assert recount_figures(transaction) == []
        finally:
            again.close()
        assert contents(f"sqlite:///{second}") == before


def test_a_restored_server_goes_on_with_new_ids_and_tells_clients_to_begin_anew(
    database_url: str, both: dict[str, str], tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    with served(database_url) as server, Host(server.url) as hana, Listener(server.live_url) as omar:
        session = hana.a_session()
        game = hana.a_game(session["id"])
        make(backup, server.service.database, schema.migrate, nothing)
        omar.authenticate(hana.token)
        known = omar.subscribe(session["id"], snapshot=True)["stream"]
        later = hana.a_game(session["id"], 2)
        head = omar.receive_until("game.added")["id"]
    for url in both.values():
        restore(backup, url, schema.migrate, nothing)
        with served(url) as server, Host(server.url) as hana, Listener(server.live_url) as omar:
            assert [each["id"] for each in hana.games_of(session["id"])] == [game["id"]]
            omar.authenticate(hana.token)
            omar.subscribe(session["id"], since=head, stream=known)
            assert omar.receive_until("resync")["reason"] == "stream_changed"
            assert hana.a_game(session["id"], 3)["id"] >= later["id"]
            assert omar.receive_until("game.added")["data"]["game"]["id"] == 3


def test_what_was_there_before_is_kept(database_url: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    with served(database_url) as server, Host(server.url) as hana:
        make(backup, server.service.database, schema.migrate, nothing)
        hana.a_session("after the backup")
    before = contents(database_url)
    kept = restore(backup, database_url, schema.migrate, nothing)
    assert kept is not None
    assert contents(f"sqlite:///{kept}") == before
    assert contents(database_url)["sessions"] == []
    with served(database_url) as server, Host(server.url) as hana:
        assert hana.a_session()["id"] == 1


def test_a_database_that_a_server_uses_is_not_replaced(database_url: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    with served(database_url) as server, Host(server.url) as hana:
        hana.a_session("goes on")
        make(backup, server.service.database, schema.migrate, nothing)
        wait_until(lambda: hana.get("/health").json()["loops"]["tail"]["running"], "the loops to run")
        with pytest.raises(StartError, match=r"uses"):
            restore(backup, database_url, schema.migrate, nothing)
        assert hana.get("/api/sessions/active").json()["notes"] == "goes on"


def test_a_file_that_is_no_sound_backup_changes_nothing(database_url: str, tmp_path: Path) -> None:
    with served(database_url) as server, Host(server.url) as hana:
        hana.a_session("stays")
        made = make(tmp_path / "backup.db", server.service.database, schema.migrate, nothing)
    before = contents(database_url)
    damaged, text_file, other = (tmp_path / name for name in ("damaged.db", "text.db", "other.db"))
    data = bytearray(made.read_bytes())
    data[5 * 4096 : 5 * 4096 + 200] = b"\xff" * 200
    damaged.write_bytes(data)
    text_file.write_text("not a database")
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE things (id INTEGER)")
    connection.close()
    for file in (damaged, text_file, other):
        with pytest.raises(BackupFailed, match="Take another one"):
            restore(file, database_url, schema.migrate, nothing)
    assert contents(database_url) == before


def test_a_backup_never_takes_the_place_of_a_file(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "mine.db"
    file.write_text("mine")
    with pytest.raises(BackupFailed, match="there already"):
        make(file, database, schema.migrate, nothing)
    with pytest.raises(BackupFailed, match="can't be made"):
        make_into(file / "below", database, schema.migrate, nothing, kept=7)
    assert file.read_text() == "mine"
    assert not list(tmp_path.glob("*.partial*"))


def test_a_server_makes_backups_by_itself_and_keeps_the_newest(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    old = [folder / f"gamenight-2026010{day}T000000Z.db" for day in range(1, 5)]
    for file in old:
        file.touch()
    with served(database_url, backup_dir=str(folder), **HOURLY) as server, Host(server.url) as hana:

        def newest() -> str:
            name: str = hana.get("/health").json()["newestBackup"]
            return name

        wait_until(lambda: newest() > old[-1].name, "the first backup")
        wait_until(lambda: len(list(folder.iterdir())) == 2, "the older ones to go")
        made = folder / newest()
        assert check(made) == schema.REVISIONS[-1]
        assert made.stat().st_mode & 0o777 == 0o600
        assert {each.name for each in folder.iterdir()} == {old[-1].name, made.name}


def test_a_backup_that_can_not_be_made_does_not_take_the_server_down(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with served(database_url, backup_dir=str(tmp_path / "file"), **HOURLY) as server, Host(server.url) as hana:
        hana.a_session()
        health = hana.get("/health").json()
        assert health["loops"]["backups"]["restarts"] == 0
        assert health["newestBackup"] is None
