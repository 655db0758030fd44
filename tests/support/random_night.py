"""A night at random, whose every state a client must know."""

import random
from typing import Any

from tests.support.clients import Host


class RandomNight:
    """Random steps of a host, good ones and refused ones."""

    def __init__(self, hana: Host, session_id: int, chance: random.Random) -> None:
        self._hana = hana
        self._path = f"/api/sessions/{session_id}"
        self._chance = chance

    def step(self) -> None:
        steps = [self._add, self._add, self._status, self._status, self._room_code, self._player_count]
        self._chance.choice([*steps, self._notes, self._remove, self._rename, self._favor])()

    def _some_game(self) -> str:
        games = self._hana.get(f"{self._path}/games").json()
        return f"{self._path}/games/{self._chance.choice(games)['id'] if games else 1}"

    def _add(self) -> None:
        code = self._chance.choice([None, "AB12", "bad!"])
        self._hana.post(f"{self._path}/games", json={"game_id": self._chance.randint(1, 75), "room_code": code})

    def _status(self) -> None:
        status = self._chance.choice(["playing", "played", "skipped", "lost"])
        self._hana.patch(f"{self._some_game()}/status", json={"status": status})

    def _room_code(self) -> None:
        self._hana.patch(f"{self._some_game()}/room-code", json={"room_code": self._chance.choice(["XY9Z", None])})

    def _player_count(self) -> None:
        self._hana.patch(f"{self._some_game()}/player-count", json={"player_count": self._chance.randint(0, 9)})

    def _notes(self) -> None:
        self._hana.patch(self._path, json={"notes": self._chance.choice([None, "loud", "late"])})

    def _remove(self) -> None:
        self._hana.delete(self._some_game())

    def _rename(self) -> None:
        title = self._chance.choice(["Quip", "Draw", "Trivia"]) + str(self._chance.randint(1, 9))
        self._hana.put(f"/api/games/{self._chance.randint(1, 75)}", json={"title": title})

    def _favor(self) -> None:
        self._hana.patch(f"/api/games/{self._chance.randint(1, 75)}/favor", json={"favor_bias": 1})


def shown(hana: Host, session_id: int) -> dict[str, Any]:
    """The session's state as REST shows it."""
    return {"session": hana.get(f"/api/sessions/{session_id}").json(), "games": hana.games_of(session_id)}
