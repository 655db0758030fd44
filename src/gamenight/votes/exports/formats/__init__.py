"""The formats of chat logs that are read: one module and one line of FORMATS for each.

The docs' table, `?format=` and the file picker of the page are made from FORMATS.
"""

from typing import Final

from gamenight.votes.exports.chat_format import ChatFormat
from gamenight.votes.exports.formats import (
    api,
    chat_downloader,
    chatterino,
    chatty,
    discord,
    eggdrop,
    hexchat,
    irc,
    irc_raw,
    irccloud,
    irssi,
    justlog,
    justlog_json,
    konversation,
    mirc,
    psybnc,
    table,
    the_lounge,
    twitch_comments,
    twitch_downloader,
    twitch_text,
    weechat,
    youtube,
    znc,
)

FORMATS: Final[tuple[ChatFormat, ...]] = (
    api.FORMAT,
    twitch_downloader.FORMAT,
    twitch_text.FORMAT,
    twitch_comments.FORMAT,
    twitch_text.RECHAT,
    twitch_text.UNTIMED,
    chat_downloader.FORMAT,
    chat_downloader.TABLE,
    discord.FORMAT,
    discord.TABLE,
    youtube.FORMAT,
    justlog_json.FORMAT,
    justlog.FORMAT,
    irc_raw.FORMAT,
    chatterino.FORMAT,
    weechat.FORMAT,
    irssi.FORMAT,
    hexchat.FORMAT,
    konversation.FORMAT,
    psybnc.FORMAT,
    psybnc.FROM_1,
    znc.FORMAT,
    mirc.FORMAT,
    eggdrop.FORMAT,
    the_lounge.FORMAT,
    irccloud.FORMAT,
    chatty.FORMAT,
    irc.FORMAT,
    table.FORMAT,
)
"""Of two that recognise a log equally well, the first reads it."""
