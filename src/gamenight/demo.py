"""`gamenight demo`: a night that is alive within seconds, on a throw-away database.

The server is the real one. A host of its own runs the night over the API, in rooms of the fake room service, and what
is printed is what any live client hears. Ctrl+C ends it, and nothing is left.
"""

import json
import random
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from gamenight.fake_rooms.threaded import ThreadedFakeRooms, running
from gamenight.server import Service, open_service
from gamenight.settings import load

CAST = ("Ada", "Bo", "Cleo", "Dev", "Emil", "Finn", "Gwen", "Hugo")
VIEWERS = ("ines", "jo", "kim", "lou", "max", "nia", "otto", "pia", "quin", "rosa", "sam", "tess")
GAMES_A_NIGHT = 3
PATIENCE = 20.0

Say = Callable[[str], None]


def run(*, host: str, port: int, speed: float, say: Say, welcome: Callable[[Service, str], None]) -> None:
    """Serve one night after the other until it is interrupted. Raises StartError where the server can't start."""
    key = f"demo-{secrets.token_hex(6)}"
    with TemporaryDirectory(prefix="gamenight-demo-") as folder, running() as rooms:
        settings = load(
            {}, host=host, port=port, data_dir=folder, admin_key=key, rooms_url=rooms.url, rooms_probe_seconds=5.0
        )
        with open_service(settings) as service:
            stopping = threading.Event()
            address = f"http://127.0.0.1:{service.port}"
            threads: list[threading.Thread] = []

            def begin(name: str, body: Callable[[], None]) -> None:
                thread = threading.Thread(target=body, name=name)
                thread.start()
                threads.append(thread)

            def started() -> None:
                welcome(service, key)
                say(f"The admin key of this demo is {key}. Nothing of it is kept.")
                begin("demo listener", lambda: tell(address, key, stopping, say))
                begin("demo host", lambda: host_nights(address, key, rooms, stopping, speed=speed, say=say))

            service.run(started)
            stopping.set()
            for thread in threads:
                thread.join(PATIENCE)


class Night:
    """The host of the demo: opens sessions, draws games, types codes. The rooms' players are played, too."""

    def __init__(
        self,
        api: httpx.Client,
        rooms: ThreadedFakeRooms,
        stopping: threading.Event,
        speed: float,
        chance: random.Random,
    ) -> None:
        self._api = api
        self._rooms = rooms
        self._stopping = stopping
        self._speed = speed
        self._chance = chance

    def run(self) -> None:
        """One session; raises Stopped in the middle of it."""
        session = self._ask("POST", "/api/sessions", {"notes": "A demo night"})
        people = self._chance.sample(CAST, self._chance.randint(4, len(CAST)))
        for number in range(1, GAMES_A_NIGHT + 1):
            self._play(session["id"], people, again=number == 1, vanishes=number == GAMES_A_NIGHT)
            self._wait(4)
        self._ask("POST", f"/api/sessions/{session['id']}/close", {})
        self._wait(6)

    def _play(self, session_id: int, people: list[str], *, again: bool, vanishes: bool) -> None:
        wish = {"playerCount": len(people), "sessionId": session_id, "excludePlayed": True}
        game = self._ask("POST", "/api/pick", wish)["game"]
        tags = {"app_tag": game["app_tags"][0]} if game["app_tags"] else {}
        room = self._rooms.open(min_players=game["min_players"], max_players=max(8, len(people)), **tags)
        added = self._ask("POST", f"/api/sessions/{session_id}/games", {"game_id": game["id"], "room_code": room.code})
        self._wait(2)
        for name in people:
            self._do(room.join, name, pause=self._chance.uniform(0.5, 2))
        self._do(room.countdown, pause=3)
        self._do(room.start, pause=2)
        self._votes_come_in(added["id"], seconds=13)
        self._do(room.post_game, pause=4)
        if again:
            self._do(room.same_players, pause=12)
            self._do(room.post_game, pause=4)
        self._do(room.vanish if vanishes else room.exit, pause=0)
        path = f"/api/sessions/{session_id}/games/{added['id']}/status-live"
        while self._ask("GET", path)["monitoring"]:
            self._wait(1)

    def _votes_come_in(self, session_game_id: int, seconds: float) -> None:
        """Some of those who watch vote in the chat; they like some games better than others."""
        taste = self._chance.uniform(0.3, 0.95)
        voters = self._chance.sample(VIEWERS, self._chance.randint(4, len(VIEWERS)))
        for name in voters:
            self._wait(seconds / len(voters))
            vote = "up" if self._chance.random() < taste else "down"
            # Named, since just after the game before a vote would still be for that one.
            said = {"username": name, "vote": vote, "sessionGameId": session_game_id}
            self._ask("POST", "/api/votes/live", said)

    def _do(self, act: Callable[..., object], *arguments: str, pause: float) -> None:
        self._rooms.do(act, *arguments)
        self._wait(pause)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = self._api.request(method, path, json=body).raise_for_status().json()
        return answer

    def _wait(self, seconds: float) -> None:
        if self._stopping.wait(seconds / self._speed):
            raise Stopped


class Stopped(Exception):
    """The demo ends."""


def host_nights(
    address: str, key: str, rooms: ThreadedFakeRooms, stopping: threading.Event, *, speed: float, say: Say
) -> None:
    """Host one night after the other, until it is time to stop or the server has ended."""
    with suppress(Stopped, httpx.TransportError), _logged_in(address, key) as api:
        try:
            while True:
                Night(api, rooms, stopping, speed, random.Random()).run()  # noqa: S311
        except httpx.HTTPStatusError as error:
            # A guest with the demo's key may have changed the night under the host's hands.
            say(f"The demo's host gives up: {error.response.text}. The server goes on; it is yours now.")


def tell(address: str, key: str, stopping: threading.Event, say: Say) -> None:
    """Print what a live client hears, from the first event on: the host may have been quicker."""
    with suppress(httpx.TransportError, WebSocketException), _logged_in(address, key) as api:
        token = api.headers["Authorization"].partition(" ")[2]
        with connect(f"{address.replace('http', 'ws', 1)}/api/sessions/live", proxy=None) as socket:
            socket.send(json.dumps({"type": "auth", "token": token, "since": 0}))
            while not stopping.is_set():
                with suppress(TimeoutError):
                    _hear(socket, json.loads(socket.recv(timeout=0.5)), say)


def _hear(socket: ClientConnection, event: dict[str, Any], say: Say) -> None:
    if event["type"] == "session.started":
        socket.send(json.dumps({"type": "subscribe", "sessionId": event["sessionId"], "since": event["id"]}))
    line = line_of(event)
    if line is not None:
        say(line)


@contextmanager
def _logged_in(address: str, key: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE) as api:
        token = api.post("/api/auth/login", json={"key": key}).raise_for_status().json()["token"]
        api.headers["Authorization"] = f"Bearer {token}"
        yield api


def line_of(event: dict[str, Any]) -> str | None:
    """An event in a line; None for messages that are none, and for what comes all the time."""
    data, type_ = event.get("data"), event["type"]
    if not isinstance(data, dict) or type_ in {"game.status", "catalogue.changed"}:
        return None
    game = data.get("sessionGame")
    words = [event["timestamp"][11:19], f"{type_:22}"]
    if game is not None:
        words.append(f"{game['title']} ({game['room_code'] or 'no room'})")
    if type_ == "vote.received" and game is not None:
        votes = f"+{game['upvotes']} -{game['downvotes']}"
        return "  ".join([*words, f"{data['vote']['username']} votes {data['vote']['type']}", votes])
    if "playerName" in data:
        words.append(f"{data['playerName']} is in")
    if data.get("playerCount") is not None:
        seats = f" of {data['maxPlayers']}" if data.get("maxPlayers") else ""
        words.append(f"{data['playerCount']}{seats} joined")
    elif type_ == "game.status-changed" and game is not None:
        words.append(game["status"])
    return "  ".join(words)
