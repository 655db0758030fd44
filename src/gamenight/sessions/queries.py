"""Every way to read sessions and their games."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, desc, literal_column, select

from gamenight.catalogue.tables import games
from gamenight.core.prepared import Prepared
from gamenight.http.schemas import MAX_ID
from gamenight.sessions import rules
from gamenight.sessions.errors import SessionClosed, SessionGameNotFound, SessionNotFound
from gamenight.sessions.schemas import ListedSession, NextGame, Session, SessionFilter, SessionGame, SessionState
from gamenight.sessions.tables import session_games, session_totals, sessions, turns

Turns = list[tuple[str, str | None]]
"""When a game was playing: beginning and end of each turn, in order; the open one has no end."""

_next_game = games.alias("next_game")
# The next game's columns come last, in the order of NextGame's fields.
_sessions: Select[Any] = select(
    sessions.c.id,
    sessions.c.notes,
    sessions.c.is_active,
    sessions.c.created_at,
    sessions.c.closed_at,
    sessions.c.games_played,
    sessions.c.overlay_code_hidden,
    sessions.c.archived,
    sessions.c.most_players,
    _next_game.c.id.label("next_game_id"),
    _next_game.c.title,
    _next_game.c.pack_name,
    _next_game.c.game_type,
    _next_game.c.min_players,
    _next_game.c.max_players,
    _next_game.c.symbol,
    _next_game.c.symbol.label("ticker"),
).outerjoin_from(
    sessions,
    _next_game,
    (_next_game.c.id == sessions.c.next_game_id) & (sessions.c.is_active == 1) & _next_game.c.removed_at.is_(None),
)
_newest_first = _sessions.order_by(desc(sessions.c.id))
_totals = Prepared(select(session_totals.c.sessions, session_totals.c.archived))
_active_session = Prepared(_sessions.where(sessions.c.is_active == 1))
_session = Prepared(_sessions.where(sessions.c.id == bindparam("session_id")))
_active_id = Prepared(select(sessions.c.id).where(sessions.c.is_active == 1))

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
        session_games.c.source,
        session_games.c.room_code,
        session_games.c.player_count,
        session_games.c.player_count_check_status,
        session_games.c.player_count_check_reason,
        session_games.c.player_count_source,
        session_games.c.upvotes,
        session_games.c.downvotes,
        (session_games.c.upvotes - session_games.c.downvotes).label("popularity_score"),
        games.c.symbol,
        games.c.symbol.label("ticker"),
    )
    .join_from(session_games, games)
    .where(session_games.c.session_id == bindparam("session_id"))
)
is_shown = session_games.c.removed_at.is_(None)
"""A game that was removed from its night exists only for an undo."""
is_played = is_shown & (session_games.c.status != "skipped")
"""What counts as played. The game that is on counts too."""
_games_in_order = Prepared(_games.where(is_shown).order_by(session_games.c.id))
_game = Prepared(_games.where(is_shown, session_games.c.id == bindparam("session_game_id")))
# A row for each turn of a game, or one for a game without any.
_all_games = Prepared(
    _games.add_columns(session_games.c.removed_at, turns.c.started_at, turns.c.ended_at)
    .outerjoin(turns, turns.c.session_game_id == session_games.c.id)
    .order_by(session_games.c.id, turns.c.id)
)


class Listing(Struct, frozen=True):
    """The statements that list the sessions of a filter."""

    page: Prepared
    date_at: Prepared
    date_from: Prepared


@cache
def _listing(filter_: SessionFilter) -> Listing:
    of_filter = [] if filter_ == "all" else [sessions.c.archived == literal_column(str(int(filter_ == "archived")))]
    # What is skipped is skipped in the index: only the rows of the page are read.
    older = sessions.c.id < bindparam("before_id")
    ids = select(sessions.c.id).where(*of_filter, older).order_by(desc(sessions.c.id)).offset(bindparam("skipped"))
    date_at = select(sessions.c.created_at).where(sessions.c.id == ids.limit(1).scalar_subquery())
    from_id = sessions.c.id >= bindparam("from_id")
    date_from = select(sessions.c.created_at).where(*of_filter, from_id).order_by(sessions.c.id).limit(1)
    return Listing(
        Prepared(_newest_first.where(sessions.c.id.in_(ids.limit(bindparam("at_most"))))),
        Prepared(date_at),
        Prepared(date_from),
    )


class SessionPage(Struct, frozen=True):
    """Some sessions of a filter, newest first: `total` is how many of the filter there are, `absolute_total` how many
    in all. `date_before` is when the one before the first of them began, None where there is none."""

    sessions: list[ListedSession]
    total: int
    absolute_total: int
    date_before: str | None


class StoredGame(Struct, frozen=True):
    """A session game with what is not on the wire."""

    shown: SessionGame
    removed_at: str | None
    turns: Turns


class Night(Struct, frozen=True):
    """A session with all that it holds, removed games included: read once by an action that changes several of it."""

    session: Session
    stored: list[StoredGame]

    @property
    def games(self) -> Iterator[SessionGame]:
        """The games that are not removed, in order of adding."""
        return (game.shown for game in self.stored if game.removed_at is None)

    def game(self, session_game_id: int) -> SessionGame:
        """A game that is not removed; raises SessionGameNotFound."""
        for game in self.games:
            if game.id == session_game_id:
                return game
        raise _no_such_game(self.session.id, session_game_id)

    def turns_of(self, session_game_id: int) -> Turns:
        """The turns of a game, which may be removed."""
        return next(game.turns for game in self.stored if game.shown.id == session_game_id)


def _read_session(row: Sequence[Any]) -> Session:
    return Session(*_session_fields(row))


def _read_listed(row: Sequence[Any]) -> ListedSession:
    return ListedSession(*[*_session_fields(row), row[8]])


def _session_fields(row: Sequence[Any]) -> list[Any]:
    notes = row[1]
    next_game = None if row[9] is None else NextGame(*row[9:])
    return [*row[:6], next_game, row[6], int(bool(notes)), rules.preview(notes), row[7]]


def page_of_sessions(
    connection: Connection, filter_: SessionFilter, *, limit: int | None = None, before: int = MAX_ID, skipped: int = 0
) -> SessionPage:
    """The newest sessions of a filter of those that are older than one, without the first few, newest first; without a
    limit all of them."""
    of_filter = _listing(filter_)
    place = {"before_id": before, "skipped": skipped}
    rows = of_filter.page.all(connection, **place, at_most=MAX_ID if limit is None else limit)
    if skipped:
        date_before = of_filter.date_at.scalar(connection, before_id=before, skipped=skipped - 1)
    else:
        date_before = of_filter.date_from.scalar(connection, from_id=before)
    all_of_them, archived = _totals.first(connection) or (0, 0)
    total = {"default": all_of_them - archived, "archived": archived, "all": all_of_them}[filter_]
    return SessionPage([_read_listed(row) for row in rows], total, all_of_them, date_before)


def listed_session(connection: Connection, session_id: int) -> ListedSession:
    """The session as it is listed; raises SessionNotFound."""
    return _read_listed(_row(connection, session_id))


def active_session(connection: Connection) -> Session | None:
    row = _active_session.first(connection)
    return None if row is None else _read_session(row)


def active_id(connection: Connection) -> int | None:
    active: int | None = _active_id.scalar(connection)
    return active


def active_of(connection: Connection, session_ids: Sequence[int]) -> dict[int, bool]:
    """Of these sessions those that exist, each with whether it is active."""
    rows = connection.execute(select(sessions.c.id, sessions.c.is_active).where(sessions.c.id.in_(session_ids)))
    return {id_: bool(is_active) for id_, is_active in rows}


def session(connection: Connection, session_id: int) -> Session:
    """Raises SessionNotFound."""
    return _read_session(_row(connection, session_id))


def refuse_closed(session: Session) -> None:
    """Raises SessionClosed for a session in which nothing can start."""
    if not session.is_active:
        raise SessionClosed(f"Session {session.id} is closed. Start a new one with POST /api/sessions.")


def open_session(connection: Connection, session_id: int) -> Session:
    """The session, in which something can still start; raises SessionNotFound or SessionClosed."""
    found = session(connection, session_id)
    refuse_closed(found)
    return found


def games_of(connection: Connection, session_id: int) -> list[SessionGame]:
    """A session's games in order of adding; raises SessionNotFound."""
    found = [SessionGame(*row) for row in _games_in_order.all(connection, session_id=session_id)]
    if not found:
        _row(connection, session_id)
    return found


def session_game(connection: Connection, session_id: int, session_game_id: int) -> SessionGame:
    """A game of this very session; raises SessionNotFound or SessionGameNotFound."""
    row = _game.first(connection, session_id=session_id, session_game_id=session_game_id)
    if row is None:
        _row(connection, session_id)
        raise _no_such_game(session_id, session_game_id)
    return SessionGame(*row)


def night(connection: Connection, session_id: int) -> Night:
    """A session with all that it holds; raises SessionNotFound."""
    found = session(connection, session_id)
    stored: dict[int, StoredGame] = {}
    for *shown, removed_at, started_at, ended_at in _all_games.all(connection, session_id=session_id):
        game = stored.get(shown[0])
        if game is None:
            game = stored[shown[0]] = StoredGame(SessionGame(*shown), removed_at, [])
        if started_at is not None:
            game.turns.append((started_at, ended_at))
    return Night(found, list(stored.values()))


def state(connection: Connection, session_id: int) -> SessionState:
    """A session and its games; raises SessionNotFound."""
    return SessionState(session(connection, session_id), games_of(connection, session_id))


def _row(connection: Connection, session_id: int) -> Sequence[Any]:
    row = _session.first(connection, session_id=session_id)
    if row is None:
        raise SessionNotFound(f"There is no session {session_id}. GET /api/sessions lists them all.")
    return row


def _no_such_game(session_id: int, session_game_id: int) -> SessionGameNotFound:
    return SessionGameNotFound(
        f"Session {session_id} has no game {session_game_id}. Its games, each with its id: "
        f"GET /api/sessions/{session_id}/games."
    )
