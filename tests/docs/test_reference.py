"""The reference says what the code does: a missing or outdated row fails with the line to write."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from gamenight.core.engines import sqlite_driver
from gamenight.core.log import EVERYONE
from gamenight.fake_rooms.threaded import ThreadedFakeRooms, running
from gamenight.live import messages
from gamenight.picker import rules
from gamenight.picker.balanced import FACTORS, Strengths, bounds
from gamenight.settings import BUILD_VARIABLES, RETIRED_VARIABLES, Settings, load
from gamenight.votes.rules import WhyOnNone
from tests.docs import tables
from tests.docs.pages import DOCS, blocks_of, cells_of, difference, parsed, rows_of
from tests.support.clients import Host, Listener
from tests.support.patience import PATIENCE
from tests.support.server import Served, served, sqlite_url

OF_NO_SHORT_NIGHT = {"session.deleted", "webhook.disabled"}
"""A deleted session takes its events with it, and webhooks don't end in one night."""
WHO = {True: "every authenticated client", False: "the session's subscribers"}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def assert_rows(name: str, written: list[str], expected: list[str], *, whole: bool) -> None:
    """That each wanted row is there (or one that begins so) and no other."""
    missing = [row for row in expected if not any(line == row if whole else line.startswith(row) for line in written)]
    outdated = [line for line in written if not any(line == row if whole else line.startswith(row) for row in expected)]
    assert not missing, f"docs/{name} lacks:\n" + "\n".join(missing) + "\nand has:\n" + "\n".join(outdated)
    assert not outdated, f"docs/{name} has what the code has not:\n" + "\n".join(outdated)
    assert len(written) == len(expected), f"docs/{name} has a row twice"


def assert_no_empty_cell(name: str, rows: list[str]) -> None:
    for row in rows:
        assert all(cells_of(row)), f"docs/{name}: a cell is empty: {row}"


def test_every_setting_is_in_the_reference_with_its_default_and_meaning() -> None:
    name = "reference/settings.md"
    assert_rows(name, rows_of(page(name), "| `GAMENIGHT_"), tables.setting_rows(), whole=True)


def test_every_format_of_chat_logs_is_in_the_reference() -> None:
    name = "reference/votes.md"
    table = page(name).partition("## Chat logs")[2].partition("\n### ")[0]
    assert_rows(name, rows_of(table, "| `"), tables.chat_format_rows(), whole=True)


@pytest.mark.parametrize("reason", get_args(WhyOnNone))
def test_every_reason_why_a_vote_is_for_no_game_is_in_the_reference(reason: str) -> None:
    assert f"`{reason}`" in page("reference/votes.md")


def test_the_shown_defaults_are_those_of_a_server_without_settings() -> None:
    settings = load({})
    assert settings == Settings()
    shown = {cells_of(row)[0].strip("`"): cells_of(row)[2].strip("`") for row in tables.setting_rows()}
    assert shown["GAMENIGHT_PORT"] == str(settings.http.port)
    assert all(value == "" or load({name: value}) for name, value in shown.items())


def test_every_error_code_is_in_the_reference_with_its_status() -> None:
    name = "reference/errors.md"
    rows = rows_of(page(name))
    assert_rows(name, rows, tables.error_beginnings(), whole=False)
    assert_no_empty_cell(name, rows)


def test_every_close_code_is_in_the_reference_with_its_word_and_meaning() -> None:
    name = "reference/live.md"
    rows = [row for row in rows_of(page(name), "| ") if re.match(r"\| \d{4} \| `", row)]
    assert_rows(name, rows, tables.close_code_beginnings(), whole=False)
    assert_no_empty_cell(name, rows)


def test_every_reason_of_a_resync_is_in_the_reference() -> None:
    rows = rows_of(page("reference/live.md"))
    written = {cells_of(row)[0].strip("`") for row in rows}
    assert set(get_args(messages.ResyncReason)) <= written


def test_every_message_of_the_server_is_in_the_reference_with_its_fields() -> None:
    sent = (
        messages.AuthSuccess,
        messages.AuthError,
        messages.Hello,
        messages.Subscribed,
        messages.Unsubscribed,
        messages.Snapshot,
        messages.Resync,
        messages.Pong,
        messages.Error,
    )
    written = {
        cells[0].strip("`"): set(re.findall(r"`(\w+)`", cells[1]))
        for cells in map(cells_of, rows_of(page("reference/live.md")))
    }
    for message in sent:
        fields = {field.encode_name for field in msgspec.structs.fields(message)}
        assert written.get(str(message.__struct_config__.tag)) == fields, message


def test_the_limits_of_live_clients_are_the_defaults() -> None:
    limits = Settings().live
    text = page("reference/live.md")
    for shown in (
        f"| time to authenticate | {limits.auth_seconds:g} s |",
        f"| a message | {limits.message_bytes // 1024} KiB |",
        f"| messages | {limits.messages_per_minute} a minute, {limits.messages_burst} at once |",
        f"| sessions that one client follows | {limits.subscriptions} |",
        f"| connections of one token | {limits.sockets_per_token} |",
        f"| connections of one address | {limits.sockets_per_client} |",
        f"| connections in all | {limits.sockets:,} |",
        f"| what waits for a slow client | {limits.buffer_bytes // 1024} KiB |",
        f"| a replay that a client doesn't take | {limits.drain_seconds:g} s |",
        f"every {limits.heartbeat_seconds:g} seconds",
        f"within {limits.heartbeat_timeout:g} seconds",
    ):
        assert shown in text, f"docs/reference/live.md lacks: {shown}"


def test_the_pickers_filters_are_in_the_reference_in_order_with_their_suggestions() -> None:
    rows = [cells_of(row) for row in rows_of(page("reference/picker.md"))]
    written = {cells[0].strip("`"): cells for cells in rows if len(cells) == 3}
    assert tuple(name for name in written if name in rules.FILTERS) == rules.FILTERS
    for name, suggestion in rules.SUGGESTIONS.items():
        assert written[name][2] == suggestion, f"docs/reference/picker.md, {name}: {suggestion}"


def test_the_pickers_weights_are_in_the_reference() -> None:
    text = page("reference/picker.md")
    for favor, weight in rules.FAVOR.items():
        row = f"| {favor} | {weight} | {rules.PACK_FAVOR[favor]} |"
        assert row in text, f"docs/reference/picker.md lacks: {row}"


def test_the_pickers_factors_are_in_the_reference_in_order_with_their_bounds_and_settings() -> None:
    rows = [cells_of(row) for row in rows_of(page("reference/picker.md"))]
    written = {cells[0].strip("`"): cells for cells in rows if len(cells) == 4 and cells[0].strip("`") in FACTORS}
    assert tuple(written) == FACTORS
    strengths = Settings().picker.strengths
    assert strengths == Strengths(), "the rules and the settings have the same defaults"
    for name, (least, most) in bounds(strengths).items():
        shown = f"{least:.2g} to {most:.2g}"
        assert written[name][1] == shown, f"docs/reference/picker.md, {name}: {shown}"
    settings = {f"PICKER_{name.upper()}" for name in Strengths.__struct_fields__}
    assert {each for cells in written.values() for each in re.findall(r"`(PICKER_\w+)`", cells[3])} == settings


def test_what_gives_way_is_in_the_reference_in_order() -> None:
    section = page("reference/picker.md").split("## What gives way")[1].split("\n## ")[0]
    assert tuple(re.findall(r"^\d\. `(\w+)`", section, re.MULTILINE)) == rules.RELAXED_IN_ORDER


def examples() -> dict[str, Any]:
    """The example of each event, by the heading above it."""
    sections = re.split(r"^## ", page("reference/events.md"), flags=re.MULTILINE)[1:]
    return {section.split("\n", 1)[0]: parsed(blocks_of(section)[0].text) for section in sections}


def test_the_reference_has_every_event_and_no_other() -> None:
    assert set(examples()) == tables.event_types()


@pytest.fixture(scope="module")
def short_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[dict[str, Any]], dict[str, int]]]:
    """What a client was sent of the night that the reference shows, and the topic of each event type."""
    folder = tmp_path_factory.mktemp("night")
    with (
        running() as rooms,
        served(sqlite_url(folder), rooms_url=rooms.url) as server,
        Host(server.url) as hana,
        Listener(server.live_url) as bix,
    ):
        play(server, rooms, hana, bix)
        with closing(sqlite_driver.connect(str(folder / "gamenight.db"))) as database:
            topics = dict(database.execute("SELECT type, topic FROM events").fetchall())
        yield bix.events, topics


def play(server: Served, rooms: ThreadedFakeRooms, hana: Host, bix: Listener) -> None:
    bix.authenticate(hana.token)
    session = hana.a_session("Friday game night")
    night = f"/api/sessions/{session['id']}"
    bix.subscribe(session["id"])
    game = hana.a_game(session["id"], 20, room_code="XY9Z")
    path = f"{night}/games/{game['id']}"
    vote_and_undo(hana, bix, session["id"])
    hana.ok(hana.patch(f"{path}/room-code", json={"room_code": "QRST"}))
    hana.ok(hana.patch(f"{path}/player-count", json={"player_count": 5}))
    hana.set_status(game, "played")
    hana.ok(hana.patch(night, json={"notes": "Friday, five of us"}))
    hana.ok(hana.patch("/api/games/20/favor", json={"favor_bias": 1}))
    hold_a_poll(hana, night)
    hana.ok(hana.delete(path))
    play_in_a_room(rooms, hana, bix, session["id"])
    hana.ok(hana.post(f"{night}/close"))
    bix.receive_until("session.ended")
    bix.receive_until("sessions.changed")
    with Listener(server.live_url) as outsider:
        outsider.authenticate(hana.token, since=0)
        received = {event["type"] for event in outsider.nothing_more()}
        assert received == {"catalogue.changed", "session.started", "sessions.changed"}


def vote_and_undo(hana: Host, bix: Listener, session_id: int) -> None:
    """A late vote moves when its game is said to be skipped, and moves back when that is undone."""
    undo = f"/api/sessions/{session_id}/undo"
    first = hana.games_of(session_id)[0]
    hana.a_game(session_id, 21)
    hana.ok(hana.vote("Pia", "up"))
    hana.set_status(first, "skipped")
    bix.receive_until("votes.updated")
    hana.ok(hana.post(undo))
    bix.receive_until("votes.updated")
    hana.ok(hana.post(undo))
    bix.receive_until("change.undone")


def hold_a_poll(hana: Host, night: str) -> None:
    hana.ok(hana.post(f"{night}/voting/start", json={"gameIds": [20], "seconds": 600}))
    hana.ok(hana.post(f"{night}/voting/end", json={"delay": 60}))
    hana.ok(hana.post(f"{night}/voting/cancel-end"))
    hana.ok(hana.post(f"{night}/voting/end", json={}))
    hana.ok(hana.delete(f"{night}/game-selection"))


def play_in_a_room(rooms: ThreadedFakeRooms, hana: Host, bix: Listener, session_id: int) -> None:
    room = rooms.open("ABCD", app_tag="survivetheinternet", min_players=1, max_players=8)
    game = hana.a_game(session_id, 20, room_code="ABCD")
    hana.ok(hana.post(f"/api/sessions/{session_id}/games/{game['id']}/start-player-check"))
    bix.receive_event("player-count.updated", playerCount=0)
    rooms.do(room.join, "ANN")
    bix.receive_event("player-count.updated", playerCount=1)
    rooms.do(room.countdown)
    bix.receive_event("lobby.updated", lobbyState="Countdown")
    rooms.do(room.start)
    bix.receive_until("game.started")
    rooms.do(room.post_game)
    bix.receive_until("game.ended")
    rooms.do(room.exit)
    bix.receive_until("room.disconnected")


def test_every_example_is_what_the_server_sends(short_night: tuple[list[dict[str, Any]], dict[str, int]]) -> None:
    received = {event["type"]: event for event in short_night[0]}
    shown = examples()
    assert set(received) == set(shown) - OF_NO_SHORT_NIGHT
    for type_, event in received.items():
        found = difference(shown[type_], parsed(json.dumps(event)))
        assert found is None, (
            f"docs/reference/events.md, {type_}: {found}\nThe real event:\n{json.dumps(event, indent=2)}"
        )


def test_the_example_of_a_deleted_session_is_what_the_server_sends(tmp_path: Path) -> None:
    with served(sqlite_url(tmp_path)) as server, Host(server.url) as hana, Listener(server.live_url) as bix:
        session = hana.a_session()
        bix.authenticate(hana.token)
        bix.subscribe(session["id"])
        hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
        hana.ok(hana.delete(f"/api/sessions/{session['id']}"))
        event = bix.receive_until("session.deleted")
    shown = examples()["session.deleted"]
    assert difference(shown["data"], parsed(json.dumps(event["data"]))) is None
    assert set(shown) == set(event)


def test_the_reference_says_to_whom_an_event_is_sent(short_night: tuple[list[dict[str, Any]], dict[str, int]]) -> None:
    text = page("reference/events.md")
    assert set(short_night[1]) == tables.event_types() - OF_NO_SHORT_NIGHT
    for type_, topic in short_night[1].items():
        line = f"## {type_}\n\nSent to: {WHO[topic == EVERYONE]}."
        assert line in text, f"docs/reference/events.md lacks:\n{line}"


def test_the_backup_of_a_running_server_comes_back_as_operations_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = [
        line.removeprefix("python3 run.py ").split()
        for block in blocks_of(page("operations.md"))
        if block.language == "sh"
        for line in block.text.splitlines()
        if re.match(r"python3 run\.py (backup|restore)", line)
    ]
    assert [command[0] for command in commands] == ["backup", "backup", "restore"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAMENIGHT_DATA_DIR", str(tmp_path))

    def run(command: list[str]) -> None:
        subprocess.run([sys.executable, "-m", "gamenight", *command], check=True, timeout=PATIENCE)

    with served(sqlite_url(tmp_path)) as server, Host(server.url) as hana:
        session = hana.a_session("before the backup")
        run(commands[0])
        run(commands[1])
        hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
        with Listener(server.live_url) as bix:
            before = bix.authenticate(hana.token)
    assert len(list((tmp_path / "backups").iterdir())) == 1
    run(commands[2])
    with served(sqlite_url(tmp_path)) as server, Host(server.url) as hana:
        assert hana.ok(hana.get("/api/sessions/active"))["notes"] == "before the backup"
        with Listener(server.live_url) as bix:
            bix.authenticate(hana.token, since=before["head"], stream=before["stream"])
            assert bix.receive_until("resync")["reason"] == "stream_changed"


def test_a_setting_that_has_no_effect_stops_no_server_and_is_named(caplog: pytest.LogCaptureFixture) -> None:
    for variable in RETIRED_VARIABLES:
        assert load({variable: "https://tv.example"}) == load({})
        assert variable in caplog.text


def test_the_settings_that_the_pages_name_exist() -> None:
    names = {cells_of(row)[0].strip("`") for row in tables.setting_rows()} | BUILD_VARIABLES | set(RETIRED_VARIABLES)
    for file in [*DOCS.rglob("*.md"), DOCS.parent / "README.md", DOCS.parent / "CONTRIBUTING.md"]:
        named = set(re.findall(r"GAMENIGHT_[A-Z_]*[A-Z]", file.read_text(encoding="utf-8")))
        assert named <= names, f"{file.name} names settings that do not exist: {named - names}"
