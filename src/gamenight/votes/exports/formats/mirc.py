"""mIRC: `Session Start` with a date, and `[19:10] <@nick> text`."""

import re

from gamenight.votes.exports.formats.irc_lines import KNOWN_AS, after_time
from gamenight.votes.exports.line_log import Line, Passed, dated, line_format
from gamenight.votes.exports.stamps import stamp_at_start

_DATED = re.compile(r"Session (?:Start|Time): ")
_HEADER = re.compile(r"Session (?:Ident|Close): ")
_RENAMED = re.compile(rf" \*{{1,3}} {KNOWN_AS}")
_NOBODY = re.compile(r" (?:\*{1,3} |-[^\s-]\S*- |-\s*$)")


def parse(line: str) -> Line | None:
    found = stamp_at_start(line)
    if found is not None:
        is_own = found.in_brackets and found.stamp.day is None
        return after_time(line, found, renamed=_RENAMED, nobody=_NOBODY) if is_own else None
    if _DATED.match(line):
        return dated(line)
    return Passed() if _HEADER.match(line) else None


FORMAT = line_format(
    "mirc",
    parse,
    header=r"Session (?:Start|Time): ",
    what="mIRC",
    recognised_by="`Session Start:` with a date, then `[19:10] <nick> text`",
)
