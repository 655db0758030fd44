"""What is no chat log is refused by its place, and no bytes at all make the reader crash."""

import contextlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.votes.exports import ChatLogInvalid
from tests.votes.chat_logs import NIGHT, as_list, entries_of, messages_of, not_understood, ours, place_of, the_error

LINE = "[2026-03-15 19:00:01 UTC] Pia: thisgame++\n"
OPENED = "--- Log opened Sun Mar 15 23:58:00 2026\n"
HALVES = ["\ud800", "\udc00", "\ud83dx", "\\\ud800", "\ud83d\ud83d\ude00", "\udfff" * 3]
HARMLESS = ["\U0001f389", "\\ud800", "\\\\ud83d", "\\\U0001f389\\", '"\\\\"', "\u00e9\u4e00"]


@pytest.mark.parametrize("text", HALVES)
@pytest.mark.parametrize("padding", [0, 3, 64 * 1024 - 45, 64 * 1024 - 40, 64 * 1024 - 36])
def test_half_of_a_surrogate_pair_is_refused_wherever_it_is(text: str, padding: int) -> None:
    entry = {"username": "Pia", "message": "m" * padding + text, "timestamp": 1773601200}
    assert place_of(the_error(json.dumps([entry, *ours(NIGHT)]))) == {"entry": 1}
    assert place_of(the_error(json.dumps([{"message": text}]))) == {"entry": 1}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_half_of_a_pair_is_read_wherever_it_is(text: str) -> None:
    for padding in range(64 * 1024 - 4096 - 60, 64 * 1024 - 4096 - 20):
        entry = {"before": "m" * padding, "username": "Pia", "message": text, "timestamp": 1773601200}
        assert [each.message for each in messages_of(json.dumps([entry]))] == [text]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("", {"line": 1}),
        ("hello\nworld\n", {"line": 1}),
        ("\x89PNG\r\n", {"line": 1}),
        (b"\xff\xfe\x00", {"line": 1}),
        ("12:00 <Pia> hi", {"line": 1}),
        ("--- Log opened Sun Feb 30 23:58:00 2026\n", {"line": 1}),
        (OPENED + "--- Day changed Sun Feb 30 2026\n", {"line": 2}),
        (OPENED + "--- Day changed 11/12/2026\n", {"line": 2}),
        (OPENED + "--- Day changed la 21 marraskuu 2026\n", {"line": 2}),
        ("--- Log opened Sun Mar 15 23:58:00 2026\n23:58 <Pia> hi\nNy dag: 16 mars 2026\n", {"line": 3}),
        (
            "--- Log opened Sun Mar 15 23:58:00 2026\n23:58 <Pia> hi\nP\u00e4iv\u00e4 vaihtui: 16. maaliskuuta 2026\n",
            {"line": 3},
        ),
        ("2026-02-30 12:00:00 <Pia> hi\n", {"line": 1}),
        (LINE * 2 + "x" * 70_000, {"line": 3}),
        ("{}", {"entry": 1}),
        ("{", {"entry": 1}),
        ('{"chatData": {}}', {"entry": 1}),
        ('{"comments": [7]}', {"entry": 1}),
        ("[[]]", {"line": 1}),
        ("[{}, ", {"entry": 1}),
        (as_list(NIGHT)[:-20], {"entry": 3}),
        (as_list(NIGHT) + b"[]", {"entry": 3}),
        (as_list(NIGHT).replace(b"omar", b"om\xe9r"), {"entry": 2}),
        (b'[{"a": ' + b"[" * 100_000, {"entry": 1}),
        (b'{"a": ' + b'{"a": ' * 100_000, {"entry": 1}),
        (b'[{"message": "' + b"m" * 3_000_000, {"entry": 1}),
        (b'{"video": "' + b"m" * 3_000_000, {"entry": 1}),
        (b"[" + b" " * 3_000_000, {"entry": 1}),
        (b'[{"timestamp": 1' + b"0" * 10_000 + b"}]", {"entry": 1}),
        ('timestamp,username,message\n2026-03-15T19:00:00Z,Pia,"a"b\n', {"line": 2}),
        ('timestamp,username,message\n2026-03-15T19:00:00Z,Pia,"a\nb\n', {"line": 2}),
        ("timestamp,username,message\n" + '2026-03-15T19:00:00Z,Pia,"a\n' + "a\n" * 200_000, {"line": 2}),
        ("timestamp,username,message\n" + 'x,"a\n' + 'a","a\n' * 200_000, {"line": 2}),
    ],
)
def test_what_is_no_chat_log_is_refused_by_its_place(data: bytes | str, place: dict[str, int]) -> None:
    error = the_error(data)
    assert place_of(error) == place
    assert re.match(r"(Entry|Line) \d+: ", error.sentence)


@pytest.mark.parametrize(
    ("data", "number", "reason"),
    [
        ("--- Log opened Sun Mar 15 23:58:00 2026\n25:00 <Pia> hi\n", 2, "time_invalid"),
        ((LINE * 2).encode() + b"\xe9\n", 3, "no_message"),
        (LINE + "nobody knows what this is\n", 2, "no_message"),
        ('[{"username": "Pia", "message": "hi"}]', 1, "time_invalid"),
        ("timestamp,username,message\n2026-03-15T19:00:00Z,Pia\n", 2, "cell_count"),
        ("timestamp,username,message\n\n2026-03-15T19:00:00Z,Pia,a\nnow,Pia,a\n", 4, "time_invalid"),
    ],
)
def test_a_line_that_is_not_understood_is_told_by_its_place(data: bytes | str, number: int, reason: str) -> None:
    assert [(each.number, each.reason) for each in not_understood(data)] == [(number, reason)]


pieces = st.sampled_from(
    [
        *("{", "}", "[", "]", ":", ",", '"', "\\", " ", "\n", "\t", "1", "null", "\\ud800"),
        *('"username"', '"message"', '"timestamp"', '"chatData"', '"comments"', '"author"'),
        *("19:00:00", "2026-03-15 ", "[19:00:00] <Pia> hi\n", "--- Log opened Sun Mar 15 23:58:00 2026\n"),
    ]
)


@given(st.binary() | st.lists(pieces).map(lambda found: "".join(found).encode()))
def test_no_bytes_at_all_make_it_crash(data: bytes) -> None:
    for format_ in (None, "json", "csv", "irc", "twitch-downloader", "chat-downloader"):
        with contextlib.suppress(ChatLogInvalid):
            entries_of(data, format=format_)
