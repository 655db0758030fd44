"""HexChat and XChat: `**** BEGIN LOGGING AT` with a date, then `Nov 20 19:10:00 <nick>` without a year."""

import re

from gamenight.votes.exports.formats.irc_lines import KNOWN_AS, after_time
from gamenight.votes.exports.line_log import Dated, Line, Passed, line_format
from gamenight.votes.exports.stamps import Found, day_in, month_of, stamp_at_start

_HEADER = re.compile(r"\*{4} ")
_DAY = re.compile(r"(?P<month>[^\W\d_]{3,5})\.? +(?P<day>\d{1,2}) (?=\d\d:)")
_RENAMED = re.compile(rf" (?:\*|---)\t{KNOWN_AS}")
_NOBODY = re.compile(r" (?:[*\-=!<>]+|-\S+-)[\t ]")


def parse(line: str) -> Line | None:
    if _HEADER.match(line):
        return Dated(day) if "BEGIN" in line and (day := day_in(line)) else Passed()
    found = _dated_stamp(line)
    return None if found is None else after_time(line, found, renamed=_RENAMED, nobody=_NOBODY)


def _dated_stamp(line: str) -> Found | None:
    day = _DAY.match(line)
    if day is None:
        return None
    found = stamp_at_start(line[day.end() :])
    if found is None or found.in_brackets:
        return None
    stamp = found.stamp._replace(month_and_day=(month_of(day["month"]), int(day["day"])))
    return Found(stamp, day.end() + found.end, False)


FORMAT = line_format(
    "hexchat",
    parse,
    header=r"\*{4} (?:BEGIN|ENDING) LOGGING AT ",
    what="HexChat, XChat",
    recognised_by="`**** BEGIN LOGGING AT` with a date, then `Nov 20 19:10:00 <nick> text`",
)
