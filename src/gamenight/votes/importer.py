"""Runs imports of chat logs: reads in a thread, writes in small steps, and clears up after a crash."""

import asyncio
from collections.abc import Mapping
from itertools import islice

from msgspec import structs
from sqlalchemy import Connection

from gamenight.catalogue import queries as catalogue
from gamenight.core.clock import earlier, utc_now
from gamenight.core.database import Database
from gamenight.core.errors import Unavailable
from gamenight.core.leases import Leases
from gamenight.core.loops import Loops
from gamenight.votes import imports, queries
from gamenight.votes.actions.recounting import in_parts
from gamenight.votes.chat_logs import ChatLog, Survey, survey
from gamenight.votes.exports import Report
from gamenight.votes.import_answers import ChatImported, VotesOnNoGame, answer
from gamenight.votes.imports import STALE_SECONDS, ImportedVotes
from gamenight.votes.previews import copy_of_night
from gamenight.votes.relays import RelayBots
from gamenight.votes.speakers import said_in
from gamenight.votes.staging import Staged, stage

ENTRIES_AT_ONCE = 500
VOTERS_AT_ONCE = 100


class Importer:
    """Imports chat logs in this process."""

    def __init__(self, database: Database, relay_bots: RelayBots, *, grace_seconds: float) -> None:
        self._database = database
        self._relay_bots = relay_bots
        self._grace_seconds = grace_seconds
        self._own: set[int] = set()
        self._is_stopping = False

    def start(self, loops: Loops, leases: Leases) -> None:
        leases.start(loops, "chat imports", self._clear_up)

    def stop(self) -> None:
        """Have the imports that are under way end: the server is about to."""
        self._is_stopping = True

    async def run(self, session_id: int, log: ChatLog) -> ChatImported:
        """Import a log whole. Raises ChatLogInvalid, ChatLogNotUnderstood, TimestampInFuture, SessionNotFound or
        ImportRunning; then nothing of it is kept. Raises Unavailable where the server stops, and says what is kept."""
        found = await self._survey(session_id, log)
        imported = await self._import(self._database, session_id, found, dry_run=False)
        if not self._is_stopping:
            await self._clear_up_replaced()
        return imported

    async def preview(self, session_id: int, log: ChatLog) -> ChatImported:
        """What importing a log would come to; nothing of it is kept. Raises what `run` does, but for ImportRunning."""
        found = await self._survey(session_id, log)
        async with copy_of_night(self._database, session_id, with_messages=not found.replaces) as copy:
            return await self._import(copy, session_id, found, dry_run=True)

    async def _survey(self, session_id: int, log: ChatLog) -> Survey:
        night = await self._database.read(queries.night, session_id, self._grace_seconds)
        check = log.check

        def check_both() -> None:
            check()
            if self._is_stopping:
                raise Unavailable(
                    "The server is stopping, and nothing of the log was imported. Import it when it is back."
                )

        log = structs.replace(log, check=check_both)
        return await asyncio.to_thread(survey, log, night)

    async def _import(self, database: Database, session_id: int, found: Survey, *, dry_run: bool) -> ChatImported:
        symbols = await database.read(_symbols)
        import_id = await database.write(imports.begin, session_id)
        if not dry_run:
            self._own.add(import_id)
        try:
            staged = await self._stage(database, import_id, found, symbols)
            await database.write(imports.apply, import_id, replacing=found.replaces)
        except BaseException:
            await self._discard(database, import_id)
            self._own.discard(import_id)
            raise
        try:
            by_game = await self._come_into_force(database, import_id)
        finally:
            self._own.discard(import_id)
        stray = await self._stray_votes(database, import_id)
        return answer(found, staged, by_game, stray, dry_run=dry_run)

    async def _stage(self, database: Database, import_id: int, found: Survey, symbols: Mapping[str, int]) -> Staged:
        staged = Staged()
        entries = said_in(found.log.entries(Report()), found.removals, self._relay_bots)
        while part := await asyncio.to_thread(lambda: list(islice(entries, ENTRIES_AT_ONCE))):
            staged += await database.write(
                stage,
                import_id,
                part,
                platform=found.log.platform,
                symbols=symbols,
                replacing=found.replaces,
                silent=self._relay_bots,
            )
        return staged

    async def _come_into_force(
        self, database: Database, import_id: int, *, goes_on: bool = False
    ) -> dict[str, ImportedVotes]:
        """Count the votes of an import, or `goes_on` with what another process has begun and not told of."""
        changed: set[int] = set()
        merge, grace_seconds = imports.merge_some, self._grace_seconds
        while (merged := await database.write(merge, import_id, grace_seconds=grace_seconds)) is not None:
            changed |= merged
            await self._let_go_if_stopping(database, import_id)
        voter_ids = await database.read(imports.voters_to_recount, import_id)
        for part in in_parts(voter_ids, VOTERS_AT_ONCE):
            changed |= await database.write(imports.recount, import_id, part, grace_seconds=self._grace_seconds)
            await self._let_go_if_stopping(database, import_id)
        return await database.write(imports.finish, import_id, None if goes_on else changed)

    async def _let_go_if_stopping(self, database: Database, import_id: int) -> None:
        if self._is_stopping:
            await database.write(imports.let_go, import_id)
            raise Unavailable("The server is stopping. The log is imported: its votes are counted when it is back.")

    async def _stray_votes(self, database: Database, import_id: int) -> VotesOnNoGame:
        found = VotesOnNoGame()
        last_id = 0
        while part := await database.read(imports.stray_votes, import_id, last_id, grace_seconds=self._grace_seconds):
            for _id, vote in part:
                found.note(vote)
            last_id = part[-1][0]
        return found

    async def _discard(self, database: Database, import_id: int) -> None:
        while await database.write(imports.discard_some, import_id):
            pass

    async def _clear_up_replaced(self) -> None:
        for import_id in await self._database.read(imports.replaced):
            await self._discard(self._database, import_id)

    async def _clear_up(self) -> None:
        """Finish or discard the imports of processes that died: on SQLite, where no other process can be, at the start
        all that there are."""
        stale = None if self._database.is_sqlite else earlier(utc_now(), seconds=STALE_SECONDS)
        while True:
            for import_id in await self._interrupted("applying", stale):
                try:
                    await self._come_into_force(self._database, import_id, goes_on=True)
                except Unavailable:
                    if self._is_stopping:
                        return
                    raise
            for import_id in await self._interrupted("staging", stale):
                await self._discard(self._database, import_id)
            await self._clear_up_replaced()
            await asyncio.sleep(STALE_SECONDS / 2)
            stale = earlier(utc_now(), seconds=STALE_SECONDS)

    async def _interrupted(self, state: str, stale: str | None) -> list[int]:
        found = await self._database.read(imports.interrupted, state, stale)
        return [import_id for import_id in found if import_id not in self._own]


def _symbols(connection: Connection) -> dict[str, int]:
    return {symbol: game.id for symbol, game in catalogue.games_of_symbols(connection).items()}
