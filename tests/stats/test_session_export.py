"""What can be taken along: a night as a file, and all nights as CSV."""

import csv
import io
import zipfile
from codecs import BOM_UTF8
from typing import Any

from gamenight.stats import download
from tests.stats.history import PastNight, Person, Play, at, keep, people
from tests.support.clients import Host, a_guest
from tests.support.server import Served

PIA, OMAR = people("Pia", "Omar")
QUINN = Person("Quiet Quinn", "phone", "device-1")
EVERYTHING = "/api/stats/export.zip"


def sheets_of(hana: Host) -> dict[str, list[dict[str, str]]]:
    answer = hana.get(EVERYTHING)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    assert all(file.startswith(BOM_UTF8) for file in files.values()), "by it a spreadsheet knows the encoding"
    texts = {name: file.removeprefix(BOM_UTF8).decode() for name, file in files.items()}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""), strict=True)) for name, text in texts.items()}


def some_nights() -> list[PastNight]:
    plays = [Play(7, 30, up=[PIA, QUINN], down=[OMAR], players=4), Play(8, 10, removed=True), Play(9, status="skipped")]
    return [PastNight(at("2026-03-06"), plays, '=HYPERLINK("http://evil")'), PastNight(at("2026-03-13"), plays[:1] * 3)]


def test_everything_is_in_the_archive(hana: Host, database_url: str) -> None:
    first, second = keep(database_url, some_nights())
    sheets = sheets_of(hana)
    assert list(sheets) == ["games.csv", "sessions.csv", "session_games.csv", "turns.csv", "votes.csv"]
    assert len(sheets["games.csv"]) == 72
    assert [row["id"] for row in sheets["sessions.csv"]] == [str(first), str(second)]
    played = sheets["session_games.csv"]
    assert [(row["session_id"], row["game_id"], row["status"]) for row in played] == [
        (str(first), "7", "played"),
        (str(first), "9", "skipped"),
        *[(str(second), "7", "played")] * 3,
    ]
    assert played[0]["title"] == hana.get("/api/games/7").json()["title"]
    assert [row["session_game_id"] for row in sheets["turns.csv"]] == [row["id"] for row in played]
    assert [(row["username"], row["platform"], row["vote"]) for row in sheets["votes.csv"]] == [
        ("Pia", "chat", "up"),
        ("Quiet Quinn", "phone", "up"),
        ("Omar", "chat", "down"),
    ] * 4


def test_no_cell_of_the_archive_is_run_as_a_formula(hana: Host, database_url: str) -> None:
    mean = Person("@SUM(1+1)*cmd|' /C calc'!A0")
    keep(database_url, [PastNight(at("2026-03-06"), [Play(7, up=[mean, Person("-2+3")])], "=1+1"), *some_nights()])
    sheets = sheets_of(hana)
    assert [row["notes"][:3] for row in sheets["sessions.csv"]][:2] == ["'=1", "'=H"]
    assert [row["username"][:2] for row in sheets["votes.csv"]][:2] == ["'@", "'-"]
    cells = [cell for rows in sheets.values() for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_catalogue_of_the_archive_can_be_imported_again(hana: Host) -> None:
    with zipfile.ZipFile(io.BytesIO(hana.get(EVERYTHING).content)) as archive:
        text = archive.read("games.csv").decode()
    assert text == hana.get("/api/games/export/csv").text


def test_nothing_is_lost_between_the_steps_in_which_rows_are_read(hana: Host, database_url: str) -> None:
    crowd = [Person(f"Viewer {number}") for number in range(140)]
    session_id = keep(database_url, [PastNight(at("2026-03-06"), [Play(7, up=crowd)] * 40)])[0]
    cast = 140 * 40
    assert cast > download.ROWS_AT_ONCE
    assert len({row["id"] for row in sheets_of(hana)["votes.csv"]}) == cast
    assert len({vote["id"] for vote in export_of(hana, session_id)["votes"]}) == cast


def export_of(hana: Host, session_id: int) -> dict[str, Any]:
    exported: dict[str, Any] = hana.get(f"/api/sessions/{session_id}/export").raise_for_status().json()
    return exported


def test_a_night_is_exported_with_its_votes_and_the_imported_chat(hana: Host) -> None:
    session = hana.a_session("Friday")
    game = hana.a_game(session["id"], 7)
    hana.ok(hana.vote("Pia", "up"))
    log = [
        {"username": "Omar", "message": "thisgame--", "timestamp": game["played_at"]},
        {"username": "Ann", "message": "hello \U0001f44b", "timestamp": game["played_at"]},
    ]
    hana.ok(hana.post(f"/api/sessions/{session['id']}/chat-import", json={"chatData": log}))
    exported = export_of(hana, session["id"])
    assert exported["session"]["notes"] == "Friday"
    assert exported["games"] == hana.games_of(session["id"])
    by_id = sorted(hana.get("/api/votes").json()["votes"], key=lambda vote: vote["id"])
    assert exported["votes"] == by_id
    assert {(vote["username"], vote["vote_type"]) for vote in by_id} == {("Pia", "up"), ("Omar", "down")}
    assert [{key: row[key] for key in log[0]} for row in exported["chat"]] == log
    assert "+1 -1" in hana.get(f"/api/sessions/{session['id']}/export?format=txt").text


def test_a_nights_file_has_the_votes_of_guests_but_not_their_names(hana: Host, database_url: str) -> None:
    first, second = keep(database_url, some_nights())
    exported = export_of(hana, first)
    assert [(vote["platform"], vote["username"]) for vote in exported["votes"]] == [
        ("chat", "Pia"),
        ("phone", None),
        ("chat", "Omar"),
    ]
    assert {vote["session_id"] for vote in export_of(hana, second)["votes"]} == {second}
    assert "Quinn" not in hana.get(f"/api/sessions/{first}/export?format=txt").text


def test_the_archive_is_for_hosts_alone(hana: Host, server: Served) -> None:
    assert hana.get(EVERYTHING).status_code == 200
    with a_guest(server.url) as omar:
        refused = omar.get(EVERYTHING)
    assert (refused.status_code, refused.json()["code"]) == (401, "token_missing")
