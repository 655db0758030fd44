"""Settings of the backups."""

from pathlib import Path
from typing import Annotated

from msgspec import Struct

from gamenight.core.setting_kinds import whole, words, zero_or_more


class BackupSettings(Struct, frozen=True, kw_only=True):
    """Whether, where and how many backups the server makes by itself."""

    backup_hours: Annotated[float, zero_or_more("Hours between the backups that a running server makes; 0: none.")] = 0
    backup_dir: Annotated[
        str | None, words("The folder of the backups; `backups` in the data folder unless it is set.")
    ] = None
    backups_kept: Annotated[int, whole("How many backups are kept of those in the folder; older ones are removed.")] = 7


def folder_of(settings: BackupSettings, data_dir: Path) -> Path:
    """The folder of the backups, given the one of the database."""
    return Path(settings.backup_dir).expanduser() if settings.backup_dir else data_dir / "backups"
