"""HexChat and XChat: `**** BEGIN LOGGING AT` with a date, then `Nov 20 19:10:00 <nick>` without a year."""

import re

from gamenight.votes.exports.formats.irc_lines import KNOWN_AS, after_time
from gamenight.votes.exports.line_log import Line, Passed, dated, line_format
from gamenight.votes.exports.stamps import stamp_at_start

_BEGINS = re.compile(r"\*{4} BEGIN LOGGING AT ")
_ENDS = re.compile(r"\*{4} END")
_RENAMED = re.compile(rf" (?:\*|---)\t{KNOWN_AS}")
_NOBODY = re.compile(r" (?:[*\-=!<>]+|-[^\s-]\S*-)[\t ]")


def parse(line: str) -> Line | None:
    if _BEGINS.match(line):
        return dated(line)
    if _ENDS.match(line):
        return Passed()
    found = stamp_at_start(line)
    if found is None or found.in_brackets or found.stamp.month_and_day is None:
        return None
    return after_time(line, found, renamed=_RENAMED, nobody=_NOBODY)


FORMAT = line_format(
    "hexchat",
    parse,
    header=r"\*{4} (?:BEGIN|ENDING) LOGGING AT ",
    what="HexChat, XChat",
    recognised_by="`**** BEGIN LOGGING AT` with a date, then `Nov 20 19:10:00 <nick> text`",
)
