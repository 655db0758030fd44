"""What an import answers: all that was read, what was not, and what was assumed; and what it would answer."""

import json
from typing import Any

import pytest

from tests.conftest import Look, Meddle
from tests.support.clients import Host, Listener
from tests.support.server import Served
from tests.votes.nights import a_past_night, counted, send
from tests.votes.three_games import a_night, entry

TABLES = ("votes", "voters", "chat_messages", "chat_imports", "events")


@pytest.fixture
def friday(hana: Host, meddle: Meddle) -> int:
    """A from 19:00 to 19:30, B to 20:00, C to 20:30."""
    return a_past_night(hana, meddle)


def irssi(*lines: str) -> str:
    return "--- Log opened Fri Nov 20 18:30:00 2026\n" + "".join(f"{line}\n" for line in lines)


def chat(lines: int, unclear: int) -> str:
    """A log of so many lines, of which so many are not understood; the second is a vote for A."""
    good = ["19:10 < pia> thisgame++", *("19:11 < omar> hi" for _ in range(lines - unclear - 2))]
    return irssi(*good, *("?? who knows" for _ in range(unclear)))


def state(look: Look) -> list[Any]:
    return [
        *(look(f"SELECT count(*) AS rows FROM {table}") for table in TABLES),
        look("SELECT id, user_id, folded_name, username, is_counted FROM voters ORDER BY id"),
        look("SELECT id, counts, session_game_id FROM votes ORDER BY id"),
        look("SELECT id, upvotes, downvotes FROM session_games ORDER BY id"),
    ]


def test_the_answer_tells_what_was_read_and_what_it_came_to(hana: Host, friday: int) -> None:
    log = irssi(
        "18:59 < pia> thisgame++",
        "19:05 -!- pia [pia@example.org] has joined #night",
        "19:10 < pia> thisgame++",
        "19:12 < omar> good one",
        "19:45 < omar> thisgame--",
        "19:45 < omar> thisgame--",
        "21:00 < bix> thisgame++",
    )
    answer = hana.ok(send(hana, friday, log, timeZone="UTC"))
    titles = {game["game_id"]: game["title"] for game in hana.games_of(friday)}
    assert answer == {
        "message": "6 messages imported; 5 votes in them.",
        "messagesImported": 6,
        "duplicatesSkipped": 0,
        "votesProcessed": 5,
        "votesByGame": {
            "1": {"title": titles[1], "upvotes": 1, "downvotes": 0},
            "2": {"title": titles[2], "upvotes": 0, "downvotes": 1},
        },
        "dryRun": False,
        "messagesRead": 6,
        "passedOver": {"count": 0, "reasons": {}, "examples": []},
        "votesOnNoGame": {
            "count": 2,
            "reasons": {"before_first": 1, "after_last": 1},
            "examples": [
                {
                    "number": 2,
                    "username": "pia",
                    "vote": "up",
                    "timestamp": "2026-11-20T18:59:00.000Z",
                    "reason": "before_first",
                },
                {
                    "number": 8,
                    "username": "bix",
                    "vote": "up",
                    "timestamp": "2026-11-20T21:00:00.000Z",
                    "reason": "after_last",
                },
            ],
        },
        "notUnderstood": {"unit": "line", "of": 8, "count": 0, "examples": []},
        "assumed": {
            "format": "irssi",
            "timeZone": "UTC",
            "timeZoneFrom": "request",
            "utcOffset": 0,
            "day": None,
            "streamStart": None,
            "repeatedHour": False,
            "windows1252Lines": 0,
        },
    }


def test_votes_on_no_game_are_counted_by_reason_with_three_examples(hana: Host, meddle: Meddle) -> None:
    night = a_past_night(
        hana,
        meddle,
        [
            ("2026-11-20T19:00:00.000Z", "2026-11-20T19:30:00.000Z"),
            ("2026-11-20T20:00:00.000Z", "2026-11-20T20:30:00.000Z"),
        ],
    )
    symbol = hana.get("/api/games/3").json()["symbol"]
    said = [
        ("18:00:00", "pia", "thisgame++"),
        ("19:40:00", "omar", "thisgame--"),
        ("19:50:00", "bix", "thisgame++"),
        ("20:10:00", "pia", f"{symbol}++"),
        ("23:00:00", "pia", "thisgame++"),
        ("19:10:00", "pia", "thisgame++"),
    ]
    entries = [
        {"username": name, "message": text, "timestamp": f"2026-11-20T{clock}.000Z"} for clock, name, text in said
    ]
    answer = hana.ok(send(hana, night, json.dumps(entries)))
    assert answer["votesByGame"]["3"]["upvotes"] == 1, "who names a game votes for it, on or not"
    found = answer["votesOnNoGame"]
    assert (found["count"], found["reasons"]) == (4, {"before_first": 1, "between": 2, "after_last": 1})
    assert [(each["number"], each["reason"]) for each in found["examples"]] == [
        (1, "before_first"),
        (2, "between"),
        (3, "between"),
    ]


def test_lines_that_are_not_understood_are_told_with_the_first_three(hana: Host, friday: int) -> None:
    log = irssi(*("19:11 < omar> hi" for _ in range(100)), "?? one", "19:12", "25:00 < pia> thisgame++", "nothing")
    found = hana.ok(send(hana, friday, log))["notUnderstood"]
    assert (found["unit"], found["of"], found["count"]) == ("line", 105, 4)
    assert [(each["number"], each["text"], each["reason"]) for each in found["examples"]] == [
        (102, "?? one", "no_message"),
        (103, "19:12", "no_message"),
        (104, "25:00 < pia> thisgame++", "time_invalid"),
    ]
    assert all(each["sentence"] for each in found["examples"])


def test_entries_of_json_and_rows_of_csv_that_are_not_understood_are_told_as_well(hana: Host, friday: int) -> None:
    good = {"username": "pia", "message": "hi", "timestamp": "2026-11-20T19:10:00.000Z"}
    entries = json.dumps([*[good] * 30, good | {"timestamp": "soon"}])
    found = hana.ok(send(hana, friday, entries))["notUnderstood"]
    assert (found["unit"], found["of"], found["count"]) == ("entry", 31, 1)
    assert (found["examples"][0]["number"], found["examples"][0]["reason"]) == (31, "time_invalid")
    assert "soon" in found["examples"][0]["text"]
    rows = "timestamp,username,message\n" + "2026-11-20T19:20:00Z,pia,hi\n" * 30 + "2026-11-20T19:20:00Z,pia\n"
    found = hana.ok(send(hana, friday, rows))["notUnderstood"]
    assert [(each["number"], each["reason"]) for each in found["examples"]] == [(32, "cell_count")]


@pytest.mark.parametrize(
    ("lines", "unclear", "status"), [(20, 1, 200), (39, 2, 400), (40, 2, 200), (100, 5, 200), (100, 6, 400)]
)
def test_more_than_one_line_in_twenty_that_is_not_understood_refuses_the_log(
    hana: Host, look: Look, friday: int, lines: int, unclear: int, status: int
) -> None:
    before = state(look)
    answer = send(hana, friday, chat(lines, unclear))
    assert answer.status_code == status
    if status == 400:
        told = answer.json()
        assert (told["code"], told["notUnderstood"], told["entries"]) == ("chat_log_not_understood", unclear, lines)
        assert told["line"] == lines - unclear + 1
        assert [each["line"] for each in told["first"]] == [told["line"] + place for place in range(min(3, unclear))]
        assert all(each["text"] and each["sentence"] for each in told["first"])
        assert {each["reason"] for each in told["first"]} == {"no_message"}
        assert "lenient" in told["error"]
        assert state(look) == before
    else:
        assert counted(hana, friday) == {"A": (1, 0)}


def test_a_lenient_import_takes_what_is_understood(hana: Host, friday: int) -> None:
    answer = hana.ok(send(hana, friday, chat(10, 8), lenient=True))
    assert (answer["notUnderstood"]["count"], answer["notUnderstood"]["of"]) == (8, 10)
    assert "8 of 10 were not understood" in answer["message"]
    assert counted(hana, friday) == {"A": (1, 0)}


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    "file",
    [
        b"hello\nworld\n",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"<html><body>no</body></html>",
        b'{"data": [{"text": "thisgame++"}]}',
        b'[{"text": "thisgame++"}]',
        b"a,b,c\n1,2,3\n",
        b"",
    ],
)
def test_a_file_of_no_known_shape_is_refused(
    hana: Host, look: Look, friday: int, file: bytes, *, lenient: bool
) -> None:
    before = state(look)
    answer = send(hana, friday, file, lenient=lenient)
    assert (answer.status_code, answer.json()["code"], answer.json()["reason"]) == (
        400,
        "chat_log_invalid",
        "no_messages",
    )
    assert state(look) == before


MIXED = [
    ("19:10:00", "pia", "thisgame++"),
    ("19:20:00", "omar", "thisgame--"),
    ("19:50:00", "pia", "thisgame++"),
    ("18:00:00", "bix", "thisgame++"),
]


def entries(*said: tuple[str, str, str], **more: Any) -> str:
    return json.dumps(
        [
            {"username": name, "message": text, "timestamp": f"2026-11-20T{clock}.000Z", "user_id": f"id-{name}"} | more
            for clock, name, text in said
        ]
    )


def test_a_dry_run_tells_what_the_import_then_does_and_applies_nothing(
    server: Served, hana: Host, look: Look, friday: int
) -> None:
    hana.ok(hana.vote("Pia", "down", than="2026-11-20T19:05:00.000Z"))
    hana.ok(send(hana, friday, entries(MIXED[1])))
    before = state(look)
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(friday)
        shown = hana.ok(send(hana, friday, entries(*MIXED), dryRun=True))
        assert bix.nothing_more() == []
    assert state(look) == before
    assert shown["dryRun"] is True
    assert "would be imported" in shown["message"]
    done = hana.ok(send(hana, friday, entries(*MIXED)))
    assert {**shown, "message": "", "dryRun": False} == {**done, "message": ""}
    assert (done["messagesRead"], done["messagesImported"], done["duplicatesSkipped"]) == (4, 3, 1)
    assert counted(hana, friday) == {"A": (1, 1), "B": (1, 0)}


def test_a_dry_run_of_a_log_that_replaces_the_others_leaves_them(hana: Host, look: Look, friday: int) -> None:
    hana.ok(send(hana, friday, entries(*MIXED)))
    before = state(look)
    shown = hana.ok(send(hana, friday, entries(("19:15:00", "hana", "thisgame--")), replaceExisting=True, dryRun=True))
    assert (shown["messagesImported"], shown["duplicatesSkipped"]) == (1, 0)
    assert {game: (each["upvotes"], each["downvotes"]) for game, each in shown["votesByGame"].items()} == {"1": (0, 1)}
    assert state(look) == before


def test_a_preview_knows_the_votes_for_games_that_were_not_on(hana: Host, meddle: Meddle) -> None:
    night = a_night(hana, meddle)
    named = hana.get("/api/games/20").json()["symbol"]
    hana.ok(night.live("pia", ticker=named))
    log = [entry("19:20:00", "pia", f"{named}--")]
    shown = night.log(log, dryRun=True)
    done = night.log(log)
    assert {**done, "message": "", "dryRun": True} == {**shown, "message": ""}
    assert [(each["upvotes"], each["downvotes"]) for each in done["votesByGame"].values()] == [(0, 1)]


def test_a_dry_run_may_be_made_while_another_log_is_imported(hana: Host, meddle: Meddle, friday: int) -> None:
    hana.ok(send(hana, friday, entries(MIXED[0])))
    meddle("UPDATE chat_imports SET state = 'staging'")
    assert send(hana, friday, entries(*MIXED)).status_code == 409
    assert hana.ok(send(hana, friday, entries(*MIXED), dryRun=True))["messagesImported"] == 4


def test_a_dry_run_refuses_what_the_import_would_refuse(hana: Host, friday: int) -> None:
    for log in (chat(10, 8), "hello", "[00:10:00] Pia: hi"):
        real, dry = send(hana, friday, log), send(hana, friday, log, dryRun=True)
        assert (real.status_code, real.json()) == (dry.status_code, dry.json())
        assert dry.status_code == 400
    assert send(hana, 999, entries(*MIXED), dryRun=True).status_code == 404
