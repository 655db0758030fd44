"""A night to tell of, as JSON and as text."""

from datetime import timedelta

from tests.docs.pages import DOCS, blocks_of
from tests.stats.history import PastNight, Play, at, keep, people
from tests.support.clients import Host, a_guest
from tests.support.server import Served

PIA, OMAR, ANN = people("Pia", "Omar", "Ann")


def four_fridays() -> list[PastNight]:
    """Game 7 is on the first three, 8 on all, 9 on the last two before the fourth."""
    friday = at("2026-02-20")
    games = ([7, 8], [7, 8, 9], [7, 8, 9])
    earlier = [
        PastNight(friday + timedelta(weeks=number), [Play(game) for game in played])
        for number, played in enumerate(games)
    ]
    return [
        *earlier,
        PastNight(
            at("2026-03-13"),
            [
                Play(64, 25, up=[PIA, OMAR, ANN], players=5),
                Play(12, 4, down=[PIA], status="skipped"),
                Play(8, 95, up=[PIA], down=[OMAR, ANN], players=6),
                Play(20, 15, removed=True),
                Play(21, 0),
            ],
            "Friday, five of us",
        ),
    ]


def test_a_recap_tells_a_night_in_order(server: Served, database_url: str) -> None:
    night = keep(database_url, four_fridays())[-1]
    with a_guest(server.url) as omar:
        recap = omar.get(f"/api/sessions/{night}/recap").json()
    assert [(game["game_id"], game["minutes_played"], game["player_count"]) for game in recap["games"]] == [
        (64, 25, 5),
        (8, 95, 6),
        (21, 0, None),
    ]
    assert recap["skipped"] == ["Guesspionage"]
    assert (recap["best_liked"]["game_id"], recap["most_divisive"]["game_id"]) == (64, 8)
    assert (recap["total_votes"], recap["voter_count"], recap["minutes_played"]) == (6, 3, 120)
    assert (recap["day"], recap["started_at"]) == ("2026-03-13", "2026-03-13T19:00:00.000Z")
    assert recap["ended_at"] > "2026-03-13T21:00"
    assert (recap["week_streak"], recap["month_streak"]) == (4, 2)
    assert [(game["id"], game["length"]) for game in recap["broken_streaks"]] == [(7, 3)]


def test_a_recap_as_text_is_the_one_that_the_reference_shows(server: Served, database_url: str) -> None:
    night = keep(database_url, four_fridays())[-1]
    with a_guest(server.url) as omar:
        answer = omar.get(f"/api/sessions/{night}/recap?format=txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    page = (DOCS / "reference" / "stats.md").read_text(encoding="utf-8")
    assert [answer.text] == [block.text for block in blocks_of(page) if block.language == "text"]


def test_the_text_of_the_longest_night_is_cut_between_its_games(hana: Host, database_url: str) -> None:
    hana.ok(hana.put("/api/games/1", json={"title": "Very\nlong " + "x" * 190}))
    night = keep(database_url, [PastNight(at("2026-03-13"), [Play(1)] * 90)])[0]
    text = hana.get(f"/api/sessions/{night}/recap?format=txt").text
    assert 1800 < len(text) <= 2000
    lines = text.splitlines()
    assert lines[1].startswith("1. Very long x")
    shown = sum(line.startswith(f"{number}. ") for number, line in enumerate(lines))
    assert lines[-1] == f"... and {90 - shown} more games"
    assert len(hana.get(f"/api/sessions/{night}/recap").json()["games"]) == 90


def test_a_night_that_is_on_has_a_recap_and_breaks_no_streak_yet(hana: Host, database_url: str) -> None:
    keep(database_url, four_fridays()[:3])
    session = hana.a_session()
    path = f"/api/sessions/{session['id']}/recap"
    empty = hana.get(path).json()
    assert (empty["games"], empty["week_streak"], empty["started_at"]) == ([], 0, None)
    assert hana.get(f"{path}?format=txt").text.endswith("0 games.\n")
    hana.a_game(session["id"], 64)
    on = hana.get(path).json()
    assert (on["is_active"], on["ended_at"], on["broken_streaks"]) == (1, None, [])
    assert [game["game_id"] for game in on["games"]] == [64]
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    over = hana.get(path).json()
    assert over["ended_at"] is not None
    assert {broken["id"] for broken in over["broken_streaks"]} == {7, 8}


def test_there_is_no_recap_of_a_night_that_never_was(server: Served) -> None:
    with a_guest(server.url) as omar:
        missing = omar.get("/api/sessions/99/recap")
    assert (missing.status_code, missing.json()["code"]) == (404, "session_not_found")
