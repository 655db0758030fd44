"""All that was ever played and voted, as CSV files in one archive.

The rows are read in steps, so that a night goes on meanwhile. What is begun after the export is not in it, so no row
names another that is missing.
"""

import asyncio
import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from msgspec import Struct
from sqlalchemy import Column, Connection, Row, Select, func, select

from gamenight.catalogue import queries as catalogue
from gamenight.catalogue import spreadsheet
from gamenight.catalogue.tables import games
from gamenight.core.cells import escape
from gamenight.core.database import Database
from gamenight.sessions.queries import is_shown
from gamenight.sessions.tables import session_games, sessions, turns
from gamenight.stats.download import ROWS_AT_ONCE, in_steps
from gamenight.votes.tables import voters, votes


class Sheet(Struct, frozen=True):
    """A file of the archive: its rows, of which `number` is the id."""

    name: str
    rows: Select[Any]
    number: Column[int]


SHEETS: Final = (
    Sheet(
        "sessions.csv",
        select(
            sessions.c.id,
            sessions.c.notes,
            sessions.c.is_active,
            sessions.c.created_at,
            sessions.c.closed_at,
            sessions.c.archived,
        ),
        sessions.c.id,
    ),
    Sheet(
        "session_games.csv",
        select(
            session_games.c.id,
            session_games.c.session_id,
            session_games.c.game_id,
            games.c.title,
            games.c.pack_name,
            session_games.c.played_at,
            session_games.c.status,
            session_games.c.manually_added,
            session_games.c.source,
            session_games.c.room_code,
            session_games.c.player_count,
        )
        .join_from(session_games, games)
        .where(is_shown),
        session_games.c.id,
    ),
    Sheet(
        "turns.csv",
        select(
            turns.c.id,
            turns.c.session_game_id,
            turns.c.started_at,
            turns.c.ended_at,
        )
        .join_from(turns, session_games)
        .where(is_shown),
        turns.c.id,
    ),
    Sheet(
        "votes.csv",
        select(
            votes.c.id,
            voters.c.session_id,
            votes.c.session_game_id,
            session_games.c.game_id,
            games.c.title,
            voters.c.platform,
            voters.c.user_id,
            voters.c.username,
            votes.c.vote,
            votes.c.timestamp,
        )
        .select_from(votes.join(voters).join(session_games, votes.c.session_game_id == session_games.c.id).join(games))
        .where(votes.c.counts == 1, is_shown),
        votes.c.id,
    ),
)


async def write(file: IO[bytes], database: Database) -> None:
    """Write the archive."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        known, favor, last_ids = await database.read(_beginning)
        archive.writestr("games.csv", spreadsheet.render(known, favor))
        for sheet, last_id in zip(SHEETS, last_ids, strict=True):
            with archive.open(sheet.name, "w") as member:
                member.write(BOM_UTF8)  # by which spreadsheets know the encoding
                await asyncio.to_thread(member.write, _lines([sheet.rows.selected_columns.keys()]))
                async for rows in in_steps(lambda after: database.read(_some, sheet, after, last_id)):  # noqa: B023
                    await asyncio.to_thread(member.write, _lines(rows))


def _beginning(connection: Connection) -> tuple[list[Any], Mapping[str, int], list[int]]:
    last_ids = [connection.execute(select(func.max(sheet.number))).scalar() or 0 for sheet in SHEETS]
    return catalogue.all_games(connection), catalogue.pack_favor(connection), last_ids


def _some(connection: Connection, sheet: Sheet, after: int, last_id: int) -> Sequence[Row[Any]]:
    rows = sheet.rows.where(sheet.number > after, sheet.number <= last_id)
    return connection.execute(rows.order_by(sheet.number).limit(ROWS_AT_ONCE)).all()


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    return escape(value) if isinstance(value, str) else value
