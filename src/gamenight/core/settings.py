"""Settings of the database."""

from pathlib import Path
from typing import Annotated

from msgspec import Struct
from platformdirs import user_data_path
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from gamenight.core.engines import sqlite_url
from gamenight.core.errors import StartError
from gamenight.core.setting_kinds import above_zero, whole, words


class DatabaseSettings(Struct, frozen=True, kw_only=True):
    """Where the database is, and how much may wait for it."""

    data_dir: Annotated[str | None, words("The folder of the database; by default where the platform keeps data.")] = (
        None
    )
    database_url: Annotated[
        str | None, words("postgresql://user:password@host/name for PostgreSQL in place of the one SQLite file.")
    ] = None
    readers: Annotated[int, whole("Connections that read.", maximum=64)] = 3
    waiting_limit: Annotated[int, whole("How many writes, and reads, may wait; one more is answered 503.")] = 4096
    answer_timeout: Annotated[float, above_zero("Seconds to wait for the database before answering 503.")] = 15

    def __post_init__(self) -> None:
        url = self.database_url
        if url is not None and not url.startswith(("postgresql://", "postgresql+psycopg://", "sqlite:///")):
            raise StartError("GAMENIGHT_DATABASE_URL has to begin with postgresql:// (or sqlite:///).")
        try:
            make_url(url or "sqlite:///")
        except (ArgumentError, ValueError):
            # Not with its own words: they may hold the password.
            raise StartError(
                "GAMENIGHT_DATABASE_URL can't be read. Write it as postgresql://user:password@host:5432/name."
            ) from None

    @property
    def url(self) -> str:
        """The database's address."""
        if self.database_url is not None:
            return self.database_url
        return sqlite_url(self.folder / "gamenight.db")

    @property
    def folder(self) -> Path:
        """Where what is kept beside the database lies, and the database itself unless its address says otherwise."""
        folder = Path(self.data_dir) if self.data_dir else user_data_path("gamenight", appauthor=False)
        return folder.expanduser().absolute()
