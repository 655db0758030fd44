"""The Lounge: moments of ISO 8601 in brackets."""

import re

from gamenight.votes.exports.formats.irc_lines import after_time
from gamenight.votes.exports.line_log import Line, line_format
from gamenight.votes.exports.stamps import stamp_at_start

_RENAMED = re.compile(r" \*\*\* (?P<before>\S+) changed nick to (?P<after>\S+)")
_NOBODY = re.compile(r" (?:\*{1,3} |-[^\s-]\S*- )")


def parse(line: str) -> Line | None:
    found = stamp_at_start(line)
    if found is None or not found.in_brackets or found.stamp.day is None or found.stamp.offset is None:
        return None
    return after_time(line, found, renamed=_RENAMED, nobody=_NOBODY)


FORMAT = line_format(
    "the-lounge",
    parse,
    what="The Lounge",
    recognised_by="`[2026-11-20T19:10:00.000Z] <nick> text`",
)
