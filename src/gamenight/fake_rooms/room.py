"""One room: who is in it, what its game publishes, and what is sent of it. It owns no socket: a `Line` does."""

import uuid
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import msgspec

from gamenight.fake_rooms.codes import ErrorCode, ExitCause
from gamenight.fake_rooms.faults import Faults
from gamenight.fake_rooms.games import AUDIENCE, Kind, Lobby, Phase, published

HOST_ID = 1
NAME_LENGTH = 12
REMEMBERED = 1000
AUDIENCE_IDS = 10_000_000_000
AUDIENCE_COUNTER = 777
TOLD_OF_CLIENTS = {"host", "moderator"}
SEES_ALL = {"host", "moderator", "shard"}


class Refused(Exception):
    """The room service says no: the code and the text of its `error` message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Line(Protocol):
    """The way to one connected client. None of these waits."""

    def deliver(self, message: dict[str, Any]) -> None: ...

    def close(self, code: int) -> None: ...

    def cut(self) -> None: ...


class RoomOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The options with which the game opens a room."""

    code: str
    app_tag: str = "quiplash3"
    app_id: str = "4b0d3b57-a0cb-406a-a1fe-a652ce8592d4"
    kind: Kind = Kind.ROOM
    min_players: int = 3
    max_players: int = 8
    audience: bool = True
    moderator_password: str = ""
    password: str = ""
    announces_joins: bool = True
    """Whether shards are sent joins and leaves; some games don't send them."""
    keepalive: bool = False


class Client(msgspec.Struct, eq=False):
    """Someone who has, or had, a place in the room: the host, a player, a shard, a moderator or the audience."""

    id: int
    role: str
    name: str
    user_id: str
    secret: str
    line: Line | None = None
    present: bool = True
    kicked: bool = False

    @property
    def roles(self) -> dict[str, Any]:
        return {self.role: {"name": self.name} if self.role == "player" else {}}


class Entity(msgspec.Struct, eq=False):
    """Something of the room that clients read by its key."""

    key: str
    type: str
    value: Any
    owner: int | None
    version: int = 0
    sender: int = HOST_ID

    @property
    def body(self) -> dict[str, Any]:
        return {"key": self.key, "val": self.value, "version": self.version, "from": self.sender}

    def sent_to(self, client: Client) -> bool:
        """Send an entity: one that has an owner to the owner alone."""
        return self.owner is None or self.owner == client.id or (self.owner == AUDIENCE and client.role == "audience")

    def readable_by(self, client: Client) -> bool:
        return client.role in SEES_ALL or self.sent_to(client)


class Room:
    """A room that is played by its methods: each says at once to all sockets what a real game's room would say."""

    def __init__(self, options: RoomOptions, changed: Callable[[], None] = lambda: None) -> None:
        self.options = options
        self.faults = Faults()
        self.phase = Phase.LOBBY
        self.scene = "Logo"
        self.locked = False
        self.over = False
        self.connections = 1
        """Places ever given; never goes down."""
        self.clients: dict[int, Client] = {}
        self.audience: dict[int, Client] = {}
        self.entities: dict[str, Entity] = {}
        self.received: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)
        """Role and opcode of each message that a client sent."""
        self._counter = 0
        self._changed = changed
        self._add(Client(HOST_ID, "host", "", str(uuid.uuid4()), str(uuid.uuid4())))
        self._publish()

    # Who is here

    @property
    def code(self) -> str:
        return self.options.code

    @property
    def players(self) -> list[Client]:
        """Everyone who has a seat: also those whose phone has gone, not those who were kicked."""
        return [client for client in self.clients.values() if client.role == "player" and not client.kicked]

    @property
    def full(self) -> bool:
        return len(self.players) >= self.options.max_players

    def connected(self, role: str) -> list[Client]:
        """The clients of this role that have a socket open now."""
        return [client for client in self._everyone() if client.role == role and client.line is not None]

    def player(self, name: str) -> Client:
        """The seated player of this name. Raises KeyError where there is none."""
        for client in self.players:
            if client.name == name:
                return client
        raise KeyError(f"Nobody called {name} has a seat in {self.code}.")

    def here(self, without: Client) -> dict[str, Any]:
        """Everyone who ever had a place, as a welcome shows them to this client."""
        return {
            str(other.id): {"id": other.id, "roles": other.roles}
            for other in self.clients.values()
            if other is not without
        }

    # What players do

    def join(self, name: str, user_id: str = "") -> Client:
        """A player takes a seat. Raises Refused where the room is locked or full."""
        if self.locked:
            raise Refused(ErrorCode.ROOM_LOCKED, "the room is locked")
        if self.full:
            raise Refused(ErrorCode.ROOM_FULL, "the room is full")
        return self.enter("player", name[:NAME_LENGTH], user_id)

    def enter(self, role: str, name: str, user_id: str = "") -> Client:
        """A client of any role comes in; those who are told of clients are told of this one."""
        self.connections += 1
        id = AUDIENCE_IDS + self.connections if role == "audience" else max(self.clients) + 1
        client = Client(id, role, name, user_id or str(uuid.uuid4()), str(uuid.uuid4()))
        self._add(client)
        self._tell_of("client/connected", client, {"userId": client.user_id, "name": name, "reconnect": False})
        if role == "player":
            self._publish()
        self._changed()
        return client

    def leave(self, name: str) -> None:
        """A player's phone goes; the seat stays taken."""
        self.lose(self.player(name))

    def lose(self, client: Client) -> None:
        """A client's socket has gone, or a scripted player's phone."""
        line, client.line, client.present = client.line, None, False
        if line is not None:
            line.close(1000)
        if client.role == "audience":
            self.audience.pop(client.id, None)
        self._tell_of("client/disconnected", client, {})
        self._changed()

    def rejoin(self, name: str) -> Client:
        """A player who had gone is back in the same seat."""
        return self.come_back(self.player(name))

    def come_back(self, client: Client) -> Client:
        """A client takes its old place again; a socket that it still had there is closed."""
        if client.line is not None:
            client.line.close(1000)
        client.line, client.present = None, True
        described = {"userId": client.user_id, "name": client.name, "reconnect": True}
        self._tell_of("client/connected", client, described)
        self._changed()
        return client

    def kick(self, name: str, *, banned: bool = False) -> None:
        """A player is thrown out. Like all who have gone, they stay in `here`."""
        client = self.player(name)
        client.kicked, client.present = True, False
        self._tell_of("client/kicked", client, {"reason": "removed by the host", "banned": banned})
        if client.line is not None:
            client.line.close(1000)
            client.line = None
        self._publish()
        self._changed()

    # What the game does

    def countdown(self) -> None:
        self._enter_phase(Phase.COUNTDOWN)

    def cancel_countdown(self) -> None:
        self._enter_phase(Phase.LOBBY)

    def start(self, *, lock: bool = True) -> None:
        """The game starts. It locks the room too, unless `lock` says that this comes apart, or never."""
        self.scene = "Logo"
        self._enter_phase(Phase.PLAYING)
        if lock:
            self.lock()

    def show(self, scene: str) -> None:
        """Another scene of the game that is playing, such as Gameplay."""
        self.scene = scene
        self._publish()

    def lock(self, *, silently: bool = False) -> None:
        """No new players from now on. `silently` leaves it to REST to say so."""
        self.locked = True
        if not silently:
            self.send_all("room/lock", {})
        self._changed()

    def post_game(self) -> None:
        self._enter_phase(Phase.POST_GAME)

    def same_players(self) -> None:
        """The next game of the same players: same code, still locked, without a lobby."""
        self.start(lock=False)

    def exit(self, cause: ExitCause | int = ExitCause.BY_REQUEST, *, says_so: bool = True) -> None:
        """The room is over: all get word, unless `says_so` is off, and their sockets closed."""
        if self.over:
            return
        if says_so:
            self.send_all("room/exit", {"cause": int(cause)})
        self.over = True
        for client in self._everyone():
            if client.line is not None:
                client.line.close(1000)
        self._changed()

    def vanish(self) -> None:
        """The host's machine is gone: sockets are cut without a word, and REST knows the room no more."""
        self.over = True
        self.cut()

    def cut(self) -> None:
        """All sockets are cut; the room goes on."""
        for client in self._everyone():
            if client.line is not None:
                client.line.cut()
        self._changed()

    # What is said

    def set(self, key: str, value: Any, *, type: str = "object", owner: int | None = None, sender: int = 1) -> None:
        """An entity gets a new value, which is sent to its readers. `owner` restricts it to one client."""
        entity = self.entities.setdefault(key, Entity(key, type, value, owner))
        entity.value, entity.type, entity.sender = value, type, sender
        entity.version += 1
        for client in self._everyone():
            if entity.sent_to(client):
                self.send(client, entity.type, entity.body)
        self._changed()

    def drop(self, key: str) -> None:
        """An entity is removed."""
        entity = self.entities.pop(key)
        for client in self._everyone():
            if entity.sent_to(client):
                self.send(client, "drop", {"key": key})
        self._changed()

    def note(self, client: Client, opcode: str) -> None:
        """A client sent this."""
        self.received.append((client.role, opcode))
        self._changed()

    def send_all(self, opcode: str, result: Any) -> None:
        for client in self._everyone():
            self.send(client, opcode, result)

    def send(self, client: Client, opcode: str, result: Any, reply_to: Any = None) -> None:
        """One message to one client, if it has a socket."""
        if client.line is None:
            return
        self._counter += 1
        counter = AUDIENCE_COUNTER if client.role == "audience" else self._counter
        message = {"pc": counter, "opcode": opcode, "result": result}
        client.line.deliver(message if reply_to is None else message | {"re": reply_to})

    def welcome(self, client: Client, line: Line, faults: Faults, *, reconnect: bool) -> None:
        """Connect a client that came in, with `client/welcome` as its first message."""
        client.line = line
        self.send(client, "client/welcome", self._welcome(client, faults, reconnect=reconnect))
        self._changed()

    def connect(self, client: Client, line: Line) -> None:
        """Connect a client that came in, and say nothing to it."""
        client.line = line
        self._changed()

    def _welcome(self, client: Client, faults: Faults, *, reconnect: bool) -> dict[str, Any]:
        audience = client.role == "audience"
        profile = {"id": client.id, "roles": client.roles}
        answer: dict[str, Any] = {
            "id": client.id,
            "name": client.name,
            "secret": client.secret,
            "reconnect": reconnect,
            "deviceId": f"{uuid.uuid5(uuid.NAMESPACE_OID, client.user_id)}",
            "here": None if audience else self.here(client),
            "profile": None if audience else profile,
            "entities": {
                entity.key: [entity.type, entity.body, {"locked": False}]
                for entity in self.entities.values()
                if entity.sent_to(client)
            },
        }
        if faults.text_ids:
            answer["id"] = str(client.id)
            answer["here"] = {id: {**one, "id": id} for id, one in (answer["here"] or {}).items()}
        return answer | faults.welcome

    def _enter_phase(self, phase: Phase) -> None:
        self.phase = phase
        self._publish()
        self._changed()

    def _publish(self) -> None:
        seats = [(client.id, client.name) for client in self.players]
        lobby = Lobby(self.phase, seats, self.options.min_players, self.options.max_players, self.scene)
        for entity in published(self.options.kind, lobby):
            known = self.entities.get(entity.key)
            if known is None or known.value != entity.value:
                self.set(entity.key, entity.value, type=entity.type, owner=entity.owner)

    def _tell_of(self, opcode: str, about: Client, more: dict[str, Any]) -> None:
        if about.role == "audience":
            return
        result = {"id": about.id, "role": about.role, **more}
        if opcode == "client/connected":
            result["profile"] = {"id": about.id, "roles": about.roles}
        for client in self.clients.values():
            is_recipient = client.role in TOLD_OF_CLIENTS or (client.role == "shard" and self.options.announces_joins)
            if client is not about and is_recipient:
                self.send(client, opcode, result)

    def _add(self, client: Client) -> None:
        (self.audience if client.role == "audience" else self.clients)[client.id] = client

    def _everyone(self) -> Iterator[Client]:
        yield from [*self.clients.values(), *self.audience.values()]
