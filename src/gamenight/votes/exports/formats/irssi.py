"""irssi: `--- Log opened` and `--- Day changed`, and between them the time, and `<nick>` or `-!-`."""

import re

from gamenight.votes.exports.formats.irc_lines import KNOWN_AS, after_time
from gamenight.votes.exports.line_log import Line, Passed, dated, line_format
from gamenight.votes.exports.stamps import stamp_at_start

_DATED = re.compile(r"--- (?:Log opened|Day changed) ")
_CLOSED = re.compile(r"--- Log closed ")
_RENAMED = re.compile(rf" -!- {KNOWN_AS}")
_NOBODY = re.compile(r" -!- | {1,2}\* \S+ | -[^\s-]\S*- | !\S+ ")


def parse(line: str) -> Line | None:
    found = stamp_at_start(line)
    if found is not None:
        return None if found.in_brackets else after_time(line, found, renamed=_RENAMED, nobody=_NOBODY)
    if _DATED.match(line):
        return dated(line)
    return Passed() if _CLOSED.match(line) else None


FORMAT = line_format(
    "irssi",
    parse,
    header=r"--- (?:Log opened|Day changed) ",
    what="irssi",
    recognised_by="`--- Log opened` with a date, then `19:10 <nick> text`",
)
