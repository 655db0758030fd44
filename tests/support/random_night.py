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
        steps = [*[self._add] * 4, self._status, self._status, self._room_code, self._player_count]
        steps += [self._vote, self._vote, self._vote, self._undo]
        self._chance.choice([*steps, self._notes, self._set_next_game, self._remove, self._rename, self._favor])()

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

    def _set_next_game(self) -> None:
        self._hana.patch(self._path, json={"next_game_id": self._chance.choice([None, *range(1, 76)])})

    def _remove(self) -> None:
        self._hana.delete(self._some_game())

    def _vote(self) -> None:
        vote = self._chance.choice(["up", "down", "unvote"])
        self._hana.vote(f"viewer{self._chance.randint(1, 5)}", vote, after=self._chance.uniform(-1, 4))

    def _undo(self) -> None:
        self._hana.post(f"{self._path}/undo")

    def _rename(self) -> None:
        title = self._chance.choice(["Quip", "Draw", "Trivia"]) + str(self._chance.randint(1, 9))
        self._hana.put(f"/api/games/{self._chance.randint(1, 75)}", json={"title": title})

    def _favor(self) -> None:
        self._hana.patch(f"/api/games/{self._chance.randint(1, 75)}/favor", json={"favor_bias": 1})


def shown(hana: Host, session_id: int) -> dict[str, Any]:
    """The session's state as REST shows it."""
    return {"session": hana.get(f"/api/sessions/{session_id}").json(), "games": hana.games_of(session_id)}


def shown_at(hana: Host, session_id: int) -> tuple[int, dict[str, Any]]:
    """The session's state as REST shows it, and the id of the last event in it.

    Read again where something came in between: votes are counted anew on their own after a change of the night.
    """
    while True:
        head = _told(hana)
        state = shown(hana, session_id)
        if head is not None and head == _told(hana):
            return head, state


def _told(hana: Host) -> int | None:
    """The id of the last event, once it was handed out."""
    health = hana.get("/health").json()
    return health["logHead"] if health["tailLag"] == 0 else None
