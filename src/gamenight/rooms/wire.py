"""Decodes what the room service sends into observations. No socket, no clock, and no exception for any input.

The service is not documented and changes: what is not known is ignored, what doesn't fit counts as not said.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from gamenight.core.text import clean_name

Phase = Literal["unknown", "lobby", "playing", "finished"]

MAX_PLAYERS = 1000
"""No game seats more; a larger number is not believed."""
MAX_HOST_LENGTH = 260
MAX_DESCRIPTIONS = 2 * MAX_PLAYERS

GONE_CODES = {2013, 2027}
"""Errors that say the room is over: not found, has already ended."""
STATE_KEYS = {"room", "bc:room", "roomBlob"}
DESCRIPTIONS_KEY = "textDescriptions"
_PLAYER_KEY = re.compile(r"player:\d{1,12}\Z")
_JOINED = re.compile(r"joined|player[-_ ]?join", re.IGNORECASE)
_NO_PLAYER_JOINED = re.compile(r"audience|rejoin", re.IGNORECASE)
_VIP = re.compile(r"(?<![A-Za-z])VIP(?![A-Za-z])")
_POST_GAME = re.compile(r"post[-_ ]?game", re.IGNORECASE)


class Info(Struct, frozen=True, kw_only=True):
    """A room as REST shows it."""

    app_tag: str
    host: str | None = None
    audience_host: str | None = None
    locked: bool = False
    full: bool = False
    max_players: int | None = None


class Welcome(Struct, frozen=True):
    """The socket is let in. `secret` brings back the same seat; it is never logged or stored."""

    id: int | None
    secret: str | None


class Present(Struct, frozen=True):
    """The players with a seat, by id: all that ever joined, also those who have left."""

    players: dict[int, str]


class Joined(Struct, frozen=True):
    id: int
    name: str


class Kicked(Struct, frozen=True):
    id: int


class Counted(Struct, frozen=True):
    """A count without names."""

    joined: int


class JoinsTold(Struct, frozen=True):
    """The game told in words that somebody has joined: once for each of these, by its id or its text."""

    told: list[str]


class Connections(Struct, frozen=True):
    """How many sockets the room ever had: the game's own, the players', and ours."""

    connections: int


class State(Struct, frozen=True):
    """`can_start` and `is_starting` are None where the game doesn't say so in as many words."""

    phase: Phase
    lobby_state: str | None
    game_state: str | None
    can_start: bool | None = None
    is_starting: bool | None = None


class Locked(Struct, frozen=True):
    """Nobody can join any more: a game has started."""


class Over(Struct, frozen=True):
    reason: str


class Refused(Struct, frozen=True):
    """An error of the service, in place of what was asked for."""

    code: int


Observation = (
    Info | Welcome | Present | Joined | Kicked | Counted | JoinsTold | Connections | State | Locked | Over | Refused
)

_EXIT_CAUSES = {
    1: "Nobody joined for too long.",
    2: "Nobody joined for too long.",
    3: "The game took too long.",
    4: "The game that hosted the room was lost.",
    5: "The game closed the room.",
    6: "The room service shuts down.",
}


def read_info(body: bytes) -> Info | None:
    """REST's answer about a room, or None where it is none."""
    message = _mapping(_decoded(body))
    room = _mapping(message.get("body")) or message
    app_tag = _word(room.get("appTag"))
    if app_tag is None:
        return None
    return Info(
        app_tag=app_tag,
        host=_host(room.get("host")),
        audience_host=_host(room.get("audienceHost")),
        locked=room.get("locked") is True,
        full=room.get("full") is True,
        max_players=_count(room.get("maxPlayers"), minimum=1),
    )


def read_connections(body: bytes) -> Connections | None:
    room = _mapping(_mapping(_decoded(body)).get("body"))
    connections = _count(room.get("connections"))
    return None if connections is None else Connections(connections)


def read_frame(frame: str | bytes) -> list[Observation]:
    """The observations in a frame of the socket."""
    message = _mapping(_decoded(frame))
    opcode = message.get("opcode")
    read = _READERS.get(opcode) if isinstance(opcode, str) else None
    return [] if read is None else list(read(_mapping(message.get("result"))))


def _welcome(result: Mapping[str, Any]) -> Iterator[Observation]:
    secret = result.get("secret")
    yield Welcome(_identifier(result.get("id")), secret if isinstance(secret, str) and len(secret) <= 256 else None)
    here = _mapping(result.get("here"))
    players: dict[int, str] = {}
    for key, client in list(here.items())[: 2 * MAX_PLAYERS]:
        roles = _mapping(_mapping(client).get("roles"))
        identifier = _identifier(key)
        if "player" in roles and identifier is not None and len(players) < MAX_PLAYERS:
            players[identifier] = _name(_mapping(roles["player"]).get("name"))
    if result.get("here") is not None:
        yield Present(players)
    for key, entity in _mapping(result.get("entities")).items():
        if isinstance(entity, list) and len(entity) > 1:
            yield from _entity(key, _mapping(entity[1]))


def _connected(result: Mapping[str, Any]) -> Iterator[Observation]:
    identifier = _identifier(result.get("id"))
    roles = _mapping(_mapping(result.get("profile")).get("roles"))
    is_player = result.get("role") == "player" or "player" in roles
    if identifier is not None and is_player:
        name = result.get("name") or _mapping(roles.get("player")).get("name")
        yield Joined(identifier, _name(name))


def _kicked(result: Mapping[str, Any]) -> Iterator[Observation]:
    identifier = _identifier(result.get("id"))
    if identifier is not None:
        yield Kicked(identifier)


def _locked(_result: Mapping[str, Any]) -> Iterator[Observation]:
    yield Locked()


def _exited(result: Mapping[str, Any]) -> Iterator[Observation]:
    cause = result.get("cause")
    words = _EXIT_CAUSES.get(cause) if isinstance(cause, int) else None
    yield Over(words or "The room was closed.")


def _refusal(result: Mapping[str, Any]) -> Iterator[Observation]:
    code = result.get("code")
    number = code if isinstance(code, int) and not isinstance(code, bool) else 0
    if number in GONE_CODES:
        yield Over("The room has ended.")
    else:
        yield Refused(number)


def _updated(result: Mapping[str, Any]) -> Iterator[Observation]:
    yield from _entity(result.get("key"), result)


def _entity(key: object, body: Mapping[str, Any]) -> Iterator[Observation]:
    if not isinstance(key, str):
        return
    value = body.get("val")
    if isinstance(value, str):
        value = _decoded(value)
    state = _mapping(value)
    if key in STATE_KEYS:
        yield from _room_state(state)
    elif key == DESCRIPTIONS_KEY:
        yield from _descriptions(state)
    elif _PLAYER_KEY.match(key):
        yield from _player_state(state)


def _room_state(state: Mapping[str, Any]) -> Iterator[Observation]:
    yield from _counts(state)
    game_state = _word(state.get("state"))
    lobby_state = _word(state.get("lobbyState"))
    if game_state is not None and game_state.startswith("Lobby_"):
        lobby_state = lobby_state or game_state.removeprefix("Lobby_")
    # What only a lobby has may be empty, or an object that says more than a word.
    has_lobby = isinstance(state.get("lobbyState"), str | dict)
    flags = (_flag(state.get("gameCanStart")), _flag(state.get("gameIsStarting")))
    if state.get("gameFinished") is True or _POST_GAME.search(f"{lobby_state} {game_state}"):
        yield State("finished", lobby_state, game_state)
    elif game_state is not None or has_lobby:
        in_lobby = game_state is None or game_state.startswith("Lobby")
        yield State("lobby" if in_lobby else "playing", lobby_state, game_state, *flags)


def _player_state(state: Mapping[str, Any]) -> Iterator[Observation]:
    """Newer games share no state of the room, but what a seated player is shown tells of it."""
    yield from _counts(state)
    kind = _word(state.get("kind"))
    if kind is None:
        return
    if kind.lower() == "lobby":
        status = _word(state.get("status"))
        yield State("lobby", status, kind)
    else:
        yield State("finished" if _POST_GAME.search(kind) else "playing", None, kind)


def _counts(state: Mapping[str, Any]) -> Iterator[Observation]:
    counts = [_size(state.get("joinedPlayers")), _size(state.get("connectedPlayers"))]
    characters = state.get("characters")
    if isinstance(characters, list):
        counts.append(sum(_mapping(each).get("available") is False for each in characters))
    # Most games have an entity for them, with the new ones only; in a game's state those of before may stay.
    descriptions = state.get(DESCRIPTIONS_KEY)
    if isinstance(descriptions, dict):
        yield from _descriptions(descriptions)
    else:
        counts.append(_people_in(_joins(descriptions)))
    believed = [count for count in counts if count is not None and 0 < count <= MAX_PLAYERS]
    if believed:
        yield Counted(max(believed))


def _descriptions(state: Mapping[str, Any]) -> Iterator[Observation]:
    """The descriptions that are new, each with an id of its own; the next ones take their place."""
    joins = _joins(state.get("latestDescriptions"))
    told = [_name(each.get("text")) if (id := _identifier(each.get("id"))) is None else str(id) for each in joins]
    if told:
        yield JoinsTold(list(dict.fromkeys(told)))


def _joins(descriptions: object) -> list[Mapping[str, Any]]:
    """Those that tell of a player's joining: by their category, since the text is in the players' language."""
    if not isinstance(descriptions, list):
        return []
    return [
        each
        for each in map(_mapping, descriptions[:MAX_DESCRIPTIONS])
        if isinstance(category := each.get("category"), str)
        and _JOINED.search(category)
        and not _NO_PLAYER_JOINED.search(category)
    ]


def _people_in(joins: list[Mapping[str, Any]]) -> int:
    """How many the texts are about: "ANN ist der VIP." may come beside "ANN ist beigetreten.", or in its place."""
    texts = {_name(each.get("text")) for each in joins}
    about_vip = {text for text in texts if _VIP.search(text)}
    names = {words[0] for text in texts - about_vip if (words := _words(text))}
    return len(texts - about_vip) + sum(names.isdisjoint(_words(text)) for text in about_vip)


def _words(text: str) -> list[str]:
    return [word.strip(".,:!") for word in text.split()]


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _name(value: object) -> str:
    """A name as text for pages; empty where it is none."""
    return clean_name(value) if isinstance(value, str) else ""


def _decoded(text: str | bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str | None:
    """A short word of the service's own vocabulary."""
    return _name(value) or None


def _host(value: object) -> str | None:
    """A host as it stands, or none: one that was cut short would be another host."""
    return value if isinstance(value, str) and 0 < len(value) <= MAX_HOST_LENGTH and value.isprintable() else None


def _count(value: object, *, minimum: int = 0) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= MAX_PLAYERS:
        return None
    return value


def _size(value: object) -> int | None:
    return len(value) if isinstance(value, list | dict) else _count(value)


def _identifier(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**15:
        return None
    return value


_READERS: dict[str, Callable[[Mapping[str, Any]], Iterator[Observation]]] = {
    "client/welcome": _welcome,
    "client/connected": _connected,
    "client/kicked": _kicked,
    "object": _updated,
    "text": _updated,
    "room/lock": _locked,
    "room/exit": _exited,
    "error": _refusal,
}
