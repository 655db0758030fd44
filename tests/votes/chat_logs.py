"""A chat log as each program writes it, and what is read of it."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from gamenight.core.clock import to_text
from gamenight.votes.exports import ChatLogInvalid, ChatMessage, Entry, NotUnderstood, Report, TimeOptions, read
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
    return json.dumps({"chatData": ours(night), "replaceExisting": True}).encode()


def as_list(night: list[Written]) -> bytes:
    return json.dumps(ours(night), ensure_ascii=False, indent=2).encode()


def ours(night: list[Written]) -> list[dict[str, Any]]:
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
FORMATS = {
    "json": "json",
    "list": "json",
    "twitch-downloader": "twitch-downloader",
    "chat-downloader": "chat-downloader",
    "csv": "csv",
    "dated-lines": "irc",
    "weechat": "weechat",
}


def entries_of(
    data: bytes | str, report: Report | None = None, *, format: str | None = None, **times: Any
) -> list[Entry]:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return list(read(stream, report or Report(), format=format, times=TimeOptions(**times)))


def messages_of(data: bytes | str, **options: Any) -> list[ChatMessage]:
    """The messages of a log of which all is understood."""
    entries = entries_of(data, **options)
    assert [each for each in entries if isinstance(each, NotUnderstood)] == []
    return [each for each in entries if isinstance(each, ChatMessage)]


def not_understood(data: bytes | str, **options: Any) -> list[NotUnderstood]:
    return [each for each in entries_of(data, **options) if isinstance(each, NotUnderstood)]


def told(data: bytes | str, **options: Any) -> list[tuple[str, str, str]]:
    return [(each.timestamp, each.username, each.message) for each in messages_of(data, **options)]


def the_error(data: bytes | str, **options: Any) -> ChatLogInvalid:
    with pytest.raises(ChatLogInvalid) as caught:
        entries_of(data, **options)
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
