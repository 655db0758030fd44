from typing import Annotated, Any

from litestar import Request, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET

from gamenight.auth.tokens import Scope
from gamenight.core.database import Database
from gamenight.http.idempotency import IdempotentWriter
from gamenight.http.response_cache import OF_SESSION
from gamenight.http.schemas import MAX_ID, MAX_PAGE_SIZE, PathId
from gamenight.sessions import actions, changes, queries
from gamenight.sessions.schemas import (
    Change,
    ListedSession,
    NewPlayerCount,
    NoActiveSession,
    Session,
    SessionChange,
    SessionDeleted,
    SessionGame,
    SessionNotes,
)

SESSIONS = ("/api/sessions", "Sessions")
"""The path and the tag of the routes of a night, which other slices add to."""
GAME = "/{session_id:int}/games/{session_game_id:int}"


def reading_routes(database: Database) -> list[HTTPRouteHandler]:
    @get("/", scope=Scope.PUBLIC, cacheable=True)
    async def list_sessions(
        limit: Annotated[int | None, QueryParameter(ge=1, le=MAX_PAGE_SIZE)] = None,
        before: Annotated[int, QueryParameter(ge=1, le=MAX_ID)] = MAX_ID,
    ) -> list[ListedSession]:
        """All nights, newest first; with `limit` so many of them, and with `before`, an id, those that are older."""
        if limit is None:
            return await database.read(queries.all_sessions)
        return await database.read(queries.sessions_before, before, limit)

    @get("/active", scope=Scope.PUBLIC, cacheable=True)
    async def read_active_session() -> Session | NoActiveSession:
        """The night that is on, or `{"session": null}`."""
        return await database.read_short(queries.active_session) or NoActiveSession(None, "No active session")

    @get("/{session_id:int}", scope=Scope.PUBLIC, cacheable=OF_SESSION)
    async def read_session(session_id: PathId) -> Session:
        return await database.read_short(queries.session, session_id)

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

    return [start_session, change_session, close_session, delete_session, set_player_count]


FAST_READS = {
    r"/api/sessions/([1-9]\d{0,8})": queries.session,
    r"/api/sessions/([1-9]\d{0,8})/games": queries.games_of,
}
"""The reads that the fast path answers."""
