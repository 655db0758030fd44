from typing import Annotated

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
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

GAME = "/{session_id:int}/games/{session_game_id:int}"


@post("/", scope=Scope.HOST)
async def start_session(data: JSONBody[SessionNotes], writer: NamedDependency[IdempotentWriter]) -> Session:
    """Start a night. One at most is active."""
    return await writer.write(actions.start_session, None if data.notes is UNSET else data.notes)


@get("/", scope=Scope.PUBLIC, cacheable=True)
async def list_sessions(
    database: NamedDependency[Database],
    limit: Annotated[int | None, QueryParameter(ge=1, le=MAX_PAGE_SIZE)] = None,
    before: Annotated[int, QueryParameter(ge=1, le=MAX_ID)] = MAX_ID,
) -> list[ListedSession]:
    """All nights, newest first; with `limit` so many of them, and with `before`, an id, those that are older."""
    if limit is None:
        return await database.read(queries.all_sessions)
    return await database.read(queries.sessions_before, before, limit)


@get("/active", scope=Scope.PUBLIC, cacheable=True)
async def read_active_session(database: NamedDependency[Database]) -> Session | NoActiveSession:
    """The night that is on, or `{"session": null}`."""
    return await database.read_short(queries.active_session) or NoActiveSession(None, "No active session")


@get("/{session_id:int}", scope=Scope.PUBLIC, cacheable=OF_SESSION)
async def read_session(session_id: PathId, database: NamedDependency[Database]) -> Session:
    return await database.read_short(queries.session, session_id)


@patch("/{session_id:int}", scope=Scope.HOST)
async def change_session(
    session_id: PathId, data: JSONBody[SessionChange], writer: NamedDependency[IdempotentWriter]
) -> Session:
    """Change a night's notes, set its next game, or hide the room code on the overlay of the stream."""
    return await writer.write(actions.change_session, session_id, data)


@post("/{session_id:int}/close", status_code=200, scope=Scope.HOST)
async def close_session(
    session_id: PathId, data: JSONBody[SessionNotes], writer: NamedDependency[IdempotentWriter]
) -> Session:
    """End a night. What is playing becomes played."""
    return await writer.write(actions.close_session, session_id, data.notes)


@get("/{session_id:int}/changes", scope=Scope.HOST)
async def list_changes(session_id: PathId, database: NamedDependency[Database]) -> list[Change]:
    """What can be undone, the last change first."""
    return await database.read(changes.changes, session_id)


@delete("/{session_id:int}", status_code=200, scope=Scope.ADMIN)
async def delete_session(session_id: PathId, writer: NamedDependency[IdempotentWriter]) -> SessionDeleted:
    """Delete a closed night with all that belongs to it."""
    return await writer.write(actions.delete_session, session_id)


@get("/{session_id:int}/games", scope=Scope.PUBLIC, cacheable=OF_SESSION)
async def list_games(session_id: PathId, database: NamedDependency[Database]) -> list[SessionGame]:
    """A night's games in order of adding."""
    return await database.read_short(queries.games_of, session_id)


@patch(f"{GAME}/player-count", scope=Scope.HOST)
async def set_player_count(
    session_id: PathId,
    session_game_id: PathId,
    data: JSONBody[NewPlayerCount],
    writer: NamedDependency[IdempotentWriter],
) -> SessionGame:
    """Note by hand how many play."""
    return await writer.write(actions.set_player_count, session_id, session_game_id, data.player_count)


handlers = [
    start_session,
    list_sessions,
    read_active_session,
    read_session,
    change_session,
    close_session,
    list_changes,
    delete_session,
    list_games,
    set_player_count,
]

fast_reads = {
    r"/api/sessions/([1-9]\d{0,8})": queries.session,
    r"/api/sessions/([1-9]\d{0,8})/games": queries.games_of,
}
"""The reads that the fast path answers."""
