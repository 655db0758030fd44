"""Chat logs of every format: what was written is read back."""

import io
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.votes.exports import ChatMessage, Report, read
from tests.votes.chat_logs import (
    FORMATS,
    NIGHT,
    WITHOUT_IDS,
    WRITERS,
    Written,
    as_chat_downloader,
    as_twitch_downloader,
    expected,
    found,
    messages_of,
    not_understood,
    ours,
    place_of,
    the_error,
)


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
    assert list(read(Trickle(data), Report())) == messages_of(data)


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
    assert [each.timestamp for each in messages_of(data, zone=timezone(timedelta(hours=2)))] == [moment]


@pytest.mark.parametrize(
    "timestamp",
    [
        *(None, "", "now", "2026-03-15", "20260315T190000Z", "2026-13-01T00:00:00Z", "2026-03-15T25:00:00Z"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", -1, 10**17, True, [], {}, "1" * 5000),
    ],
)
def test_a_time_that_can_not_be_is_refused(timestamp: object) -> None:
    (wrong,) = not_understood(json.dumps([*ours(NIGHT), {"username": "Pia", "message": "", "timestamp": timestamp}]))
    assert (wrong.number, wrong.reason) == (4, "time_invalid")


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
        assert [each.number for each in not_understood(json.dumps([good, good | change]))] == [2], change


def test_a_log_without_messages_is_read() -> None:
    for data in ("[]", '{"chatData": []}', '{"comments": []}', "timestamp,username,message\n"):
        assert messages_of(data) == []
