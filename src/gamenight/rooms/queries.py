"""Every way to read the rooms that are followed."""

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select, text, union

from gamenight.rooms.rules import Room
from gamenight.rooms.schemas import RoomStatus
from gamenight.rooms.tables import followed_rooms
from gamenight.sessions import queries as sessions
from gamenight.sessions.schemas import FOLLOWED_STATUSES, SessionGame
from gamenight.sessions.tables import FOLLOWED, PLAYING, session_games
from gamenight.sessions.tables import sessions as sessions_table

PLAYERS_SHOWN = 100

decode_room = msgspec.json.Decoder(Room).decode


class Followable(Struct, frozen=True):
    """A session game whose room is followed, or may have to be."""

    session_id: int
    session_game_id: int
    room_code: str | None
    follow_status: str | None
    is_playing: bool
    followed_id: int | None
    followed_code: str | None
    follower: str | None
    leased_until: str | None

    @property
    def is_followed(self) -> bool:
        return self.follow_status in FOLLOWED_STATUSES

    @property
    def is_fresh(self) -> bool:
        """Whether it has a code that no process has begun to follow yet."""
        return self.is_playing and self.room_code is not None and self.followed_code != self.room_code

    @property
    def is_to_follow(self) -> bool:
        return self.is_playing and self.is_followed and self.followed_code == self.room_code

    @property
    def is_left(self) -> bool:
        """Whether its room is followed, and should not be any more."""
        return self.is_followed and not self.is_to_follow and not self.is_fresh

    def is_free(self, now: str) -> bool:
        """Whether no process follows it: none has begun to, or the one that did has died."""
        return self.follower is None or self.leased_until is None or self.leased_until < now


# Each of the two by an index of its own; with numbers and words written out, for a database to see that they are its.
_followed = select(session_games.c.id).where(text(FOLLOWED)).correlate(None)
_playing = (
    select(session_games.c.id)
    .where(
        text(PLAYING),
        session_games.c.session_id.in_(select(sessions_table.c.id).where(text("is_active = 1"))),
        session_games.c.room_code.is_not(None),
    )
    .correlate(None)
)
_followable = (
    select(
        session_games.c.session_id,
        session_games.c.id,
        session_games.c.room_code,
        session_games.c.player_count_check_status,
        session_games.c.status,
        sessions_table.c.is_active,
        followed_rooms.c.id,
        followed_rooms.c.room_code,
        followed_rooms.c.follower,
        followed_rooms.c.leased_until,
    )
    .select_from(session_games)
    .join(sessions_table)
    .outerjoin(followed_rooms)
    .where(
        sessions.is_shown,
        session_games.c.id.in_(union(_followed, _playing)),
    )
    .order_by(session_games.c.id)
)


def followable(connection: Connection) -> list[Followable]:
    """The session games whose room is followed, or that play in a room."""
    return [
        Followable(session_id, game_id, code, check, status == "playing" and active == 1, *followed)
        for session_id, game_id, code, check, status, active, *followed in connection.execute(_followable)
    ]


def followed_room(connection: Connection, session_game_id: int) -> Room | None:
    """The room that is, or was last, followed for a session game, as far as it is known."""
    query = select(followed_rooms.c.room).where(followed_rooms.c.session_game_id == session_game_id)
    stored = connection.execute(query).scalar()
    return None if stored is None else decode_room(stored)


def status_live(connection: Connection, session_id: int, session_game_id: int) -> RoomStatus:
    """The follower's view of a session game's room; raises SessionNotFound or SessionGameNotFound."""
    game = sessions.session_game(connection, session_id, session_game_id)
    room = followed_room(connection, session_game_id)
    return shown(game, room if room is not None and room.code == game.room_code else None)


def shown(game: SessionGame, room: Room | None) -> RoomStatus:
    """How a session game and what is known of its room look on the wire."""
    known = room or Room(code=game.room_code or "")
    started, ended = known.games_started + known.games_missed, known.games_ended + known.games_missed
    return RoomStatus(
        session_id=game.session_id,
        game_id=game.id,
        room_code=known.code or None,
        app_tag=known.app_tag,
        other_game=known.other_game,
        max_players=known.max_players,
        player_count=game.player_count,
        players=known.players[:PLAYERS_SHOWN],
        lobby_state=known.lobby_state,
        game_state=known.game_state,
        game_started=started > 0,
        game_finished=known.over is not None or 0 < started == ended,
        games_started=started,
        games_ended=ended,
        monitoring=game.player_count_check_status in FOLLOWED_STATUSES,
        status=game.player_count_check_status,
        reason=game.player_count_check_reason,
        source=game.player_count_source,
    )
