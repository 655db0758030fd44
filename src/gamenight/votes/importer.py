"""Runs imports of chat logs: reads in a thread, writes in small steps, and clears up after a crash."""

import asyncio
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO

import ijson
from msgspec import Struct
from sqlalchemy import Connection

from gamenight.catalogue import queries as catalogue
from gamenight.core.clock import earlier, later, utc_now
from gamenight.core.database import Database
from gamenight.core.leases import Leases
from gamenight.core.loops import Loops
from gamenight.votes import exports, imports
from gamenight.votes.actions.casting import CLOCK_SKEW_SECONDS
from gamenight.votes.errors import ChatLogNotUnderstood, TimestampInFuture
from gamenight.votes.exports import ChatMessage, Entry, Removed, Report, TimeOptions
from gamenight.votes.imports import STALE_SECONDS, ImportedVotes, Staged
from gamenight.votes.relays import RelayBots
from gamenight.votes.speakers import Removals, said_in

ENTRIES_AT_ONCE = 500
VOTERS_AT_ONCE = 100
TOLERATED = 20
"""Of so many lines, one may be not understood."""


class ChatLog(Struct, frozen=True, kw_only=True):
    """A chat log as it was sent, and how to read it. A log in JSON may ask by itself to replace those before it."""

    file: BinaryIO
    platform: str
    format_: str | None
    times: TimeOptions
    replace_existing: bool
    lenient: bool

    def entries(self, report: Report) -> Iterator[Entry]:
        self.file.seek(0)
        return exports.read(self.file, report, format=self.format_, times=self.times)

    def replaces(self) -> bool:
        """Whether the imports before it go."""
        if self.replace_existing:
            return True
        self.file.seek(0)
        is_object = self.file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        self.file.seek(0)
        return is_object and any(value in (True, 1) for value in ijson.items(self.file, "replaceExisting"))


class ChatImported(Struct, frozen=True, rename="camel"):
    """The result of an import. The votes are those of its new messages, counted by game."""

    message: str
    messages_imported: int
    duplicates_skipped: int
    votes_processed: int
    votes_by_game: Mapping[str, ImportedVotes]


class Importer:
    """Imports chat logs in this process."""

    def __init__(self, database: Database, relay_bots: RelayBots, *, grace_seconds: float) -> None:
        self._database = database
        self._relay_bots = relay_bots
        self._grace_seconds = grace_seconds

    def start(self, loops: Loops, leases: Leases) -> None:
        leases.start(loops, "chat imports", self._clear_up)

    async def run(self, session_id: int, log: ChatLog) -> ChatImported:
        """Import a log whole. Raises ChatLogInvalid, SessionNotFound or ImportRunning; then nothing of it is kept."""
        removals = Removals()
        replacing = await asyncio.to_thread(_read_through, log, removals)
        symbols = await self._database.read(_symbols)
        import_id = await self._database.write(imports.begin, session_id)
        try:
            staged = await self._stage(import_id, log, removals, symbols, replacing=replacing)
            await self._database.write(imports.apply, import_id, replacing=replacing)
        except BaseException:
            await self._discard(import_id)
            raise
        votes_by_game = await self._come_into_force(import_id)
        await self._clear_up_replaced()
        return ChatImported(_message(staged), staged.imported, staged.duplicates, staged.votes, votes_by_game)

    async def _stage(
        self, import_id: int, log: ChatLog, removals: Removals, symbols: Mapping[str, int], *, replacing: bool
    ) -> Staged:
        staged = Staged()
        entries = said_in(log.entries(Report()), removals, self._relay_bots)
        while part := await asyncio.to_thread(lambda: list(islice(entries, ENTRIES_AT_ONCE))):
            staged += await self._database.write(
                imports.stage,
                import_id,
                part,
                platform=log.platform,
                symbols=symbols,
                replacing=replacing,
                silent=self._relay_bots,
            )
        return staged

    async def _come_into_force(self, import_id: int, *, goes_on: bool = False) -> dict[str, ImportedVotes]:
        """Count the votes of an import, or `goes_on` with what another process has begun and not told of."""
        changed: set[int] = set()
        merge, grace_seconds = imports.merge_some, self._grace_seconds
        while (merged := await self._database.write(merge, import_id, grace_seconds=grace_seconds)) is not None:
            changed |= merged
        voter_ids = await self._database.read(imports.voters_to_recount, import_id)
        for start in range(0, len(voter_ids), VOTERS_AT_ONCE):
            part = voter_ids[start : start + VOTERS_AT_ONCE]
            changed |= await self._database.write(imports.recount, import_id, part, grace_seconds=self._grace_seconds)
        return await self._database.write(imports.finish, import_id, None if goes_on else changed)

    async def _discard(self, import_id: int) -> None:
        while await self._database.write(imports.discard_some, import_id):
            pass

    async def _clear_up_replaced(self) -> None:
        for import_id in await self._database.read(imports.replaced):
            await self._discard(import_id)

    async def _clear_up(self) -> None:
        """Finish or discard the imports of processes that died."""
        while True:
            dead = earlier(utc_now(), seconds=STALE_SECONDS)
            for import_id in await self._database.read(imports.interrupted, "applying", dead):
                await self._come_into_force(import_id, goes_on=True)
            for import_id in await self._database.read(imports.interrupted, "staging", dead):
                await self._discard(import_id)
            await self._clear_up_replaced()
            await asyncio.sleep(STALE_SECONDS / 2)


def _read_through(log: ChatLog, removals: Removals) -> bool:
    """Whether the log replaces those before it; notes in `removals` what it says was taken back.

    Raises ChatLogInvalid, ChatLogNotUnderstood or TimestampInFuture.
    """
    latest = later(utc_now(), seconds=CLOCK_SKEW_SECONDS)
    report = Report()
    for message in log.entries(report):
        if isinstance(message, Removed):
            removals.note(message)
        elif isinstance(message, ChatMessage) and message.timestamp > latest:
            raise TimestampInFuture(
                f"Message {message.number} is of {message.timestamp}, which has not come yet. "
                "If its times are local ones, give the minutes of utcOffset.",
                details={"reason": "chat_log", "message": message.number, "timestamp": message.timestamp},
            )
    if report.not_understood * TOLERATED > report.entries and not log.lenient:
        raise _too_much(report)
    return log.replaces()


def _too_much(report: Report) -> ChatLogNotUnderstood:
    first = report.first_not_understood[0]
    return ChatLogNotUnderstood(
        f"{report.not_understood} of {report.entries} {_units(report)} were not understood, the first of them "
        f"{report.unit} {first.number}: {first.sentence} Nothing was imported. Name the format, or send lenient=true "
        "to import the rest.",
        details={
            "reason": report.unit,
            "notUnderstood": report.not_understood,
            "entries": report.entries,
            report.unit: first.number,
        },
    )


def _units(report: Report) -> str:
    return "entries" if report.unit == "entry" else "lines"


def _symbols(connection: Connection) -> dict[str, int]:
    return {game.symbol: game.id for game in catalogue.all_games(connection) if game.symbol is not None}


def _message(staged: Staged) -> str:
    known = f", {staged.duplicates} known already" if staged.duplicates else ""
    return f"{staged.imported} messages imported{known}; {staged.votes} votes in them."
