"""How the last change of a night is undone."""

from typing import Any, Final

from msgspec import UNSET, structs
from sqlalchemy import delete, insert

from gamenight.core.database import Transaction
from gamenight.sessions import actions, events, figures, queries, rules
from gamenight.sessions.changes import Before, GameBefore, capture, changes, take
from gamenight.sessions.errors import ChangeNotLast, NothingToUndo
from gamenight.sessions.queries import Night
from gamenight.sessions.schemas import FOLLOWED_STATUSES, SessionGame, Undone
from gamenight.sessions.tables import turns

FOLLOWED_AGAIN: Final = "waiting"


def undo(transaction: Transaction, session_id: int, change_id: int | None) -> Undone:
    """Restore the session as it was before its last change. Raises NothingToUndo.

    With the id of a change, undoes it only if it is the last one: raises ChangeNotLast.
    """
    connection = transaction.connection
    made = changes(connection, session_id)
    if not made:
        raise NothingToUndo(f"Session {session_id} has no change that could be undone.")
    last = made[0]
    if change_id not in (None, last.id):
        raise ChangeNotLast(
            f"Something else was changed since: {last.summary}. Undo that first, or look again.",
            details={"change": structs.asdict(last)},
        )
    before = take(transaction, last)
    night = queries.night(connection, session_id)
    now = capture(night)
    _restore_session(transaction, session_id, now, before)
    comes_next_again = _put_next_game_back(transaction, night, now, before)
    _restore_games(transaction, night, now, before)
    _emit_games(transaction, night)
    if comes_next_again:
        actions.tell_session(transaction, queries.session(connection, session_id))
    state = queries.state(connection, session_id)
    events.emit_change_undone(transaction, session_id, last)
    return Undone(f"Undone: {last.summary}", last, state.session, state.games)


def _restore_session(transaction: Transaction, session_id: int, now: Before, before: Before) -> None:
    if now.is_active == before.is_active:
        return
    values: dict[str, Any] = {"is_active": before.is_active, "closed_at": before.closed_at, "is_settled": 0}
    if before.new_notes is not UNSET and now.notes == before.new_notes:
        values["notes"] = before.notes  # otherwise somebody has edited them since
    actions.update_session(transaction, session_id, values)
    if before.is_active and queries.session(transaction.connection, session_id).archived:
        actions.note_archived(transaction, session_id, 0)  # what is on is not put away
    session = queries.session(transaction.connection, session_id)
    actions.tell_session(transaction, session)
    # Who waits for a night to begin hears that this one is on again.
    events.emit_session_started(transaction, session)


def _put_next_game_back(transaction: Transaction, night: Night, now: Before, before: Before) -> bool:
    """A game that was to come next, and is not on after all, comes next again, unless another one does by now."""
    was_playing = {game.id for game in before.games if game.status == "playing"}
    begun = {game.game_id for game in night.games if game.status == "playing" and game.id not in was_playing}
    if now.next_game_id is not None or before.next_game_id not in begun:
        return False
    actions.update_session(transaction, night.session.id, {"next_game_id": before.next_game_id})
    return True


def _restore_games(transaction: Transaction, night: Night, now: Before, before: Before) -> None:
    shown = {game.shown.id: game.shown for game in night.stored}
    known = {game.id: game for game in before.games}
    differing = [game for game in now.games if game.id not in known or game.undoable != known[game.id].undoable]
    # Those that stop first: at no moment are two games playing, which the index would refuse.
    for game in sorted(differing, key=lambda each: each.status != "playing"):
        was = known.get(game.id)
        if was is not None:
            actions.update_game(transaction, shown[game.id], _values_before(game, was))
        removed_at = transaction.now if was is None else was.removed_at
        if (removed_at is None) != (game.removed_at is None):
            actions.set_removed(transaction, game.id, removed_at)
        _restore_turns(transaction, game, was)
    figures.count_session(transaction, night.session.id)


def _values_before(game: GameBefore, was: GameBefore) -> dict[str, Any]:
    values: dict[str, Any] = {"status": was.status, "room_code": was.room_code}
    plays_again = was.status == "playing" and (game.status != "playing" or game.removed_at is not None)
    if plays_again and was.check_status in FOLLOWED_STATUSES and was.room_code is not None:
        values |= {"player_count_check_status": FOLLOWED_AGAIN, "player_count_check_reason": None}
    return values


def _restore_turns(transaction: Transaction, game: GameBefore, was: GameBefore | None) -> None:
    kept = [] if was is None else was.turns
    if kept == game.turns:
        return
    connection = transaction.connection
    connection.execute(delete(turns).where(turns.c.session_game_id == game.id))
    if kept:
        rows = [{"session_game_id": game.id, "started_at": start, "ended_at": end} for start, end in kept]
        connection.execute(insert(turns), rows)
    figures.set_seconds(transaction, game.id, rules.seconds_played(kept))


def _emit_games(transaction: Transaction, night: Night) -> None:
    """Tell what is different now from the games as they were shown."""
    state = queries.state(transaction.connection, night.session.id)
    shown = {game.id: game for game in night.games}
    after = {game.id: game for game in state.games}
    for session_game_id in shown.keys() - after.keys():
        events.emit_game_removed(transaction, state.session, session_game_id)
    for game in state.games:
        before: SessionGame | None = shown.get(game.id)
        if before is None:
            events.emit_game_added(transaction, state.session, game)
        elif before.room_code != game.room_code:
            events.emit_room_code_updated(transaction, game)
        elif before != game:
            events.emit_game_status_changed(transaction, game)
