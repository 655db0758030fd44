"""One person is one voter however a log or a client writes them, and many are not one."""

import json
from collections.abc import Iterator

import pytest

from gamenight.votes.identities import user_id_of
from tests.conftest import Look, Meddle
from tests.support.clients import Host
from tests.support.server import Served, served
from tests.votes.three_games import Night, a_night, entry, irssi

BRIDGE = "bridge-bot"


@pytest.fixture
def night(database_url: str, meddle: Meddle) -> Iterator[Night]:
    with served(database_url, relay_bots=f"Other, {BRIDGE}") as server, Host(server.url) as hana:
        yield a_night(hana, meddle)


NO_IDS = ["undefined", "null", "0", "", "NaN", "None", "7.09752E+17", "7,09752E+17", "709752000000000000", "#N/A"]


@pytest.mark.parametrize("written", NO_IDS)
def test_what_programs_write_for_an_id_that_they_lack_is_none(written: str) -> None:
    assert user_id_of(written) is None


@pytest.mark.parametrize("user_id", ["undefined", "7.09752E+17"])
def test_three_people_with_what_is_no_id_are_three_live_and_in_logs(night: Night, user_id: str) -> None:
    for name in ("pia", "omar", "bix"):
        assert night.live(name, userId=user_id).status_code == 200
    assert night.votes() == {"A": (3, 0)}
    rows = "".join(f'"{user_id}",{name},2026-11-20T19:40:00Z,thisgame--\n' for name in ("pia", "omar", "hana"))
    night.log(f"AuthorID,Author,Date,Content\n{rows}")
    night.log([entry("20:10:00", name, "thisgame++", user_id=user_id) for name in ("pia", "omar")])
    assert night.votes() == {"A": (3, 0), "B": (0, 3), "C": (2, 0)}


def test_an_id_that_is_null_is_none(night: Night) -> None:
    for name in ("pia", "omar"):
        assert night.live(name, userId=None).status_code == 200
    assert night.votes() == {"A": (2, 0)}


def test_an_id_may_come_as_a_number_unless_it_was_rounded_on_the_way(night: Night) -> None:
    for clock, user_id in (("19:10:00", "42"), ("19:11:00", 42), ("19:12:00", 42.0)):
        assert night.live("pia", "up", clock, userId=user_id).status_code == 200
    assert night.votes() == {"A": (1, 0)}
    for wrong in (2**53, 42.5, -1):
        refused = night.live("omar", userId=wrong)
        assert (refused.status_code, refused.json()["field"]) == (400, "userId")
        assert "Send the id as text." in refused.json()["error"]


def test_a_number_for_an_id_is_read_or_not_taken_for_one(night: Night) -> None:
    night.log([entry("19:10:00", name, "thisgame++", user_id=7.09752e17) for name in ("pia", "omar")])
    night.log([entry("19:12:00", name, "thisgame--", user_id=id_) for name, id_ in (("bix", 42), ("bixby", 42.0))])
    assert night.votes() == {"A": (2, 1)}


@pytest.mark.parametrize("name", ["PIA", "@pia", "\x02pia\x0f", "\x0304,01pia", "p\u200bia", "pia#0", "\uff50ia"])
def test_a_name_is_the_same_however_it_is_written_live_and_in_logs(night: Night, name: str) -> None:
    night.live("pia")
    assert not night.host.ok(night.live(name, clock="19:12:00"))["changed"]
    night.log([entry("19:14:00", name, "thisgame--")])
    assert night.votes() == {"A": (0, 1)}


def test_the_name_is_shown_without_the_codes_for_colours(night: Night) -> None:
    assert night.host.ok(night.live("\x0304,01Pia\x0f"))["vote"]["username"] == "Pia"


def test_the_login_beside_a_name_that_is_shown_is_who_it_is(night: Night) -> None:
    night.live("pia")
    night.live("\u041e\u043c\u0430\u0440")
    night.log(
        "[2026-11-20 19:12:00 UTC] \u041f\u0438\u0430 (pia): thisgame--\n"
        "[2026-11-20 19:13:00 UTC] \u041f\u0438\u0430 pia: thisgame--\n"
        "[2026-11-20 19:14:00 UTC] \u041e\u043c\u0430\u0440 (omar): thisgame--\n"
        "[2026-11-20 19:15:00 UTC] omar: thisgame--\n"
    )
    assert night.votes() == {"A": (0, 2)}
    # A bot that has only one of the names still means them.
    night.live("\u041f\u0438\u0430", "up", clock="19:20:00")
    night.live("omar", "up", clock="19:20:00")
    assert night.votes() == {"A": (2, 0)}


CREATED = "2026-11-20T19:12:00Z"
SHOWN = "\u041f\u0438\u0430"
BOTH_NAMES = {
    "twitch-downloader": json.dumps(
        {
            "comments": [
                {
                    "created_at": CREATED,
                    "commenter": {"name": "pia", "display_name": SHOWN, "_id": "42"},
                    "message": {"body": "thisgame--"},
                }
            ]
        }
    ),
    "twitch-comments": json.dumps(
        {
            "comments": [
                {
                    "createdAt": CREATED,
                    "commenter": {"login": "pia", "displayName": SHOWN, "id": "42"},
                    "message": {"fragments": [{"text": "thisgame--"}]},
                }
            ]
        }
    ),
    "chat-downloader": json.dumps(
        [
            {
                "message_type": "text_message",
                "timestamp": 1795201920000000,
                "author": {"id": "42", "name": "pia", "display_name": SHOWN},
                "message": "thisgame--",
            }
        ]
    ),
    "chatterino": f"# Start logging at 2026-11-20 19:00:00 UTC\n[19:12:00] {SHOWN} pia: thisgame--\n",
    "irc-raw": f"@display-name={SHOWN};user-id=42;tmi-sent-ts=1795201920000 "
    ":pia!pia@pia.tmi.twitch.tv PRIVMSG #night :thisgame--\n",
    "justlog-json": json.dumps(
        {
            "messages": [
                {
                    "text": "thisgame--",
                    "username": "pia",
                    "timestamp": CREATED,
                    "id": "m1",
                    "type": 1,
                    "tags": {"user-id": "42", "display-name": SHOWN, "tmi-sent-ts": "1795201920000"},
                }
            ]
        }
    ),
}


@pytest.mark.parametrize("format_", BOTH_NAMES)
def test_who_voted_live_under_the_name_that_is_shown_is_found_in_logs_with_both(night: Night, format_: str) -> None:
    night.live(SHOWN)
    assert night.log(BOTH_NAMES[format_])["assumed"]["format"] == format_
    assert night.votes() == {"A": (0, 1)}
    night.live("pia", clock="19:14:00")
    assert night.votes() == {"A": (1, 0)}


def test_a_remark_in_brackets_is_no_login(night: Night) -> None:
    night.log([entry("19:12:00", f"{name} (afk)", "thisgame++") for name in ("Pia", "Omar")])
    assert night.votes() == {"A": (2, 0)}


def test_a_rename_that_the_log_tells_of_keeps_one_voter(night: Night) -> None:
    night.log(
        irssi(
            "19:10 < pia> thisgame++",
            "19:12 -!- pia is now known as pia|afk",
            "19:14 < pia|afk> thisgame--",
            "19:16 -!- pia|afk is now known as pia",
            "19:40 < pia> thisgame--",
        )
    )
    assert night.votes() == {"A": (0, 1), "B": (0, 1)}


def test_somebody_who_takes_the_name_of_who_was_renamed_is_another(night: Night) -> None:
    night.log(
        irssi(
            "19:10 < pia> thisgame++",
            "19:12 -!- pia is now known as pia|afk",
            "19:13 -!- omar is now known as pia",
            "19:14 < pia> thisgame++",
            "19:15 < pia|afk> thisgame--",
        )
    )
    assert night.votes() == {"A": (1, 1)}


def test_who_voted_live_under_both_names_is_one_as_soon_as_a_log_tells_of_the_rename(night: Night, look: Look) -> None:
    night.live("pia", "up", "19:10:30")
    night.live("pia|afk", "down", "19:14:30")
    night.live("pia|afk", "down", "19:40:30")
    assert night.votes() == {"A": (1, 1), "B": (0, 1)}
    night.log(
        irssi(
            "19:08 < pia> thisgame++",
            "19:12 -!- pia is now known as pia|afk",
            "19:42 < pia|afk> thisgame--",
            "19:50 < omar> hi",
        )
    )
    assert night.votes() == {"A": (0, 1), "B": (0, 1)}
    assert [row["username"] for row in look("SELECT username FROM voters")] == ["pia"]
    # What the log told is known for what comes live after it.
    night.live("pia|afk", "up", "19:50:00")
    assert night.votes() == {"A": (0, 1), "B": (1, 0)}


def test_a_name_known_live_and_later_with_its_id_is_one_voter_also_under_a_new_name(night: Night) -> None:
    night.live("pia", "up")
    night.live("pia_the_great", "up", "19:12:00", userId="42")
    assert night.votes() == {"A": (2, 0)}
    night.log([entry("19:14:00", "pia", "thisgame--", user_id="42")])
    assert night.votes() == {"A": (0, 1)}
    night.live("PIA_the_great", "up", "19:16:00")
    assert night.votes() == {"A": (1, 0)}


def test_a_name_that_two_people_have_had_is_nobody_of_them(night: Night) -> None:
    for id_ in ("42", "43"):
        night.live("pia", "up", "19:10:00", userId=id_)
        night.live(f"pia{id_}", "up", "19:12:00", userId=id_)
    night.live("pia", "down", "19:14:00")
    assert night.votes() == {"A": (2, 1)}


def test_bridged_people_are_themselves_in_logs(night: Night) -> None:
    night.live("omar")
    night.log(
        irssi(
            f"19:12 < {BRIDGE}> <omar> thisgame--",
            f"19:13 <@{BRIDGE}> <bix> thisgame++",
            f"19:14 < {BRIDGE}> [discord] <\x0304Hana T\x0f> thisgame++",
            f"19:15 < {BRIDGE}> **pia**: thisgame++",
            f"19:16 < {BRIDGE}> thisgame++ is what I say myself",
            "19:17 < Other> [omar2] thisgame--",
            f"19:18 < Other> <{BRIDGE}> <pia> thisgame--",
            "19:19 < stranger> <omar> thisgame++",
        )
    )
    assert night.votes() == {"A": (2, 3)}


def test_a_live_vote_of_a_relay_bot_is_refused_with_what_to_do(night: Night) -> None:
    refused = night.live(BRIDGE.upper())
    assert (refused.status_code, refused.json()["code"]) == (400, "username_missing")
    assert "GAMENIGHT_RELAY_BOTS" in refused.json()["error"]
    assert night.votes() == {}
    assert night.live("omar").status_code == 200


def test_without_the_setting_a_bridge_has_no_vote_for_those_it_brings_over(
    server: Served, hana: Host, meddle: Meddle
) -> None:
    night = a_night(hana, meddle)
    night.log(irssi(f"19:12 < {BRIDGE}> <omar> thisgame++", f"19:13 < {BRIDGE}> <pia> thisgame++"))
    assert night.votes() == {}


def test_a_log_is_imported_again_once_the_setting_names_the_bridge(database_url: str, meddle: Meddle) -> None:
    log = irssi(f"19:12 < {BRIDGE}> <omar> thisgame++", "19:13 < pia> thisgame++")
    with served(database_url) as server, Host(server.url) as hana:
        night = a_night(hana, meddle)
        assert night.log(log)["passedOver"]["reasons"] == {"quoted": 1}
        assert night.votes() == {"A": (1, 0)}
    with served(database_url, relay_bots=BRIDGE) as server, Host(server.url) as hana:
        night = night._replace(host=hana)
        assert night.log(log)["votesProcessed"] == 1
        assert night.votes() == {"A": (2, 0)}
