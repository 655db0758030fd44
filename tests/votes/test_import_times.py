"""Each log of a night of the past counts for the games that were playing when it was written, or says what it lacks."""

import json
from typing import Any

import pytest

from tests.conftest import Meddle
from tests.support.clients import Host
from tests.votes.nights import FRIDAY, a_past_night, counted, send

PAST_MIDNIGHT = [
    ("2026-11-20T18:55:00.000Z", "2026-11-20T19:30:00.000Z"),
    ("2026-11-20T19:30:00.000Z", "2026-11-20T20:00:00.000Z"),
    ("2026-11-20T20:00:00.000Z", "2026-11-20T20:31:00.000Z"),
]
"""From 23:55 to 01:31 at UTC+5."""
FOR_A, FOR_B, FOR_C = {"A": (1, 0)}, {"B": (1, 0)}, {"C": (1, 0)}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: times are read before anything is stored."""
    return sqlite_database_url


@pytest.fixture
def friday(hana: Host, meddle: Meddle) -> int:
    return a_past_night(hana, meddle)


def imported(hana: Host, session_id: int, log: str | bytes, **query: Any) -> dict[str, Any]:
    return hana.ok(send(hana, session_id, log, **query))


def refused(hana: Host, session_id: int, log: str | bytes, **query: Any) -> dict[str, Any]:
    """The answer of a log that changes nothing."""
    response = send(hana, session_id, log, **query)
    assert response.status_code == 400, response.text
    assert counted(hana, session_id) == {}
    answer: dict[str, Any] = response.json()
    return answer


def test_the_zone_of_a_header_wins(hana: Host, friday: int) -> None:
    log = "# Start logging at 2026-11-20 19:59:00 CET\n[20:10:00]  pia: thisgame++\n"
    assumed = imported(hana, friday, log, utcOffset=0)["assumed"]
    assert counted(hana, friday) == FOR_A
    assert (assumed["timeZone"], assumed["timeZoneFrom"], assumed["utcOffset"]) == ("CET", "file", 60)


def test_a_zone_by_name_knows_when_the_clocks_change(hana: Host, meddle: Meddle) -> None:
    """In Berlin 02:10 came twice on 2026-10-25."""
    night = a_past_night(
        hana,
        meddle,
        [
            ("2026-10-24T23:30:00.000Z", "2026-10-25T00:30:00.000Z"),
            ("2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"),
        ],
    )
    lines = ("01:40 < pia> thisgame++", "02:10 < omar> thisgame++", "02:55 < pia> hi", "02:10 < pia> thisgame--")
    log = "--- Log opened Sun Oct 25 01:35:00 2026\n" + "\n".join(lines)
    assumed = imported(hana, night, log, timeZone="Europe/Berlin")["assumed"]
    assert counted(hana, night) == {"A": (2, 0), "B": (0, 1)}
    assert (assumed["timeZone"], assumed["timeZoneFrom"]) == ("Europe/Berlin", "request")
    assert (assumed["utcOffset"], assumed["repeatedHour"]) == (120, True)


@pytest.mark.parametrize(
    "zone", ["Europe/Atlantis", "CET+1", "../etc/passwd", "/etc/localtime", "", "Europe", "\u00e9"]
)
def test_a_zone_that_does_not_exist_is_refused(hana: Host, friday: int, zone: str) -> None:
    answer = refused(hana, friday, "[2026-11-20 20:10:00] <pia> thisgame++", timeZone=zone)
    assert (answer["code"], answer["timeZone"]) == ("time_zone_unknown", zone)


def test_a_vote_of_the_minute_of_a_change_that_came_in_live_counts_once(hana: Host, meddle: Meddle) -> None:
    """A ended at 19:30:20; the log tells 19:30, the bot told 19:30:50."""
    night = a_past_night(
        hana,
        meddle,
        [(FRIDAY[0][0], "2026-11-20T19:30:20.000Z"), ("2026-11-20T19:30:20.000Z", FRIDAY[1][1]), FRIDAY[2]],
    )
    hana.ok(hana.vote("pia", than="2026-11-20T19:30:50.000Z"))
    assert counted(hana, night) == FOR_B
    imported(hana, night, "--- Log opened Fri Nov 20 18:58:00 2026\n19:30 < pia> thisgame++\n")
    assert counted(hana, night) == FOR_B


def test_a_live_vote_is_no_repetition_of_one_of_which_a_log_tells_the_minute_alone(hana: Host, friday: int) -> None:
    imported(hana, friday, "--- Log opened Fri Nov 20 18:58:00 2026\n19:10 < pia> thisgame++\n")
    hana.ok(hana.vote("pia", "down", than="2026-11-20T19:10:00.500Z"))
    assert counted(hana, friday) == {"A": (0, 1)}
    assert hana.vote("pia", than="2026-11-20T19:10:01.000Z").status_code == 409


def test_the_vote_of_a_log_and_a_later_one_that_tells_the_second_are_one(hana: Host, meddle: Meddle) -> None:
    night = a_past_night(
        hana,
        meddle,
        [(FRIDAY[0][0], "2026-11-20T19:30:20.000Z"), ("2026-11-20T19:30:20.000Z", FRIDAY[1][1]), FRIDAY[2]],
    )
    irssi = "--- Log opened Fri Nov 20 18:58:00 2026\n19:30 < pia> thisgame++\n"
    log = [{"username": "pia", "message": "thisgame++", "timestamp": "2026-11-20T19:30:50Z"}]
    for each in (irssi, json.dumps(log), irssi):
        imported(hana, night, each)
        assert counted(hana, night) == FOR_B


def test_of_the_votes_of_a_minute_the_last_line_counts_and_all_are_known_again(hana: Host, friday: int) -> None:
    lines = [f"19:10 < pia> thisgame{sign}\n" for sign in ("++", "--", "++", "--", "++")]
    log = "--- Log opened Fri Nov 20 18:58:00 2026\n" + "".join(lines)
    assert imported(hana, friday, log)["messagesImported"] == 5
    assert counted(hana, friday) == FOR_A
    again = imported(hana, friday, log)
    assert (again["messagesImported"], again["duplicatesSkipped"]) == (0, 5)
    assert counted(hana, friday) == FOR_A


@pytest.mark.parametrize(
    "query",
    [
        {"firstDate": "2026-11-20", "utcOffset": 300},
        {"firstDate": "2026-11-21", "utcOffset": 300},
        {"firstDate": "2026-11-20", "timeZone": "Asia/Karachi"},
        {"utcOffset": 300},
    ],
)
def test_a_daily_file_is_of_the_day_on_which_its_times_fall_into_the_night(
    hana: Host, meddle: Meddle, query: dict[str, Any]
) -> None:
    night = a_past_night(hana, meddle, PAST_MIDNIGHT)
    answer = imported(hana, night, "[00:10:00] <pia> thisgame++\n", **query)
    assert counted(hana, night) == FOR_A
    assert answer["assumed"]["day"] == (None if query.get("firstDate") == "2026-11-21" else "2026-11-21")


def test_both_files_of_a_night_past_midnight_fall_into_it(hana: Host, meddle: Meddle) -> None:
    night = a_past_night(hana, meddle, PAST_MIDNIGHT)
    evening, morning = "[23:58:00] <pia> thisgame++\n", "[00:45:00] <pia> thisgame++\n[01:15:00] <pia> thisgame--\n"
    for file in (evening, morning):
        imported(hana, night, file, firstDate="2026-11-20", utcOffset=300)
    assert counted(hana, night) == {"A": (1, 0), "B": (1, 0), "C": (0, 1)}


def test_a_daily_file_that_fits_two_days_has_to_say_which(hana: Host, meddle: Meddle) -> None:
    """All of a day: its first hours are of the night before, its last minutes of this night."""
    night = a_past_night(hana, meddle, PAST_MIDNIGHT)
    whole_day = "[00:10:00] <omar> thisgame--\n[12:00:00] <omar> hi\n[23:58:00] <pia> thisgame++\n"
    answer = refused(hana, night, whole_day, utcOffset=300)
    assert (answer["code"], answer["reason"]) == ("chat_log_invalid", "no_date")
    assert "firstDate" in answer["error"]
    assert "2 days" in answer["error"]
    told = imported(hana, night, whole_day, utcOffset=300, firstDate="2026-11-20")
    assert counted(hana, night) == FOR_A
    assert told["votesOnNoGame"]["reasons"] == {"before_first": 1}


def test_a_daily_file_whose_times_fall_into_no_night_has_to_say_its_day(hana: Host, friday: int) -> None:
    answer = refused(hana, friday, "[03:10:00] <pia> thisgame++\n")
    assert (answer["code"], answer["reason"]) == ("chat_log_invalid", "no_date")
    assert "firstDate" in answer["error"]


ELAPSED = "[00:00:05] Pia: hi\n[00:10:00] Pia: thisgame++\n[00:40:00] Omar: thisgame++\n"


@pytest.mark.parametrize("query", [{}, {"firstDate": "2026-11-20"}, {"firstDate": "2026-11-20", "utcOffset": 60}])
def test_times_since_the_start_of_a_video_need_that_start(hana: Host, friday: int, query: dict[str, Any]) -> None:
    answer = refused(hana, friday, ELAPSED, **query)
    assert (answer["code"], answer["reason"]) == ("chat_log_invalid", "stream_start_missing")
    assert "streamStart" in answer["error"]


@pytest.mark.parametrize("start", ["2026-11-20T19:00:00Z", "2026-11-20T20:00:00+01:00", "2026-11-20T19:00:00"])
def test_times_since_the_start_of_a_video_count_from_it(hana: Host, friday: int, start: str) -> None:
    answer = imported(hana, friday, ELAPSED, streamStart=start)
    assert counted(hana, friday) == FOR_A | FOR_B
    assert answer["assumed"]["streamStart"] == "2026-11-20T19:00:00.000Z"


def test_a_start_without_a_zone_is_of_the_zone_that_is_named(hana: Host, friday: int) -> None:
    imported(hana, friday, ELAPSED, streamStart="2026-11-20T20:00:00", timeZone="Europe/Berlin")
    assert counted(hana, friday) == FOR_A | FOR_B


def test_offsets_of_comments_count_from_the_start_of_their_video_or_the_one_that_is_told(
    hana: Host, friday: int
) -> None:
    comments = [
        {"content_offset_seconds": seconds, "commenter": {"name": "pia", "_id": "7"}, "message": {"body": "thisgame++"}}
        for seconds in (600, 2400.5)
    ]
    assert refused(hana, friday, json.dumps({"comments": comments}))["reason"] == "stream_start_missing"
    imported(hana, friday, json.dumps({"comments": comments}), streamStart="2026-11-20T19:00:00Z")
    assert counted(hana, friday) == FOR_A | FOR_B
    later = {"video": {"created_at": "2026-11-20T19:30:00Z"}, "comments": comments[:1]}
    told = imported(hana, friday, json.dumps(later), streamStart="2026-11-20T19:00:00Z", replaceExisting=True)
    assert counted(hana, friday) == FOR_B
    assert told["assumed"]["streamStart"] == "2026-11-20T19:30:00.000Z"


@pytest.mark.parametrize(
    ("log", "query"),
    [
        ("19:10:05<pia> thisgame++\n", {"firstDate": "2026-11-20"}),
        ("[2026-11-20 20:10:05 +0100] <pia> thisgame++\n", {"utcOffset": 300}),
        ("[2026-11-20 20:10:05+0100] <pia> thisgame++\n", {}),
        ("[7:10:05 PM] <pia> thisgame++\n", {"firstDate": "2026-11-20"}),
        ("7:10 p.m. <pia> thisgame++\n", {}),
        ("[Freitag, 20. November 2026]\n[19:10:05] <pia> thisgame++\n", {}),
        ("--- Day changed vie nov 20 2026\n19:10 < pia> thisgame++\n", {}),
        ("**** BEGINN DER PROTOKOLLIERUNG AM Fr Nov 20 18:59:00 2026\n19:10 <pia> thisgame++\n", {}),
    ],
)
def test_every_clock_and_header_of_clients_is_read(hana: Host, friday: int, log: str, query: dict[str, Any]) -> None:
    imported(hana, friday, log, **query)
    assert counted(hana, friday) == FOR_A


def test_a_day_line_that_can_not_be_read_refuses_the_log(hana: Host, friday: int) -> None:
    log = "--- Log opened Fri Nov 20 18:58:00 2026\n19:10 < pia> thisgame++\n--- Day changed la 21 marraskuu 2026\n"
    answer = refused(hana, friday, log)
    assert (answer["line"], answer["reason"]) == (3, "date_invalid")
