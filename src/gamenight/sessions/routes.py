from typing import Annotated, Any

from litestar import Request, Response, delete, get, patch, post, put
from litestar.datastructures import ResponseHeader
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET
from sqlalchemy import Connection

from gamenight.auth.callers import Callers
from gamenight.auth.guards import require
from gamenight.auth.tokens import Scope
from gamenight.core.database import Database
from gamenight.http.fast_path import Read
from gamenight.http.idempotency import IdempotentWriter
from gamenight.http.response_cache import OF_SESSION
from gamenight.http.schemas import MAX_ID, MAX_PAGE_SIZE, PathId
from gamenight.sessions import actions, changes, queries
from gamenight.sessions.schemas import (
    BulkChange,
    BulkChanged,
    Change,
    ListedSession,
    NewNotes,
    NewPlayerCount,
    NoActiveSession,
    Session,
    SessionChange,
    SessionDeleted,
    SessionFilter,
    SessionGame,
    SessionNotes,
)

SESSIONS = ("/api/sessions", "Sessions")
"""The path and the tag of the routes of a night, which other slices add to."""
MAX_SKIPPED = 10_000
"""Further back pages go on with `before`: a database counts through all that an offset skips."""
LIST_HEADERS = [
    ResponseHeader(
        name="X-Total-Count", documentation_only=True, description="How many nights of the filter there are."
    ),
    ResponseHeader(name="X-Absolute-Total", documentation_only=True, description="How many nights there are in all."),
    ResponseHeader(
        name="X-Prev-Last-Date",
        documentation_only=True,
        description="When the night before the first one of the page began. Missing on the first page.",
    ),
]
GAME = "/{session_id:int}/games/{session_game_id:int}"


def reading_routes(database: Database, callers: Callers) -> list[HTTPRouteHandler]:
    @get("/", scope=Scope.PUBLIC, cacheable=True, response_headers=LIST_HEADERS)
    async def list_sessions(
        request: Request[Any, Any, Any],
        limit: Annotated[int | None, QueryParameter(ge=1, le=MAX_PAGE_SIZE)] = None,
        offset: Annotated[int, QueryParameter(ge=0, le=MAX_SKIPPED)] = 0,
        before: Annotated[int, QueryParameter(ge=1, le=MAX_ID)] = MAX_ID,
        filter_: Annotated[SessionFilter, QueryParameter(name="filter")] = "default",
    ) -> Response[list[ListedSession]]:
        """The nights that are not archived, those that are, or all of them, newest first.

        With `limit` so many of them, after the first `offset`; with `before`, an id, those that are older, as quick for
        old nights as for new ones.
        """
        page = await database.read(queries.page_of_sessions, filter_, limit=limit, before=before, skipped=offset)
        notes = callers.may_read(request.scope["headers"])
        headers = {"X-Total-Count": str(page.total), "X-Absolute-Total": str(page.absolute_total)}
        if page.date_before is not None:
            headers["X-Prev-Last-Date"] = page.date_before
        return Response([session.shown(notes=notes) for session in page.sessions], headers=headers)

    @get("/active", scope=Scope.PUBLIC, cacheable=True)
    async def read_active_session(request: Request[Any, Any, Any]) -> Session | NoActiveSession:
        """The night that is on, or `{"session": null}`."""
        session = await database.read_short(queries.active_session)
        if session is None:
            return NoActiveSession(None, "No active session")
        return session.shown(notes=callers.may_read(request.scope["headers"]))

    @get("/{session_id:int}", scope=Scope.PUBLIC, cacheable=OF_SESSION)
    async def read_session(session_id: PathId, request: Request[Any, Any, Any]) -> Session:
        notes = callers.may_read(request.scope["headers"])
        return await database.read_short(_shown_session, session_id, notes)

    @get("/{session_id:int}/changes", scope=Scope.HOST)
    async def list_changes(session_id: PathId) -> list[Change]:
        """What can be undone, the last change first."""
        return await database.read(changes.changes, session_id)

    @get("/{session_id:int}/games", scope=Scope.PUBLIC, cacheable=OF_SESSION)
    async def list_games(session_id: PathId) -> list[SessionGame]:
        """A night's games in order of adding."""
        return await database.read_short(queries.games_of, session_id)

    return [list_sessions, read_active_session, read_session, list_changes, list_games]


def changing_routes(database: Database) -> list[HTTPRouteHandler]:
    @post("/", scope=Scope.HOST)
    async def start_session(data: JSONBody[SessionNotes], request: Request[Any, Any, Any]) -> Session:
        """Start a night. One at most is active."""
        return await IdempotentWriter(database, request).write(
            actions.start_session, None if data.notes is UNSET else data.notes
        )

    @patch("/{session_id:int}", scope=Scope.HOST)
    async def change_session(session_id: PathId, data: JSONBody[SessionChange]) -> Session:
        """Change a night's notes, set its next game, or hide the room code on the overlay of the stream."""
        return await database.write(actions.change_session, session_id, data)

    @put("/{session_id:int}/notes", scope=Scope.HOST)
    async def set_notes(session_id: PathId, data: JSONBody[NewNotes]) -> Session:
        """Set a night's notes."""
        return await database.write(actions.change_session, session_id, SessionChange(notes=data.notes))

    @delete("/{session_id:int}/notes", status_code=200, scope=Scope.HOST)
    async def remove_notes(session_id: PathId) -> Session:
        """Remove a night's notes."""
        return await database.write(actions.change_session, session_id, SessionChange(notes=None))

    @post("/{session_id:int}/close", status_code=200, scope=Scope.HOST)
    async def close_session(
        session_id: PathId, data: JSONBody[SessionNotes], request: Request[Any, Any, Any]
    ) -> Session:
        """End a night. What is playing becomes played."""
        return await IdempotentWriter(database, request).write(actions.close_session, session_id, data.notes)

    @delete("/{session_id:int}", status_code=200, scope=Scope.ADMIN)
    async def delete_session(session_id: PathId) -> SessionDeleted:
        """Delete a closed night with all that belongs to it."""
        return await database.write(actions.delete_session, session_id)

    @patch(f"{GAME}/player-count", scope=Scope.HOST)
    async def set_player_count(
        session_id: PathId, session_game_id: PathId, data: JSONBody[NewPlayerCount]
    ) -> SessionGame:
        """Note by hand how many play."""
        return await database.write(actions.set_player_count, session_id, session_game_id, data.player_count)

    return [
        start_session,
        change_session,
        set_notes,
        remove_notes,
        close_session,
        delete_session,
        set_player_count,
    ]


def archive_routes(database: Database) -> list[HTTPRouteHandler]:
    @post("/{session_id:int}/archive", status_code=200, scope=Scope.HOST)
    async def archive_session(session_id: PathId, request: Request[Any, Any, Any]) -> Session:
        """Put a closed night away: it counts as before, but is listed only where it is asked for."""
        return await IdempotentWriter(database, request).write(actions.archive_session, session_id)

    @post("/{session_id:int}/unarchive", status_code=200, scope=Scope.HOST)
    async def unarchive_session(session_id: PathId, request: Request[Any, Any, Any]) -> Session:
        """Take a night out of the archive."""
        return await IdempotentWriter(database, request).write(actions.unarchive_session, session_id)

    @post("/bulk", status_code=200, scope=Scope.HOST)
    async def change_sessions(data: JSONBody[BulkChange], request: Request[Any, Any, Any]) -> BulkChanged:
        """Archive, unarchive or delete several nights: all of them or none. To delete needs a token of scope admin."""
        if data.action == "delete":
            require(request, Scope.ADMIN)
        return await IdempotentWriter(database, request).write(actions.change_sessions, data)

    return [archive_session, unarchive_session, change_sessions]


def _shown_session(connection: Connection, session_id: int, notes: bool) -> Session:
    return queries.session(connection, session_id).shown(notes=notes)


FAST_READS: dict[str, Read] = {
    r"/api/sessions/([1-9]\d{0,8})": _shown_session,
    r"/api/sessions/([1-9]\d{0,8})/games": lambda connection, session_id, _notes: queries.games_of(
        connection, session_id
    ),
}
"""The reads that the fast path answers."""
