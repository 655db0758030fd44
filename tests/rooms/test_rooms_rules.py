"""What observations of a room add up to, in whatever order they come."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.rooms import rules, wire
from gamenight.rooms.rules import Room, RoomEvent, events_between, observe

LOBBY = wire.State("lobby", "CanStart", "Lobby")
COUNTDOWN = wire.State("lobby", "Countdown", "Lobby")
PLAYING = wire.State("playing", None, "Gameplay")
POST_GAME = wire.State("finished", "PostGame", "Lobby")
LOCK = wire.Locked()
EXIT = wire.Over("The room was closed.")


def info(**fields: Any) -> wire.Info:
    return wire.Info(**{"app_tag": "quiplash3", "max_players": 8, **fields})


def after(*observations: wire.Observation, room: Room | None = None) -> Room:
    room = room or Room(code="PLAY")
    for each in observations:
        room = observe(room, each, "socket")
    return room


def types(*observations: wire.Observation) -> list[str]:
    """What is told when each observation is told by itself."""
    room, room_events = Room(code="PLAY"), list[str]()
    for each in observations:
        new = observe(room, each, "socket")
        room_events += [event.type for event in events_between(room, new)]
        room = new
    return room_events


@pytest.mark.parametrize(
    "signs",
    [
        (PLAYING, LOCK, info(locked=True)),
        (LOCK, PLAYING, info(locked=True)),
        (info(locked=True), PLAYING, LOCK),
        (info(locked=True), LOBBY, PLAYING, LOCK),
        (LOCK, info(locked=True)),
        (PLAYING, PLAYING),
    ],
)
def test_a_game_starts_once_whatever_tells_of_it_first(signs: tuple[wire.Observation, ...]) -> None:
    assert types(info(), LOBBY, *signs).count("game.started") == 1


def test_a_countdown_that_is_cancelled_starts_nothing() -> None:
    assert "game.started" not in types(info(), LOBBY, COUNTDOWN, LOBBY, COUNTDOWN, LOBBY)


def test_same_players_again_is_a_second_start() -> None:
    room_events = types(info(), LOBBY, PLAYING, LOCK, POST_GAME, info(locked=True), PLAYING, LOCK, POST_GAME, EXIT)
    assert room_events == [
        "room.connected",
        "lobby.updated",
        "game.started",
        "game.ended",
        "game.started",
        "game.ended",
        "room.disconnected",
    ]


def test_a_locked_room_that_is_back_in_its_lobby_starts_nothing() -> None:
    room_events = types(info(), LOBBY, PLAYING, LOCK, POST_GAME, LOBBY, info(locked=True), LOCK)
    assert room_events.count("game.started") == 1
    twice = after(info(), PLAYING, POST_GAME, PLAYING, POST_GAME, LOBBY, LOCK)
    assert (twice.games_started, twice.games_ended) == (2, 2)


def test_a_lobby_ends_the_game_that_was_seen_to_run_but_not_one_that_only_the_lock_told_of() -> None:
    assert types(info(), LOBBY, PLAYING, LOBBY)[-2:] == ["game.ended", "lobby.updated"]
    assert "game.ended" not in types(info(), LOBBY, LOCK, LOBBY)


def test_a_room_that_is_gone_while_playing_ends_its_game_once() -> None:
    assert types(info(), PLAYING, EXIT, EXIT, POST_GAME) == [
        "room.connected",
        "game.started",
        "game.ended",
        "room.disconnected",
    ]
    assert types(info(), PLAYING, POST_GAME, EXIT).count("game.ended") == 1


def test_a_room_first_seen_after_its_game_has_missed_it_and_starts_nothing() -> None:
    assert types(POST_GAME, info(locked=True)) == ["room.connected"]
    room = after(info(), POST_GAME, info(locked=True), LOBBY, LOCK)
    assert (room.games_missed, room.games_started) == (1, 0)
    again = after(PLAYING, POST_GAME, room=room)
    assert (again.games_missed, again.games_started, again.games_ended) == (1, 1, 1)
    assert after(info(), LOBBY, PLAYING, POST_GAME).games_missed == 0


def test_a_game_that_was_played_while_the_service_was_away_is_told_from_start_to_end() -> None:
    assert types(info(), LOBBY, POST_GAME, LOBBY, POST_GAME) == [
        "room.connected",
        "lobby.updated",
        "game.started",
        "game.ended",
        "lobby.updated",
    ]
    assert types(info(), LOBBY, PLAYING, LOBBY, POST_GAME).count("game.started") == 1


def test_joins_that_are_told_again_are_counted_once() -> None:
    room = after(info(), wire.JoinsTold(["1", "2"]), wire.JoinsTold(["2"]), wire.JoinsTold(["3"]))
    assert room.joined == 3
    assert after(wire.Present({n: f"P{n}" for n in range(2, 8)}), room=room).joined == 6
    flood = after(*(wire.JoinsTold([str(n) for n in range(5 * wire.MAX_PLAYERS)]) for _ in range(2)), room=room)
    assert (flood.joined, len(flood.joins_told)) == (8, wire.MAX_PLAYERS)


def test_the_same_code_with_another_game_is_another_room() -> None:
    room = after(info(), PLAYING, info(app_tag="fibbage4"))
    assert room.over is not None
    assert room.app_tag == "quiplash3"


def test_a_player_is_told_once_also_when_he_comes_back() -> None:
    room_events = types(
        info(), wire.Present({2: "ANN"}), wire.Joined(3, "BEN"), wire.Joined(3, "BEN"), wire.Present({3: "BEN"})
    )
    assert room_events.count("lobby.player-joined") == 2


def test_who_is_thrown_out_counts_no_more() -> None:
    room = after(info(), wire.Present({2: "ANN", 3: "BEN"}), wire.Kicked(3), wire.Kicked(3), wire.Kicked(77))
    assert (room.joined, room.players) == (1, ["ANN"])


def test_the_seat_of_one_who_was_thrown_out_is_free_again() -> None:
    room = after(info(max_players=2), wire.Present({2: "ANN", 3: "BEN"}), wire.Kicked(2), wire.Joined(4, "CAT"))
    assert (room.joined, room.players) == (2, ["BEN", "CAT"])


def test_the_count_never_passes_the_rooms_seats() -> None:
    room = after(info(max_players=3), wire.Present({n: f"P{n}" for n in range(2, 40)}), wire.Counted(900))
    assert room.joined == 3


def test_without_names_a_full_room_says_how_many_and_a_locked_one_does_not() -> None:
    def by_rest(seen: wire.Info, room: Room | None = None) -> int | None:
        return observe(room or Room(code="PLAY"), seen, "rest").joined

    assert by_rest(info(full=True)) == 8
    assert by_rest(info(locked=True)) is None
    assert by_rest(info(full=True), after(wire.Present({2: "ANN"}))) == 1


def test_without_names_connections_count_all_but_the_game_and_us() -> None:
    assert after(info(), wire.Welcome(7, "s"), wire.Welcome(7, "s"), wire.Connections(6)).joined == 4


def test_names_go_before_a_guess_from_rest() -> None:
    guessed = after(info(), wire.Connections(6))
    assert (guessed.joined, guessed.source) == (5, "rest")
    named = after(wire.Present({2: "ANN", 3: "BEN"}), room=guessed)
    assert (named.joined, named.source) == (2, "socket")


def test_a_count_by_hand_is_kept_until_the_room_says_more() -> None:
    assert rules.count_to_show(6, 4, 4) == 6
    assert rules.count_to_show(6, 4, 5) == 6
    assert rules.count_to_show(6, 4, 7) == 7
    assert rules.count_to_show(4, 8, 8) == 4
    assert rules.count_to_show(None, 3, 4) == 4
    assert rules.count_to_show(2, 3, None) == 2


SEATS = st.integers(0, 30)
OBSERVATIONS = st.one_of(
    st.builds(
        info,
        locked=st.booleans(),
        full=st.booleans(),
        max_players=st.none() | st.integers(1, 1000),
        app_tag=st.sampled_from(["quiplash3", "quiplash3", "quiplash3", "fibbage4"]),
    ),
    st.builds(wire.Present, st.dictionaries(SEATS, st.text(max_size=3), max_size=20)),
    st.builds(wire.Joined, SEATS, st.text(max_size=3)),
    st.builds(wire.Kicked, SEATS),
    st.builds(wire.Counted, st.integers(0, 1000)),
    st.builds(wire.JoinsTold, st.lists(st.sampled_from("abcdefghijk"), max_size=12)),
    st.builds(wire.Connections, st.integers(0, 1000)),
    st.sampled_from([LOBBY, COUNTDOWN, PLAYING, POST_GAME, LOCK]),
)


@given(st.lists(OBSERVATIONS, max_size=30), st.booleans())
def test_starts_and_ends_alternate_and_the_count_is_never_nonsense(seen: list[wire.Observation], ends: bool) -> None:
    room, room_events = Room(code="PLAY"), list[RoomEvent]()
    for each in [*seen, *([EXIT] if ends else [])]:
        new = observe(room, each, "socket")
        room_events += events_between(room, new)
        room = new
        assert room.joined is None or 0 <= room.joined <= (room.max_players or wire.MAX_PLAYERS)
    games = [each.type for each in room_events if each.type in {"game.started", "game.ended"}]
    assert games == ["game.started", "game.ended"] * (len(games) // 2) + ["game.started"] * (len(games) % 2)
    if ends:
        assert len(games) % 2 == 0


@given(st.lists(OBSERVATIONS, max_size=30), st.integers(0, 30))
def test_telling_late_tells_the_same_games(seen: list[wire.Observation], cut: int) -> None:
    """Reports are put together when much happens at once: no start and no end is lost by it."""
    half = after(*seen[:cut])
    whole = after(*seen[cut:], room=half)
    late = [each.type for each in events_between(half, whole) if each.type in {"game.started", "game.ended"}]
    room, soon = half, []
    for each in seen[cut:]:
        new = observe(room, each, "socket")
        soon += [
            room_events.type
            for room_events in events_between(room, new)
            if room_events.type in {"game.started", "game.ended"}
        ]
        room = new
    assert late == soon
