"""Serves the demo and prints what any live client hears. Ctrl+C ends it, and nothing is left."""

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

from gamenight.demo.nights import Say, Screens, host_night
from gamenight.demo.party import Party, Stopped, TakenOver
from gamenight.fake_rooms.threaded import ThreadedFakeRooms, running
from gamenight.server import Service, open_service
from gamenight.settings import load

PATIENCE = 20.0


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


def host_nights(
    address: str, key: str, rooms: ThreadedFakeRooms, stopping: threading.Event, *, speed: float, say: Say
) -> None:
    """Host one night after the other, until it is time to stop, or somebody else is the host."""
    with suppress(Stopped, httpx.HTTPError), _logged_in(address, key) as api:
        party = Party(api, rooms, stopping, speed, random.Random())  # noqa: S311
        try:
            while True:
                host_night(party)
        except TakenOver:
            say("The night is yours now: the demo's host does nothing more. Type the codes that stand here.")
        Screens(party, say).follow()


def tell(address: str, key: str, stopping: threading.Event, say: Say) -> None:
    """Print what a live client hears, from the first event on: the host may have been quicker."""
    with suppress(httpx.HTTPError, OSError, WebSocketException), _logged_in(address, key) as api:
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
