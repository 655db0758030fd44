"""How the games of each era tell of their lobby: the entities that they publish. Pure."""

import json
from collections.abc import Sequence
from enum import Enum
from typing import Any

import msgspec

AUDIENCE = 0
"""The owner of what only the audience is sent."""


class Phase(Enum):
    LOBBY = "lobby"
    COUNTDOWN = "countdown"
    PLAYING = "playing"
    POST_GAME = "post-game"


class Kind(Enum):
    """An era of games, by where and how the state is told."""

    ROOM = "room"  # object `room` with state and lobbyState
    ONE_FIELD = "one-field"  # object `room` with one field, as Lobby_CanStart
    BLOB = "bc-room"  # object `bc:room`, bridged from the time before
    ROOM_BLOB = "room-blob"  # object `roomBlob`
    TEXT = "text"  # JSON in the text `room`
    WORD_SPUD = "word-spud"  # object `room` with LobbyCanStart, without a countdown
    PRIVATE = "private"  # nothing shared: one object for each player
    DESCRIBED = "described"  # an object `textDescriptions`: the newest texts, in the players' language
    NOTHING = "nothing"  # nothing at all: only the room's lock and end are told


class Lobby(msgspec.Struct, frozen=True):
    """What a game knows when it tells of itself."""

    phase: Phase
    players: Sequence[tuple[int, str]]
    """Identifier and name, in the order of joining."""
    min_players: int
    max_players: int
    scene: str = "Logo"
    """What is on the screen while playing."""

    @property
    def can_start(self) -> bool:
        return len(self.players) >= self.min_players


class Published(msgspec.Struct, frozen=True):
    """An entity as a game sets it."""

    key: str
    value: Any
    type: str = "object"
    owner: int | None = None
    """The only client to whom it is sent; None sends it to all, AUDIENCE to the audience."""


def published(kind: Kind, lobby: Lobby) -> list[Published]:
    """All that a game of this kind publishes now."""
    if kind is Kind.NOTHING:
        return []
    if kind is Kind.DESCRIBED:
        return [Published("textDescriptions", {"data": {}, "latestDescriptions": _latest_descriptions(lobby)})]
    if kind is Kind.PRIVATE:
        own = [Published(f"player:{id}", _private(lobby, name), owner=id) for id, name in lobby.players]
        return [*own, Published("audiencePlayer", {"kind": _private_kind(lobby)}, owner=AUDIENCE)]
    return [_shared(kind, lobby)]


def _shared(kind: Kind, lobby: Lobby) -> Published:
    match kind:
        case Kind.ONE_FIELD:
            return Published("room", {"state": _one_field(lobby)})
        case Kind.WORD_SPUD:
            return Published("room", {"state": _one_word(lobby)})
        case Kind.TEXT:
            return Published("room", json.dumps(_two_fields(lobby)), type="text")
        case _:
            key = {Kind.BLOB: "bc:room", Kind.ROOM_BLOB: "roomBlob"}.get(kind, "room")
            return Published(key, _two_fields(lobby))


def _two_fields(lobby: Lobby) -> dict[str, Any]:
    shared = {"platformId": "STEAM", "locale": "en", "characters": _characters(lobby)}
    match lobby.phase:
        case Phase.PLAYING:
            started = {"action": "start", "value": len(lobby.players)}
            return {"state": lobby.scene, "platformId": "STEAM", "locale": "en", "analytics": [started]}
        case Phase.POST_GAME:
            return shared | {
                "state": "Lobby",
                "lobbyState": "PostGame",
                "gameCanStart": True,
                "gameFinished": True,
                "gameIsStarting": False,
                "artifact": {"artifactId": "none", "categoryId": "none", "rootId": "none"},
                "analytics": [{"action": "end"}],
            }
        case _:
            starting = lobby.phase is Phase.COUNTDOWN
            waiting = "CanStart" if lobby.can_start else "WaitingForMore"
            return shared | {
                "state": "Lobby",
                "lobbyState": "Countdown" if starting else waiting,
                "gameCanStart": lobby.can_start,
                "gameFinished": False,
                "gameIsStarting": starting,
                "textDescriptions": _descriptions(lobby),
            }


def _characters(lobby: Lobby) -> list[dict[str, Any]]:
    taken = [{"name": f"character-{n}", "available": False} for n in range(len(lobby.players))]
    free = [{"name": f"character-{n}", "available": True} for n in range(len(taken), lobby.max_players)]
    return taken + free


def _descriptions(lobby: Lobby) -> list[dict[str, str]]:
    """The first player is the VIP, who may start."""
    texts = [f"{name} {'is the VIP' if place == 0 else 'joined'}." for place, (_id, name) in enumerate(lobby.players)]
    return [{"category": "Joined", "text": text} for text in texts]


def _latest_descriptions(lobby: Lobby) -> list[dict[str, Any]]:
    """The text that is new, with its number: here that of the last join."""
    if lobby.phase is not Phase.LOBBY or not lobby.players:
        return []
    number, (_id, name) = len(lobby.players) - 1, lobby.players[-1]
    text = f"{name} ist beigetreten."
    return [{"id": number, "category": "TEXT_DESCRIPTION_PLAYER_JOINED", "text": text}]


def _one_field(lobby: Lobby) -> str:
    match lobby.phase:
        case Phase.PLAYING:
            return f"Gameplay_{lobby.scene}"
        case Phase.POST_GAME:
            return "Lobby_PostGame"
        case Phase.COUNTDOWN:
            return "Lobby_Countdown"
        case Phase.LOBBY:
            return "Lobby_CanStart" if lobby.can_start else "Lobby_WaitingForMore"


def _one_word(lobby: Lobby) -> str:
    if lobby.phase is Phase.PLAYING:
        return f"Gameplay{lobby.scene}"
    return "LobbyCanStart" if lobby.can_start else "Lobby"


def _private(lobby: Lobby, name: str) -> dict[str, Any]:
    kind = _private_kind(lobby)
    if kind != "lobby":
        return {"kind": kind, "playerName": name}
    waiting = "canStart" if lobby.can_start else "waitingForMore"
    return {
        "kind": kind,
        "playerName": name,
        "joinedPlayers": len(lobby.players),
        "minPlayers": lobby.min_players,
        "maxPlayers": lobby.max_players,
        "status": "isStarting" if lobby.phase is Phase.COUNTDOWN else waiting,
        "vipName": lobby.players[0][1],
    }


def _private_kind(lobby: Lobby) -> str:
    match lobby.phase:
        case Phase.PLAYING:
            return "writing"
        case Phase.POST_GAME:
            return "postGame"
        case _:
            return "lobby"
