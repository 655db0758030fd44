"""The figures of several nights."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.stats.history import PastNight, Person, Play, at, keep, people
from tests.support.clients import Host, a_guest
from tests.support.server import Served

PIA, OMAR = people("Pia", "Omar")
PHONE = Person("Quiet Quinn", "phone", "device-1")


def stats(server: Served, path: str = "", **parameters: object) -> dict[str, Any]:
    with a_guest(server.url) as omar:
        answer = omar.get(f"/api/stats{path}", params={key: str(value) for key, value in parameters.items()})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def a_winter() -> list[PastNight]:
    """Three nights: the second at the turn of the year, the third on the Friday of the week after."""
    return [
        PastNight(
            at("2025-12-26"),
            [
                Play(7, 30, up=[PIA, OMAR], players=4),
                Play(8, 10, down=[PIA]),
                Play(9, 15, up=[OMAR], status="skipped"),
                Play(10, 15, up=[OMAR, PIA], removed=True),
            ],
            "Boxing Day",
        ),
        PastNight(at("2025-12-31", 23, 30), [Play(7, 45, up=[PIA], down=[PHONE], players=6), Play(7, 5)]),
        PastNight(at("2026-01-09"), [Play(7, 24 * 60), Play(8, 12, up=[Person("PIA")])]),
    ]


def test_stats_have_the_fields_of_the_contract(hana: Host, server: Served) -> None:
    session = hana.a_session()
    hana.a_game(session["id"], 7)
    hana.ok(hana.vote("Pia", "up"))
    hana.set_status(hana.a_game(session["id"], 8), "skipped")
    hana.ok(hana.patch("/api/games/9/toggle"))
    found = stats(server)
    counts = ("games", "gamesEnabled", "packs", "sessions", "activeSessions", "totalGamesPlayed")
    assert [found[name] for name in counts] == [72, 71, 16, 1, 1, 1]
    game = hana.get("/api/games/7").json()
    assert found["topRatedGames"] == [game]
    # The catalogue counts a skipped game as a play, as the API always did.
    assert [each["id"] for each in found["mostPlayedGames"]] == [7, 8]
    assert (game["play_count"], game["popularity_score"]) == (1, 1)


def test_a_fresh_server_has_figures_too(server: Served) -> None:
    assert stats(server)["mostPlayedGames"] == []
    assert stats(server, "/nights")["nights"] == []
    assert stats(server, "/periods")["periods"] == []
    found = stats(server, "/highlights")
    assert found["totals"]["night_count"] == 0
    assert set(found["records"].values()) == set(found["streaks"].values()) == {None}


def test_a_night_has_what_was_played_and_who_voted(server: Served, database_url: str) -> None:
    first = keep(database_url, a_winter())[0]
    page = stats(server, "/nights", utcOffset=60)
    assert [night["day"] for night in page["nights"]] == ["2026-01-09", "2026-01-01", "2025-12-26"]
    assert page["nights"][2] == {
        "session_id": first,
        "day": "2025-12-26",
        "created_at": "2025-12-26T19:00:00.000Z",
        "notes": None,
        "has_notes": 1,
        "play_count": 2,
        "game_count": 2,
        "minutes_played": 40,
        "player_count": 4,
        "voter_count": 2,
        "upvotes": 2,
        "downvotes": 1,
        "total_votes": 3,
    }
    assert page["nights"][1]["play_count"] == 2
    assert page["nights"][1]["game_count"] == 1


def test_a_game_left_on_overnight_counts_three_hours(server: Served, database_url: str) -> None:
    keep(database_url, a_winter())
    assert stats(server, "/nights")["nights"][0]["minutes_played"] == 180 + 12


def test_nights_come_in_pages(server: Served, database_url: str) -> None:
    ids = keep(database_url, a_winter())
    page = stats(server, "/nights", page=2, limit=2)
    assert [night["session_id"] for night in page["nights"]] == ids[:1]
    assert page["pagination"] == {"page": 2, "limit": 2, "total": 3, "total_pages": 2}
    following = stats(server, "/nights", before=ids[1], limit=2)
    assert [night["session_id"] for night in following["nights"]] == ids[:1]


def test_a_period_is_that_of_the_clocks_where_the_night_was(server: Served, database_url: str) -> None:
    keep(database_url, a_winter())
    in_utc, in_vienna = (stats(server, "/periods", by="year", utcOffset=offset)["periods"] for offset in (0, 60))
    assert [(row["period"], row["totals"]["night_count"]) for row in in_utc] == [("2026", 1), ("2025", 2)]
    assert [(row["period"], row["totals"]["night_count"]) for row in in_vienna] == [("2026", 2), ("2025", 1)]
    december = stats(server, "/periods", utcOffset=60)["periods"][1]
    assert (december["period"], december["totals"]["voter_count"], december["totals"]["player_count"]) == (
        "2025-12",
        2,
        4,
    )
    # Equally often: the older game. Well liked by two: better than by nobody.
    assert (december["most_played"]["id"], december["best_liked"]["id"]) == (7, 7)
    assert december["best_liked"]["liked_share"] == pytest.approx(4 / 6, abs=0.0001)


def test_highlights_tell_of_all_nights(server: Served, database_url: str) -> None:
    first, second, third = keep(database_url, a_winter())
    found = stats(server, "/highlights")
    assert found["totals"] == {
        "night_count": 3,
        "play_count": 6,
        "minutes_played": 40 + 50 + 192,
        "player_count": 6,
        "voter_count": 3,
        "upvotes": 4,
        "downvotes": 2,
        "total_votes": 6,
    }
    assert [(game["id"], game["play_count"], game["night_count"]) for game in found["mostPlayed"]] == [
        (7, 4, 3),
        (8, 2, 2),
    ]
    assert [(game["id"], game["total_votes"]) for game in found["bestLiked"]] == [(7, 4), (8, 2)]
    records = {name: night["session_id"] for name, night in found["records"].items()}
    assert records == {
        "longestNight": third,
        "mostGames": first,
        "mostVotes": first,
        "mostVoters": first,
        "mostPlayers": second,
    }
    week, month, game = (found["streaks"][name] for name in ("weeks", "months", "game"))
    assert week["longest"] == week["latest"] == {"length": 3, "since": "2025-12-26", "until": "2026-01-09"}
    assert (month["longest"]["length"], month["latest"]["until"]) == (2, "2026-01-09")
    assert (game["id"], game["length"], game["since"], game["until"]) == (7, 3, "2025-12-26", "2026-01-09")


def test_highlights_of_a_month_tell_of_that_month_alone(server: Served, database_url: str) -> None:
    keep(database_url, a_winter())
    found = stats(server, "/highlights", period="2026-01", utcOffset=60)
    assert (found["totals"]["night_count"], found["totals"]["play_count"]) == (2, 4)
    assert found["streaks"]["game"]["length"] == 2
    assert stats(server, "/highlights", period="2024")["totals"]["night_count"] == 0


def test_people_are_known_again_by_what_their_platform_calls_them_or_by_name(server: Served, database_url: str) -> None:
    again = [
        PastNight(at("2026-02-06"), [Play(7, up=[Person("Pia", "twitch", "42"), Person("Omar"), PHONE])]),
        PastNight(at("2026-02-13"), [Play(7, up=[Person("Pia the Great", "twitch", "42"), Person("OMAR")])]),
        PastNight(at("2026-02-20"), [Play(7, up=[Person("Pia", "twitch", "43")], down=[PHONE, OMAR])]),
    ]
    keep(database_url, again)
    found = stats(server, "/highlights")
    assert found["totals"]["voter_count"] == 4
    assert [(each["username"], each["platform"], each["night_count"]) for each in found["regulars"]] == [
        ("Omar", "chat", 3),
        ("Pia the Great", "twitch", 2),
        ("Pia", "twitch", 1),
    ]


def test_nobody_who_votes_by_phone_is_named(server: Served, database_url: str) -> None:
    session_id = keep(database_url, a_winter())[1]
    assert stats(server, "/nights")["nights"][1]["voter_count"] == 2, "Quinn is counted"
    with a_guest(server.url) as omar:
        texts = [
            omar.get(f"/api/{path}").text
            for path in ("stats", "stats/nights", "stats/periods", "stats/highlights?limit=100")
        ]
        texts += [omar.get(f"/api/sessions/{session_id}/recap?format={format_}").text for format_ in ("json", "txt")]
    assert "Omar" in texts[3]
    assert not any("Quinn" in text or "device" in text for text in texts)


def test_the_games_that_were_not_played_for_longest_come_first(hana: Host, server: Served, database_url: str) -> None:
    keep(
        database_url,
        [
            PastNight(at("2026-02-06"), [Play(1), Play(2), Play(3)]),
            PastNight(at("2026-02-13"), [Play(2), Play(4, status="skipped")]),
            PastNight(at("2026-02-20"), [Play(5)]),
        ],
    )
    hana.ok(hana.patch("/api/games/3/toggle"))
    found = stats(server)
    longest = [(game["id"], game["nights_since"]) for game in found["longestUnplayedGames"]]
    assert longest == [(1, 2), (2, 1), (5, 0)]
    never = {game["id"] for game in found["neverPlayedGames"]}
    assert 4 in never
    assert not never & {1, 2, 3, 5}
    assert len(never) == 68


def test_by_a_zone_each_night_has_the_clock_of_its_own_season(server: Served, database_url: str) -> None:
    late = [datetime(2026, 1, 31, 22, 30, tzinfo=UTC), datetime(2026, 7, 31, 22, 30, tzinfo=UTC)]
    keep(database_url, [PastNight(moment, [Play(1, 30, [], [])]) for moment in late])
    by_zone = stats(server, "/periods", timeZone="Europe/Vienna")
    assert [row["period"] for row in by_zone["periods"]] == ["2026-08", "2026-01"]
    assert (by_zone["utcOffset"], by_zone["timeZone"]) == (None, "Europe/Vienna")
    by_offset = stats(server, "/periods", utcOffset=60)
    assert [row["period"] for row in by_offset["periods"]] == ["2026-07", "2026-01"]
    assert (by_offset["utcOffset"], by_offset["timeZone"]) == (60, None)
    nights = stats(server, "/nights", timeZone="Europe/Vienna")["nights"]
    assert [night["day"] for night in nights] == ["2026-08-01", "2026-01-31"]
    with a_guest(server.url) as omar:
        refused = omar.get("/api/stats/nights?timeZone=Vienna")
        assert (refused.status_code, refused.json()["code"]) == (400, "time_zone_unknown")


def test_what_is_asked_for_wrongly_is_refused_with_a_sentence(server: Served) -> None:
    with a_guest(server.url) as omar:
        for wrong in (
            "highlights?period=2026-13",
            "highlights?period=March",
            "periods?by=week",
            "nights?utcOffset=900",
        ):
            refused = omar.get(f"/api/stats/{wrong}")
            assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request"), wrong
            assert refused.json()["error"]
