"""Every format that is read: who writes it, the files of a night in it, and what can be told from them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from tests.votes.logs import exporters, irc_clients, twitch
from tests.votes.logs.night import MILLISECOND, MINUTE, SECOND, Event, Said

LOCAL_TIMES = {"timeZone": "Asia/Dubai"}
FROM_START = {"streamStart": "2026-03-13T19:00:00Z"}


def _login(said: Said) -> str:
    return said.who.login


def _display(said: Said) -> str:
    return said.who.display


def _rechat_name(said: Said) -> str:
    return said.who.login if said.who.has_own_display else said.who.display


def _title(said: Said) -> str:
    return said.who.login.title()


def _id(said: Said) -> str | None:
    return said.who.user_id


def _channel_id(said: Said) -> str | None:
    return f"UC{said.who.user_id:0>22}"


def _none(_said: Said) -> str | None:
    return None


class Sample(NamedTuple):
    """`format` is what we call it. `name`, `user_id` and `has_message_ids` are what a file tells of a message; it
    `is_text` if each of its lines stands for itself."""

    format: str
    write: Callable[[Sequence[Event]], bytes | list[bytes]]
    precision: timedelta
    options: Mapping[str, str] = {}
    name: Callable[[Said], str] = _login
    user_id: Callable[[Said], str | None] = _none
    has_message_ids: bool = False
    is_text: bool = False
    has_days: bool = True

    def files(self, events: Sequence[Event]) -> list[bytes]:
        written = self.write(events)
        return written if isinstance(written, list) else [written]


SAMPLES = {
    "ours": Sample("json", exporters.ours, MILLISECOND, user_id=_id),
    "ours-as-list": Sample("json", exporters.ours_as_list, MILLISECOND, user_id=_id),
    "ours-as-csv": Sample("csv", exporters.ours_as_csv, MILLISECOND, user_id=_id, is_text=True),
    "twitch-downloader": Sample(
        "twitch-downloader", twitch.twitch_downloader, MILLISECOND, user_id=_id, has_message_ids=True
    ),
    "twitch-downloader-embedded": Sample(
        "twitch-downloader", twitch.twitch_downloader_embedded, MILLISECOND, user_id=_id, has_message_ids=True
    ),
    "twitch-downloader-gzip": Sample(
        "twitch-downloader", twitch.twitch_downloader_gzip, MILLISECOND, user_id=_id, has_message_ids=True
    ),
    "twitch-downloader-text": Sample(
        "twitch-downloader-text", twitch.twitch_downloader_text, SECOND, name=_display, is_text=True
    ),
    "twitch-downloader-relative": Sample(
        "twitch-downloader-text", twitch.twitch_downloader_relative, SECOND, FROM_START, name=_display, is_text=True
    ),
    "twitch-dl": Sample("twitch-comments", twitch.twitch_dl, MILLISECOND, user_id=_id, has_message_ids=True),
    "rechat-tool": Sample("twitch-comments", twitch.rechat_tool, MILLISECOND, user_id=_id, has_message_ids=True),
    "rechat-tool-text": Sample(
        "rechat-tool-text", twitch.rechat_tool_text, MILLISECOND, FROM_START, name=_rechat_name, is_text=True
    ),
    "chat-downloader": Sample(
        "chat-downloader", exporters.chat_downloader, MILLISECOND, user_id=_id, has_message_ids=True
    ),
    "chat-downloader-lines": Sample(
        "chat-downloader", exporters.chat_downloader_lines, MILLISECOND, user_id=_id, has_message_ids=True
    ),
    "chat-downloader-csv": Sample(
        "chat-downloader-csv",
        exporters.chat_downloader_csv,
        MILLISECOND,
        user_id=_id,
        has_message_ids=True,
        is_text=True,
    ),
    "chatterino": Sample("chatterino", irc_clients.chatterino, SECOND, LOCAL_TIMES, is_text=True),
    "chatty": Sample("chatty", irc_clients.chatty, SECOND, name=_title, is_text=True),
    "justlog-text": Sample("justlog", exporters.justlog_text, SECOND, is_text=True),
    "justlog-json": Sample("justlog-json", exporters.justlog_json, MILLISECOND, user_id=_id, has_message_ids=True),
    "justlog-raw": Sample(
        "irc-raw", exporters.justlog_raw, MILLISECOND, user_id=_id, has_message_ids=True, is_text=True
    ),
    "hexchat": Sample("hexchat", irc_clients.hexchat, SECOND, LOCAL_TIMES, is_text=True),
    "irssi": Sample("irssi", irc_clients.irssi, MINUTE, LOCAL_TIMES, is_text=True),
    "irssi-with-offsets": Sample("irssi", irc_clients.irssi_with_offsets, SECOND, is_text=True),
    "another-client": Sample("irc", irc_clients.another_client, SECOND, LOCAL_TIMES, is_text=True),
    "weechat": Sample("weechat", irc_clients.weechat, SECOND, LOCAL_TIMES, is_text=True),
    "znc": Sample("znc", irc_clients.znc, SECOND, LOCAL_TIMES, is_text=True, has_days=False),
    "psybnc": Sample("psybnc", irc_clients.psybnc, SECOND, LOCAL_TIMES, is_text=True),
    "psybnc-from-1": Sample("psybnc-months-from-1", irc_clients.psybnc_from_1, SECOND, LOCAL_TIMES, is_text=True),
    "discord-csv-slashes": Sample("discord-csv", exporters.discord_csv_slashes, MINUTE, LOCAL_TIMES, user_id=_id),
    "konversation": Sample("konversation", irc_clients.konversation, SECOND, LOCAL_TIMES, is_text=True),
    "konversation-german": Sample("konversation", irc_clients.konversation_german, SECOND, LOCAL_TIMES, is_text=True),
    "mirc": Sample("mirc", irc_clients.mirc, MINUTE, LOCAL_TIMES, is_text=True),
    "eggdrop": Sample("eggdrop", irc_clients.eggdrop, SECOND, LOCAL_TIMES, is_text=True),
    "the-lounge": Sample("the-lounge", irc_clients.the_lounge, MILLISECOND, is_text=True),
    "irccloud": Sample("irccloud", irc_clients.irccloud, SECOND, LOCAL_TIMES, is_text=True),
    "discord-json": Sample("discord-json", exporters.discord_json, MILLISECOND, user_id=_id, has_message_ids=True),
    "discord-csv": Sample("discord-csv", exporters.discord_csv, MILLISECOND, user_id=_id, is_text=True),
    "discord-csv-old": Sample("discord-csv", exporters.discord_csv_old, MINUTE, LOCAL_TIMES, user_id=_id),
    "youtube-live-chat": Sample(
        "youtube-live-chat", exporters.youtube_live_chat, MILLISECOND, user_id=_channel_id, has_message_ids=True
    ),
}
