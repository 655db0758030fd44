"""The people of the demo: they join a room, play, and vote in the chat."""

import random
import threading
from collections.abc import Callable
from typing import Any

import httpx

from gamenight.fake_rooms.games import Phase
from gamenight.fake_rooms.room import Room
from gamenight.fake_rooms.threaded import ThreadedFakeRooms

CAST = ("Ada", "Bo", "Cleo", "Dev", "Emil", "Finn", "Gwen", "Hugo")
VIEWERS = ("ines", "jo", "kim", "lou", "max", "nia", "otto", "pia", "quin", "rosa", "sam", "tess")


class Stopped(Exception):
    """The demo ends."""


class TakenOver(Exception):
    """Somebody else runs the night now."""


class Party:
    """What they do takes its time. Everything raises Stopped once the demo ends, and TakenOver where the server says
    that the night is not as it was left."""

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
        self.chance = chance
        self.people: list[str] = []
        self.open_rooms: dict[str, Room] = {}
        self.gather()

    def gather(self) -> None:
        """Other people are there."""
        self.people = self.chance.sample(CAST, self.chance.randint(4, len(CAST)))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        response = self._api.request(method, path, json=body)
        if response.is_client_error:
            raise TakenOver
        return response.raise_for_status().json()

    def wait(self, seconds: float) -> None:
        if self._stopping.wait(seconds / self._speed):
            raise Stopped

    def open_room(self, game: dict[str, Any]) -> Room:
        """A room in which a game of the catalogue waits for its players."""
        tags = {"app_tag": game["app_tags"][0]} if game["app_tags"] else {}
        room = self._rooms.open(min_players=game["min_players"], max_players=game["max_players"], **tags)
        self.open_rooms[room.code] = room
        return room

    def play(self, added: dict[str, Any], *, again: bool = False, vanishes: bool = False) -> None:
        """Play a session game in its room, from where it stands to its end.

        Raises TakenOver once it is not on any more; its room stays open then, as a game's does, and may be played on.
        """
        room = self.open_rooms[added["room_code"]]

        def do(act: Callable[..., object], *arguments: str, pause: float) -> None:
            self._must_be_on(added)
            self._rooms.do(act, *arguments)
            self.wait(pause)

        if room.phase is not Phase.POST_GAME:
            if room.phase is not Phase.PLAYING:
                self._begin(room, do)
            self._votes_come_in(added, seconds=13)
            do(room.post_game, pause=4)
        if again:
            do(room.same_players, pause=12)
            do(room.post_game, pause=4)
        do(room.vanish if vanishes else room.exit, pause=0)
        del self.open_rooms[room.code]
        path = f"/api/sessions/{added['session_id']}/games/{added['id']}/status-live"
        while self.ask("GET", path)["monitoring"]:
            self.wait(1)

    def _begin(self, room: Room, do: Callable[..., None]) -> None:
        self.wait(2)
        inside = {player.name for player in room.players}
        for name in self.people:
            if name not in inside and not room.full:
                do(room.join, name, pause=self.chance.uniform(0.5, 2))
        do(room.countdown, pause=3)
        do(room.start, pause=2)

    def _votes_come_in(self, added: dict[str, Any], seconds: float) -> None:
        """Some of those who watch vote in the chat; they like some games better than others."""
        taste = self.chance.uniform(0.3, 0.95)
        voters = self.chance.sample(VIEWERS, self.chance.randint(4, len(VIEWERS)))
        for name in voters:
            self.wait(seconds / len(voters))
            self._must_be_on(added)
            vote = "up" if self.chance.random() < taste else "down"
            # Named, since just after the game before a vote would still be for that one.
            self.ask("POST", "/api/votes/live", {"username": name, "vote": vote, "sessionGameId": added["id"]})

    def _must_be_on(self, added: dict[str, Any]) -> None:
        games = self.ask("GET", f"/api/sessions/{added['session_id']}/games")
        now = next((game for game in games if game["id"] == added["id"]), None)
        if now is None or now["status"] != "playing" or now["room_code"] != added["room_code"]:
            raise TakenOver
