"""A night in scenes, for tests and screenshots of the pages: a real server, and rooms that are played by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gamenight.fake_rooms.room import Room
from gamenight.fake_rooms.threaded import ThreadedFakeRooms, running
from tests.support.clients import Host
from tests.support.server import Served, served, sqlite_url

CAST = ("ADA", "BO", "CLEO", "DEV", "EMIL")
SEATS = 8


class Scenes:
    """Each scene is a method; they are called in the order in which they stand here."""

    def __init__(self, server: Served, hana: Host, rooms: ThreadedFakeRooms) -> None:
        self.server = server
        self.hana = hana
        self.rooms = rooms
        self.session: dict[str, Any] = {}
        self.game: dict[str, Any] = {}
        self.room: Room | None = None
        self._voters = 0

    def begin(self) -> None:
        """The night is on, and nothing has been played."""
        self.session = self.hana.a_session("Friday night")

    def lobby(self, title: str = "Fibbage 4", code: str | None = "QPLV") -> None:
        """A game's room is open, and people join."""
        game = self._game(title)
        tag = {"app_tag": game["app_tags"][0]} if game["app_tags"] else {}
        self.room = self.rooms.open(code, max_players=SEATS, **tag)
        self.game = self.hana.a_game(self.session["id"], game["id"], room_code=self.room.code)
        self.join(*CAST)

    def set_next_game(self, title: str) -> None:
        """The host says what comes next."""
        self._say({"next_game_id": self._game(title)["id"]})

    def hide_overlay_code(self, hidden: bool) -> None:
        self._say({"overlay_code_hidden": hidden})

    def join(self, *names: str) -> None:
        assert self.room is not None
        for name in names:
            self.rooms.do(self.room.join, name)

    def play(self) -> None:
        assert self.room is not None
        self.rooms.do(self.room.start)

    def vote(self, *votes: str) -> None:
        """Viewers of the stream vote for the game that is on, each one once."""
        for vote in votes:
            self._voters += 1
            now = datetime.now(UTC).isoformat()
            body = {"username": f"viewer {self._voters}", "vote": vote, "timestamp": now}
            self.hana.ok(self.hana.post("/api/votes/live", json=body))

    def finish(self) -> None:
        """The game is over and its room is gone."""
        assert self.room is not None
        self.rooms.do(self.room.post_game)
        self.rooms.do(self.room.exit)

    def close(self) -> None:
        self.hana.ok(self.hana.post(f"/api/sessions/{self.session['id']}/close"))

    def _say(self, change: dict[str, Any]) -> None:
        self.hana.ok(self.hana.patch(f"/api/sessions/{self.session['id']}", json=change))

    def _game(self, title: str) -> dict[str, Any]:
        games: list[dict[str, Any]] = self.hana.get("/api/games").json()
        return next(game for game in games if game["title"] == title)


@contextmanager
def scenes(folder: Path, **options: Any) -> Iterator[Scenes]:
    """A night that has not begun, on a server with its database in this folder."""
    with (
        running() as rooms,
        served(
            sqlite_url(folder), rooms_url=rooms.url, rooms_follow=True, rooms_probe_seconds=0.5, **options
        ) as server,
        Host(server.url) as hana,
    ):
        yield Scenes(server, hana, rooms)
