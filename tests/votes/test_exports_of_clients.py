"""What chat clients log by themselves: lines of text, among them what nobody said."""

from datetime import date, timedelta, timezone
from typing import Any

import pytest

from tests.votes.chat_logs import place_of, the_error, told

IRSSI = """--- Log opened Sun Mar 15 23:58:00 2026
23:58 -!- Pia [pia@example.org] has joined #night
23:58 <@Pia> thisgame++
23:59 < omar> 19:00 <Pia> quoted
23:59  * Pia laughs
23:59 -omar:#night- a notice
--- Day changed Mon Mar 16 2026
00:00 <+Bix> thisgame\u2014
--- Log closed Mon Mar 16 00:01:00 2026
"""
WEECHAT = """2026-03-15 19:00:00\t-->\tPia (~pia@example.org) has joined #night
2026-03-15 19:00:01\t@Pia\tthisgame++
2026-03-15 19:00:02\t *\tPia laughs
2026-03-15 19:00:03\t--\tMode #night [+o Pia] by Bix
2026-03-15 19:00:04\tomar\ttabs\tinside
2026-03-15 19:00:05\t<--\tomar has quit (bye)
"""
ZNC = """[23:58:00] *** Joins: Pia (~pia@example.org)
[23:58:01] <Pia> thisgame++
[23:58:02] * Pia laughs
[23:58:03] -omar- a notice
[00:00:01] <omar> thisgame--
"""
MIRC = """
Session Start: Sun Mar 15 19:00:00 2026
Session Ident: #night
[19:00:01] <Pia> thisgame++
[19:00:02] *** omar sets mode: +o Pia
Session Close: Sun Mar 15 19:30:00 2026
"""
CHATTERINO = """# Start logging at 2026-03-15 19:00:00 UTC
[19:00:00] joined channel
[19:00:01] Pia: thisgame++
[19:00:02]  omar: so: good
# Stop logging at 2026-03-15 19:30:00 UTC
"""
TWITCH_TEXT = """[2026-03-15 19:00:01 UTC] Pia: thisgame++
[2026-03-15 19:00:02 UTC] omar: so: good
"""


@pytest.mark.parametrize(
    ("log", "options", "night"),
    [
        (
            IRSSI,
            {},
            [
                ("2026-03-15T23:58:00.000Z", "Pia", "thisgame++"),
                ("2026-03-15T23:59:00.000Z", "omar", "19:00 <Pia> quoted"),
                ("2026-03-16T00:00:00.000Z", "Bix", "thisgame\u2014"),
            ],
        ),
        (
            WEECHAT,
            {},
            [
                ("2026-03-15T19:00:01.000Z", "Pia", "thisgame++"),
                ("2026-03-15T19:00:04.000Z", "omar", "tabs\tinside"),
            ],
        ),
        (
            ZNC,
            {"first_date": date(2026, 3, 15), "zone": timezone(timedelta(hours=-1))},
            [
                ("2026-03-16T00:58:01.000Z", "Pia", "thisgame++"),
                ("2026-03-16T01:00:01.000Z", "omar", "thisgame--"),
            ],
        ),
        (MIRC, {}, [("2026-03-15T19:00:01.000Z", "Pia", "thisgame++")]),
        (
            CHATTERINO,
            {},
            [("2026-03-15T19:00:01.000Z", "Pia", "thisgame++"), ("2026-03-15T19:00:02.000Z", "omar", "so: good")],
        ),
        (
            TWITCH_TEXT,
            {"zone": timezone(timedelta(hours=5))},
            [("2026-03-15T19:00:01.000Z", "Pia", "thisgame++"), ("2026-03-15T19:00:02.000Z", "omar", "so: good")],
        ),
    ],
    ids=["irssi", "weechat", "znc", "mirc", "chatterino", "twitch-text"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_people_said_is_read_of_a_clients_log(
    log: str, options: dict[str, Any], night: list[tuple[str, str, str]], end: str
) -> None:
    assert told(log.replace("\n", end), **options) == night


def test_a_log_without_any_date_says_so() -> None:
    error = the_error(ZNC)
    assert place_of(error) == {"line": 2}
    assert "no date" in error.sentence
