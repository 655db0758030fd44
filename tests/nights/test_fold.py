"""Snapshot and events make what REST shows, after every step of a night."""

import random
from typing import Any

import pytest

from tests.support.clients import Host, Listener
from tests.support.fold import Fold
from tests.support.server import Served

STEPS = 60


class Night:
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


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_client_that_followed_events_holds_what_a_fresh_read_shows(server: Served, hana: Host, seed: int) -> None:
    session_id = hana.a_session()["id"]
    night = Night(hana, session_id, random.Random(seed))
    with Listener(server.live_url) as client:
        client.authenticate(hana.token)
        client.subscribe(session_id, snapshot=True)
        fold = Fold(client.hear_until("snapshot"))
        for _ in range(STEPS):
            night.step()
            _follow_to(client, fold, hana.get("/health").json()["logHead"])
            assert fold.state == _shown(hana, session_id)
        hana.post(f"/api/sessions/{session_id}/close")
        client.hear_until("session.ended")
        for event in client.events:
            fold.apply(event)
        assert fold.state == _shown(hana, session_id)
    assert len(client.events) > STEPS / 2


def _shown(hana: Host, session_id: int) -> dict[str, Any]:
    return {"session": hana.get(f"/api/sessions/{session_id}").json(), "games": hana.games_of(session_id)}


def _follow_to(client: Listener, fold: Fold, head: int) -> None:
    while fold.id < head:
        fold.apply(client.hear())
