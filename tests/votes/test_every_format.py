"""A night in each format that is read: recognised by itself, and read as it was written, message by message."""

import contextlib
import gzip
import io
import json
import os
import random
import re
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from gamenight.core.clock import to_text
from gamenight.votes.exports import (
    FORMATS,
    ChatLogInvalid,
    ChatMessage,
    Entry,
    Night,
    NotUnderstood,
    Report,
    TimeOptions,
    read,
)
from tests.votes.logs import irc_clients, twitch
from tests.votes.logs.night import LOCAL, MILLISECOND, a_night
from tests.votes.logs.night import Night as ScriptedNight
from tests.votes.logs.samples import SAMPLES, Sample

GAMES = ["TKO", "QXL", "FII", "TKO", "EWX", "DRF"]
LINES = int(os.environ.get("TEST_FORMAT_LINES", "2000"))
"""A hundred thousand take a quarter of an hour."""

TEXTS = [name for name, sample in SAMPLES.items() if sample.is_text]


class Read(NamedTuple):
    entries: list[Entry]
    reports: list[Report]

    @property
    def messages(self) -> list[ChatMessage]:
        return [entry for entry in self.entries if isinstance(entry, ChatMessage)]


def options_of(sample: Sample, first_at: datetime) -> TimeOptions:
    zone = sample.options.get("timeZone")
    return TimeOptions(
        zone=None if zone is None else ZoneInfo(zone),
        first_date=None if sample.has_days else first_at.astimezone(LOCAL).date(),
        stream_start=sample.options.get("streamStart"),
        night=Night("2026-03-13T19:00:00.000Z", "2026-03-13T22:00:00.000Z") if sample.has_days else None,
    )


def read_night(name: str, night: ScriptedNight) -> Read:
    sample = SAMPLES[name]
    found = Read([], [])
    for file in sample.files(night.events):
        report = Report()
        options = options_of(sample, night.said[len(found.messages)].at)
        found.entries.extend(read(io.BytesIO(file), report, times=options))
        found.reports.append(report)
    return found


def told(messages: list[ChatMessage]) -> Iterator[tuple[str, str, str | None, str, str | None, float]]:
    for each in messages:
        yield (
            each.timestamp,
            each.username,
            each.user_id,
            each.message.strip(),
            each.message_id,
            each.precision_seconds,
        )


def written(sample: Sample, night: ScriptedNight) -> Iterator[tuple[str, str, str | None, str, str | None, float]]:
    seconds = 0 if sample.precision < timedelta(seconds=1) else sample.precision.total_seconds()
    for said in night.said:
        message_id = said.message_id if sample.has_message_ids else None
        yield to_text(said.at), sample.name(said), sample.user_id(said), said.text, message_id, seconds


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_night_is_read_as_it_was_written(name: str) -> None:
    sample = SAMPLES[name]
    night = a_night(5, LINES, GAMES, sample.precision)
    assert {said.at.astimezone(LOCAL).date().day for said in night.said} == {13, 14}
    found = read_night(name, night)
    assert list(told(found.messages)) == list(written(sample, night))
    assert {report.format for report in found.reports} == {sample.format}
    assert [entry for entry in found.entries if isinstance(entry, NotUnderstood)] == []


def test_each_format_has_a_night_in_it() -> None:
    refused = {"twitch-downloader-untimed"}
    assert {sample.format for sample in SAMPLES.values()} == {each.name for each in FORMATS} - refused


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_of_one_message_is_recognised_as_well(name: str) -> None:
    night = a_night(5, 40, GAMES, SAMPLES[name].precision)
    short = night._replace(events=[night.said[0]])
    assert [each.message.strip() for each in read_night(name, short).messages] == [night.said[0].text]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_that_arrives_byte_by_byte_is_the_same(name: str) -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 1, 1))

    sample = SAMPLES[name]
    night = a_night(5, 30, GAMES, sample.precision)
    file = sample.files(night.events)[0]
    options = options_of(sample, night.said[0].at)
    assert list(read(Trickle(file), Report(), times=options)) == list(read(io.BytesIO(file), Report(), times=options))


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", ["twitch-downloader-gzip", "chat-downloader-lines", "youtube-live-chat", "hexchat"])
def test_a_long_file_is_read_in_the_memory_of_a_short_one(name: str) -> None:
    sample = SAMPLES[name]
    night = a_night(5, 3_000, GAMES, sample.precision)
    file = io.BytesIO(sample.files(night.events)[0])
    tracemalloc.start()
    try:
        assert sum(1 for _ in read(file, Report(), times=options_of(sample, night.said[0].at))) >= len(night.said)
        assert tracemalloc.get_traced_memory()[1] < 2_500_000
    finally:
        tracemalloc.stop()


ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8-with-mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-big-endian": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16-unmarked": lambda text: text.encode("utf-16-le"),
    "utf-16-big-endian-unmarked": lambda text: text.encode("utf-16-be"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "gzip-in-two-members": lambda text: gzip.compress(text[:1000].encode()) + gzip.compress(text[1000:].encode()),
    "gzip-of-utf-16": lambda text: gzip.compress(text.encode("utf-16")),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ["ours", "ours-as-csv", "irssi", "mirc", "hexchat", "youtube-live-chat"])
def test_a_file_is_read_in_whatever_it_was_saved_as(name: str, encoding: str) -> None:
    sample = SAMPLES[name]
    night = a_night(5, 400, GAMES, sample.precision)
    plain = sample.files(night.events)[0]
    options = options_of(sample, night.said[0].at)
    saved = ENCODINGS[encoding](plain.decode())
    assert list(read(io.BytesIO(saved), Report(), times=options)) == list(
        read(io.BytesIO(plain), Report(), times=options)
    )


@pytest.mark.parametrize("name", TEXTS)
def test_a_line_of_an_old_client_amid_utf_8_is_read_and_told(name: str) -> None:
    sample = SAMPLES[name]
    night = a_night(5, 60, GAMES, sample.precision)
    odd, rest = night.said[10]._replace(text="na so was: sch\u00f6n \u2013 thisgame++"), night.said
    events = [odd if event == rest[10] else event for event in night.events]
    utf_8 = sample.files(events)[0]
    mixed = utf_8.replace(odd.text.encode(), odd.text.encode("cp1252"))
    assert mixed != utf_8
    report = Report()
    found = list(read(io.BytesIO(mixed), report, times=options_of(sample, rest[0].at)))
    assert found == list(read(io.BytesIO(utf_8), Report(), times=options_of(sample, rest[0].at)))
    assert report.windows_1252_lines == 1


def test_any_byte_at_all_in_a_line_of_text_is_read() -> None:
    line = b"2026-03-13 19:00:00\tpia\tthisgame++ " + bytes(range(0x80, 0x100)) + b"\n"
    report = Report()
    (message,) = read(io.BytesIO(line), report)
    assert isinstance(message, ChatMessage)
    assert message.message.startswith("thisgame++ ")
    assert report.windows_1252_lines == 1


@pytest.mark.parametrize("cut", [20, -8])
def test_a_packed_file_that_was_cut_short_is_refused(cut: int) -> None:
    night = a_night(5, 3000, GAMES, SAMPLES["irssi"].precision)
    packed = gzip.compress(irc_clients.irssi(night.events))
    with pytest.raises(ChatLogInvalid) as caught:
        list(read(io.BytesIO(packed[:cut]), Report()))
    assert caught.value.details["reason"] == "not_gzip"


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused() -> None:
    lines = b"2026-03-13 19:00:00\tpia\thello\n" * 400_000
    packed = gzip.compress(lines)
    assert len(packed) < len(lines) / 300
    with pytest.raises(ChatLogInvalid) as caught:
        for _ in read(io.BytesIO(packed), Report(), max_unpacked_bytes=1_000_000):
            pass
    assert caught.value.details["reason"] == "unpacked_too_large"


def test_what_is_no_text_at_all_is_refused_and_not_taken_for_another_encoding() -> None:
    for data in (b"\x00", b"\x1f\x8b", b"\xff\xfe\x00\xd8", b"\x00" * 5000, bytes(range(256)) * 100):
        with pytest.raises(ChatLogInvalid):
            list(read(io.BytesIO(data), Report()))


def test_a_chat_without_any_times_is_refused_with_what_to_do() -> None:
    with pytest.raises(ChatLogInvalid) as caught:
        list(read(io.BytesIO(b"pia: hello\nomar_2: thisgame++\n\xe6\xbc\xa2: thisgame--\n"), Report()))
    assert caught.value.details["reason"] == "no_times"
    assert "timestamps" in caught.value.sentence


def test_a_time_since_the_start_of_a_stream_needs_to_be_told_when_that_was() -> None:
    for name in ("twitch-downloader-relative", "rechat-tool-text"):
        sample = SAMPLES[name]
        night = a_night(5, 30, GAMES, sample.precision)
        with pytest.raises(ChatLogInvalid) as caught:
            list(read(io.BytesIO(sample.files(night.events)[0]), Report()))
        assert caught.value.details["reason"] == "stream_start_missing"
        assert "streamStart" in caught.value.sentence


def test_the_comment_of_the_example_is_a_message_of_pia() -> None:
    comment = (
        b'{"comments":[{"createdAt":"2026-11-20T19:10:00Z","commenter":{"login":"pia"},'
        b'"message":{"fragments":[{"text":"thisgame++"}]}}]}'
    )
    (message,) = read(io.BytesIO(comment), Report())
    assert isinstance(message, ChatMessage)
    assert (message.timestamp, message.username, message.message) == ("2026-11-20T19:10:00.000Z", "pia", "thisgame++")


@pytest.mark.parametrize("dates", [("11/5/2026", "5/11/2026"), ("1/2/2026", "2/1/2026")])
def test_a_date_that_may_be_of_two_months_is_read_by_the_night_or_refused(dates: tuple[str, str]) -> None:
    head = "AuthorID,Author,Date,Content,Attachments,Reactions\n"
    (american, british) = (f'{head}"1","pia","{date} 7:10 PM","thisgame++","",""\n' for date in dates)
    month, day, year = map(int, dates[0].split("/"))
    played = f"{year}-{month:02}-{day:02}T19:00:00.000Z"
    for log in (american, british):
        with pytest.raises(ChatLogInvalid) as caught:
            list(read(io.BytesIO(log.encode()), Report()))
        assert caught.value.details["reason"] == "date_ambiguous"
        (message,) = read(io.BytesIO(log.encode()), Report(), times=TimeOptions(night=Night(played, played)))
        assert isinstance(message, ChatMessage)
        assert message.timestamp == f"{year}-{month:02}-{day:02}T19:10:00.000Z"


def test_the_months_of_psybnc_are_counted_from_0_unless_only_from_1_they_are_of_the_night() -> None:
    log = b"2026-10-20-19-10-00:#NIGHT::pia!~p@example.org PRIVMSG #night :thisgame++\n"
    for month, format_ in (("11", "psybnc"), ("10", "psybnc-months-from-1"), ("03", "psybnc")):
        report, played = Report(), f"2026-{month}-20T19:00:00.000Z"
        (message,) = read(io.BytesIO(log), report, times=TimeOptions(night=Night(played, played)))
        assert isinstance(message, ChatMessage)
        assert report.format == format_
        assert message.timestamp[:7] == ("2026-10" if format_ == "psybnc-months-from-1" else "2026-11")


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        ("AuthorID,Author,Date,Content,Attachments,Reactions", '"1","pia#0001","{}","thisgame++","",""', "pia"),
        ("Author;Date;Content;Attachments;", '"pia#0001";"{}";"thisgame++";"";', "pia#0001"),
    ],
)
@pytest.mark.parametrize(
    "date",
    [
        "20-Nov-26 07:10 PM",
        "20-nov.-26 19:10",
        "20-Okt-26 19:10",
        "11/20/2026 7:10 PM",
        "11/20/2026 7:10\u202fPM",
        "20/11/2026 19:10",
        "20.11.2026 19:10",
        "2026-11-20 19:10",
        "2026-11-20T20:10:00.0000000+01:00",
    ],
)
def test_the_dates_of_all_versions_of_discord_chat_exporter_are_read(
    header: str, row: str, name: str, date: str
) -> None:
    (message,) = read(io.BytesIO(f"{header}\r\n{row.format(date)}\r\n".encode()), Report())
    assert isinstance(message, ChatMessage)
    assert message.username == name
    assert message.timestamp == f"2026-{'10' if 'Okt' in date else '11'}-20T19:10:00.000Z"


def test_a_file_is_recognised_whose_messages_come_late() -> None:
    comment = json.loads(twitch.twitch_downloader(a_night(5, 30, GAMES, MILLISECOND).events))
    late = {"streamer": comment["streamer"], "video": {**comment["video"], "description": "x" * 100_000}} | comment
    report = Report()
    assert len(list(read(io.BytesIO(json.dumps(late).encode()), report))) == len(comment["comments"])
    assert report.format == "twitch-downloader"
    badges = {"video_comments": {"badges": ["x" * 1000] * 100}} | json.loads(
        twitch.twitch_dl(a_night(5, 30, GAMES, MILLISECOND).events)
    )
    assert len(list(read(io.BytesIO(json.dumps(badges).encode()), report))) == len(badges["comments"])
    assert report.format == "twitch-comments"


DAMAGE = [
    *(b"9" * 25, b"-1", b"1e999", b"99:99:99", b"null", b"[]", b"{}", b'"', b"\\ud800", b"\x00", b"\xff", b"\n", b"\t"),
    *(b":", b";", b",", b"=", b"<", b">", b"[", b"]", b" ", b""),
]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_damaged_file_is_read_or_refused_and_never_a_crash(name: str, chance: random.Random) -> None:
    sample = SAMPLES[name]
    night = a_night(5, 20, GAMES, sample.precision)
    whole = sample.files(night.events)[0]
    for _ in range(15):
        data = bytearray(whole)
        for _ in range(4):
            place = chance.choice([found.span() for found in re.finditer(rb"[0-9]+|[^0-9]", data)])
            data[slice(*place)] = chance.choice(DAMAGE)
        with contextlib.suppress(ChatLogInvalid):
            list(read(io.BytesIO(data), Report(), format=sample.format, times=options_of(sample, night.said[0].at)))


def test_a_time_that_can_not_be_is_told_of_a_line_of_irc() -> None:
    good = b"@tmi-sent-ts=1773429000000 :pia!p@example.org PRIVMSG #night :hi\n"
    for wrong in (b"tmi-sent-ts=" + b"9" * 25, b"tmi-sent-ts=soon", b"time=25:00", b"badges=vip/1"):
        line = b"@" + wrong + b" :pia!p@example.org PRIVMSG #night :thisgame++\n"
        _hi, unclear = read(io.BytesIO(good + line), Report())
        assert isinstance(unclear, NotUnderstood)
        assert unclear.number == 2
