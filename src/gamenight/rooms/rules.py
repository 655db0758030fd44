"""The state of a room that its observations add up to, and the events between two states. Pure."""

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct, structs

from gamenight.rooms import wire
from gamenight.rooms.wire import MAX_PLAYERS, Observation, Phase

Source = Literal["socket", "rest"]
ReasonCode = Literal["room_closed", "room_not_found", "connection_failed", "replaced", "stopped"]
"""Why a room is followed no longer."""
_CAN_START = re.compile(r"can_?start|is_?starting|countdown", re.IGNORECASE)
_IS_STARTING = re.compile(r"is_?starting|countdown", re.IGNORECASE)


class Room(Struct, frozen=True, kw_only=True):
    """All that is known of a room. The counts of games only rise, so that no event is emitted twice or missed.

    `other_game` is what the room plays where that isn't the session game that it is followed for.
    `seats` are players by id, also those who left: the service does not tell one from the other. `counted` is what the
    game's state says without names. `estimated` is what REST lets guess, and counts only where the socket says nothing.
    `joins_told` are the joins that the game told of in words. `games_missed` are those that were over before the room
    was first seen: they count as played, and nobody is told of their start and end.
    """

    code: str
    app_tag: str | None = None
    other_game: str | None = None
    max_players: int | None = None
    phase: Phase = "unknown"
    lobby_state: str | None = None
    game_state: str | None = None
    seats: dict[int, str] = {}
    kicked: list[int] = []
    counted: int = 0
    joins_told: list[str] = []
    estimated: int = 0
    own_sockets: list[int] = []
    source: Source | None = None
    games_started: int = 0
    games_ended: int = 0
    games_missed: int = 0
    over: str | None = None
    reason_code: ReasonCode | None = None
    can_start: bool | None = None
    is_starting: bool | None = None

    @property
    def game_can_start(self) -> bool:
        """Whether enough have joined: as the lobby says, in as many words or by the name of its state."""
        return self._lobby_says(self.can_start, _CAN_START)

    @property
    def game_is_starting(self) -> bool:
        """Whether the countdown runs."""
        return self._lobby_says(self.is_starting, _IS_STARTING)

    def _lobby_says(self, said: bool | None, pattern: re.Pattern[str]) -> bool:
        if self.phase != "lobby" or self.playing or self.over is not None:
            return False
        return bool(pattern.search(self.lobby_state or "")) if said is None else said

    @property
    def seen(self) -> bool:
        """Whether the service has said that the room exists."""
        return self.app_tag is not None

    @property
    def joined(self) -> int | None:
        """How many have joined; never above the room's seats. None while no source has said."""
        if self.source is None:
            return None
        estimated = self.estimated if self.source == "rest" else 0
        count = max(len(self.seats), self.counted, estimated) - len(self.kicked)
        return max(0, min(count, self.max_players or MAX_PLAYERS))

    @property
    def players(self) -> list[str]:
        """The names, in order of joining, of those not thrown out."""
        return [name for seat, name in sorted(self.seats.items()) if name and seat not in self.kicked]

    @property
    def playing(self) -> bool:
        return self.games_started > self.games_ended


def observe(room: Room, seen: Observation, source: Source) -> Room:  # noqa: PLR0911, PLR0912, one case for each kind
    """The room after one more observation. Nothing changes any more once it is over."""
    if room.over is not None:
        return room
    match seen:
        case wire.Info():
            return _informed(room, seen)
        case wire.Welcome(id=identifier):
            known = identifier is None or identifier in room.own_sockets or len(room.own_sockets) >= MAX_PLAYERS
            return room if known else structs.replace(room, own_sockets=[*room.own_sockets, identifier])
        case wire.Present(players=players):
            return _seated(room, players, source)
        case wire.Joined(id=seat, name=name):
            return _seated(room, {seat: name}, source)
        case wire.Kicked(id=seat):
            known = seat not in room.seats or seat in room.kicked
            return room if known else structs.replace(room, kicked=[*room.kicked, seat])
        case wire.Counted(joined=joined):
            # A count says less than names do: it doesn't take the place of their source.
            return structs.replace(room, counted=max(room.counted, joined), source=room.source or source)
        case wire.JoinsTold(told=told):
            return _told(room, told, source)
        case wire.Connections(connections=connections):
            return _estimated(room, connections - 1 - len(room.own_sockets))
        case wire.State():
            said = structs.replace(
                room,
                lobby_state=seen.lobby_state,
                game_state=seen.game_state,
                can_start=seen.can_start,
                is_starting=seen.is_starting,
            )
            return _in_phase(said, seen.phase)
        case wire.Locked():
            return _locked(room)
        case wire.Over(reason=reason):
            return end(room, reason)
        case wire.Refused():
            return room


def end(room: Room, reason: str, code: ReasonCode = "room_closed") -> Room:
    """The room is over, and with it the game that runs."""
    return structs.replace(room, over=reason, reason_code=code, games_ended=room.games_started)


def give_up(room: Room, code: ReasonCode) -> Room:
    """The room is looked for no longer: it was never seen."""
    return structs.replace(room, reason_code=code)


def _informed(room: Room, info: wire.Info) -> Room:
    if room.app_tag is not None and info.app_tag != room.app_tag:
        return end(room, "Another game has this code now: the room is over.", "replaced")
    room = structs.replace(
        room, app_tag=info.app_tag, max_players=room.max_players if info.max_players is None else info.max_players
    )
    if info.locked:
        room = _locked(room)
    if room.source == "socket":
        return room
    return room if info.max_players is None or not info.full else _estimated(room, info.max_players)


def _seated(room: Room, players: dict[int, str], source: Source) -> Room:
    new = {seat: name for seat, name in players.items() if seat not in room.seats}
    if room.source == "socket" and not new:
        return room
    max_seats = (room.max_players or MAX_PLAYERS) + len(room.kicked)
    seats = dict(sorted({**room.seats, **new}.items())[:max_seats])
    return structs.replace(room, seats=seats, source=source)


def _told(room: Room, told: list[str], source: Source) -> Room:
    """The joins of before are not told again: those that were, are at least as many as have joined."""
    known = set(room.joins_told)
    new = [each for each in told if each not in known]
    if not new or len(room.joins_told) >= MAX_PLAYERS:
        return room
    joins_told = [*room.joins_told, *new][:MAX_PLAYERS]
    counted = max(room.counted, len(joins_told))
    return structs.replace(room, joins_told=joins_told, counted=counted, source=room.source or source)


def _estimated(room: Room, joined: int) -> Room:
    return structs.replace(room, estimated=max(room.estimated, min(joined, MAX_PLAYERS)), source="rest")


def _locked(room: Room) -> Room:
    """A room is locked when its first game starts, and stays so: later games are told by its state alone."""
    if room.games_started or room.games_missed or room.phase not in {"unknown", "lobby"}:
        return room
    return structs.replace(room, games_started=1)


def _in_phase(room: Room, phase: Phase) -> Room:
    started, ended = room.games_started, room.games_ended
    is_first = not started and not room.games_missed
    if phase == "finished" and room.phase == "unknown" and is_first:
        return structs.replace(room, phase=phase, games_missed=1)
    if phase == "playing":
        started = ended + 1
    elif phase == "finished" and is_first:
        # It was in its lobby when it was last seen: the game was played while the service could not be reached.
        started = ended = 1
    elif phase == "finished" or room.phase == "playing":
        # A lobby ends a game that was seen to run; where only the lock told of it, the lobby is its old state.
        ended = started
    return structs.replace(room, phase=phase, games_started=started, games_ended=ended)


RoomEventType = Literal[
    "room.connected", "lobby.player-joined", "lobby.updated", "game.started", "game.ended", "room.disconnected"
]


class RoomEvent(Struct, frozen=True):
    """An event of a room. `player_name` goes with a join."""

    type: RoomEventType
    player_name: str | None = None


def events_between(before: Room, after: Room) -> list[RoomEvent]:
    """The events that lead from one state of a room to another, in order."""
    room_events: list[RoomEvent] = []
    if after.seen and not before.seen:
        room_events.append(RoomEvent("room.connected"))
    if after.seen:
        room_events.extend(
            RoomEvent("lobby.player-joined", name)
            for seat, name in sorted(after.seats.items())
            if seat not in before.seats and seat not in after.kicked
        )
    room_events.extend(_games(before, after))
    lobby = _lobby(before) != _lobby(after)
    if before.seen and after.phase == "lobby" and not after.playing and (lobby or before.phase != "lobby"):
        room_events.append(RoomEvent("lobby.updated"))
    if after.over is not None and before.over is None and after.seen:
        room_events.append(RoomEvent("room.disconnected"))
    return room_events


def _lobby(room: Room) -> tuple[str | None, int | None, bool, bool]:
    return room.lobby_state, room.max_players, room.game_can_start, room.game_is_starting


def _games(before: Room, after: Room) -> Iterator[RoomEvent]:
    started, ended = before.games_started, before.games_ended
    while (started, ended) != (after.games_started, after.games_ended):
        if started > ended:
            ended += 1
            yield RoomEvent("game.ended")
        else:
            started += 1
            yield RoomEvent("game.started")


def count_to_show(by_hand: int | None, room_before: int | None, room_after: int | None) -> int | None:
    """The count to show after the room's own has changed: one given by hand stays until the room counts more."""
    if room_after is None or room_after == room_before:
        return by_hand
    return room_after if by_hand is None else max(by_hand, room_after)
