"""What logs tell beside messages: new names, and messages that a moderator took back."""

import io
import json
from datetime import date
from typing import Any

import pytest

from gamenight.votes.chat_logs import ChatLog, survey
from gamenight.votes.exports import (
    ChatLogInvalid,
    ChatMessage,
    Entry,
    NotUnderstood,
    Removed,
    Renamed,
    TimeOptions,
)
from tests.votes.chat_logs import entries_of

AT = "2026-03-13T19:10:00.000Z"
TAGS = "@room-id=77;tmi-sent-ts=1773429000000"


def beside_messages(log: str) -> list[Entry]:
    entries = entries_of(log)
    assert [entry for entry in entries if isinstance(entry, NotUnderstood)] == []
    return [entry for entry in entries if not isinstance(entry, ChatMessage)]


@pytest.mark.parametrize(
    "log",
    [
        "--- Log opened Fri Mar 13 19:00:00 2026\n19:10 -!- pia is now known as pia|afk\n",
        "2026-03-13 19:09:00\tomar\thi\n2026-03-13 19:10:00\t--\tpia is now known as pia|afk\n",
        "**** BEGIN LOGGING AT Fri Mar 13 19:00:00 2026\n\nMar 13 19:10:00 *\tpia is now known as pia|afk\n",
        "**** BEGIN LOGGING AT Fri Mar 13 19:00:00 2026\n\nMar 13 19:10:00 ---\tpia is now known as pia|afk\n",
        "Session Start: Fri Mar 13 19:00:00 2026\n\x0303[19:10:00] * pia is now known as pia|afk\n",
        "[19:00:00] --- Fri Mar 13 2026\n[19:10:00] Nick change: pia -> pia|afk\n",
        "[2026-03-13T19:09:00.000Z] <omar> hi\n[2026-03-13T19:10:00.000Z] *** pia changed nick to pia|afk\n",
        "[2026-03-13 19:09:00] <omar> hi\n[2026-03-13 19:10:00] \u2014 pia is now known as pia|afk\n",
        "[Friday, March 13, 2026] [7:09:00 PM] <omar>\thi\n"
        "[Friday, March 13, 2026] [7:10:00\u202fPM] Nick\tpia is now known as pia|afk.\n",
        "2026-02-13-19-09-00:#NIGHT::omar!~o@example.org PRIVMSG #night :hi\n"
        "2026-02-13-19-10-00:#NIGHT::pia!~p@example.org NICK :pia|afk\n",
        f"{TAGS} :omar!omar@example.org PRIVMSG #night :hi\n{TAGS} :pia!pia@example.org NICK :pia|afk\n",
    ],
    ids=[
        *("irssi", "weechat", "hexchat", "xchat", "mirc", "eggdrop", "the-lounge", "irccloud", "konversation"),
        *("psybnc", "irc-raw"),
    ],
)
def test_a_new_name_is_told(log: str) -> None:
    ((renamed),) = beside_messages(log)
    assert isinstance(renamed, Renamed)
    assert (renamed.timestamp, renamed.before, renamed.after) == (AT, "pia", "pia|afk")


def test_a_new_name_is_told_by_a_log_without_a_date() -> None:
    log = "[19:10:00] *** pia is now known as pia|afk\n[19:10:01] <omar> hi\n"
    renamed, _hi = entries_of(log, first_date=date(2026, 3, 13))
    assert isinstance(renamed, Renamed)
    assert (renamed.timestamp, renamed.before, renamed.after) == (AT, "pia", "pia|afk")


HEADER = "# Start logging at 2026-03-13 19:00:00 UTC\n[19:09:00]  pia: thisgame++\n[19:10:00] "
CHATTY = "# Log started: 2026-03-13 19:00:00 +0000\n[2026-03-13 19:09:00] <pia> thisgame++\n[2026-03-13 19:10:00] "
JUSTLOG = "[2026-03-13 19:09:00] #night pia: thisgame++\n[2026-03-13 19:10:00] #night "
RAW = f"{TAGS};user-id=1 :pia!pia@pia.tmi.twitch.tv PRIVMSG #night :thisgame++\n"
ONE_MESSAGE, ALL = (None, "pia", None, "thisgame++"), (None, "pia", None, None)


@pytest.mark.parametrize(
    ("log", "removed"),
    [
        (HEADER + "A message from pia was deleted: thisgame++\n", [ONE_MESSAGE]),
        (HEADER + "hana deleted message from pia saying: thisgame++\n", [ONE_MESSAGE]),
        (HEADER + "pia has been timed out for 10m.\n", [ALL]),
        (HEADER + "pia has been permanently banned.\n", [ALL]),
        (HEADER + "hana timed out pia for 10m.\n", [ALL]),
        (HEADER + "hana banned pia.\n", [ALL]),
        (HEADER + "omar just subscribed at tier 1!\n", []),
        (CHATTY + "DELETED: pia (thisgame++)\n", [ONE_MESSAGE]),
        (
            CHATTY + "DELETED: pia (thisgame++), omar (so (what), omar says), bix (c)\n",
            [ONE_MESSAGE, (None, "omar", None, "so (what), omar says"), (None, "bix", None, "c")],
        ),
        (
            CHATTY + "BAN: pia (600s) [spam], omar, bix (1s)\n",
            [ALL, (None, "omar", None, None), (None, "bix", None, None)],
        ),
        (CHATTY + "MOD: pia, omar\n", []),
        (JUSTLOG + "pia has been timed out for 600 seconds\n", [ALL]),
        (JUSTLOG + "pia has been banned\n", [ALL]),
        (JUSTLOG + "pia has subscribed for 3 months! thisgame++\n", []),
        (
            RAW + f"@login=pia;target-msg-id=m-1;{TAGS[1:]} :tmi.twitch.tv CLEARMSG #night :thisgame++\n",
            [("m-1", "pia", None, "thisgame++")],
        ),
        (
            RAW + f"@ban-duration=600;target-user-id=1;{TAGS[1:]} :tmi.twitch.tv CLEARCHAT #night :pia\n",
            [(None, "pia", "1", None)],
        ),
        (RAW + f"{TAGS} :tmi.twitch.tv CLEARCHAT #night\n", [(None, None, None, None)]),
    ],
)
def test_what_a_moderator_took_back_is_told(log: str, removed: list[tuple[str | None, ...]]) -> None:
    assert told(beside_messages(log)) == removed


def told(entries: list[Entry]) -> list[tuple[str | None, ...]]:
    assert {entry.timestamp for entry in entries if isinstance(entry, Removed)} <= {AT}
    return [
        (entry.message_id, entry.username, entry.user_id, entry.message)
        for entry in entries
        if isinstance(entry, Removed)
    ]


SAID = {
    "author": {"id": "1", "name": "pia"},
    "message": "thisgame++",
    "message_id": "m-1",
    "message_type": "text_message",
    "timestamp": 1773429000000000,
}


@pytest.mark.parametrize(
    ("event", "removed"),
    [
        (
            {
                "message_type": "delete_message",
                "target_message_id": "m-1",
                "author": {"name": "pia"},
                "message": "thisgame++",
            },
            ("m-1", "pia", None, "thisgame++"),
        ),
        ({"message_type": "ban_user", "ban_type": "timeout", "banned_user": "pia"}, ALL),
        (
            {"action_type": "remove_chat_item_by_author", "message_type": "ban_user", "author": {"id": "1"}},
            (None, None, "1", None),
        ),
        ({"action_type": "mark_chat_item_as_deleted", "target_message_id": "m-1"}, ("m-1", None, None, None)),
    ],
)
@pytest.mark.parametrize("timed", [True, False])
def test_what_a_moderator_took_back_is_told_by_chat_downloader(
    event: dict[str, object], removed: tuple[str | None, ...], *, timed: bool
) -> None:
    timestamp = {"timestamp": SAID["timestamp"]} if timed else {}
    assert told(beside_messages(json.dumps([SAID, event | timestamp]))) == [removed]
    lines = "".join(json.dumps(each) + "\n" for each in (SAID, event | timestamp))
    assert told(beside_messages(lines)) == [removed]


def test_what_a_moderator_took_back_is_told_by_justlogs_json() -> None:
    said = {"text": "thisgame++", "username": "pia", "timestamp": "2026-03-13T19:10:00Z", "id": "m-1", "type": 1}
    silenced = {
        "text": "pia has been banned",
        "username": "pia",
        "timestamp": "2026-03-13T19:10:00Z",
        "type": 2,
        "tags": {"target-user-id": "1"},
    }
    nothing = {"text": "", "username": "", "timestamp": "0001-01-01T00:00:00Z", "type": 0, "tags": None}
    assert told(beside_messages(json.dumps({"messages": [said, nothing, silenced]}))) == [(None, "pia", "1", None)]


def test_the_words_of_somebody_who_subscribes_anew_are_theirs() -> None:
    tags = f"@login=pia;user-id=1;id=m-1;msg-id=resub;system-msg=pia\\ssubscribed.;{TAGS[1:]}"
    notice = f"{tags} :tmi.twitch.tv USERNOTICE #night"
    first, second = entries_of(f"{RAW}{notice} :thisgame++\n{notice}\n")
    assert isinstance(second, ChatMessage)
    assert (second.username, second.user_id, second.message) == ("pia", "1", "thisgame++")
    message = {
        "text": "pia subscribed. thisgame++",
        "username": "tmi.twitch.tv",
        "timestamp": "2026-03-13T19:10:00Z",
        "type": 4,
        "tags": {"login": "pia", "system-msg": "pia subscribed.", "user-id": "1"},
    }
    (said,) = entries_of(json.dumps({"messages": [message, message | {"text": "pia subscribed. "}]}))
    assert isinstance(said, ChatMessage)
    assert (said.username, said.message) == ("pia", "thisgame++")
    assert isinstance(first, ChatMessage)


YOUTUBE = {
    "id": "m-1",
    "timestampUsec": "1773429000000000",
    "authorExternalChannelId": "UC1",
    "authorName": {"simpleText": "pia"},
}


def youtube_lines(*actions: dict[str, object]) -> str:
    return "".join(json.dumps({"replayChatItemAction": {"actions": [action]}}) + "\n" for action in actions)


def text_of(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"addChatItemAction": {"item": {"liveChatTextMessageRenderer": YOUTUBE | {"message": {"runs": list(runs)}}}}}


@pytest.mark.parametrize(
    ("action", "removed"),
    [
        ({"markChatItemAsDeletedAction": {"targetItemId": "m-1"}}, ("m-1", None, None, None)),
        ({"removeChatItemAction": {"targetItemId": "m-1"}}, ("m-1", None, None, None)),
        ({"markChatItemsByAuthorAsDeletedAction": {"externalChannelId": "UC1"}}, (None, None, "UC1", None)),
        ({"removeChatItemByAuthorAction": {"externalChannelId": "UC1"}}, (None, None, "UC1", None)),
    ],
)
def test_what_a_moderator_took_back_is_told_by_yt_dlp(
    action: dict[str, object], removed: tuple[str | None, ...]
) -> None:
    said = text_of({"text": "thisgame++"})
    assert told(beside_messages(youtube_lines(said, action))) == [removed]
    live = json.dumps(said) + "\n" + json.dumps(action) + "\n"
    assert told(beside_messages(live)) == [removed]


def test_emoji_of_youtube_stand_where_they_were_typed() -> None:
    party = {"emoji": {"emojiId": "\U0001f389", "shortcuts": [":tada:"], "image": {}}}
    own = {"emoji": {"emojiId": "UC1/abc", "shortcuts": [":_cheer:", ":cheer:"], "isCustomEmoji": True}}
    (message,) = entries_of(youtube_lines(text_of({"text": "this"}, party, {"text": "game++ "}, own)))
    assert isinstance(message, ChatMessage)
    assert message.message == "this\U0001f389game++ :_cheer:"


def test_a_log_in_which_more_was_taken_back_than_memory_has_room_for_is_refused_with_its_line() -> None:
    cleared = "".join(f"{TAGS};login=pia;target-msg-id=m{number} :x CLEARMSG #night :hi\n" for number in range(4))
    log = ChatLog(
        file=io.BytesIO((RAW + cleared).encode()),
        platform="chat",
        format_=None,
        times=TimeOptions(),
        replace_existing=False,
        lenient=False,
        check=lambda: None,
    )
    assert len(survey(log, None, max_removals=4).removals) == 4
    with pytest.raises(ChatLogInvalid) as caught:
        survey(log, None, max_removals=3)
    assert (caught.value.details["reason"], caught.value.details["line"]) == ("too_many_removed", 5)
