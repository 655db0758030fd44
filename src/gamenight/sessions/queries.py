"""Every way to read sessions and their games."""

from collections.abc import Sequence
from typing import Any

from msgspec import structs
from sqlalchemy import Connection, Row, ScalarSelect, Select, bindparam, column, desc, func, select, table

from gamenight.catalogue.tables import games
from gamenight.sessions.errors import SessionClosed, SessionGameNotFound, SessionNotFound
from gamenight.sessions.schemas import ListedSession, NextGame, Session, SessionGame, SessionState, Status
from gamenight.sessions.tables import session_games, sessions

# Statements are built once, at import: building one costs more than running it.
_games_played = (
    select(func.count())
    .where(session_games.c.session_id == sessions.c.id, session_games.c.removed_at.is_(None))
    .scalar_subquery()
    .label("games_played")
)
_next_game = games.alias("next_game")
# The next game's columns come last, in the order of NextGame's fields.
_sessions = select(
    sessions.c.id,
    sessions.c.notes,
    sessions.c.is_active,
    sessions.c.created_at,
    sessions.c.closed_at,
    _games_played,
    sessions.c.overlay_code_hidden,
    _next_game.c.id.label("next_game_id"),
    _next_game.c.title,
    _next_game.c.pack_name,
    _next_game.c.game_type,
    _next_game.c.min_players,
    _next_game.c.max_players,
).outerjoin_from(
    sessions,
    _next_game,
    (_next_game.c.id == sessions.c.next_game_id) & (sessions.c.is_active == 1) & _next_game.c.removed_at.is_(None),
)
_most_players = (
    select(func.max(session_games.c.player_count))
    .where(session_games.c.session_id == sessions.c.id, session_games.c.removed_at.is_(None))
    .scalar_subquery()
    .label("most_players")
)
_listed_sessions = _sessions.add_columns(_most_players)
_all_sessions = _listed_sessions.order_by(desc(sessions.c.id))
_listed_session = _listed_sessions.where(sessions.c.id == bindparam("session_id"))
_active_session = _sessions.where(sessions.c.is_active == 1)
_session = _sessions.where(sessions.c.id == bindparam("session_id"))
_active_id = select(sessions.c.id).where(sessions.c.is_active == 1)

# Votes are a table of a slice that lies above: named here, not imported.
_votes = table("votes", column("session_game_id"), column("vote"), column("counts"))


def _votes_for_game(vote: str) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(_votes)
        .where(_votes.c.session_game_id == session_games.c.id, _votes.c.vote == vote, _votes.c.counts == 1)
        .scalar_subquery()
    )


_upvotes = _votes_for_game("up")
_downvotes = _votes_for_game("down")

# In the order of SessionGame's fields.
_games: Select[Any] = (
    select(
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
        session_games.c.player_count_check_reason,
        session_games.c.player_count_source,
        _upvotes.label("upvotes"),
        _downvotes.label("downvotes"),
    )
    .join_from(session_games, games)
    .where(session_games.c.session_id == bindparam("session_id"), session_games.c.removed_at.is_(None))
)
_games_in_order = _games.order_by(session_games.c.id)
_game = _games.where(session_games.c.id == bindparam("session_game_id"))
_statuses = select(session_games.c.id, session_games.c.status).where(
    session_games.c.session_id == bindparam("session_id"), session_games.c.removed_at.is_(None)
)


def _session_game(row: Row[Any]) -> SessionGame:
    values: list[Any] = list(row)
    values.append(values[-2] - values[-1])  # popularity_score
    return SessionGame(*values)


def _read_session(row: Sequence[Any]) -> Session:
    id_, notes, is_active, created_at, closed_at, games_played, code_hidden, next_id, *facts = row
    next_game = None if next_id is None else NextGame(next_id, *facts)
    return Session(id_, notes, is_active, created_at, closed_at, games_played, next_game, code_hidden)


def _read_listed(row: Sequence[Any]) -> ListedSession:
    *fields, most_players = row
    return ListedSession(**structs.asdict(_read_session(fields)), most_players=most_players)


def all_sessions(connection: Connection) -> list[ListedSession]:
    """Newest first."""
    return [_read_listed(row) for row in connection.execute(_all_sessions)]


def listed_session(connection: Connection, session_id: int) -> ListedSession:
    """A session that is known to be there, as it is listed."""
    return _read_listed(connection.execute(_listed_session, {"session_id": session_id}).one())


def active_session(connection: Connection) -> Session | None:
    row = connection.execute(_active_session).first()
    return None if row is None else _read_session(row)


def active_id(connection: Connection) -> int | None:
    active: int | None = connection.execute(_active_id).scalar()
    return active


def session(connection: Connection, session_id: int) -> Session:
    """Raises SessionNotFound."""
    row = connection.execute(_session, {"session_id": session_id}).first()
    if row is None:
        raise SessionNotFound(f"There is no session {session_id}. GET /api/sessions lists them all.")
    return _read_session(row)


def open_session(connection: Connection, session_id: int) -> Session:
    """The session, in which something can still start; raises SessionNotFound or SessionClosed."""
    found = session(connection, session_id)
    if not found.is_active:
        raise SessionClosed(f"Session {session_id} is closed. Start a new one with POST /api/sessions.")
    return found


def games_of(connection: Connection, session_id: int) -> list[SessionGame]:
    """A session's games in order of adding; raises SessionNotFound."""
    rows = connection.execute(_games_in_order, {"session_id": session_id}).all()
    if not rows:
        session(connection, session_id)
    return [_session_game(row) for row in rows]


def session_game(connection: Connection, session_id: int, session_game_id: int) -> SessionGame:
    """A game of this very session; raises SessionNotFound or SessionGameNotFound."""
    row = connection.execute(_game, {"session_id": session_id, "session_game_id": session_game_id}).first()
    if row is None:
        session(connection, session_id)
        raise SessionGameNotFound(
            f"Session {session_id} has no game {session_game_id}. Its games, each with its id: "
            f"GET /api/sessions/{session_id}/games."
        )
    return _session_game(row)


def statuses(connection: Connection, session_id: int) -> dict[int, Status]:
    """The status of each of a session's games, by the session game's id."""
    return {row.id: row.status for row in connection.execute(_statuses, {"session_id": session_id})}


def state(connection: Connection, session_id: int) -> SessionState:
    """A session and its games; raises SessionNotFound."""
    return SessionState(session(connection, session_id), games_of(connection, session_id))
