"""Chat logs of every format: what was written is read back, and what can't be read is named by its place."""

import contextlib
import csv
import io
import json
import re
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.core.clock import to_text
from gamenight.votes.exports import ChatLogInvalid, ChatMessage, Format, read
from tests.support.error_words import missing_details


class Written(NamedTuple):
    at: datetime
    username: str
    user_id: str | None
    message: str


NIGHT = [
    Written(datetime(2026, 3, 15, 19, 0, 5, 123000, tzinfo=UTC), "Pia", "1001", "hello there"),
    Written(datetime(2026, 3, 15, 19, 0, 6, 0, tzinfo=UTC), "omar_2", "1002", "thisgame++"),
    Written(datetime(2026, 3, 15, 19, 0, 6, 5000, tzinfo=UTC), "Bix", "1003", 'so "good", he: said \u2014 \U0001f389'),
]


def as_json(night: list[Written]) -> bytes:
    return json.dumps({"chatData": _ours(night), "replaceExisting": True}).encode()


def as_list(night: list[Written]) -> bytes:
    return json.dumps(_ours(night), ensure_ascii=False, indent=2).encode()


def _ours(night: list[Written]) -> list[dict[str, Any]]:
    return [
        {"username": each.username, "message": each.message, "timestamp": to_text(each.at), "user_id": each.user_id}
        for each in night
    ]


def as_twitch_downloader(night: list[Written]) -> bytes:
    """As TwitchDownloader's ChatRoot has it, with what it writes around the messages."""
    start = datetime(2026, 3, 15, 18, tzinfo=UTC)
    comments = [
        {
            "_id": f"c{number}",
            "created_at": each.at.isoformat(),
            "channel_id": "77",
            "content_type": "video",
            "content_id": "99",
            "content_offset_seconds": (each.at - start).total_seconds(),
            "commenter": {
                "display_name": each.username.upper(),
                "_id": each.user_id,
                "name": each.username,
                "bio": None,
                "created_at": "2016-01-01T00:00:00Z",
            },
            "message": {
                "body": each.message,
                "bits_spent": 0,
                "fragments": [{"text": each.message, "emoticon": None}],
                "user_badges": [{"_id": "subscriber", "version": "3"}],
                "emoticons": [{"_id": "25", "begin": 0, "end": 4}],
            },
        }
        for number, each in enumerate(night)
    ]
    room = {
        "FileInfo": {"Version": {"Major": 1, "Minor": 4, "Patch": 0}, "CreatedAt": "2026-03-16T08:00:00Z"},
        "streamer": {"name": "hana", "id": 77},
        "video": {"title": "Game night", "id": "99", "created_at": start.isoformat(), "start": 0, "end": 7200.0},
        "comments": comments,
        "embeddedData": {"thirdParty": [{"id": "e1", "data": "iVBOR" * 1000}]},
    }
    return json.dumps(room).encode()


def as_chat_downloader(night: list[Written]) -> bytes:
    entries = [
        {
            "action_type": "text_message",
            "message_type": "text_message",
            "message_id": f"m{number}",
            "timestamp": (each.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1),
            "author": {
                "id": each.user_id,
                "name": each.username,
                "display_name": each.username.upper(),
                "badges": [{"name": "vip", "icons": [{"url": "https://example.org/1.png", "width": 18}]}],
            },
            "message": each.message,
            "emotes": [],
        }
        for number, each in enumerate(night)
    ]
    return json.dumps(entries).encode()


def as_csv(night: list[Written]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["Timestamp", "user_id", "Username", "badges", "Message"])
    writer.writerows([to_text(each.at), each.user_id or "", each.username, "", each.message] for each in night)
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def as_dated_lines(night: list[Written]) -> bytes:
    lines = [f"[{to_text(each.at)[:-1].replace('T', ' ')}] <@{each.username}> {each.message}" for each in night]
    return "".join(f"{line}\n" for line in lines).encode()


def as_weechat(night: list[Written]) -> bytes:
    lines = [f"{to_text(each.at)}\t+{each.username}\t{each.message}" for each in night]
    return "".join(f"{line}\n" for line in lines).encode()


WRITERS: dict[str, Callable[[list[Written]], bytes]] = {
    "json": as_json,
    "list": as_list,
    "twitch-downloader": as_twitch_downloader,
    "chat-downloader": as_chat_downloader,
    "csv": as_csv,
    "dated-lines": as_dated_lines,
    "weechat": as_weechat,
}
WITHOUT_IDS = {"dated-lines", "weechat"}
FORMATS: dict[str, Format] = {
    "json": "json",
    "list": "json",
    "twitch-downloader": "twitch-downloader",
    "chat-downloader": "chat-downloader",
    "csv": "csv",
    "dated-lines": "irc",
    "weechat": "irc",
}


def messages_of(data: bytes | str, **options: Any) -> list[ChatMessage]:
    return list(read(io.BytesIO(data.encode() if isinstance(data, str) else data), **options))


def told(data: bytes | str, **options: Any) -> list[tuple[str, str, str]]:
    return [(each.timestamp, each.username, each.message) for each in messages_of(data, **options)]


def the_error(data: bytes | str, **options: Any) -> ChatLogInvalid:
    with pytest.raises(ChatLogInvalid) as caught:
        messages_of(data, **options)
    assert caught.value.status == 400
    assert not missing_details(caught.value.code, caught.value.details)
    assert len(caught.value.sentence) < 300
    return caught.value


def place_of(error: ChatLogInvalid) -> dict[str, object]:
    return {unit: error.details[unit] for unit in ("entry", "line") if unit in error.details}


def expected(night: list[Written], format_: str) -> list[tuple[str, str, str | None, str]]:
    with_ids = format_ not in WITHOUT_IDS
    return [(to_text(each.at), each.username, each.user_id if with_ids else None, each.message) for each in night]


def found(data: bytes, **options: Any) -> list[tuple[str, str, str | None, str]]:
    return [(each.timestamp, each.username, each.user_id, each.message) for each in messages_of(data, **options)]


@pytest.mark.parametrize("format_", WRITERS)
def test_a_log_is_read_back_as_it_was_written(format_: str) -> None:
    data = WRITERS[format_](NIGHT)
    assert found(data) == expected(NIGHT, format_)
    assert found(data, format=FORMATS[format_]) == expected(NIGHT, format_)


names = st.from_regex(r"[A-Za-z0-9_]{1,25}", fullmatch=True) | st.text("\u00e4\u6f22abc_", min_size=1, max_size=25)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200)
moments = st.integers(10**12, 2**42).map(lambda count: datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=count))
written = st.builds(Written, moments, names, st.none() | st.from_regex(r"[0-9]{1,10}", fullmatch=True), texts)


@pytest.mark.parametrize("format_", WRITERS)
@given(st.lists(written, max_size=5))
def test_any_log_is_read_back_as_it_was_written(format_: str, night: list[Written]) -> None:
    if night or format_ not in WITHOUT_IDS:
        assert found(WRITERS[format_](night)) == expected(night, format_)


@pytest.mark.parametrize("format_", WRITERS)
def test_a_log_that_arrives_byte_by_byte_is_the_same(format_: str) -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 1, 1))

    data = WRITERS[format_](NIGHT)
    assert list(read(Trickle(data))) == messages_of(data)


@pytest.mark.parametrize("format_", WRITERS)
def test_a_log_in_another_format_than_was_said_is_refused(format_: str) -> None:
    data = WRITERS[format_](NIGHT)
    for other in {"json", "twitch-downloader", "chat-downloader", "csv"} - {FORMATS[format_]}:
        the_error(data, format=other)


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("2026-03-15T19:00:00.000Z", "2026-03-15T19:00:00.000Z"),
        ("2026-03-15T19:00:00Z", "2026-03-15T19:00:00.000Z"),
        ("2026-03-15T20:00:00+01:00", "2026-03-15T19:00:00.000Z"),
        ("2026-03-15 19:00:00.1239999 UTC", "2026-03-15T19:00:00.123Z"),
        ("2026-03-15T21:00", "2026-03-15T19:00:00.000Z"),
        ("2026-03-15 21:00:00", "2026-03-15T19:00:00.000Z"),
        (1773601200, "2026-03-15T19:00:00.000Z"),
        (1773601200.25, "2026-03-15T19:00:00.250Z"),
        (1773601200123, "2026-03-15T19:00:00.123Z"),
        (1773601200123456, "2026-03-15T19:00:00.123Z"),
        ("1773601200123", "2026-03-15T19:00:00.123Z"),
    ],
)
def test_a_time_is_read_in_its_zone_or_the_callers(timestamp: object, moment: str) -> None:
    data = json.dumps([{"username": "Pia", "message": "", "timestamp": timestamp}])
    assert [each.timestamp for each in messages_of(data, utc_offset=timedelta(hours=2))] == [moment]


@pytest.mark.parametrize(
    "timestamp",
    [
        *(None, "", "now", "19:00", "2026-03-15", "20260315T190000Z", "2026-13-01T00:00:00Z", "2026-03-15T25:00:00Z"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", -1, 10**17, True, [], {}, "1" * 5000),
    ],
)
def test_a_time_that_can_not_be_is_refused(timestamp: object) -> None:
    error = the_error(json.dumps([*_ours(NIGHT), {"username": "Pia", "message": "", "timestamp": timestamp}]))
    assert place_of(error) == {"entry": 4}
    assert error.sentence.startswith("Entry 4: ")


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
            {"first_date": date(2026, 3, 15), "utc_offset": timedelta(hours=-1)},
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
            {"utc_offset": timedelta(hours=5)},
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


def test_a_csv_of_another_tongue_of_csv_is_read() -> None:
    log = 'AuthorID;Author;Date;Content\n7;Pia;2026-03-15T19:00:00.0000000+01:00;"two\nlines; ""quoted"""\n\n'
    (message,) = messages_of(log)
    assert message == ChatMessage("2026-03-15T18:00:00.000Z", "Pia", "7", 'two\nlines; "quoted"', 2)


def test_a_comment_without_its_own_time_has_that_of_the_stream() -> None:
    log = json.loads(as_twitch_downloader(NIGHT))
    for comment in log["comments"]:
        del comment["created_at"]
    assert found(json.dumps(log).encode()) == expected(NIGHT, "twitch-downloader")
    del log["video"]
    assert place_of(the_error(json.dumps(log))) == {"entry": 1}


def test_what_nobody_wrote_is_passed_over() -> None:
    twitch = json.loads(as_twitch_downloader(NIGHT))
    twitch["comments"][0]["commenter"] = None
    assert [each.number for each in messages_of(json.dumps(twitch))] == [2, 3]
    entries = json.loads(as_chat_downloader(NIGHT))
    entries[1]["message"] = None
    del entries[2]["author"]
    assert [each.number for each in messages_of(json.dumps(entries))] == [1]


def test_names_and_messages_have_bounds() -> None:
    good = {"username": " " + "p" * 64, "message": "m" * 2000, "timestamp": 1773601200}
    (message,) = messages_of(json.dumps([good | {"message": "m" * 5000}]))
    assert (message.username, message.message) == ("p" * 64, "m" * 2000)
    wrong: list[dict[str, Any]] = [
        *({"username": name} for name in ("p" * 65, "", " ", "\u200b", "@", None, 7, "p\0", ["Pia"])),
        *({"message": text} for text in (None, 7, "a\0", {"body": "a"})),
        *({"user_id": user_id} for user_id in ("p" * 65, 1.5, "\0")),
    ]
    for change in wrong:
        assert place_of(the_error(json.dumps([good, good | change]))) == {"entry": 2}, change


HALVES = ["\ud800", "\udc00", "\ud83dx", "\\\ud800", "\ud83d\ud83d\ude00", "\udfff" * 3]
HARMLESS = ["\U0001f389", "\\ud800", "\\\\ud83d", "\\\U0001f389\\", '"\\\\"', "\u00e9\u4e00"]


@pytest.mark.parametrize("text", HALVES)
@pytest.mark.parametrize("padding", [0, 3, 64 * 1024 - 45, 64 * 1024 - 40, 64 * 1024 - 36])
def test_half_of_a_surrogate_pair_is_refused_wherever_it_is(text: str, padding: int) -> None:
    entry = {"username": "Pia", "message": "m" * padding + text, "timestamp": 1773601200}
    assert place_of(the_error(json.dumps([entry, *_ours(NIGHT)]))) == {"entry": 1}
    assert place_of(the_error(json.dumps([{"message": text}]))) == {"entry": 1}


@pytest.mark.parametrize("text", HARMLESS)
@pytest.mark.parametrize("padding", range(64 * 1024 - 4096 - 60, 64 * 1024 - 4096 - 20))
def test_what_only_looks_like_half_of_a_pair_is_read(text: str, padding: int) -> None:
    entry = {"before": "m" * padding, "username": "Pia", "message": text, "timestamp": 1773601200}
    assert [each.message for each in messages_of(json.dumps([entry]))] == [text]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("", {"line": 1}),
        ("hello\nworld\n", {"line": 1}),
        ("\x89PNG\r\n", {"line": 1}),
        (b"\xff\xfe\x00", {"line": 1}),
        (TWITCH_TEXT.encode() + b"\xe9\n", {"line": 3}),
        ("12:00 <Pia> hi", {"line": 1}),
        ("--- Log opened Sun Feb 30 23:58:00 2026\n", {"line": 1}),
        ("--- Log opened Sun Mar 15 23:58:00 2026\n25:00 <Pia> hi\n", {"line": 2}),
        ("2026-02-30 12:00:00 <Pia> hi\n", {"line": 1}),
        (TWITCH_TEXT + "x" * 70_000, {"line": 3}),
        ("{}", {"entry": 1}),
        ("{", {"entry": 1}),
        ('{"chatData": {}}', {"entry": 1}),
        ('{"comments": [7]}', {"entry": 1}),
        ("[[]]", {"line": 1}),
        ("[{}]", {"entry": 1}),
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
        ("timestamp,username,message\n2026-03-15T19:00:00Z,Pia\n", {"line": 2}),
        ('timestamp,username,message\n2026-03-15T19:00:00Z,Pia,"a"b\n', {"line": 2}),
        ('timestamp,username,message\n2026-03-15T19:00:00Z,Pia,"a\nb\n', {"line": 2}),
        ("timestamp,username,message\n" + '2026-03-15T19:00:00Z,Pia,"a\n' + "a\n" * 200_000, {"line": 2}),
        ("timestamp,username,message\n" + 'x,"a\n' + 'a","a\n' * 200_000, {"line": 2}),
        ("timestamp,username,message\n\n2026-03-15T19:00:00Z,Pia,a\nnow,Pia,a\n", {"line": 4}),
    ],
)
def test_what_is_no_chat_log_is_refused_by_its_place(data: bytes | str, place: dict[str, int]) -> None:
    error = the_error(data)
    assert place_of(error) == place
    assert re.match(r"(Entry|Line) \d+: ", error.sentence)


def test_a_log_without_messages_is_read() -> None:
    for data in ("[]", '{"chatData": []}', '{"comments": []}', "timestamp,username,message\n"):
        assert messages_of(data) == []


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
            messages_of(data, format=format_)


class Endless(io.BytesIO):
    """A log that is made while it is read, so that the test doesn't hold it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def bulk(format_: str, count: int) -> Iterator[bytes]:
    """A log with `count` messages: the part between the first and the last of NIGHT's, again and again."""
    whole = WRITERS[format_](NIGHT)
    first, second = WRITERS[format_](NIGHT[:1]), WRITERS[format_](NIGHT[:2])
    end = next(place for place in range(1, len(first)) if first[-place:] != second[-place:])
    start, closing = first[: len(first) - end + 1], first[len(first) - end + 1 :]
    middle = second[len(start) : len(second) - len(closing)]
    assert whole.startswith(start)
    yield start
    for _ in range(count - 1):
        yield middle
    yield closing


@pytest.mark.timeout(240)
@pytest.mark.parametrize("format_", WRITERS)
def test_a_long_log_is_read_in_the_memory_of_a_short_one(format_: str) -> None:
    count = 50_000 if format_ == "json" else 20_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in read(Endless(bulk(format_, count)))) == count
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
