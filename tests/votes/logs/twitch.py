"""What the downloaders of Twitch write: TwitchDownloader, twitch-dl and RechatTool."""

import gzip
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.votes.logs.night import Event, Said
from tests.votes.truth import NIGHT

STREAM_START = NIGHT
FILE_INFO = {"Version": {"Major": 1, "Minor": 4, "Patch": 0}, "CreatedAt": "2026-03-14T08:00:00Z"}


def twitch_downloader(events: Sequence[Event]) -> bytes:
    """JSON without images in it."""
    return json.dumps(_chat_root(events), ensure_ascii=False).encode()


def twitch_downloader_embedded(events: Sequence[Event]) -> bytes:
    data = "iVBOR" * 2000
    embedded = {
        "thirdParty": [{"id": "e1", "imageScale": 1, "data": data, "name": "catJAM", "url": None, "width": 28}],
        "firstParty": [{"id": "25", "imageScale": 1, "data": data, "name": "Kappa"}],
        "twitchBadges": [{"name": "subscriber", "versions": {"0": {"title": "Subscriber", "bytes": data}}}],
        "twitchBits": [],
    }
    return json.dumps(_chat_root(events) | {"embeddedData": embedded}, indent=2).encode()


def twitch_downloader_gzip(events: Sequence[Event]) -> bytes:
    return gzip.compress(twitch_downloader(events))


def twitch_downloader_text(events: Sequence[Event]) -> bytes:
    lines = (f"[{each.at:%Y-%m-%d %H:%M:%S} UTC] {each.who.display}: {each.text}" for each in _said(events))
    return _lines(lines)


def twitch_downloader_relative(events: Sequence[Event]) -> bytes:
    return _lines(f"[{_offset(each.at)}] {each.who.display}: {each.text}" for each in _said(events))


def twitch_downloader_without_times(events: Sequence[Event]) -> bytes:
    return _lines(f"{each.who.display}: {each.text}" for each in _said(events))


def twitch_dl(events: Sequence[Event]) -> bytes:
    video = {
        "id": "99",
        "title": "Game night",
        "publishedAt": "2026-03-13T19:00:02Z",
        "broadcastType": "ARCHIVE",
        "lengthSeconds": 10800,
        "creator": {"login": "hana", "displayName": "Hana"},
    }
    badges = {"video": {"id": "99", "owner": {"id": "77", "login": "hana"}}, "badges": []}
    comments = [_node(each) for each in _said(events)]
    return json.dumps({"video": video, "video_comments": badges, "comments": comments}).encode()


def rechat_tool(events: Sequence[Event]) -> bytes:
    nodes = json.dumps([_node(each) for each in _said(events)], ensure_ascii=False, separators=(",", ":"))
    return b"\xef\xbb\xbf" + nodes.encode()


def rechat_tool_text(events: Sequence[Event]) -> bytes:
    lines = (
        f"[0{_offset(each.at)}.{each.at:%f}"[:-3] + f"] {_rechat_name(each)}: {each.text}" for each in _said(events)
    )
    return b"\xef\xbb\xbf" + _lines(lines, "\r\n")


def _rechat_name(each: Said) -> str:
    return f"{each.who.display} ({each.who.login})" if each.who.has_own_display else each.who.display


def _chat_root(events: Sequence[Event]) -> dict[str, Any]:
    return {
        "FileInfo": FILE_INFO,
        "streamer": {"name": "Hana", "login": "hana", "id": 77},
        "video": {
            "title": "Game night",
            "description": None,
            "id": "99",
            "created_at": STREAM_START.isoformat().replace("+00:00", "Z"),
            "start": 0,
            "end": 10800,
            "length": 10800,
            "viewCount": 0,
            "game": "Games + Demos",
            "chapters": [],
        },
        "comments": [_comment(each) for each in _said(events)],
        "embeddedData": None,
    }


def _comment(each: Said) -> dict[str, Any]:
    return {
        "_id": each.message_id,
        "created_at": _z(each.at),
        "channel_id": "77",
        "content_type": "video",
        "content_id": "99",
        "content_offset_seconds": int((each.at - STREAM_START).total_seconds()),
        "commenter": {
            "display_name": each.who.display,
            "_id": each.who.user_id,
            "name": each.who.login,
            "bio": None,
            "created_at": "2016-01-01T00:00:00Z",
            "updated_at": "2025-01-01T00:00:00Z",
            "logo": "https://example.org/300x300.png",
        },
        "message": {
            "body": each.text,
            "bits_spent": 0,
            "fragments": [{"text": each.text, "emoticon": None}],
            "user_badges": [{"_id": "moderator", "version": "1"}],
            "user_color": "#FF0000",
            "emoticons": [],
        },
    }


def _node(each: Said) -> dict[str, Any]:
    """A comment as the site's own interface has it, which twitch-dl and RechatTool keep."""
    half = len(each.text) // 2
    return {
        "id": each.message_id,
        "commenter": {
            "id": each.who.user_id,
            "login": each.who.login,
            "displayName": each.who.display,
            "__typename": "User",
        },
        "contentOffsetSeconds": int((each.at - STREAM_START).total_seconds()),
        "createdAt": _z(each.at),
        "message": {
            "fragments": [
                {"emote": None, "text": each.text[:half], "__typename": "VideoCommentMessageFragment"},
                {"emote": None, "text": each.text[half:], "__typename": "VideoCommentMessageFragment"},
            ],
            "userBadges": [{"id": "bTsxOw==", "setID": "moderator", "version": "1", "__typename": "Badge"}],
            "userColor": "#FF0000",
            "__typename": "VideoCommentMessage",
        },
        "__typename": "VideoComment",
    }


def _said(events: Sequence[Event]) -> list[Said]:
    return [event for event in events if isinstance(event, Said)]


def _z(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _offset(at: datetime) -> str:
    seconds = int((at - STREAM_START).total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _lines(lines: Iterable[str], end: str = "\n") -> bytes:
    return "".join(f"{line}{end}" for line in lines).encode()
