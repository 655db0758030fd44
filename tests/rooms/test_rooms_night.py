"""A night whose rooms are followed: what everyone hears, on both databases."""

from typing import Any

from gamenight.fake_rooms import Room
from gamenight.fake_rooms.threaded import ThreadedFakeRooms
from tests.support.clients import Host, Listener
from tests.support.fold import Fold
from tests.support.postgres import Databases
from tests.support.server import Process, served

QUIPLASH_2 = 12


def heard(listener: Listener) -> list[str]:
    """The types of the events, each once: without the status, which tells how the watching stands."""
    return [event["type"] for event in listener.events if event["type"] != "game.status"]


def play(rooms: ThreadedFakeRooms, listener: Listener, room: Room, *names: str) -> None:
    """Players join, each seen by the listener before the next, and the game starts."""
    for name in names:
        rooms.do(room.join, name)
        listener.hear_event("player-count.updated", playerCount=len(room.players))
    rooms.do(room.start)
    listener.hear_until("game.started")


def test_a_night_of_three_games(rooms: ThreadedFakeRooms, hana: Host, watching: Listener) -> None:
    session = hana.a_session()
    watching.subscribe(session["id"], snapshot=True)
    fold = Fold(watching.hear_until("snapshot"))

    first = rooms.open("AAAA", app_tag="quiplash2")
    hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    watching.hear_until("room.connected")
    play(rooms, watching, first, "ANN", "BEN")
    rooms.do(first.post_game)
    watching.hear_until("game.ended")
    rooms.do(first.exit)
    watching.hear_until("room.disconnected")

    second = rooms.open("BBBB", app_tag="drawful")
    added = hana.ok(hana.post(f"/api/sessions/{session['id']}/games", json={"room_code": "BBBB"}))
    assert added["title"] == "Drawful"
    watching.hear_until("room.connected")
    play(rooms, watching, second, "ANN", "BEN", "CAT")
    for step, event in ((second.post_game, "game.ended"), (second.same_players, "game.started")):
        rooms.do(step)
        watching.hear_until(event)
    rooms.do(second.exit)
    watching.hear_until("room.disconnected")

    third = rooms.open("CCCC", app_tag="fourbage")
    hana.ok(hana.post(f"/api/sessions/{session['id']}/games", json={"room_code": "CCCC"}))
    watching.hear_until("room.connected")
    play(rooms, watching, third, "ANN")
    rooms.do(third.vanish)
    watching.hear_until("room.disconnected")

    begins = ["game.added", "room.connected"]
    joins = ["lobby.player-joined", "player-count.updated"]
    ends = ["game.ended", "game.status-changed", "room.disconnected"]
    assert [each for each in heard(watching) if each not in {"lobby.updated", "player-count.updated"}] == [
        "session.started",
        *begins, *joins[:1] * 2, "game.started", "game.ended", "game.status-changed", "room.disconnected",
        *begins, *joins[:1] * 3, "game.started", "game.ended", "game.started", *ends,
        *begins, *joins[:1], "game.started", *ends,
    ]  # fmt: skip
    counts = [event["data"]["playerCount"] for event in watching.events if event["type"] == "player-count.updated"]
    assert counts == [0, 1, 2, 0, 1, 2, 3, 0, 1]
    games = hana.games_of(session["id"])
    assert [(game["status"], game["player_count"], game["player_count_check_status"]) for game in games] == [
        ("played", 2, "ended"),
        ("played", 3, "ended"),
        ("played", 1, "ended"),
    ]
    for each in watching.events:
        fold.apply(each)
    assert fold.state is not None
    assert fold.state["games"] == games
    assert hana.get("/health").json()["rooms"]["followed"] == 0


def test_a_server_that_is_killed_goes_on_with_its_rooms(rooms: ThreadedFakeRooms, database_url: str) -> None:
    follows = {
        "GAMENIGHT_ROOMS_URL": rooms.url,
        "GAMENIGHT_ROOMS_FOLLOW": "true",
        "GAMENIGHT_DATABASE_URL": database_url,
    }
    room = rooms.open("AAAA", app_tag="quiplash2")
    first = Process(environment=follows)
    with Host(first.url) as hana, Listener(first.live_url) as listener:
        listener.authenticate(hana.token)
        session = hana.a_session()
        listener.subscribe(session["id"])
        hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
        listener.hear_until("room.connected")
        play(rooms, listener, room, "ANN", "BEN")
        first.kill()
        known, heard_before = listener.events[-1]["id"], heard(listener)
    rooms.do(room.post_game)
    second = Process(environment=follows)
    try:
        with Host(second.url) as hana, Listener(second.live_url) as listener:
            listener.authenticate(hana.token)
            listener.subscribe(session["id"], since=known)
            listener.hear_until("game.ended")
            rooms.do(room.same_players)
            listener.hear_until("game.started")
            rooms.do(room.exit)
            listener.hear_until("room.disconnected")
            assert [each for each in heard_before if each.startswith(("room.", "game."))] == [
                "game.added",
                "room.connected",
                "game.started",
            ]
            assert heard(listener) == [
                "game.ended",
                "game.started",
                "game.ended",
                "game.status-changed",
                "room.disconnected",
            ]
            assert [game["player_count"] for game in hana.games_of(session["id"])] == [2]
    finally:
        second.terminate()


def test_the_next_game_ends_the_watching_of_the_one_before(
    rooms: ThreadedFakeRooms, hana: Host, watching: Listener
) -> None:
    session = hana.a_session()
    watching.subscribe(session["id"])
    room = rooms.open("AAAA")
    first = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    watching.hear_until("room.connected")
    hana.a_game(session["id"], 1)
    watching.hear_event("room.disconnected", gameId=first["id"], status="stopped")
    rooms.until(lambda: not room.connected("shard"))
    rooms.do(room.join, "ANN")
    rooms.do(room.exit)
    third = hana.a_game(session["id"], 2, room_code="NONE")
    watching.hear_event("game.status", gameId=third["id"], status="waiting")
    after = [event for event in watching.events if event["data"].get("gameId") == first["id"]]
    assert after[-1]["type"] == "room.disconnected"
    assert live(hana, first)["playerCount"] == 0


def test_a_code_that_is_cleared_and_typed_again_is_followed_again(
    rooms: ThreadedFakeRooms, hana: Host, watching: Listener
) -> None:
    session = hana.a_session()
    watching.subscribe(session["id"])
    rooms.open("AAAA")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    path = f"/api/sessions/{session['id']}/games/{game['id']}/room-code"
    watching.hear_until("room.connected")
    hana.ok(hana.patch(path, json={"room_code": None}))
    watching.hear_until("room.disconnected")
    hana.ok(hana.patch(path, json={"room_code": "AAAA"}))
    watching.hear_until("room.connected")


def test_another_code_is_another_room(rooms: ThreadedFakeRooms, hana: Host, watching: Listener) -> None:
    session = hana.a_session()
    watching.subscribe(session["id"])
    first = rooms.open("AAAA")
    rooms.open("BBBB")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    watching.hear_event("room.connected", roomCode="AAAA")
    rooms.do(first.join, "ANN")
    watching.hear_event("player-count.updated", playerCount=1)
    path = f"/api/sessions/{session['id']}/games/{game['id']}/room-code"
    hana.ok(hana.patch(path, json={"room_code": "BBBB"}))
    watching.hear_event("room.disconnected", roomCode="AAAA")
    watching.hear_event("game.status", roomCode="BBBB", status="waiting", playerCount=None)
    watching.hear_event("room.connected", roomCode="BBBB", players=[])
    rooms.until(lambda: not first.connected("shard"))
    rooms.do(first.exit)
    watching.hear_event("player-count.updated", playerCount=0)
    assert hana.games_of(session["id"])[0]["status"] == "playing"


def test_two_processes_follow_a_room_once_and_the_other_takes_over(
    rooms: ThreadedFakeRooms, postgres: Databases
) -> None:
    url = postgres.fresh()
    follows = {"GAMENIGHT_ROOMS_URL": rooms.url, "GAMENIGHT_ROOMS_FOLLOW": "true", "GAMENIGHT_DATABASE_URL": url}
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
            listener.hear_until("room.connected")
            rooms.do(room.join, "ANN")
            listener.hear_event("player-count.updated", playerCount=1)
            assert hana.get("/health").json()["rooms"]["followed"] == 0
            assert len([client for client in room.clients.values() if client.role == "shard"]) == 1
            first.kill()
            rooms.until(lambda: len(room.clients) == 4, seconds=20)
            rooms.do(room.exit)
            listener.hear_until("room.disconnected")
            assert heard(listener).count("room.connected") == 1
    finally:
        first.kill()
        second.terminate()
        postgres.drop(url)


def test_closing_the_session_ends_the_watching(rooms: ThreadedFakeRooms, hana: Host, watching: Listener) -> None:
    session = hana.a_session()
    watching.subscribe(session["id"])
    room = rooms.open("AAAA")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    watching.hear_until("room.connected")
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    watching.hear_until("room.disconnected")
    rooms.until(lambda: not room.connected("shard"))
    assert live(hana, game)["status"] == "stopped"


def test_a_host_stops_and_starts_the_watching(rooms: ThreadedFakeRooms, hana: Host, watching: Listener) -> None:
    session = hana.a_session()
    watching.subscribe(session["id"])
    room = rooms.open("AAAA")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    path = f"/api/sessions/{session['id']}/games/{game['id']}"
    watching.hear_until("room.connected")
    rooms.do(room.join, "ANN")
    watching.hear_event("player-count.updated", playerCount=1)
    assert live(hana, game) | {"lobbyState": None, "reason": None} == {
        "sessionId": session["id"],
        "gameId": game["id"],
        "roomCode": "AAAA",
        "appTag": "quiplash3",
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
    watching.hear_event("room.disconnected", status="stopped")
    rooms.until(lambda: not room.connected("shard"))
    rooms.do(room.join, "BEN")
    assert hana.ok(hana.post(f"{path}/stop-player-check"))["playerCount"] == 1
    assert hana.ok(hana.post(f"{path}/start-player-check"))["status"] == "waiting"
    watching.hear_event("player-count.updated", playerCount=2)
    rooms.do(room.exit)
    watching.hear_event("room.disconnected", status="ended")


def test_a_count_by_hand_stays_until_the_room_says_more(
    rooms: ThreadedFakeRooms, hana: Host, watching: Listener
) -> None:
    session = hana.a_session()
    watching.subscribe(session["id"])
    room = rooms.open("AAAA")
    game = hana.a_game(session["id"], QUIPLASH_2, room_code="AAAA")
    watching.hear_event("player-count.updated", playerCount=0)
    path = f"/api/sessions/{session['id']}/games/{game['id']}/player-count"
    by_hand = hana.ok(hana.patch(path, json={"player_count": 2}))
    assert (by_hand["player_count_source"], by_hand["player_count_check_status"]) == ("hand", "monitoring")
    for name in ("ANN", "BEN", "CAT"):
        rooms.do(room.join, name)
    watching.hear_event("player-count.updated", playerCount=3)
    counts = [event["data"]["playerCount"] for event in watching.events if event["type"] == "player-count.updated"]
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
            listener.hear_until("room.connected")
        assert {heard.path for heard in rooms.fake.heard} == {"/api/v2/rooms/AAAA", "/api/v2/rooms/AAAA/play"}


def live(hana: Host, game: dict[str, Any]) -> dict[str, Any]:
    return hana.ok(hana.get(f"/api/sessions/{game['session_id']}/games/{game['id']}/status-live"))
