"""A night whose rooms are followed: what everyone hears, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest

from gamenight.fake_rooms import Room, named
from gamenight.fake_rooms.threaded import ThreadedFakeRooms
from tests.support.clients import Host, Listener
from tests.support.fold import Fold
from tests.support.postgres import Databases
from tests.support.server import Process, served

QUIPLASH_2 = 12


def heard(listener: Listener) -> list[str]:
    """The types of the events; without the status, which tells how the following stands."""
    return [event["type"] for event in listener.events if event["type"] != "game.status"]


class Night:
    """Three games in three rooms, on a server that may be killed while a game is played."""

    def __init__(self, rooms: ThreadedFakeRooms, database_url: str) -> None:
        self._rooms = rooms
        self._environment = following(rooms, database_url)
        self.events: list[dict[str, Any]] = []
        self._server = Process(environment=self._environment)
        self._connect()
        self.session_id: int = self.hana.a_session()["id"]
        self._bix.subscribe(self.session_id, snapshot=True)
        self.fold = Fold(self._bix.receive_until("snapshot"))

    def _connect(self) -> None:
        self.hana = Host(self._server.url)
        self._bix = Listener(self._server.live_url)
        self._bix.authenticate(self.hana.token)

    def kill(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """End the server at once, start it again, and go on hearing from the last event."""
        self._server.kill()
        self._hang_up()
        meanwhile()
        self._server = Process(environment=self._environment)
        self._connect()
        self._bix.subscribe(self.session_id, since=self.events[-1]["id"])

    def _hang_up(self) -> None:
        self.events += [event for event in self._bix.events if event["type"] != "session.started"]
        self._bix.close()
        self.hana.close()

    def end(self) -> None:
        self._hang_up()
        self._server.terminate()

    def open(self, code: str, app_tag: str) -> Room:
        """A game's room opens, and the host types nothing but its code."""
        room = self._rooms.open(code, app_tag=app_tag)
        self.hana.ok(self.hana.post(f"/api/sessions/{self.session_id}/games", json={"room_code": code}))
        self._bix.receive_event("player-count.updated", playerCount=0)
        return room

    def join(self, room: Room, *names: str) -> None:
        """One after the other, each heard of before the next."""
        for name in names:
            self._rooms.do(room.join, name)
            self._bix.receive_event("player-count.updated", playerCount=len(room.players))

    def step(self, act: Callable[[], None], event: str) -> None:
        """Something happens in a room, and is heard of."""
        self._rooms.do(act)
        self._bix.receive_until(event)


@pytest.mark.parametrize("killed", [False, True], ids=["undisturbed", "killed"])
def test_a_night_of_three_games_is_told_exactly(rooms: ThreadedFakeRooms, database_url: str, killed: bool) -> None:
    night = Night(rooms, database_url)
    try:
        first = night.open("AAAA", "quiplash2")
        night.join(first, "ANN", "BEN")
        night.step(first.start, "game.started")
        night.step(first.post_game, "game.ended")
        night.step(first.exit, "room.disconnected")

        second = night.open("BBBB", "drawful")
        night.join(second, "ANN", "BEN", "CAT")
        night.step(second.start, "game.started")
        if killed:
            night.kill()
        night.step(second.post_game, "game.ended")
        night.step(second.same_players, "game.started")
        night.step(second.exit, "room.disconnected")

        third = night.open("CCCC", "fourbage")
        night.join(third, "ANN")
        night.step(third.start, "game.started")
        night.step(third.vanish, "room.disconnected")
        games = night.hana.games_of(night.session_id)
    finally:
        night.end()

    begins = ["game.added", "room.connected", "player-count.updated"]
    joins = ["lobby.player-joined", "player-count.updated"]
    ends = ["game.status-changed", "room.disconnected"]
    types = [event["type"] for event in night.events if event["type"] != "game.status"]
    # The third player makes the lobby ready: told with the join or just after it, as it comes in.
    assert types.count("lobby.updated") == 1
    assert [each for each in types if each != "lobby.updated"] == [
        *begins, *joins * 2, "game.started", "game.ended", *ends,
        *begins, *joins * 3, "game.started", "game.ended", "game.started", "game.ended", *ends,
        *begins, *joins, "game.started", "game.ended", *ends,
    ]  # fmt: skip
    assert [
        (game["title"], game["status"], game["player_count"], game["player_count_check_status"]) for game in games
    ] == [
        ("Quiplash 2", "played", 2, "ended"),
        ("Drawful", "played", 3, "ended"),
        ("Fibbage 4", "played", 1, "ended"),
    ]
    for event in night.events:
        night.fold.apply(event)
    assert night.fold.state is not None
    assert night.fold.state["games"] == games


def test_what_happened_while_the_server_was_down_is_told_when_it_is_back(
    rooms: ThreadedFakeRooms, database_url: str
) -> None:
    night = Night(rooms, database_url)
    try:
        room = night.open("AAAA", "quiplash2")
        night.join(room, "ANN", "BEN", "CAT")
        night.step(room.start, "game.started")
        night.kill(meanwhile=lambda: rooms.do(room.post_game))
        night.step(room.exit, "room.disconnected")
    finally:
        night.end()
    event_types = [event["type"] for event in night.events if event["type"] in {"game.started", "game.ended"}]
    assert event_types == ["game.started", "game.ended"]


def following(rooms: ThreadedFakeRooms, database_url: str) -> dict[str, str]:
    """The environment of a server that follows the rooms of that service by itself."""
    return {
        "GAMENIGHT_ROOMS_URL": rooms.url,
        "GAMENIGHT_ROOMS_FOLLOW": "true",
        "GAMENIGHT_DATABASE_URL": database_url,
    }


def test_a_code_that_is_typed_in_after_the_game_shows_a_game_that_is_over(
    rooms: ThreadedFakeRooms, hana: Host, listening: Listener
) -> None:
    session = hana.a_session()
    listening.subscribe(session["id"])
    room = rooms.open("AAAA")
    for act in (lambda: room.join("ANN"), room.start, room.post_game):
        rooms.do(act)
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    listening.receive_event("player-count.updated", playerCount=1)
    seen = live(hana, game)
    assert (seen["gameStarted"], seen["gameFinished"], seen["gamesStarted"], seen["gamesEnded"]) == (True, True, 1, 1)
    rooms.do(room.same_players)
    again = listening.receive_until("game.started")["data"]
    assert (again["gameFinished"], again["gamesStarted"], again["gamesEnded"]) == (False, 2, 1)
    assert heard(listener=listening).count("game.ended") == 0


@pytest.mark.parametrize("fault", ["no-shard", "no-such-role", "silent-socket"])
def test_a_room_that_is_found_is_not_called_waiting(
    rooms: ThreadedFakeRooms, hana: Host, listening: Listener, fault: str
) -> None:
    session = hana.a_session()
    listening.subscribe(session["id"])
    rooms.open("AAAA").faults = named(fault)
    hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    connected = listening.receive_until("room.connected")["data"]
    assert connected["status"] == connected["sessionGame"]["player_count_check_status"] == "monitoring"
    assert connected["reason"] is not None


def test_the_next_game_ends_the_following_of_the_one_before(
    rooms: ThreadedFakeRooms, hana: Host, listening: Listener
) -> None:
    session = hana.a_session()
    listening.subscribe(session["id"])
    room = rooms.open("AAAA")
    first = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    listening.receive_until("room.connected")
    hana.a_game(session["id"], 1)
    listening.receive_event("room.disconnected", gameId=first["id"], status="stopped")
    rooms.until(lambda: not room.connected("shard"))
    rooms.do(room.join, "ANN")
    rooms.do(room.exit)
    third = hana.a_game(session["id"], 2, room_code="NONE")
    listening.receive_event("game.status", gameId=third["id"], status="waiting")
    after = [event for event in listening.events if event["data"].get("gameId") == first["id"]]
    assert after[-1]["type"] == "room.disconnected"
    assert live(hana, first)["playerCount"] == 0


def test_a_code_that_is_cleared_and_typed_again_is_followed_again(
    rooms: ThreadedFakeRooms, hana: Host, listening: Listener
) -> None:
    session = hana.a_session()
    listening.subscribe(session["id"])
    rooms.open("AAAA")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    path = f"/api/sessions/{session['id']}/games/{game['id']}/room-code"
    listening.receive_until("room.connected")
    hana.ok(hana.patch(path, json={"room_code": None}))
    listening.receive_until("room.disconnected")
    hana.ok(hana.patch(path, json={"room_code": "AAAA"}))
    listening.receive_until("room.connected")
    assert live(hana, game)["status"] == "monitoring"


def test_another_code_is_another_room(rooms: ThreadedFakeRooms, hana: Host, listening: Listener) -> None:
    session = hana.a_session()
    listening.subscribe(session["id"])
    first = rooms.open("AAAA")
    rooms.open("BBBB")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    listening.receive_event("room.connected", roomCode="AAAA")
    rooms.do(first.join, "ANN")
    listening.receive_event("player-count.updated", playerCount=1)
    path = f"/api/sessions/{session['id']}/games/{game['id']}/room-code"
    hana.ok(hana.patch(path, json={"room_code": "BBBB"}))
    listening.receive_event("room.disconnected", roomCode="AAAA")
    listening.receive_event("game.status", roomCode="BBBB", status="waiting", playerCount=None)
    listening.receive_event("room.connected", roomCode="BBBB", players=[])
    rooms.until(lambda: not first.connected("shard"))
    rooms.do(first.exit)
    listening.receive_event("player-count.updated", playerCount=0)
    assert hana.games_of(session["id"])[0]["status"] == "playing"


def test_two_processes_follow_a_room_once_and_the_other_takes_over(
    rooms: ThreadedFakeRooms, postgres: Databases
) -> None:
    url = postgres.fresh()
    follows = following(rooms, url)
    room = rooms.open("AAAA")
    first = Process(environment=follows)
    with Host(first.url) as hana:
        session = hana.a_session()
        hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
        rooms.until(lambda: len(room.connected("shard")) == 1)
    second = Process(environment=follows)
    try:
        with Host(second.url) as hana, Listener(second.live_url) as listener:
            listener.authenticate(hana.token)
            listener.subscribe(session["id"], since=0)
            listener.receive_until("room.connected")
            rooms.do(room.join, "ANN")
            listener.receive_event("player-count.updated", playerCount=1)
            assert hana.get("/health").json()["rooms"]["followed"] == 0
            assert len([client for client in room.clients.values() if client.role == "shard"]) == 1
            first.kill()
            rooms.until(lambda: len(room.clients) == 4, seconds=20)
            rooms.do(room.exit)
            listener.receive_until("room.disconnected")
            assert heard(listener).count("room.connected") == 1
    finally:
        first.kill()
        second.terminate()
        postgres.drop(url)


def test_closing_the_session_ends_the_following(rooms: ThreadedFakeRooms, hana: Host, listening: Listener) -> None:
    session = hana.a_session()
    listening.subscribe(session["id"])
    room = rooms.open("AAAA")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    listening.receive_until("room.connected")
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    listening.receive_until("room.disconnected")
    rooms.until(lambda: not room.connected("shard"))
    assert live(hana, game)["status"] == "stopped"


def test_a_host_stops_and_starts_the_following(rooms: ThreadedFakeRooms, hana: Host, listening: Listener) -> None:
    session = hana.a_session()
    listening.subscribe(session["id"])
    room = rooms.open("AAAA")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    path = f"/api/sessions/{session['id']}/games/{game['id']}"
    listening.receive_until("room.connected")
    rooms.do(room.join, "ANN")
    listening.receive_event("player-count.updated", playerCount=1)
    assert live(hana, game) | {"lobbyState": None, "reason": None} == {
        "sessionId": session["id"],
        "gameId": game["id"],
        "roomCode": "AAAA",
        "appTag": "quiplash3",
        "otherGame": "Quiplash 3",
        "maxPlayers": 8,
        "playerCount": 1,
        "players": ["ANN"],
        "lobbyState": None,
        "gameState": "Lobby",
        "gameStarted": False,
        "gameFinished": False,
        "gamesStarted": 0,
        "gamesEnded": 0,
        "monitoring": True,
        "status": "monitoring",
        "reason": None,
        "source": "socket",
    }
    stopped = hana.ok(hana.post(f"{path}/stop-player-check"))
    assert (stopped["status"], stopped["monitoring"]) == ("stopped", False)
    listening.receive_event("room.disconnected", status="stopped")
    rooms.until(lambda: not room.connected("shard"))
    rooms.do(room.join, "BEN")
    assert hana.ok(hana.post(f"{path}/stop-player-check"))["playerCount"] == 1
    assert hana.ok(hana.post(f"{path}/start-player-check"))["status"] == "waiting"
    listening.receive_event("player-count.updated", playerCount=2)
    rooms.do(room.exit)
    listening.receive_event("room.disconnected", status="ended")


def test_a_host_who_stops_and_starts_at_once_is_not_left_waiting(
    rooms: ThreadedFakeRooms, hana: Host, listening: Listener
) -> None:
    session = hana.a_session()
    listening.subscribe(session["id"])
    rooms.open("AAAA")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    path = f"/api/sessions/{session['id']}/games/{game['id']}"
    listening.receive_until("room.connected")
    for _ in range(3):
        hana.ok(hana.post(f"{path}/stop-player-check"))
        hana.ok(hana.post(f"{path}/start-player-check"))
    listening.receive_until("room.connected")
    assert live(hana, game)["status"] == "monitoring"


def test_a_count_by_hand_stays_until_the_room_says_more(
    rooms: ThreadedFakeRooms, hana: Host, listening: Listener
) -> None:
    session = hana.a_session()
    listening.subscribe(session["id"])
    room = rooms.open("AAAA")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    listening.receive_event("player-count.updated", playerCount=0)
    path = f"/api/sessions/{session['id']}/games/{game['id']}/player-count"
    by_hand = hana.ok(hana.patch(path, json={"player_count": 2}))
    assert (by_hand["player_count_source"], by_hand["player_count_check_status"]) == ("hand", "monitoring")
    for name in ("ANN", "BEN", "CAT"):
        rooms.do(room.join, name)
    listening.receive_event("player-count.updated", playerCount=3)
    counts = [event["data"]["playerCount"] for event in listening.events if event["type"] == "player-count.updated"]
    assert counts == [0, 2, 3]


def test_only_the_game_that_plays_and_has_a_code_can_be_followed(hana: Host) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"], 1)
    path = f"/api/sessions/{session['id']}/games/{game['id']}"
    refused = hana.post(f"{path}/start-player-check")
    assert (refused.status_code, refused.json()["code"]) == (400, "room_code_missing")
    hana.set_status(game, "played")
    hana.ok(hana.patch(f"{path}/room-code", json={"room_code": "AAAA"}))
    refused = hana.post(f"{path}/start-player-check")
    assert (refused.status_code, refused.json()["code"]) == (400, "game_not_playing")


def test_where_the_owner_wants_it_rooms_are_followed_only_when_asked(
    rooms: ThreadedFakeRooms, database_url: str
) -> None:
    rooms.open("AAAA")
    with served(database_url, rooms_url=rooms.url) as server, Host(server.url) as hana:
        session = hana.a_session()
        game = hana.a_game(session["id"], 1, room_code="AAAA")
        assert live(hana, game)["status"] is None
        with Listener(server.live_url) as listener:
            listener.authenticate(hana.token)
            listener.subscribe(session["id"])
            hana.ok(hana.post(f"/api/sessions/{session['id']}/games/{game['id']}/start-player-check"))
            listener.receive_until("room.connected")
        assert {request.path for request in rooms.fake.received} == {"/api/v2/rooms/AAAA", "/api/v2/rooms/AAAA/play"}


def live(hana: Host, game: dict[str, Any]) -> dict[str, Any]:
    return hana.ok(hana.get(f"/api/sessions/{game['session_id']}/games/{game['id']}/status-live"))
