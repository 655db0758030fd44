"""WeeChat: a date and a time, the nick or a mark, and the text, parted by tabs."""

import re

from gamenight.votes.exports.formats.irc import RANKS
from gamenight.votes.exports.line_log import Line, Passed, Said, line_format
from gamenight.votes.exports.stamps import stamp_at_start

_TABBED = re.compile(r"\t(?P<name>[^\t]*)\t(?P<text>.*)")
_NOBODY = frozenset({"-->", "<--", "--", "=!=", "*", "***", ""})
"""What stands in place of a nick: joins, parts, the network's words, errors, actions."""


def parse(line: str) -> Line | None:
    found = stamp_at_start(line)
    parts = found and _TABBED.match(line, found.end)
    if not found or not parts:
        return None
    name = parts["name"].strip()
    if name in _NOBODY:
        return Passed(found.stamp)
    return Said(found.stamp, name[1:] if name[0] in RANKS else name, parts["text"])


FORMAT = line_format(
    "weechat",
    parse,
    what="the logs of WeeChat",
    recognised_by="a date and a time, the nick and the text, with tabs between",
    endings=(".weechatlog", ".log", ".txt"),
)
