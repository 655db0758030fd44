"""How a game came to be played: drawn, chosen by hand, or by a poll."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from tests.api.test_sessions import refused
from tests.support.clients import Host, Listener
from tests.support.server import Served


@pytest.mark.parametrize(
    ("said", "source", "manually_added"),
    [
        ({}, "dice", 0),
        ({"manually_added": False}, "dice", 0),
        ({"manually_added": True}, "manual", 1),
        ({"source": "dice"}, "dice", 0),
        ({"source": "manual"}, "manual", 1),
        ({"source": "poll"}, "poll", 0),
        ({"source": "poll", "manually_added": 1}, "poll", 1),
        ({"source": "dice", "manually_added": True}, "dice", 1),
    ],
)
def test_the_source_is_taken_or_follows_from_what_is_said(
    hana: Host, said: dict[str, Any], source: str, manually_added: int
) -> None:
    session = hana.a_session()
    game = hana.a_game(session["id"], 7, **said)
    assert (game["source"], game["manually_added"]) == (source, manually_added)
    assert hana.games_of(session["id"]) == [game]


@pytest.mark.parametrize("wrong", ["vote", "", None, 1, "Dice"])
def test_another_source_is_refused(hana: Host, wrong: Any) -> None:
    session = hana.a_session()
    response = hana.post(f"/api/sessions/{session['id']}/games", json={"game_id": 7, "source": wrong})
    refused(response, 400, "invalid_request")
    assert hana.games_of(session["id"]) == []


def test_the_source_is_told_live_and_in_every_export(server: Served, hana: Host) -> None:
    session = hana.a_session()
    path = f"/api/sessions/{session['id']}"
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(session["id"])
        for source in ("dice", "manual", "poll"):
            hana.a_game(session["id"], 7, source=source)
            added = bix.receive_until("game.added")["data"]
            assert (added["game"]["source"], added["sessionGame"]["source"]) == (source, source)
    exported = json.loads(hana.get(f"{path}/export").text)
    assert [game["source"] for game in exported["games"]] == ["dice", "manual", "poll"]
    lines = hana.get(f"{path}/export?format=txt").text.splitlines()[-3:]
    told = ("drawn", "chosen by hand", "voted for")
    assert [words for line, words in zip(lines, told, strict=True) if words in line] == list(told)
    assert [game["source"] for game in hana.get(f"{path}/recap").json()["games"]] == ["dice", "manual", "poll"]
    with zipfile.ZipFile(io.BytesIO(hana.get("/api/stats/export.zip").content)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("session_games.csv").decode())))
    assert [row["source"] for row in rows] == ["dice", "manual", "poll"]
