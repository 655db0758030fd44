"""The times of chat logs: the zone, the day and the start that a log names, and those that it leaves out."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.votes.exports import ChatMessage, Report
from tests.votes.chat_logs import entries_of, messages_of, not_understood, place_of, the_error

BERLIN = ZoneInfo("Europe/Berlin")
LINE_WITH_DATE = "2026-11-20 19:10:00 <pia> hi\n"
CHATTERINO = "# Start logging at 2026-11-20 19:59:00 {}\n[20:10:00]  pia: thisgame++\n"


def times(log: str, **options: Any) -> list[str]:
    """The times of a log's messages, without the seconds where those are 0."""
    return [each.timestamp.removesuffix(":00.000Z") for each in messages_of(log, **options)]


def precision(log: str, **options: Any) -> list[int]:
    return [each.precision_seconds for each in messages_of(log, **options)]


@pytest.mark.parametrize(
    ("zone", "options", "moment"),
    [
        ("CET", {}, "2026-11-20T19:10"),
        ("CET", {"zone": timezone(timedelta(0))}, "2026-11-20T19:10"),
        ("CET", {"zone": ZoneInfo("America/New_York")}, "2026-11-20T19:10"),
        ("CET", {"zone": BERLIN}, "2026-11-20T19:10"),
        ("UTC", {"zone": BERLIN}, "2026-11-20T20:10"),
        ("+0100", {}, "2026-11-20T19:10"),
        ("-05:30", {}, "2026-11-21T01:40"),
        ("EST", {}, "2026-11-21T01:10"),
        ("Europe/Berlin", {}, "2026-11-20T19:10"),
        ("CST", {"zone": ZoneInfo("Asia/Shanghai")}, "2026-11-20T12:10"),
        ("CST", {"zone": ZoneInfo("America/Chicago")}, "2026-11-21T02:10"),
        ("Mitteleuropäische Zeit", {"zone": BERLIN}, "2026-11-20T19:10"),
        ("", {"zone": BERLIN}, "2026-11-20T19:10"),
        ("", {}, "2026-11-20T20:10"),
    ],
)
def test_a_zone_that_the_file_names_wins(zone: str, options: dict[str, Any], moment: str) -> None:
    assert times(CHATTERINO.format(zone), **options) == [moment]


@pytest.mark.parametrize(
    ("zone", "options"),
    [
        ("CST", {}),
        ("IST", {"zone": ZoneInfo("America/New_York")}),
        ("Mitteleuropäische Zeit", {}),
        ("Mars/Olympus", {}),
        ("XYZ", {}),
    ],
)
def test_a_zone_that_could_be_several_or_is_not_known_is_refused(zone: str, options: dict[str, Any]) -> None:
    error = the_error(CHATTERINO.format(zone), **options)
    assert (place_of(error), error.details["reason"], error.details["zone"]) == ({"line": 1}, "zone_unknown", zone)
    assert "timeZone" in error.sentence


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        ("[2026-11-20 20:10:00 +0100]", "2026-11-20T19:10"),
        ("[2026-11-20T20:10:00+01:00]", "2026-11-20T19:10"),
        ("2026-11-20T19:10:00Z", "2026-11-20T19:10"),
        ("[2026-11-20 20:10:00 CET]", "2026-11-20T19:10"),
        ("[2026-11-20 14:10:00 EST]", "2026-11-20T19:10"),
        ("[2026/11/20 19:10:00]", "2026-11-20T19:10"),
        ("20.11.2026 19:10:00", "2026-11-20T19:10"),
        ("[20.11.2026, 19:10]", "2026-11-20T19:10"),
        ("(19:10)", "2026-11-20T19:10"),
        ("[7:10:00 PM]", "2026-11-20T19:10"),
        ("7:10 p.m.", "2026-11-20T19:10"),
        ("[07:10pm]", "2026-11-20T19:10"),
        ("[12:10 AM]", "2026-11-20T00:10"),
        ("[12:10 PM]", "2026-11-20T12:10"),
        ("Nov 20 19:10:00", "2026-11-20T19:10"),
        ("Fri Nov 20 19:10:00 2026", "2026-11-20T19:10"),
        ("Fr Nov 20 19:10:00", "2026-11-20T19:10"),
        ("Jan  2 19:10:00", "2027-01-02T19:10"),
    ],
)
def test_a_stamp_is_read_however_a_client_writes_it(stamp: str, moment: str) -> None:
    assert times(f"{stamp} <pia> thisgame++\n", first_date=date(2026, 11, 20)) == [moment]
    assert times(f"{stamp}<pia> thisgame++\n", first_date=date(2026, 11, 20)) == [moment]


def test_a_stamp_may_stand_right_before_its_nick() -> None:
    log = "".join(f"19:10:0{second}<nick{second}> hi\n" for second in range(3))
    assert [each.username for each in messages_of(log, first_date=date(2026, 11, 20))] == ["nick0", "nick1", "nick2"]


@pytest.mark.parametrize(
    "stamp", ["25:00", "19:60", "[13:10 PM]", "[0:10 AM]", "2026-11-31 19:10:00", "Nov 31 19:10:00"]
)
def test_a_time_that_does_not_exist_is_not_understood(stamp: str) -> None:
    log = "--- Log opened Fri Nov 20 18:00:00 2026\n18:00 <pia> hi\n" + f"{stamp} <pia> thisgame++\n"
    assert [(each.number, each.reason) for each in not_understood(log)] == [(3, "time_invalid")]


@pytest.mark.parametrize(
    "value", ["1999-12-31T23:59:59Z", 946_684_799, 0, "0001-01-01T00:00:00Z", "1970-01-01 00:00:00", 42]
)
def test_years_before_2000_are_no_times(value: object) -> None:
    entry = {"username": "pia", "message": "thisgame++", "timestamp": value}
    assert [each.reason for each in not_understood(json_of(entry))] == ["time_invalid"]
    assert [each.timestamp for each in messages_of(json_of(entry | {"timestamp": 946_684_800}))] == [
        "2000-01-01T00:00:00.000Z"
    ]


def test_a_header_before_2000_dates_nothing() -> None:
    (wrong,) = not_understood("--- Log opened Thu Jan 01 00:00:00 1970\n", format="irc")
    assert wrong.reason == "date_invalid"


def test_a_day_line_that_no_line_needs_does_no_harm() -> None:
    log = LINE_WITH_DATE + "Ny dag: 21 november 2026\n" + LINE_WITH_DATE
    assert [each.number for each in not_understood(log)] == [2]


def test_a_line_of_chat_that_tells_a_date_is_no_day_line() -> None:
    log = "--- Log opened Fri Nov 20 18:00:00 2026\n18:00 <pia> 24 December 2026!\n18:01 <pia> 2026-12-24\n"
    assert times(log) == ["2026-11-20T18:00", "2026-11-20T18:01"]


def json_of(*entries: dict[str, object]) -> str:
    import json

    return json.dumps(entries)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2026-11-20T19:10:00.000Z", 0),
        ("2026-11-20T19:10:00Z", 1),
        ("2026-11-20 19:10", 60),
        ("2026-11-20 7:10 PM", 60),
        (1_795_201_800, 1),
        (1_795_201_800.5, 0),
        (1_795_201_800_000, 0),
    ],
)
def test_a_time_stands_for_all_that_it_leaves_open(value: object, seconds: int) -> None:
    entry = {"username": "pia", "message": "thisgame++", "timestamp": value}
    assert precision(json_of(entry)) == [seconds]


HEADERS = [
    "--- Log opened Fri Nov 20 19:58:00 2026",
    "--- Day changed Fri Nov 20 2026",
    "--- Day changed Fr Nov 20 2026",
    "--- Log opened vie nov 20 19:58:00 2026",
    "--- Log opened ven. nov. 20 19:58:00 2026",
    "Session Start: Fri Nov 20 19:00:00 2026",
    "Session Time: Fri Nov 20 00:00:00 2026",
    "**** BEGIN LOGGING AT Fri Nov 20 18:59:00 2026",
    "**** BEGINN DER PROTOKOLLIERUNG AM Fr Nov 20 18:59:00 2026",
    "# Start logging at 2026-11-20 18:59:00 UTC",
    "# Log started: 2026-11-20 18:59:00 +0000",
    "[Friday, 20 November 2026]",
    "[Freitag, 20. November 2026]",
    "[viernes, 20 de noviembre de 2026]",
    "[vendredi 20 novembre 2026]",
    "--- 20.11.2026",
    "--- Log opened Fri Nov 20 19:58:00 CET 2026",
    "=== 2026年11月20日",
]


@pytest.mark.parametrize("header", HEADERS)
def test_the_day_lines_of_clients_are_read_in_the_languages_that_they_speak(header: str) -> None:
    report = Report()
    before, after = (
        datetime.fromisoformat(each.timestamp)
        for each in entries_of(f"{header}\n20:00 <pia> hi\n00:10 <pia> hi\n", report)
        if isinstance(each, ChatMessage)
    )
    assert before + timedelta(minutes=report.utc_offset or 0) == datetime(2026, 11, 20, 20, tzinfo=UTC)
    assert after - before == timedelta(hours=4, minutes=10)


@pytest.mark.parametrize(
    ("month", "words"),
    [
        *enumerate(
            (
                "Jan ene. gennaio Jänner janvier januari janeiro",
                "Feb feb. febbraio Februar février fevereiro fév.",
                "Mar marzo März mars maart março mrt. Mrz",
                "Apr abr. aprile avril April abril",
                "May mayo maggio Mai mai mei maio",
                "Jun junio giugno Juni juin juni junho",
                "Jul julio luglio Juli juillet juli julho",
                "Aug agosto August août augustus ago.",
                "Sep septiembre settembre September septembre setembro sept.",
                "Oct octubre ottobre Oktober octobre oktober outubro",
                "Nov noviembre novembre November novembro",
                "Dec diciembre dicembre Dezember décembre december dezembro",
            ),
            start=1,
        )
    ],
)
def test_months_are_known_by_their_names(month: int, words: str) -> None:
    for word in words.split():
        log = f"--- Day changed 7 {word} 2026\n19:00 <pia> hi\n"
        assert times(log) == [f"2026-{month:02}-07T19:00"], word


def test_both_readings_of_a_repeated_hour_are_told_apart_by_the_order_of_lines() -> None:
    """In Berlin the clocks went back from 03:00 to 02:00 on 2026-10-25."""
    log = "--- Log opened Sun Oct 25 01:50:00 2026\n" + "".join(
        f"{clock} <pia> hi\n" for clock in ("01:55", "02:10", "02:50", "02:05", "02:10", "02:59", "03:01")
    )
    report = Report()
    found = [each.timestamp[11:16] for each in entries_of(log, report, zone=BERLIN) if isinstance(each, ChatMessage)]
    assert found == ["23:55", "00:10", "00:50", "01:05", "01:10", "01:59", "02:01"]
    assert report.repeated_hour


def test_a_line_that_came_a_little_late_is_of_the_first_reading_still() -> None:
    log = "".join(f"[2026-10-25 {clock}] <pia> hi\n" for clock in ("02:10:05", "02:10:02", "02:10:07"))
    assert [each.timestamp[11:19] for each in messages_of(log, zone=BERLIN)] == ["00:10:05", "00:10:02", "00:10:07"]


def test_an_hour_that_the_clocks_skipped_is_not_in_the_log_of_that_zone() -> None:
    (wrong,) = not_understood("[2026-03-29 02:30:00] <pia> hi\n", zone=BERLIN)
    assert (wrong.reason, "skipped" in wrong.sentence) == ("time_invalid", True)


zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]).map(
    ZoneInfo
)
gaps = st.lists(st.integers(0, 50 * 60), min_size=1, max_size=60)


@given(zones, st.sampled_from(["2026-10-25T00:00", "2026-11-01T05:00", "2026-04-04T14:00", "2026-03-29T00:00"]), gaps)
def test_a_log_in_local_times_gives_the_true_moments_across_changes_of_the_clocks(
    zone: tzinfo, start: str, seconds_between: list[int]
) -> None:
    """As long as something is said at least every 50 minutes in the hour before the clocks go back."""
    at, moments = datetime.fromisoformat(start).replace(tzinfo=UTC), []
    for seconds in seconds_between:
        at += timedelta(seconds=seconds)
        moments.append(at)
    lines = [f"[{each.astimezone(zone):%Y-%m-%d %H:%M:%S}] <pia> hi\n" for each in moments]
    told = [datetime.fromisoformat(each.timestamp) for each in messages_of("".join(lines), zone=zone)]
    if seconds_between[0] == 0 or not _begins_in_a_repeated_hour(moments[0], zone):
        assert told == moments


def _begins_in_a_repeated_hour(at: datetime, zone: tzinfo) -> bool:
    local = at.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
