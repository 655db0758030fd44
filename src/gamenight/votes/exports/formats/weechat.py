"""WeeChat: a date and a time, the nick or a mark, and the text, parted by tabs."""

import re

from gamenight.votes.exports.formats.irc_lines import KNOWN_AS, RANKS
from gamenight.votes.exports.line_log import Line, NewName, Passed, Said, line_format
from gamenight.votes.exports.stamps import stamp_at_start

_TABBED = re.compile(r"\t(?P<name>[^\t]*)\t(?P<text>.*)")
_RENAMED = re.compile(KNOWN_AS)
_NOBODY = frozenset({"-->", "<--", "--", "=!=", "*", "***", ""})
"""What stands in place of a nick: joins, parts, the network's words, errors, actions."""


def parse(line: str) -> Line | None:
    found = stamp_at_start(line)
    parts = found and _TABBED.match(line, found.end)
    if not found or not parts:
        return None
    name = parts["name"].strip()
    if name not in _NOBODY:
        return Said(found.stamp, name.lstrip(RANKS), parts["text"])
    names = _RENAMED.match(parts["text"]) if name == "--" else None
    return NewName(found.stamp, names["before"], names["after"]) if names else Passed(found.stamp)


FORMAT = line_format(
    "weechat",
    parse,
    what="the logs of WeeChat",
    recognised_by="a date and a time, the nick and the text, with tabs between",
    endings=(".weechatlog", ".log", ".txt"),
)
