"""The files of backups: their names, and which of them are kept."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

_NAME = re.compile(r"gamenight-\d{8}T\d{6}Z\.db", re.ASCII)


def name_at(moment: datetime) -> str:
    """The name of a backup that is made at a moment, which is UTC. Names sort as their moments do."""
    return f"gamenight-{moment:%Y%m%dT%H%M%SZ}.db"


def moment_of(name: str) -> datetime:
    """When the backup of this name was made, in UTC."""
    return datetime.strptime(f"{name}+0000", "gamenight-%Y%m%dT%H%M%SZ.db%z")


def backups_in(folder: Path) -> list[Path]:
    """The backups of a folder, oldest first; files of other names are none. Empty where there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if _NAME.fullmatch(each.name))


def outdated(names: Iterable[str], kept: int) -> list[str]:
    """The names of the backups that are not among the newest `kept`."""
    return sorted(names)[:-kept] if kept > 0 else []
