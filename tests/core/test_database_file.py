"""An SQLite file belongs to one process at a time."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from gamenight.core.database_file import DatabaseFile
from gamenight.core.engines import sqlite_driver
from gamenight.core.errors import StartError
from tests.support.patience import PATIENCE

CLAIM = """
import sys
from pathlib import Path
from gamenight.core.database_file import DatabaseFile
file = DatabaseFile(Path(sys.argv[1]))
file.claim()
print("claimed", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process(file: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that has claimed the file."""
    command = [sys.executable, "-c", CLAIM, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "claimed\n"
            yield process
        finally:
            process.kill()


def test_a_file_that_another_process_uses_is_refused_until_that_one_was_killed(tmp_path: Path) -> None:
    file = tmp_path / "gamenight.db"
    with another_process(file) as process:
        with pytest.raises(StartError, match=r"Another gamenight uses .* Stop it first"):
            DatabaseFile(file).claim()
        process.kill()
        process.wait()
        mine = DatabaseFile(file)
        mine.claim()
        mine.release()


def test_a_file_is_refused_under_any_of_its_names(tmp_path: Path) -> None:
    file, link = tmp_path / "gamenight.db", tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(file)
    with another_process(link):
        assert file.exists()
        for name in (file, link):
            with pytest.raises(StartError, match="Another gamenight uses"):
                DatabaseFile(name).claim()
    assert list(link.parent.iterdir()) == [link]


def test_a_file_with_another_hard_link_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gamenight.db"
    file.touch()
    (tmp_path / "other.db").hardlink_to(file)
    for name in (file, tmp_path / "other.db"):
        with pytest.raises(StartError, match=r"has 2 names \(hard links\)"):
            DatabaseFile(name).claim()


def a_database(file: Path) -> None:
    """A sound file of some hundred pages, closed cleanly."""
    with closing(sqlite_driver.connect(file)) as connection:
        connection.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)")
        connection.executemany("INSERT INTO things (name) VALUES (?)", [("x" * 1000,)] * 500)
        connection.commit()


def damage(file: Path, *, page: int) -> None:
    with file.open("r+b") as opened:
        opened.seek((page - 1) * 4096)
        opened.write(b"\xff" * 100)


def test_a_file_that_was_damaged_after_a_clean_stop_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gamenight.db"
    a_database(file)
    DatabaseFile(file).check()
    damage(file, page=50)
    before = file.read_bytes()
    with pytest.raises(StartError, match="is damaged or no SQLite database"):
        DatabaseFile(file).check()
    assert file.read_bytes() == before


@pytest.mark.parametrize("damaged", [False, True])
def test_a_large_file_is_looked_over_while_it_is_used(tmp_path: Path, *, damaged: bool) -> None:
    path = tmp_path / "gamenight.db"
    a_database(path)
    if damaged:
        damage(path, page=50)
    file = DatabaseFile(path, checked_at_start=0)
    file.check()
    told: list[str] = []
    is_told = threading.Event()

    def on_damage(sentence: str) -> None:
        told.append(sentence)
        is_told.set()

    with file.checked_meanwhile(on_damage):
        if damaged:
            assert is_told.wait(PATIENCE)
    assert told == ([file.damage] if damaged else [])


def test_a_file_that_is_looked_over_meanwhile_can_be_left_at_any_time(tmp_path: Path) -> None:
    path = tmp_path / "gamenight.db"
    a_database(path)
    file = DatabaseFile(path, checked_at_start=0)
    for _ in range(20):
        with file.checked_meanwhile(pytest.fail):
            pass


def test_a_file_that_this_process_uses_is_refused_until_it_is_released(tmp_path: Path) -> None:
    first, second = DatabaseFile(tmp_path / "gamenight.db"), DatabaseFile(tmp_path / "gamenight.db")
    first.claim()
    with pytest.raises(StartError, match="Another gamenight uses"):
        second.claim()
    first.release()
    second.claim()
    second.release()


def test_only_the_owner_may_read_the_file_and_its_lock(tmp_path: Path) -> None:
    file = DatabaseFile(tmp_path / "gamenight.db")
    file.claim()
    file.release()
    assert {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {
        "gamenight.db": 0o600,
        "gamenight.db.lock": 0o600,
    }
