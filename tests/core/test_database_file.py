"""An SQLite file belongs to one process at a time."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gamenight.core.engines import DatabaseFile
from gamenight.core.errors import StartError

CLAIM = """
import sys
from pathlib import Path
from gamenight.core.engines import DatabaseFile
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
