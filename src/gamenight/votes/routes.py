from datetime import UTC, date, datetime, tzinfo
from tempfile import TemporaryFile
from typing import Annotated, Any

from litestar import Request, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, JSONBody, QueryParameter

from gamenight.auth.callers import Callers
from gamenight.auth.guards import claims_of
from gamenight.auth.tokens import Scope
from gamenight.core.clock import to_text
from gamenight.core.database import Database
from gamenight.core.errors import BadRequest
from gamenight.http.idempotency import IdempotentWriter
from gamenight.http.response_cache import OF_SESSION
from gamenight.http.schemas import MAX_ID, MAX_PAGE_SIZE, MAX_PAGES, PathId
from gamenight.http.time_zones import TimeZone, UtcOffset, asked_zone
from gamenight.sessions.routes import GAME
from gamenight.sessions.schemas import NewStatus, SessionGame, SessionGameRemoved, Undone, UndoRequest
from gamenight.votes import queries
from gamenight.votes.actions import casting, night_changes
from gamenight.votes.chat_logs import ChatLog
from gamenight.votes.exports import FORMAT_NAMES, TimeOptions
from gamenight.votes.import_answers import ChatImported
from gamenight.votes.importer import Importer
from gamenight.votes.intake import VoteIntake, refuse_phone
from gamenight.votes.queries import VoteFilter
from gamenight.votes.schemas import (
    CHAT,
    MAX_PLATFORM_LENGTH,
    PHONE,
    PLATFORM,
    Direction,
    NewVote,
    OwnVotes,
    SessionTallies,
    VotePage,
    VoteTaken,
)
from gamenight.votes.senders import Sender, receive_file


def casting_routes(database: Database, intake: VoteIntake) -> list[HTTPRouteHandler]:
    @post("/live", status_code=200, scope=Scope.VOTE)
    async def cast_vote(data: JSONBody[NewVote], request: Request[Any, Any, Any]) -> VoteTaken:
        """Vote for the game of the active session that was playing at `timestamp`. A guest votes for themself, now.

        One vote counts for each voter and session game: the opposite one replaces it, the same changes nothing,
        `unvote` withdraws it.
        """
        vote = intake.admit(claims_of(request), request.state.client, data)
        taken = await IdempotentWriter(database, request).write_together(casting.cast_all, vote)
        intake.stored(vote)
        return taken

    return [cast_vote]


def listing_routes(database: Database, callers: Callers) -> list[HTTPRouteHandler]:
    @get("/", scope=Scope.PUBLIC)
    async def list_votes(  # noqa: PLR0917 — the filters of the query string
        request: Request[Any, Any, Any],
        session_id: Annotated[int | None, QueryParameter(ge=1, le=MAX_ID)] = None,
        game_id: Annotated[int | None, QueryParameter(ge=1, le=MAX_ID)] = None,
        session_game_id: Annotated[int | None, QueryParameter(ge=1, le=MAX_ID)] = None,
        username: FromQuery[str | None] = None,
        vote_type: FromQuery[Direction | None] = None,
        page: Annotated[int, QueryParameter(ge=1, le=MAX_PAGES)] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE)] = 50,
        before: Annotated[int | None, QueryParameter(ge=1, le=MAX_ID)] = None,
    ) -> VotePage:
        """The votes that count, newest first. Only hosts see the nicknames of guests.

        With `before`, the id of the last vote of a page, the votes that follow it: as quick for old votes as for new
        ones.
        """
        sees_all = callers.may(request.scope["headers"], Scope.HOST)
        return await database.read(
            queries.page_of_votes,
            VoteFilter(
                session_id=session_id,
                game_id=game_id,
                session_game_id=session_game_id,
                username=username,
                vote_type=vote_type,
            ),
            page=page,
            limit=limit,
            before=before,
            hidden_platform=None if sees_all else PHONE,
        )

    return [list_votes]


def own_routes(database: Database) -> list[HTTPRouteHandler]:
    @get("/", scope=Scope.GUEST)
    async def list_own_votes(
        session_id: Annotated[int, QueryParameter(ge=1, le=MAX_ID)], request: Request[Any, Any, Any]
    ) -> OwnVotes:
        """The votes of this guest on one night, as they count."""
        return await database.read(queries.own_votes, session_id, claims_of(request).token_id)

    return [list_own_votes]


def session_routes(database: Database, importer: Importer, *, grace_seconds: float) -> list[HTTPRouteHandler]:
    @get("/{session_id:int}/votes", scope=Scope.PUBLIC, cacheable=OF_SESSION)
    async def list_tallies(session_id: PathId) -> SessionTallies:
        """The votes of a night, by game."""
        return await database.read(queries.tallies, session_id)

    @patch(f"{GAME}/status", scope=Scope.HOST)
    async def set_status(session_id: PathId, session_game_id: PathId, data: JSONBody[NewStatus]) -> SessionGame:
        """Say that a game is playing, played or skipped. One game at most is playing."""
        return await database.write(night_changes.set_status, session_id, session_game_id, data.status)

    @delete(GAME, status_code=200, scope=Scope.HOST)
    async def remove_game(session_id: PathId, session_game_id: PathId) -> SessionGameRemoved:
        """Remove a game from a night, with its votes."""
        return await database.write(night_changes.remove_game, session_id, session_game_id)

    @post("/{session_id:int}/undo", status_code=200, scope=Scope.HOST)
    async def undo(session_id: PathId, data: JSONBody[UndoRequest], request: Request[Any, Any, Any]) -> Undone:
        """Undo the night's last change: a game added, a status, a room code, a game removed, the night closed."""
        return await IdempotentWriter(database, request).write(
            night_changes.undo_change, session_id, data.change_id, grace_seconds=grace_seconds
        )

    @post("/{session_id:int}/chat-import", status_code=200, scope=Scope.HOST, streamed_body=True)
    async def import_chat(  # noqa: PLR0917 — how to read a file is said in the address
        session_id: PathId,
        request: Request[Any, Any, Any],
        format_: Annotated[str | None, QueryParameter(name="format", pattern=f"^({'|'.join(FORMAT_NAMES)})$")] = None,
        platform: Annotated[str, QueryParameter(pattern=PLATFORM, max_length=MAX_PLATFORM_LENGTH)] = CHAT,
        utc_offset: UtcOffset = None,
        time_zone: TimeZone = None,
        first_date: Annotated[date | None, QueryParameter(name="firstDate")] = None,
        stream_start: Annotated[datetime | None, QueryParameter(name="streamStart")] = None,
        replace_existing: Annotated[bool, QueryParameter(name="replaceExisting")] = False,
        dry_run: Annotated[bool, QueryParameter(name="dryRun")] = False,
        lenient: FromQuery[bool] = False,
    ) -> ChatImported:
        """Count the votes in a chat log; importing it again changes nothing.

        The body is `{"chatData": [...]}`, a file of TwitchDownloader, chat-downloader or an IRC client, or CSV, as it
        is. Times without a zone are of `timeZone`, an IANA name, or else `utcOffset`, in minutes; `firstDate` is the
        date of a log that has none, `streamStart` the moment from which a log counts its times. `dryRun` shows what it
        would come to, and applies nothing. A log of which more than one line in twenty is not understood is refused,
        unless `lenient`.
        """
        refuse_phone(platform)
        zone = asked_zone(time_zone, utc_offset)
        with TemporaryFile() as file:
            await receive_file(request, file)
            sender = Sender()
            log = ChatLog(
                file=file,
                platform=platform,
                format_=format_,
                times=TimeOptions(
                    zone=zone,
                    first_date=first_date,
                    stream_start=None if stream_start is None else _start(stream_start, zone),
                ),
                replace_existing=replace_existing,
                lenient=lenient,
                check=sender.check,
            )
            async with sender.watched(request):
                return await (importer.preview if dry_run else importer.run)(session_id, log)

    return [list_tallies, set_status, remove_game, undo, import_chat]


def _start(told: datetime, zone: tzinfo | None) -> str:
    try:
        return to_text(told if told.tzinfo else told.replace(tzinfo=zone or UTC))
    except OverflowError:
        raise BadRequest("streamStart: it lies beyond what a calendar has.") from None
