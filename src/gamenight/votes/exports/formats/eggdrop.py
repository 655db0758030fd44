"""eggdrop: `[19:10:00] <nick> text`, and the date on a line of its own at midnight."""

import re

from gamenight.votes.exports.formats.irc_lines import after_time
from gamenight.votes.exports.line_log import Line, dated, line_format
from gamenight.votes.exports.stamps import stamp_at_start

_DATED = re.compile(r" --- \w{3} \w{3} +\d")
_RENAMED = re.compile(r" Nick change: (?P<before>\S+) -> (?P<after>\S+)")
_NOBODY = re.compile(
    r" (?:Action: |\S+ \(\S+\) (?:joined|left|got|returned)|\S+ kicked from |#\S+: mode change |Topic changed on |"
    r"Last message repeated |-\S+ \(\S+\)- |(?:\S+ )?(?:got netsplit|returned to )|"
    r"(?:CTCP|Switched|Flushing|Writing|Cycling|Creating|Disconnected|Connected|Trying|Logfile) )"
)


def parse(line: str) -> Line | None:
    found = stamp_at_start(line)
    if found is None or not found.in_brackets or found.stamp.day is not None:
        return None
    if _DATED.match(line, found.end):
        return dated(line)
    return after_time(line, found, renamed=_RENAMED, nobody=_NOBODY)


FORMAT = line_format(
    "eggdrop",
    parse,
    header=r"\[\d\d:\d\d(?::\d\d)?\] --- \w{3} \w{3} +\d",
    what="eggdrop",
    recognised_by="`[19:10:00] <nick> text`, and `--- Fri Nov 20 2026` at midnight",
)
