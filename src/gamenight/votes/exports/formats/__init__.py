"""The formats of chat logs that are read: one module and one line of FORMATS for each.

The docs' table, `?format=` and the file picker of the page are made from FORMATS.
"""

from typing import Final

from gamenight.votes.exports.chat_format import ChatFormat
from gamenight.votes.exports.formats import api, chat_downloader, irc, table, twitch_downloader, weechat

FORMATS: Final[tuple[ChatFormat, ...]] = (
    api.FORMAT,
    twitch_downloader.FORMAT,
    chat_downloader.FORMAT,
    table.FORMAT,
    weechat.FORMAT,
    irc.FORMAT,
)
"""Of two that recognise a log equally well, the first reads it."""
