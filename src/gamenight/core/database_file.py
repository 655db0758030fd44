"""The SQLite file as this process's own: made with safe modes, locked, and looked over before it is used."""

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from gamenight.core.engines import sqlite_driver
from gamenight.core.errors import StartError

NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "fuse.sshfs", "glusterfs"}
CHECKED_AT_START = 64 * 1024 * 1024
"""Bytes of a file that is looked over whole before it is used, in less than half a second; a larger one meanwhile."""


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether this SQLite can lose pages when two connections checkpoint at once (https://sqlite.org/wal.html)."""
    fixed_in_branch: dict[tuple[int, ...], tuple[int, ...]] = {(3, 44): (3, 44, 6), (3, 50): (3, 50, 7)}
    return version < fixed_in_branch.get(version[:2], (3, 51, 3))


class DatabaseFile:
    """One file, by whatever name it is given."""

    def __init__(self, file: Path, *, checked_at_start: int = CHECKED_AT_START) -> None:
        # The file itself, where a symbolic link is given: who comes by another name must find the same lock.
        self._file = file.resolve()
        self._checked_at_start = checked_at_start
        self._lock = FileLock(
            self._file.with_name(self._file.name + ".lock"),
            timeout=0,
            mode=0o600,
            thread_local=False,
            fallback_to_soft=False,  # a file that merely exists would outlive a process that was killed
        )

    def claim(self) -> None:
        """Lock the file for this process. Raises StartError where that can't be done or would not be safe."""
        version: str = sqlite_driver.sqlite_version
        if has_wal_reset_bug(tuple(int(part) for part in version.split("."))):
            raise StartError(
                f"SQLite {version} can corrupt a database that is written and backed up at once. "
                "Install the package pysqlite3, or a Python with SQLite 3.51.3 or newer."
            )
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StartError(
                f"The folder {self._file.parent} can't be made ({error.strerror}). Choose another with --data-dir."
            ) from error
        kind = _file_system(self._file.parent)
        if kind in NETWORK_FILE_SYSTEMS:
            raise StartError(
                f"{self._file.parent} is on a network file system ({kind}), where SQLite can lose data. "
                "Choose a local folder with --data-dir, or PostgreSQL with --database-url."
            )
        self._take_lock()
        self._check_access()

    def check(self) -> None:
        """Look the file over, if it is small or was not closed cleanly. Raises StartError when it is damaged."""
        wal = self._file.with_name(self._file.name + "-wal")
        is_clean = not wal.exists() or wal.stat().st_size == 0
        try:
            with closing(self._read_only()) as connection:
                connection.execute("SELECT count(*) FROM sqlite_schema")
                sound = (is_clean and not self._is_checked_at_start()) or _is_sound(connection)
        except sqlite_driver.DatabaseError:
            sound = False
        if not sound:
            raise StartError(self.damage)

    @contextmanager
    def checked_meanwhile(self, on_damage: Callable[[str], None]) -> Iterator[None]:
        """Look a large file over in a thread while the block runs; `on_damage` is called there with what to say."""
        if self._is_checked_at_start():
            yield
            return
        with closing(self._read_only()) as connection:
            checking = threading.Thread(target=self._check_whole, args=(connection, on_damage), daemon=True)
            checking.start()
            try:
                yield
            finally:
                connection.interrupt()
                checking.join()

    @property
    def damage(self) -> str:
        """What to say of a file that is damaged."""
        return (
            f"{self._file} is damaged or no SQLite database. Put a backup in its place, or move it away to "
            "start afresh."
        )

    def _check_whole(self, connection: Any, on_damage: Callable[[str], None]) -> None:
        try:
            sound = _is_sound(connection)
        except sqlite_driver.OperationalError:
            return  # interrupted; whatever else fails here fails for the readers, too
        except sqlite_driver.DatabaseError:
            sound = False
        if not sound:
            on_damage(self.damage)

    def _is_checked_at_start(self) -> bool:
        return self._file.stat().st_size <= self._checked_at_start

    def _read_only(self) -> Any:
        # Closing it would otherwise move the log of a damaged file into the file.
        return sqlite_driver.connect(f"{self._file.as_uri()}?mode=ro", uri=True, check_same_thread=False)

    def release(self) -> None:
        self._lock.release()

    def _check_access(self) -> None:
        """Make the file where it is missing, and see that it can be written and is known by no other name."""
        file = self._file
        try:
            if not os.access(file.parent, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            file.touch(mode=0o600, exist_ok=True)
            with file.open("r+b"):
                names = file.stat().st_nlink
        except OSError as error:
            raise StartError(
                f"{file} can't be written ({error.strerror}). Let this user write the file and its folder, or choose "
                "another with --data-dir."
            ) from error
        if names > 1:
            raise StartError(
                f"{file} has {names} names (hard links), so that a server started by another name could write it at "
                "the same time. Remove the others; for a copy use `cp`, with the server stopped."
            )

    def _take_lock(self) -> None:
        try:
            self._lock.acquire()
        except Timeout as error:
            raise StartError(
                f"Another gamenight uses {self._file}. Stop it first, or choose another folder with --data-dir."
            ) from error
        except OSError as error:
            raise StartError(
                f"{self._lock.lock_file} can't be locked ({error.strerror}). Choose another folder with --data-dir."
            ) from error


def _is_sound(connection: Any) -> bool:
    found: tuple[str] = connection.execute("PRAGMA quick_check(1)").fetchone()
    return found == ("ok",)


def _file_system(folder: Path) -> str:
    """The type of the file system that holds a folder, as Linux names it; empty where that isn't known."""
    best, kind = "", ""
    with contextlib.suppress(OSError):
        real = str(folder.resolve())
        for line in Path("/proc/self/mounts").read_text().splitlines():
            _device, mount, mount_kind, *_ = line.split(" ")
            inside = mount in ("/", real) or real.startswith(mount + "/")
            if inside and len(mount) >= len(best):
                best, kind = mount, mount_kind
    return kind
