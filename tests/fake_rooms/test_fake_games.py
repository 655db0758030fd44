import json
from typing import Any

import pytest

from gamenight.fake_rooms.games import Kind, Lobby, Phase, Published, published

NAMES = [(2, "ANN"), (3, "BOB"), (5, "CY")]


def entities_of(kind: Kind, phase: Phase, players: int = 3) -> list[Published]:
    return published(kind, Lobby(phase, NAMES[:players], min_players=3, max_players=8))


def states(kind: Kind) -> list[str]:
    phases = [(Phase.LOBBY, 2), (Phase.LOBBY, 3), (Phase.COUNTDOWN, 3), (Phase.PLAYING, 3), (Phase.POST_GAME, 3)]
    (values) = [entities_of(kind, phase, players)[0].value for phase, players in phases]
    return [_lobby_state(json.loads(value) if isinstance(value, str) else value) for value in values]


def _lobby_state(value: dict[str, Any]) -> str:
    return str(value.get("lobbyState", value["state"]))


@pytest.mark.parametrize(
    ("kind", "key"), [(Kind.ROOM, "room"), (Kind.BLOB, "bc:room"), (Kind.ROOM_BLOB, "roomBlob"), (Kind.TEXT, "room")]
)
def test_games_with_two_fields_go_through_the_lobby_to_the_post_game(kind: Kind, key: str) -> None:
    assert states(kind) == ["WaitingForMore", "CanStart", "Countdown", "Logo", "PostGame"]
    (entity,) = entities_of(kind, Phase.LOBBY)
    assert (entity.key, entity.type) == (key, "text" if kind is Kind.TEXT else "object")


def test_games_with_one_field_say_it_in_one_word() -> None:
    one_field = ["Lobby_WaitingForMore", "Lobby_CanStart", "Lobby_Countdown", "Gameplay_Logo", "Lobby_PostGame"]
    assert states(Kind.ONE_FIELD) == one_field
    assert states(Kind.WORD_SPUD)[:2] == ["Lobby", "LobbyCanStart"]
    assert states(Kind.WORD_SPUD)[3] == "GameplayLogo"


def test_the_lobbys_fields_vanish_when_the_game_starts() -> None:
    (lobby,) = entities_of(Kind.ROOM, Phase.LOBBY)
    (playing,) = entities_of(Kind.ROOM, Phase.PLAYING)
    gone = {"lobbyState", "gameCanStart", "gameIsStarting", "textDescriptions", "characters"}
    assert gone <= set(lobby.value)
    assert not gone & set(playing.value)


def test_joins_can_be_counted_from_the_descriptions_and_the_characters() -> None:
    value = entities_of(Kind.ROOM, Phase.LOBBY)[0].value
    assert [one["text"] for one in value["textDescriptions"]] == ["ANN is the VIP.", "BOB joined.", "CY joined."]
    assert [one["available"] for one in value["characters"]] == [False] * 3 + [True] * 5


def test_a_game_without_a_shared_object_tells_each_player_alone() -> None:
    entities = entities_of(Kind.PRIVATE, Phase.LOBBY)
    assert [(entity.key, entity.owner) for entity in entities] == [
        ("player:2", 2),
        ("player:3", 3),
        ("player:5", 5),
        ("audiencePlayer", 0),
    ]
    first = entities[0].value
    assert (first["kind"], first["status"], first["joinedPlayers"], first["vipName"]) == ("lobby", "canStart", 3, "ANN")
    assert entities_of(Kind.PRIVATE, Phase.COUNTDOWN)[0].value["status"] == "isStarting"
    assert entities_of(Kind.PRIVATE, Phase.PLAYING)[0].value["kind"] == "writing"


def test_a_game_that_describes_tells_the_newest_join_in_the_players_language() -> None:
    def latest(phase: Phase, players: int) -> list[dict[str, object]]:
        (entity,) = entities_of(Kind.DESCRIBED, phase, players)
        assert entity.key == "textDescriptions"
        descriptions: list[dict[str, object]] = entity.value["latestDescriptions"]
        return descriptions

    assert latest(Phase.LOBBY, 0) == latest(Phase.PLAYING, 3) == []
    assert latest(Phase.LOBBY, 2) == [
        {"id": 1, "category": "TEXT_DESCRIPTION_PLAYER_JOINED", "text": f"{NAMES[1][1]} ist beigetreten."}
    ]


def test_a_game_that_tells_nothing_publishes_nothing() -> None:
    assert all(entities_of(Kind.NOTHING, phase) == [] for phase in Phase)
