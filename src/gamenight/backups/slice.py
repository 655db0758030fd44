import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gamenight.backups.files import backups_in, moment_of
from gamenight.backups.making import BackupFailed, Migrate, make_into
from gamenight.backups.settings import BackupSettings, folder_of
from gamenight.core.loops import Loops
from gamenight.core.runtime import Runtime
from gamenight.http.slices import Slice

logger = logging.getLogger(__name__)

RETRY = timedelta(minutes=10)


def backups_slice(runtime: Runtime, settings: BackupSettings, data_dir: Path, migrate: Migrate) -> Slice:
    """Makes backups on a schedule, where one is set. `/health` tells of the newest."""
    folder = folder_of(settings, data_dir)
    every = timedelta(hours=settings.backup_hours)
    schedule = Schedule(folder, every, lambda: _make(runtime, folder, migrate, settings.backups_kept))

    def start(loops: Loops) -> None:
        runtime.leases.start(loops, "backups", schedule.run)

    return Slice(loops=[start] if every else [], health={"newest_backup": schedule.newest})


def _make(runtime: Runtime, folder: Path, migrate: Migrate, kept: int) -> None:
    made = make_into(folder, runtime.database, migrate, lambda _table, _rows: None, kept=kept)
    logger.info("Made the backup %s", made)


class Schedule:
    """Makes a backup whenever the newest one in a folder is older than `every`."""

    def __init__(self, folder: Path, every: timedelta, make: Callable[[], None]) -> None:
        self._folder = folder
        self._every = every
        self._make = make

    def newest(self) -> str | None:
        """The name of the newest backup."""
        found = backups_in(self._folder)
        return found[-1].name if found else None

    async def run(self) -> None:
        while True:
            wait = self._due() - datetime.now(UTC)
            if wait <= timedelta():
                wait = RETRY
                try:
                    await asyncio.to_thread(self._make)
                    wait = self._every
                except BackupFailed as error:
                    logger.error("No backup was made: %s", error)  # noqa: TRY400, it needs no traceback
            await asyncio.sleep(min(wait, timedelta(hours=1)).total_seconds())

    def _due(self) -> datetime:
        newest = self.newest()
        return datetime.min.replace(tzinfo=UTC) if newest is None else moment_of(newest) + self._every
