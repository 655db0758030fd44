"""Those who talk to a server: a host with HTTP, and whoever listens on the WebSocket."""

import json
import ssl
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from gamenight.core.clock import to_text
from tests.support.patience import PATIENCE
from tests.support.server import ADMIN_KEY

# To read the list of authorities takes longer than most requests, and here all is plain HTTP.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Host(httpx.Client):
    """Hana, who has the admin key and is logged in."""

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(base_url=url, timeout=PATIENCE, trust_env=False, verify=NO_AUTHORITIES, **options)
        with a_guest(url) as guest:
            login = guest.post("/api/auth/login", json={"key": ADMIN_KEY}).raise_for_status()
        self.token: str = login.json()["token"]
        self.headers["Authorization"] = f"Bearer {self.token}"

    def a_session(self, notes: str | None = None) -> dict[str, Any]:
        return self.ok(self.post("/api/sessions", json={"notes": notes}))

    def a_game(self, session_id: int, game_id: int = 1, **fields: Any) -> dict[str, Any]:
        return self.ok(self.post(f"/api/sessions/{session_id}/games", json={"game_id": game_id, **fields}))

    def vote(
        self, username: str, vote: str = "up", *, after: float = 0, than: str | None = None, **fields: Any
    ) -> httpx.Response:
        """Vote as a bot does; `after` so many seconds from now, or `than` that moment, for one who votes again."""
        start = datetime.now(UTC) if than is None else datetime.fromisoformat(than)
        moment = to_text(start + timedelta(seconds=after))
        return self.post("/api/votes/live", json={"username": username, "vote": vote, "timestamp": moment} | fields)

    def set_status(self, game: dict[str, Any], status: str) -> dict[str, Any]:
        path = f"/api/sessions/{game['session_id']}/games/{game['id']}/status"
        return self.ok(self.patch(path, json={"status": status}))

    def games_of(self, session_id: int) -> list[dict[str, Any]]:
        games: list[dict[str, Any]] = self.get(f"/api/sessions/{session_id}/games").raise_for_status().json()
        return games

    def ok(self, response: httpx.Response) -> dict[str, Any]:
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        return answer


def a_guest(url: str) -> httpx.Client:
    """Somebody without a token."""
    return httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False, verify=NO_AUTHORITIES)


def a_token(hana: Host, scope: str, name: str = "Bix") -> str:
    """A token of this scope: the host's own, a guest's, or a new one with a name."""
    if scope == "admin":
        return hana.token
    if scope == "guest":
        with a_guest(str(hana.base_url)) as pia:
            answer = pia.post("/api/guests", json={"nickname": name, "cookie": False})
    else:
        answer = hana.post("/api/tokens", json={"name": name, "scope": scope})
    token: str = answer.raise_for_status().json()["token"]
    return token


class Listener:
    """A live client that keeps all that it receives."""

    def __init__(self, url: str, **options: Any) -> None:
        self._closing = ExitStack()
        opened = connect(url, proxy=None, open_timeout=PATIENCE, **options)
        self.socket: ClientConnection = self._closing.enter_context(opened)
        self.received: list[dict[str, Any]] = []

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._closing.close()

    def say(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def receive(self, timeout: float = PATIENCE) -> dict[str, Any]:
        """The next message."""
        message: dict[str, Any] = json.loads(self.socket.recv(timeout))
        self.received.append(message)
        return message

    def receive_until(self, type_: str, **fields: Any) -> dict[str, Any]:
        """Hear on until a message of this type with these fields comes."""
        while True:
            message = self.receive()
            if message["type"] == type_ and all(message.get(name) == value for name, value in fields.items()):
                return message

    def receive_event(self, type_: str, **data: Any) -> dict[str, Any]:
        """Hear on until an event of this type with these data comes."""
        while True:
            event = self.receive_until(type_)
            if all(event["data"].get(name) == value for name, value in data.items()):
                return event

    def authenticate(self, token: str, **fields: Any) -> dict[str, Any]:
        """Say who this is; returns the server's hello."""
        self.say(type="auth", token=token, **fields)
        return self.receive_until("hello")

    def subscribe(self, session_id: int, **fields: Any) -> dict[str, Any]:
        self.say(type="subscribe", sessionId=session_id, **fields)
        return self.receive_until("subscribed", sessionId=session_id)

    def nothing_more(self) -> list[dict[str, Any]]:
        """What comes before the answer to a ping that is sent now: all that had been sent until then."""
        before = len(self.received)
        self.say(type="ping")
        self.receive_until("pong")
        return self.received[before:-1]

    def close_code(self) -> int:
        """Wait until the server closes; returns its code."""
        try:
            while True:
                self.receive()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events among what was heard."""
        return [
            message for message in self.received if "id" in message and "data" in message and "timestamp" in message
        ]
