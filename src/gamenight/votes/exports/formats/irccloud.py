"""IRCCloud's export: a date and a time in brackets, and arrows for those who come and go."""

import re

from gamenight.votes.exports.formats.irc_lines import KNOWN_AS, after_time
from gamenight.votes.exports.line_log import Line, line_format
from gamenight.votes.exports.stamps import stamp_at_start

_RENAMED = re.compile(rf" (?:\u2014|\*{{1,3}}) {KNOWN_AS}")
_NOBODY = re.compile(" (?:[\u2014\u2022\u2190-\u21ff*] ?|-[^\\s-]\\S*- )")


def parse(line: str) -> Line | None:
    found = stamp_at_start(line)
    if found is None or not found.in_brackets or found.stamp.day is None:
        return None
    return after_time(line, found, renamed=_RENAMED, nobody=_NOBODY)


FORMAT = line_format(
    "irccloud",
    parse,
    what="IRCCloud's export",
    recognised_by="`[2026-11-20 19:10:00] <nick> text`, and arrows before those who come and go",
)
