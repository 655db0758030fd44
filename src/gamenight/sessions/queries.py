"""Every way to read sessions and their games."""

from typing import Any

from sqlalchemy import Connection, Select, desc, func, select

from gamenight.catalogue.tables import games
from gamenight.sessions.errors import SessionGameNotFound, SessionNotFound
from gamenight.sessions.schemas import Session, SessionGame, SessionState, Status
from gamenight.sessions.tables import session_games, sessions

_games_played = (
    select(func.count()).where(session_games.c.session_id == sessions.c.id).scalar_subquery().label("games_played")
)
_select_sessions = select(
    sessions.c.id,
    sessions.c.notes,
    sessions.c.is_active,
    sessions.c.created_at,
    sessions.c.closed_at,
    _games_played,
)
# In the order of SessionGame's fields.
_select_session_games: Select[Any] = select(
    session_games.c.id,
    session_games.c.session_id,
    session_games.c.game_id,
    games.c.title,
    games.c.pack_name,
    games.c.game_type,
    games.c.min_players,
    games.c.max_players,
    session_games.c.played_at,
    session_games.c.status,
    session_games.c.manually_added,
    session_games.c.room_code,
    session_games.c.player_count,
    session_games.c.player_count_check_status,
).join_from(session_games, games)


def all_sessions(connection: Connection) -> list[Session]:
    """Newest first."""
    return [Session(*row) for row in connection.execute(_select_sessions.order_by(desc(sessions.c.id)))]


def active_session(connection: Connection) -> Session | None:
    row = connection.execute(_select_sessions.where(sessions.c.is_active == 1)).first()
    return None if row is None else Session(*row)


def session(connection: Connection, session_id: int) -> Session:
    """Raises SessionNotFound."""
    row = connection.execute(_select_sessions.where(sessions.c.id == session_id)).first()
    if row is None:
        raise SessionNotFound(f"There is no session {session_id}. GET /api/sessions lists them all.")
    return Session(*row)


def games_of(connection: Connection, session_id: int) -> list[SessionGame]:
    """A session's games in order of adding; raises SessionNotFound."""
    query = _select_session_games.where(session_games.c.session_id == session_id).order_by(session_games.c.id)
    rows = connection.execute(query).all()
    if not rows:
        session(connection, session_id)
    return [SessionGame(*row) for row in rows]


def session_game(connection: Connection, session_id: int, session_game_id: int) -> SessionGame:
    """A game of this very session; raises SessionNotFound or SessionGameNotFound."""
    query = _select_session_games.where(session_games.c.id == session_game_id, session_games.c.session_id == session_id)
    row = connection.execute(query).first()
    if row is None:
        session(connection, session_id)
        raise SessionGameNotFound(
            f"Session {session_id} has no game {session_game_id}. Its games, each with its id: "
            f"GET /api/sessions/{session_id}/games."
        )
    return SessionGame(*row)


def statuses(connection: Connection, session_id: int) -> dict[int, Status]:
    """The status of each of a session's games, by the session game's id."""
    query = select(session_games.c.id, session_games.c.status).where(session_games.c.session_id == session_id)
    return {row.id: row.status for row in connection.execute(query)}


def state(connection: Connection, session_id: int) -> SessionState:
    """A session and its games; raises SessionNotFound."""
    return SessionState(session(connection, session_id), games_of(connection, session_id))


def active_id(connection: Connection) -> int | None:
    active: int | None = connection.execute(select(sessions.c.id).where(sessions.c.is_active == 1)).scalar()
    return active
