"""Every way to change a session and its games."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from msgspec import UNSET, UnsetType, structs
from sqlalchemy import Table, bindparam, delete, insert, update
from sqlalchemy.exc import IntegrityError

from gamenight.catalogue import queries as catalogue
from gamenight.core import log
from gamenight.core.database import Transaction
from gamenight.core.prepared import Prepared, PreparedInsert
from gamenight.sessions import changes, events, figures, queries, rules
from gamenight.sessions.errors import ActiveSessionExists, BulkRefused, SessionStillActive
from gamenight.sessions.queries import Night
from gamenight.sessions.schemas import (
    FOLLOWED_STATUSES,
    BulkChange,
    BulkChanged,
    CountSource,
    FollowStatus,
    NewSessionGame,
    Session,
    SessionChange,
    SessionDeleted,
    SessionGame,
    SessionGameRemoved,
    Status,
)
from gamenight.sessions.tables import session_games, sessions, turns

COUNTED_BY_HAND: Final = "completed"
"""The `player_count_check_status` of a count that a person gave."""

_insert_game = PreparedInsert(
    session_games, "session_id", "game_id", "played_at", "status", "manually_added", "source", "room_code"
)
_start_turn = Prepared(insert(turns), ["session_game_id", "started_at"])
_end_turn = Prepared(
    update(turns)
    .where(turns.c.session_game_id == bindparam("session_game_id"), turns.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)


def start_session(transaction: Transaction, notes: str | None) -> Session:
    """Open the night. Raises ActiveSessionExists; the index decides, whatever the race."""
    connection = transaction.connection
    row = {"notes": notes, "is_active": 1, "created_at": transaction.now}
    try:
        with connection.begin_nested():
            session_id = connection.execute(insert(sessions).values(row).returning(sessions.c.id)).scalar_one()
    except IntegrityError:
        raise ActiveSessionExists(
            "An active session already exists. Please close it before creating a new one.",
            details={"activeSessionId": queries.active_id(connection)},
        ) from None
    figures.count_new_session(transaction)
    changes.forget_all(transaction)
    session = queries.session(connection, session_id)
    events.emit_session_started(transaction, session)
    return session


def change_session(transaction: Transaction, session_id: int, change: SessionChange) -> Session:
    """Change the fields that are given. Raises SessionClosed or GameNotFound where a next game can't be set."""
    connection = transaction.connection
    before = queries.session(connection, session_id)
    next_game = change.next_game_id
    if isinstance(next_game, int):
        queries.refuse_closed(before)
        catalogue.game(connection, next_game)
    given = {name: value for name, value in structs.asdict(change).items() if value is not UNSET}
    if not given:
        return before
    update_session(transaction, session_id, given)
    session = queries.session(connection, session_id)
    if session != before:
        tell_session(transaction, session)
    return session


def close_session(transaction: Transaction, session_id: int, notes: str | UnsetType | None) -> Session:
    """End the night; what is playing becomes played. Raises SessionClosed if it has ended already."""
    night = queries.night(transaction.connection, session_id)
    queries.refuse_closed(night.session)
    changes.remember(transaction, night, "close", "the night was closed", new_notes=notes)
    _apply(transaction, night, rules.end_playing(_statuses(night)))
    given: dict[str, object] = {"is_active": 0, "closed_at": transaction.now}
    if notes is not UNSET:
        given["notes"] = notes
    update_session(transaction, session_id, given)
    session = queries.session(transaction.connection, session_id)
    events.emit_session_ended(transaction, session)
    tell_list(transaction, session_id)
    return session


def delete_session(transaction: Transaction, session_id: int) -> SessionDeleted:
    """Remove a closed session with all that belongs to it. Raises SessionStillActive."""
    connection = transaction.connection
    session = queries.session(connection, session_id)
    if session.is_active:
        raise SessionStillActive(f"Session {session_id} is active. Close it before deleting it.")
    figures.uncount_session(transaction, session_id, archived=session.archived)
    connection.execute(delete(sessions).where(sessions.c.id == session_id))
    log.forget_session(connection, session_id)
    events.emit_session_deleted(transaction, session_id)
    events.emit_sessions_changed(transaction, session_id, None)
    return SessionDeleted("Session deleted", session_id)


def archive_session(transaction: Transaction, session_id: int) -> Session:
    """Put a closed session away: it counts as before, but is listed only where it is asked for. Raises
    SessionStillActive."""
    session = queries.session(transaction.connection, session_id)
    if session.is_active:
        raise SessionStillActive(f"Session {session_id} is active. Close it before archiving it.")
    return _set_archived(transaction, session, 1)


def unarchive_session(transaction: Transaction, session_id: int) -> Session:
    """Take a session out of the archive."""
    return _set_archived(transaction, queries.session(transaction.connection, session_id), 0)


def change_sessions(transaction: Transaction, change: BulkChange) -> BulkChanged:
    """Archive, unarchive or delete all of these sessions. Raises BulkRefused, and changes none, where one of them can't
    be."""
    ids = list(dict.fromkeys(change.ids))
    found = queries.active_of(transaction.connection, ids)
    unknown = [id_ for id_ in ids if id_ not in found]
    active = [] if change.action == "unarchive" else [id_ for id_ in ids if found.get(id_)]
    if unknown or active:
        raise BulkRefused(unknown, active)
    for id_ in ids:
        _BULK_ACTIONS[change.action](transaction, id_)
    done = {"archive": "archived", "unarchive": "taken out of the archive", "delete": "deleted"}[change.action]
    number = "1 session was" if len(ids) == 1 else f"{len(ids)} sessions were"
    return BulkChanged(f"{number} {done}", change.action, ids)


_BULK_ACTIONS: Final[dict[str, Callable[[Transaction, int], object]]] = {
    "archive": archive_session,
    "unarchive": unarchive_session,
    "delete": delete_session,
}


def add_game(transaction: Transaction, session_id: int, new: NewSessionGame) -> SessionGame:
    """Add a game and start playing it; what was playing becomes played. Raises SessionClosed or GameNotFound."""
    connection = transaction.connection
    night = queries.night(connection, session_id)
    queries.refuse_closed(night.session)
    game = catalogue.game(connection, new.game_id)
    changes.remember(transaction, night, "add", f"{game.title} was added", title=game.title)
    _apply(transaction, night, rules.end_playing(_statuses(night)))
    added_id = _insert_game.one(
        connection,
        session_id=session_id,
        game_id=game.id,
        played_at=transaction.now,
        status="playing",
        manually_added=int(new.is_by_hand),
        source=new.told_source,
        room_code=new.room_code,
    )
    _start_turn.run(connection, session_game_id=added_id, started_at=transaction.now)
    figures.count_game(transaction, added_id)
    was_next = _forget_next_game(transaction, night.session, game.id)
    added = queries.session_game(connection, session_id, added_id)
    events.emit_game_added(transaction, queries.session(connection, session_id), added)
    if was_next:
        tell_list(transaction, session_id)
    return added


def set_status(transaction: Transaction, session_id: int, session_game_id: int, status: Status) -> SessionGame:
    """Give a game a status; see set_status_on."""
    return set_status_on(transaction, queries.night(transaction.connection, session_id), session_game_id, status)


def set_status_on(transaction: Transaction, night: Night, session_game_id: int, status: Status) -> SessionGame:
    """Give a game of a night a status; at most one is playing. In a closed session nothing can start: SessionClosed.

    Who votes for a game that is skipped, or was, is for `votes.actions.night_changes` to count.
    """
    game = night.game(session_game_id)
    if status == "playing":
        queries.refuse_closed(night.session)
    changed = rules.transition(_statuses(night), session_game_id, status)
    if not changed:
        return game
    changes.remember(transaction, night, "status", f"{game.title} is {status}", title=game.title, status=status)
    after = _apply(transaction, night, changed)
    if status == "playing" and _forget_next_game(transaction, night.session, game.game_id):
        tell_session(transaction, structs.replace(night.session, next_game=None))
    return after.get(session_game_id, game)


def set_room_code(
    transaction: Transaction, session_id: int, session_game_id: int, room_code: str | None
) -> SessionGame:
    night = queries.night(transaction.connection, session_id)
    before = night.game(session_game_id)
    if before.room_code == room_code:
        return before
    effect = "was removed" if room_code is None else f"is {room_code}"
    summary = f"the room code of {before.title} {effect}"
    changes.remember(transaction, night, "code", summary, title=before.title, room_code=room_code)
    game = update_game(transaction, before, {"room_code": room_code})
    events.emit_room_code_updated(transaction, game)
    return game


def set_player_count(transaction: Transaction, session_id: int, session_game_id: int, player_count: int) -> SessionGame:
    """Note a count that a person gives. Whoever follows the room goes on doing so."""
    before = queries.session_game(transaction.connection, session_id, session_game_id)
    given: dict[str, Any] = {"player_count": player_count, "player_count_source": "hand"}
    if before.player_count_check_status not in FOLLOWED_STATUSES:
        given |= {"player_count_check_status": COUNTED_BY_HAND, "player_count_check_reason": None}
    game = _note_count(transaction, before, given)
    if game != before:
        events.emit_player_count_updated(transaction, game)
    return game


def note_following(
    transaction: Transaction,
    before: SessionGame,
    *,
    status: FollowStatus,
    reason: str | None,
    count: tuple[int | None, CountSource | None],
) -> SessionGame:
    """Store how the following of a game's room stands. Emits nothing: the events of the room carry the row."""
    player_count, source = count
    given = {
        "player_count": player_count,
        "player_count_source": source,
        "player_count_check_status": status,
        "player_count_check_reason": reason,
    }
    return _note_count(transaction, before, given)


def remove_game(transaction: Transaction, session_id: int, session_game_id: int) -> SessionGameRemoved:
    """Take a game out of the night; undoing brings it back.

    Its votes are for `votes.actions.night_changes` to uncount.
    """
    night = queries.night(transaction.connection, session_id)
    game = night.game(session_game_id)
    changes.remember(transaction, night, "remove", f"{game.title} was removed", title=game.title)
    if game.status == "playing":
        figures.set_seconds(transaction, session_game_id, _end_turn_of(transaction, night, session_game_id))
    set_removed(transaction, session_game_id, transaction.now)
    events.emit_game_removed(transaction, queries.session(transaction.connection, session_id), session_game_id)
    return SessionGameRemoved("Game removed from the session", session_id, session_game_id)


def update_session(transaction: Transaction, session_id: int, given: Mapping[str, object]) -> None:
    """Set columns of a session."""
    _update(sessions, tuple(given)).run(transaction.connection, row_id=session_id, **given)


def update_game(transaction: Transaction, before: SessionGame, given: Mapping[str, Any], **unseen: int) -> SessionGame:
    """Set columns of a session game: `given` are on the wire; returns the game as it is then.

    After another status its session has to be counted.
    """
    values = {**given, **unseen}
    _update(session_games, tuple(values)).run(transaction.connection, row_id=before.id, **values)
    if "status" in given:
        figures.count_status(transaction, before.id, before.status, given["status"])
    return structs.replace(before, **given)


def set_removed(transaction: Transaction, session_game_id: int, removed_at: str | None) -> None:
    """Note that a session game is gone, or back (None), with its plays and votes."""
    columns = _update(session_games, ("removed_at",))
    if removed_at is None:
        columns.run(transaction.connection, row_id=session_game_id, removed_at=None)
        figures.count_game(transaction, session_game_id)
    else:
        columns.run(transaction.connection, row_id=session_game_id, removed_at=removed_at)
        figures.uncount_game(transaction, session_game_id)


def tell_session(transaction: Transaction, session: Session) -> None:
    """Tell of a session that is other than before, to its subscribers and to whoever lists sessions."""
    events.emit_session_updated(transaction, session)
    tell_list(transaction, session.id)


def tell_list(transaction: Transaction, session_id: int) -> None:
    """Tell whoever lists sessions how this one is listed."""
    events.emit_sessions_changed(transaction, session_id, queries.listed_session(transaction.connection, session_id))


def _set_archived(transaction: Transaction, before: Session, archived: int) -> Session:
    if before.archived == archived:
        return before
    note_archived(transaction, before.id, archived)
    session = structs.replace(before, archived=archived)
    tell_session(transaction, session)
    return session


def note_archived(transaction: Transaction, session_id: int, archived: int) -> None:
    """Store that a session is archived, or not, as it was not before. Emits nothing."""
    update_session(transaction, session_id, {"archived": archived})
    figures.count_archived(transaction, 1 if archived else -1)


def _statuses(night: Night) -> dict[int, Status]:
    return {game.id: game.status for game in night.games}


def _forget_next_game(transaction: Transaction, session: Session, game_id: int) -> bool:
    """A game that is on does not come next any more. Whether it was to."""
    if session.next_game is None or session.next_game.game_id != game_id:
        return False
    update_session(transaction, session.id, {"next_game_id": None})
    return True


def _apply(transaction: Transaction, night: Night, changed: Mapping[int, Status]) -> dict[int, SessionGame]:
    """Give games their new statuses and tell of each; returns the games as they are then."""
    after: dict[int, SessionGame] = {}
    more_seconds = 0
    # Those that stop first: at no moment are two games playing, which the index would refuse.
    for session_game_id, status in sorted(changed.items(), key=lambda change: change[1] == "playing"):
        before = night.game(session_game_id)
        if before.status == "playing":
            seconds = _end_turn_of(transaction, night, session_game_id)
            more_seconds += seconds - rules.seconds_played(night.turns_of(session_game_id))
            game = update_game(transaction, before, {"status": status}, seconds_played=seconds)
        else:
            game = update_game(transaction, before, {"status": status})
        if status == "playing":
            _start_turn.run(transaction.connection, session_game_id=session_game_id, started_at=transaction.now)
        after[session_game_id] = game
        events.emit_game_status_changed(transaction, game)
    if any("skipped" in {night.game(id_).status, status} for id_, status in changed.items()):
        figures.count_session(transaction, night.session.id)
    else:
        figures.move_seconds(transaction, night.session.id, more_seconds)
    return after


def _end_turn_of(transaction: Transaction, night: Night, session_game_id: int) -> int:
    """End the turn of the game that is playing; returns how many seconds it has been on in all."""
    _end_turn.run(transaction.connection, session_game_id=session_game_id, now=transaction.now)
    return rules.seconds_played(
        (started_at, ended_at or transaction.now) for started_at, ended_at in night.turns_of(session_game_id)
    )


def _note_count(transaction: Transaction, before: SessionGame, given: Mapping[str, Any]) -> SessionGame:
    if all(getattr(before, name) == value for name, value in given.items()):
        return before
    game = update_game(transaction, before, given)
    if game.player_count != before.player_count:
        figures.count_session(transaction, before.session_id)
    return game


@cache
def _update(table: Table, columns: tuple[str, ...]) -> Prepared:
    """The statement that sets these columns of the row `row_id`."""
    return Prepared(
        update(table).where(table.c.id == bindparam("row_id")).values({name: bindparam(name) for name in columns})
    )
