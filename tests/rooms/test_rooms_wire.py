"""Frames of the room service become observations, whatever is in them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.core.text import MAX_MARKS, MAX_NAME_LENGTH
from gamenight.rooms import wire
from gamenight.rooms.wire import MAX_PLAYERS


def frame(opcode: object, result: object) -> str:
    return json.dumps({"pc": 1, "opcode": opcode, "result": result})


def seat(*names: str) -> dict[str, Any]:
    return {str(number): {"id": number, "roles": {"player": {"name": name}}} for number, name in enumerate(names, 2)}


def state_of(key: str, value: object) -> list[wire.Observation]:
    return wire.read_frame(frame("object", {"key": key, "val": value, "version": 1, "from": 1}))


def test_a_welcome_tells_the_players_and_leaves_out_who_has_no_seat() -> None:
    here = {"1": {"id": 1, "roles": {"host": {}}}, **seat("ANN", "BEN"), "9": {"id": 9, "roles": {"shard": {}}}}
    entities = {"room": ["object", {"key": "room", "val": {"state": "Lobby", "lobbyState": "CanStart"}}, {}]}
    seen = wire.read_frame(frame("client/welcome", {"id": 12, "secret": "s", "here": here, "entities": entities}))
    assert seen == [
        wire.Welcome(12, "s"),
        wire.Present({2: "ANN", 3: "BEN"}),
        wire.State("lobby", "CanStart", "Lobby"),
    ]


@pytest.mark.parametrize("here", [None, {}, [], 7, {"x": {}}, {"2": None}, {"2": {"roles": []}}])
def test_a_welcome_without_a_list_of_players_is_one_all_the_same(here: object) -> None:
    seen = wire.read_frame(frame("client/welcome", {"id": "5", "here": here}))
    assert seen[0] == wire.Welcome(5, None)
    assert all(each == wire.Present({}) for each in seen[1:])


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ({"state": "Lobby", "lobbyState": "WaitingForMore"}, "lobby"),
        ({"state": "Lobby", "lobbyState": "Countdown", "gameIsStarting": True}, "lobby"),
        ({"state": "Logo"}, "playing"),
        ({"state": "Gameplay_Draw"}, "playing"),
        ({"state": "Lobby", "lobbyState": "PostGame"}, "finished"),
        ({"state": "Lobby", "gameFinished": True}, "finished"),
        ({"state": "Lobby_CanStart"}, "lobby"),
        ({"state": "Lobby_PostGame"}, "finished"),
        ({"lobbyState": "LobbyCanStart"}, "lobby"),
        ({"lobbyState": {}}, "lobby"),
        ({"state": "Lobby", "lobbyState": {}}, "lobby"),
        ({"state": "Gameplay", "lobbyState": {}}, "playing"),
    ],
)
@pytest.mark.parametrize("key", ["room", "bc:room", "roomBlob"])
def test_the_rooms_state_tells_the_phase(key: str, state: dict[str, Any], phase: str) -> None:
    (seen,) = state_of(key, state)
    assert isinstance(seen, wire.State)
    assert seen.phase == phase
    (as_text,) = state_of(key, json.dumps(state))
    assert as_text == seen


def test_a_seated_players_object_tells_the_phase_of_newer_games() -> None:
    lobby = state_of("player:2", {"kind": "lobby", "status": "canStart", "joinedPlayers": 3})
    assert lobby == [wire.Counted(3), wire.State("lobby", "canStart", "lobby")]
    assert state_of("player:2", {"kind": "drawing"}) == [wire.State("playing", None, "drawing")]
    assert state_of("player:2", {"kind": "postGame"}) == [wire.State("finished", None, "postGame")]


def test_counts_without_names_are_found_in_the_state() -> None:
    assert state_of("room", {"characters": [{"available": False}, {"available": True}, {}]})[0] == wire.Counted(1)
    texts = [
        {"category": "Joined", "text": "ANN joined."},
        {"category": "Joined", "text": "ANN is the VIP."},
        {"category": "Other", "text": "x"},
    ]
    assert state_of("room", {"textDescriptions": texts})[0] == wire.Counted(1)


@pytest.mark.parametrize(
    ("descriptions", "people"),
    [
        ([("Joined", "ANN ist beigetreten."), ("Joined", "BEN ist beigetreten.")], 2),
        ([("Joined", "ANN ist der VIP."), ("Joined", "ANN ist beigetreten."), ("Joined", "BEN ist beigetreten.")], 2),
        ([("Joined", "ANN est le VIP."), ("Joined", "BEN a rejoint la partie.")], 2),
        ([("Joined", "VIP: ANN"), ("Joined", "ANN si è unito."), ("Joined", "BEN si è unito.")], 2),
        ([("TEXT_DESCRIPTION_PLAYER_JOINED", "ANN ist da."), ("TEXT_DESCRIPTION_PLAYER_JOINED_VIP", "BEN ist da.")], 2),
        ([("playerJoined", "ANN"), ("AudienceJoined", "5"), ("PlayerRejoined", "ANN"), ("Left", "BEN joined.")], 1),
        ([("PLAYER_JOIN", "ANN"), ("TEXT_DESCRIPTION_JOIN_INSTRUCTIONS", "Go to jackbox.tv")], 1),
        ([("Joined", "ANN joined."), (7, "BEN joined."), ("Joined", None)], 2),
    ],
)
def test_joins_are_known_by_their_category_whatever_the_players_language(
    descriptions: list[tuple[object, object]], people: int
) -> None:
    texts = [{"category": category, "text": text} for category, text in descriptions]
    assert state_of("room", {"textDescriptions": texts}) == [wire.Counted(people)]


@pytest.mark.parametrize(("key", "wrapped"), [("textDescriptions", False), ("room", True)])
def test_the_latest_descriptions_tell_of_joins_one_by_one(key: str, wrapped: bool) -> None:
    def told(*entries: object) -> list[wire.Observation]:
        value = {"data": {}, "latestDescriptions": list(entries)}
        return state_of(key, {"textDescriptions": value} if wrapped else value)

    joined = {"id": 4, "category": "TEXT_DESCRIPTION_PLAYER_JOINED", "text": "ANN ist beigetreten."}
    assert told(joined) == [wire.JoinsTold(["4"])]
    assert told(joined, joined, joined | {"id": 0}, {"id": 5, "category": "TEXT_DESCRIPTION_POINTS"}, 7) == [
        wire.JoinsTold(["4", "0"])
    ]
    assert told({"category": "Joined", "text": "BEN joined."}) == [wire.JoinsTold(["BEN joined."])]
    assert told() == []


def test_joins_kicks_the_lock_and_the_end_are_observed() -> None:
    joined = {"id": 4, "role": "player", "name": "CAT", "reconnect": False}
    assert wire.read_frame(frame("client/connected", joined)) == [wire.Joined(4, "CAT")]
    assert wire.read_frame(frame("client/connected", joined | {"role": "shard"})) == []
    assert wire.read_frame(frame("client/kicked", {"id": 4, "role": "player"})) == [wire.Kicked(4)]
    assert wire.read_frame(frame("room/lock", {})) == [wire.Locked()]
    assert wire.read_frame(frame("room/exit", {"cause": 5})) == [wire.Over("The game closed the room.")]
    assert wire.read_frame(frame("room/exit", None)) == [wire.Over("The room was closed.")]
    for code in (2013, 2027):
        assert isinstance(wire.read_frame(frame("error", {"code": code}))[0], wire.Over)
    assert wire.read_frame(frame("error", {"code": 2014, "msg": "no such role"})) == [wire.Refused(2014)]


@pytest.mark.parametrize("number", [-1, 0, 10**18, MAX_PLAYERS + 1, "8", 3.5, True, None])
def test_a_number_of_players_that_can_not_be_is_not_said(number: object) -> None:
    assert state_of("player:2", {"joinedPlayers": number, "connectedPlayers": 4}) == [wire.Counted(4)]
    assert wire.read_info(json.dumps({"appTag": "quiplash3", "maxPlayers": number}).encode()) == wire.Info(
        app_tag="quiplash3"
    )
    if number != 0:
        assert wire.read_connections(json.dumps({"body": {"connections": number}}).encode()) is None


def test_the_name_of_a_player_is_cleaned_as_that_of_a_guest_is() -> None:
    def name_of(value: object) -> str:
        (seen,) = wire.read_frame(frame("client/connected", {"id": 4, "role": "player", "name": value}))
        assert isinstance(seen, wire.Joined)
        return seen.name

    assert name_of("A\u202eNN\x00\u200b ") == "ANN"
    assert name_of("Z" + "\u0335" * 30) == "Z" + "\u0335" * MAX_MARKS
    assert len(name_of("x" * 10_000)) == MAX_NAME_LENGTH
    assert name_of(["ANN"]) == ""


def test_a_host_is_taken_as_it_stands_or_not_at_all() -> None:
    def host_of(value: object) -> str | None:
        info = wire.read_info(json.dumps({"body": {"appTag": "quiplash3", "host": value}}).encode())
        assert info is not None
        return info.host

    name = "a" * 60 + ".jackboxgames.com.evil.example"
    assert host_of(name) == name
    assert [host_of(each) for each in ("x" * 300, "a\r\nb", "", 7, None)] == [None] * 5


def test_a_rooms_description_may_lack_all_but_the_tag() -> None:
    assert wire.read_info(b'{"body": {"appTag": "quiplash3"}}') == wire.Info(app_tag="quiplash3")
    assert wire.read_info(b'{"ok": true, "body": {}}') is None
    assert wire.read_info(b"<html>") is None


KEYS = st.sampled_from(
    [
        "id",
        "roles",
        "player",
        "name",
        "here",
        "entities",
        "val",
        "key",
        "textDescriptions",
        "latestDescriptions",
        "category",
        "text",
        "state",
        "lobbyState",
        "room",
        "2",
        "code",
        "kind",
    ]
) | st.text(max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
OPCODES = st.sampled_from(
    ["client/welcome", "client/connected", "client/kicked", "object", "text", "room/exit", "error", "room/lock"]
)


@given(opcode=OPCODES | JSON, result=JSON)
def test_no_frame_raises(opcode: object, result: object) -> None:
    for seen in wire.read_frame(frame(opcode, result)):
        if isinstance(seen, wire.Counted):
            assert 0 <= seen.joined <= MAX_PLAYERS
        if isinstance(seen, wire.Present):
            assert len(seen.players) <= MAX_PLAYERS


@given(result=JSON, cut=st.integers(0, 400))
def test_no_truncated_frame_raises(result: object, cut: int) -> None:
    assert isinstance(wire.read_frame(frame("client/welcome", result)[:cut]), list)


@given(st.binary(max_size=200))
def test_no_bytes_raise(body: bytes) -> None:
    assert isinstance(wire.read_frame(body), list)
    assert isinstance(wire.read_info(body), wire.Info | None)
    assert isinstance(wire.read_connections(body), wire.Connections | None)


def test_deep_json_is_nothing() -> None:
    assert wire.read_frame('{"opcode":"object","result":' + "[" * 100_000 + "]" * 100_000 + "}") == []
    assert wire.read_info(b"[" * 100_000) is None
