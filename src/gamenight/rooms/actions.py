"""Every way to change the rooms that are followed."""

import msgspec
from msgspec import structs
from sqlalchemy import delete, insert, update

from gamenight.catalogue import queries as catalogue
from gamenight.core.clock import later
from gamenight.core.database import Transaction
from gamenight.rooms import events, queries, rules
from gamenight.rooms.errors import GameNotPlaying, RoomCodeMissing
from gamenight.rooms.recognition import other_game
from gamenight.rooms.rules import Room
from gamenight.rooms.schemas import RoomStatus
from gamenight.rooms.tables import followed_rooms
from gamenight.sessions import actions as sessions
from gamenight.sessions import events as session_events
from gamenight.sessions import queries as session_queries
from gamenight.sessions.schemas import FOLLOWED_STATUSES, CountSource, FollowStatus, SessionGame

LEASE_SECONDS = 6
"""Another process follows a room so long after the one that did has died. Renewed four times in that time."""


class FollowedRoom(msgspec.Struct, frozen=True):
    """A room that this process is to follow. Its `id` is new each time that the following begins."""

    id: int
    session_id: int
    session_game_id: int
    room: Room


def start_following(transaction: Transaction, session_id: int, session_game_id: int) -> RoomStatus:
    """Follow a game's room. Raises RoomCodeMissing or GameNotPlaying."""
    connection = transaction.connection
    game = session_queries.session_game(connection, session_id, session_game_id)
    if game.room_code is None:
        raise RoomCodeMissing("This game has no room code yet. Set it first: PATCH .../room-code.")
    if game.status != "playing" or not session_queries.session(connection, session_id).is_active:
        raise GameNotPlaying("Only the game that is playing in the active session can be followed.")
    if game.player_count_check_status not in FOLLOWED_STATUSES:
        _begin(transaction, game, game.room_code)
    return queries.status_live(connection, session_id, session_game_id)


def stop_following(transaction: Transaction, session_id: int, session_game_id: int) -> RoomStatus:
    """Stop following a game's room. Changes nothing where it is not followed."""
    game = session_queries.session_game(transaction.connection, session_id, session_game_id)
    if game.player_count_check_status in FOLLOWED_STATUSES:
        _leave(transaction, game, "Stopped by the host.", "stopped")
    return queries.status_live(transaction.connection, session_id, session_game_id)


def assign(transaction: Transaction, follower: str, *, alone: bool, starts_itself: bool) -> list[FollowedRoom]:
    """The rooms that this process has to follow from now on, one follower for each.

    Begins what is new, leaves what is over, and takes what nobody holds. Where the process is `alone` no other can
    hold anything, whatever a dead one has left behind.
    """
    connection = transaction.connection
    held: list[FollowedRoom] = []
    for each in queries.followable(connection):
        game = session_queries.session_game(connection, each.session_id, each.session_game_id)
        if each.is_left:
            _leave(transaction, game, _why_left(each), "stopped")
        elif each.room_code is not None and each.is_fresh and (starts_itself or each.is_followed):
            if each.is_followed:
                _leave(transaction, game, "The room code was changed.", "replaced")
            _begin(transaction, game, each.room_code)
            held.append(_hold(transaction, follower, game))
        elif each.is_to_follow and (alone or each.follower == follower or each.is_free(transaction.now)):
            held.append(_hold(transaction, follower, game))
    return held


def release(transaction: Transaction, follower: str) -> None:
    """Let other processes follow what this one did: it ends."""
    held = update(followed_rooms).where(followed_rooms.c.follower == follower)
    transaction.connection.execute(held.values(follower=None, leased_until=None))


def report(
    transaction: Transaction,
    follower: str,
    followed: FollowedRoom,
    room: Room,
    *,
    status: FollowStatus,
    reason: str | None,
) -> bool:
    """Store the room as a follower reports it, and emit the events that lead there.

    Returns False, and stores nothing, for a follower that was replaced or stopped meanwhile.
    """
    connection = transaction.connection
    if not _holds(transaction, follower, followed):
        return False
    before = queries.followed_room(connection, followed.session_game_id) or Room(code=room.code)
    game = session_queries.session_game(connection, followed.session_id, followed.session_game_id)
    room = structs.replace(room, other_game=_other_game(transaction, game, before, room))
    room_events = rules.events_between(before, room)
    counted = _counted(game, before, room)
    after = sessions.note_following(transaction, game, status=status, reason=reason, count=counted)
    if room != before:
        _store(transaction, followed.session_game_id, room)
    ends = bool(room_events) and room_events[-1].type == "room.disconnected"
    for each in room_events[:-1] if ends else room_events:
        events.emit_room_changed(transaction, each.type, after, room, player_name=each.player_name)
    if after.player_count != game.player_count and after.player_count is not None:
        session_events.emit_player_count_updated(transaction, after)
    if ends:
        if after.status == "playing":
            after = sessions.set_status(transaction, followed.session_id, followed.session_game_id, "played")
        events.emit_room_disconnected(transaction, after, room, room.reason_code or "room_closed")
    elif status == "failed" and game.player_count_check_status != "failed":
        events.emit_room_disconnected(transaction, after, room, room.reason_code or "room_not_found")
    elif not room_events and (_row(after) != _row(game) or room.games_missed != before.games_missed):
        events.emit_room_changed(transaction, "game.status", after, room)
    return True


def emit_status(transaction: Transaction, follower: str, followed: FollowedRoom) -> None:
    """Emit the status of a room, also where nothing has changed."""
    if not _holds(transaction, follower, followed):
        return
    game = session_queries.session_game(transaction.connection, followed.session_id, followed.session_game_id)
    room = queries.followed_room(transaction.connection, followed.session_game_id)
    if room is not None:
        events.emit_room_changed(transaction, "game.status", game, room)


def _other_game(transaction: Transaction, game: SessionGame, before: Room, room: Room) -> str | None:
    if room.app_tag is None or room.app_tag == before.app_tag:
        return before.other_game
    return other_game(room.app_tag, game.game_id, catalogue.all_games(transaction.connection))


def _counted(game: SessionGame, before: Room, room: Room) -> tuple[int | None, CountSource | None]:
    by_hand = game.player_count if game.player_count_source == "hand" else None
    if room.joined is None:
        return game.player_count, game.player_count_source
    count = rules.count_to_show(by_hand, before.joined, room.joined)
    if count is None:
        return game.player_count, game.player_count_source
    return count, "hand" if by_hand is not None and count == by_hand else room.source


def _begin(transaction: Transaction, game: SessionGame, room_code: str) -> None:
    connection = transaction.connection
    # As it is now: leaving another room may have changed it.
    game = session_queries.session_game(connection, game.session_id, game.id)
    room = Room(code=room_code)
    before = queries.followed_room(connection, game.id)
    of_another_room = before is not None and before.code != room_code and game.player_count_source != "hand"
    connection.execute(delete(followed_rooms).where(followed_rooms.c.session_game_id == game.id))
    stored = msgspec.json.encode(room).decode()
    connection.execute(insert(followed_rooms).values(session_game_id=game.id, room_code=room_code, room=stored))
    after = sessions.note_following(
        transaction,
        game,
        status="waiting",
        reason=f"Looking for the room {room_code}.",
        count=(None, None) if of_another_room else (game.player_count, game.player_count_source),
    )
    events.emit_room_changed(transaction, "game.status", after, room)


def _leave(transaction: Transaction, game: SessionGame, reason: str, code: rules.ReasonCode) -> None:
    room = queries.followed_room(transaction.connection, game.id)
    after = sessions.note_following(
        transaction,
        game,
        status="stopped",
        reason=reason,
        count=(game.player_count, game.player_count_source),
    )
    if game.room_code is None:
        # The same code, typed again, is looked at again.
        transaction.connection.execute(delete(followed_rooms).where(followed_rooms.c.session_game_id == game.id))
    connected = room is not None and room.seen and room.over is None
    if connected and room is not None:
        events.emit_room_disconnected(transaction, after, room, code)
    else:
        events.emit_room_changed(transaction, "game.status", after, room or Room(code=game.room_code or ""))


def _why_left(game: queries.Followable) -> str:
    if not game.is_playing:
        return "The game is not playing any more."
    return "The room code was removed."


def _hold(transaction: Transaction, follower: str, game: SessionGame) -> FollowedRoom:
    held = (
        update(followed_rooms)
        .where(followed_rooms.c.session_game_id == game.id)
        .values(follower=follower, leased_until=later(transaction.now, seconds=LEASE_SECONDS))
        .returning(followed_rooms.c.id, followed_rooms.c.room)
    )
    followed_id, room = transaction.connection.execute(held).one()
    return FollowedRoom(followed_id, game.session_id, game.id, queries.decode_room(room))


def _holds(transaction: Transaction, follower: str, followed: FollowedRoom) -> bool:
    return any(
        each.followed_id == followed.id and each.is_to_follow and each.follower == follower
        for each in queries.followable(transaction.connection)
    )


def _store(transaction: Transaction, session_game_id: int, room: Room) -> None:
    transaction.connection.execute(
        update(followed_rooms)
        .where(followed_rooms.c.session_game_id == session_game_id)
        .values(room=msgspec.json.encode(room).decode())
    )


def _row(game: SessionGame) -> tuple[str | None, str | None, str | None]:
    return game.player_count_check_status, game.player_count_check_reason, game.player_count_source
