"""What exporters of other chats and loggers of Twitch's IRC write: JSON, lines of JSON, CSV and raw lines."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.votes.logs.night import LOCAL, Event, Joined, Said
from tests.votes.truth import NIGHT

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ours(events: Sequence[Event]) -> bytes:
    messages = [
        {"username": each.who.login, "message": each.text, "timestamp": _z(each.at), "user_id": each.who.user_id}
        for each in said_in(events)
    ]
    return json.dumps({"chatData": messages}).encode()


def ours_as_list(events: Sequence[Event]) -> bytes:
    return json.dumps(json.loads(ours(events))["chatData"], ensure_ascii=False, indent=2).encode()


def ours_as_csv(events: Sequence[Event]) -> bytes:
    rows = [["Timestamp", "user_id", "Username", "badges", "Message"]]
    rows += [[_z(each.at), each.who.user_id, each.who.login, "", each.text] for each in said_in(events)]
    return _csv(rows)


def chat_downloader(events: Sequence[Event]) -> bytes:
    return json.dumps([_chat_item(event) for event in events], sort_keys=True, indent=4).encode()


def chat_downloader_lines(events: Sequence[Event]) -> bytes:
    return _lines(json.dumps(_chat_item(event), sort_keys=True) for event in events)


def chat_downloader_csv(events: Sequence[Event]) -> bytes:
    items = [dict(_flat(_chat_item(event))) for event in events]
    columns = sorted({column for item in items for column in item})
    return _csv([columns, *([item.get(column, "") for column in columns] for item in items)])


def _chat_item(event: Event) -> dict[str, Any]:
    if isinstance(event, Joined):
        return {
            "action_type": "user_notice",
            "author": {"display_name": event.who.display, "id": event.who.user_id, "name": event.who.login},
            "message_type": "ritual",
            "system_message": "is new here. Say hello!",
            "timestamp": (event.at - EPOCH) // timedelta(microseconds=1),
        }
    return {
        "action_type": "text_message",
        "author": {
            "badges": [{"icons": [{"height": 18, "url": "https://example.org/1.png", "width": 18}], "name": "vip"}],
            "display_name": event.who.display,
            "id": event.who.user_id,
            "name": event.who.login,
        },
        "channel_id": "77",
        "message": event.text,
        "message_id": event.message_id,
        "message_type": "text_message",
        "time_in_seconds": (event.at - NIGHT).total_seconds(),
        "time_text": "0:05",
        "timestamp": (event.at - EPOCH) // timedelta(microseconds=1),
    }


def _flat(item: Any, path: str = "") -> Iterable[tuple[str, Any]]:
    if isinstance(item, dict | list):
        for key, value in item.items() if isinstance(item, dict) else enumerate(item):
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, item


def justlog_text(events: Sequence[Event]) -> bytes:
    """It writes the day of the month without a leading zero."""
    lines = (f"[{each.at:%Y-%m-%-d %H:%M:%S}] #night {each.who.login}: {each.text}" for each in said_in(events))
    return _lines(lines)


def justlog_json(events: Sequence[Event]) -> bytes:
    messages = [
        {
            "text": each.text,
            "username": each.who.login,
            "displayName": each.who.display,
            "channel": "night",
            "timestamp": f"{each.at:%Y-%m-%dT%H:%M:%SZ}",
            "id": each.message_id,
            "type": 1,
            "raw": _privmsg(each),
            "tags": {
                "display-name": each.who.display,
                "id": each.message_id,
                "tmi-sent-ts": str((each.at - EPOCH) // timedelta(milliseconds=1)),
                "user-id": each.who.user_id,
            },
        }
        for each in said_in(events)
    ]
    return json.dumps({"messages": messages}, ensure_ascii=False).encode()


def justlog_raw(events: Sequence[Event]) -> bytes:
    return _lines(
        _privmsg(event)
        if isinstance(event, Said)
        else f":{event.who.login}!{event.who.login}@{event.who.login}.tmi.twitch.tv JOIN #night"
        for event in events
    )


def _privmsg(each: Said) -> str:
    login = each.who.login
    return (
        f"@badge-info=;badges=vip/1;color=#FF0000;display-name={each.who.display};emotes=;flags=;id={each.message_id};"
        f"mod=0;room-id=77;tmi-sent-ts={(each.at - EPOCH) // timedelta(milliseconds=1)};user-id={each.who.user_id};"
        f"user-type= :{login}!{login}@{login}.tmi.twitch.tv PRIVMSG #night :{each.text}"
    )


def discord_json(events: Sequence[Event]) -> bytes:
    export = {
        "guild": {"id": "1", "name": "Game night", "iconUrl": "https://example.org/1.png"},
        "channel": {"id": "2", "type": "GuildTextChat", "categoryId": "3", "category": "Text", "name": "night"},
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2026-03-14T08:00:00+00:00",
        "messages": [_discord_message(event) for event in events],
        "messageCount": len(events),
    }
    return json.dumps(export, ensure_ascii=False, indent=2).encode()


def _discord_message(event: Event) -> dict[str, Any]:
    is_said = isinstance(event, Said)
    return {
        "id": event.message_id if isinstance(event, Said) else "7",
        "type": "Default" if is_said else "GuildMemberJoin",
        "timestamp": event.at.astimezone(LOCAL).isoformat(timespec="milliseconds"),
        "timestampEdited": None,
        "callEndedTimestamp": None,
        "isPinned": False,
        "content": event.text if isinstance(event, Said) else "Joined the server.",
        "author": {
            "id": event.who.user_id,
            "name": event.who.login,
            "discriminator": "0000",
            "nickname": event.who.display,
            "color": None,
            "isBot": False,
            "roles": [{"id": "4", "name": "mods", "color": None, "position": 1}],
            "avatarUrl": "https://example.org/2.png",
        },
        "attachments": [],
        "embeds": [{"title": "", "description": "thisgame--", "author": {"name": "somebody"}, "fields": []}],
        "stickers": [],
        "reactions": [],
        "mentions": [{"id": "5", "name": "hana", "discriminator": "0000", "nickname": "Hana", "isBot": False}],
    }


def discord_csv(events: Sequence[Event]) -> bytes:
    return _discord_table(events, lambda at: at.astimezone(LOCAL).isoformat(timespec="microseconds").replace("+", "0+"))


def discord_csv_old(events: Sequence[Event]) -> bytes:
    """The date as it was written by default until 2022, in local time."""
    return _discord_table(events, lambda at: f"{at.astimezone(LOCAL):%d-%b-%y %I:%M %p}", "#0001")


def discord_csv_slashes(events: Sequence[Event]) -> bytes:
    """The date as it is written in the United States."""
    return _discord_table(events, lambda at: f"{at.astimezone(LOCAL):%-m/%-d/%Y %-I:%M\u202f%p}")


def _discord_table(events: Sequence[Event], date: Any, discriminator: str = "") -> bytes:
    rows = ["AuthorID,Author,Date,Content,Attachments,Reactions"]
    for each in said_in(events):
        cells = [each.who.user_id, each.who.login + discriminator, date(each.at), each.text, "", "\U0001f44d (2)"]
        rows.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    return _lines(rows, "\r\n")


def youtube_live_chat(events: Sequence[Event]) -> bytes:
    return _lines(json.dumps(_replayed(event)) for event in events)


def _replayed(event: Event) -> dict[str, Any]:
    renderer = {
        "authorName": {"simpleText": event.who.login},
        "authorPhoto": {"thumbnails": [{"url": "https://example.org/1.png", "width": 32, "height": 32}]},
        "contextMenuEndpoint": {"commandMetadata": {"webCommandMetadata": {"ignoreNavigation": True}}},
        "id": event.message_id if isinstance(event, Said) else "welcome",
        "timestampUsec": str((event.at - EPOCH) // timedelta(microseconds=1)),
        "authorExternalChannelId": f"UC{event.who.user_id:0>22}",
    }
    if isinstance(event, Said):
        head, _, tail = event.text.partition(" ")
        runs: list[dict[str, Any]] = [{"text": head}]
        if tail:
            runs += [{"text": " "}, {"text": tail, "bold": True}]
        item = {"liveChatTextMessageRenderer": renderer | {"message": {"runs": runs}}}
    else:
        item = {"liveChatMembershipItemRenderer": renderer | {"headerSubtext": {"runs": [{"text": "Welcome!"}]}}}
    action = {"clickTrackingParams": "CAE=", "addChatItemAction": {"item": item, "clientId": "C1"}}
    return {
        "clickTrackingParams": "CAE=",
        "replayChatItemAction": {
            "actions": [action],
            "videoOffsetTimeMsec": str((event.at - NIGHT) // timedelta(milliseconds=1)),
        },
    }


def said_in(events: Sequence[Event]) -> list[Said]:
    return [event for event in events if isinstance(event, Said)]


def _z(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _csv(rows: Iterable[Sequence[Any]]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def _lines(lines: Iterable[str], end: str = "\n") -> bytes:
    return "".join(f"{line}{end}" for line in lines).encode()
