"""Konversation: `[Friday, November 20, 2026] [7:10:00 PM] <nick> text`, the date in its user's language."""

import re

from gamenight.votes.exports.formats.irc_lines import KNOWN_AS, after_time
from gamenight.votes.exports.line_log import Line, Passed, dated, line_format
from gamenight.votes.exports.stamps import day_in, stamp_at_start

_DAY = re.compile(r"\[(?P<day>[^\[\]]*\d{4}[^\[\]]*)\] (?=\[)")
_HEADER = re.compile(r"\*\*\* ")
_RENAMED = re.compile(rf" \S+\s+{KNOWN_AS}")
_NOBODY = re.compile(r" \S+\t|(?: Nick| Join| Part| Quit| Mode| Topic| Kick| Notify| Created| Away| Info) | \* ")


def parse(line: str) -> Line | None:
    day = _DAY.match(line)
    if day is None:
        return (dated(line) or Passed()) if _HEADER.match(line) else None
    found = stamp_at_start(line[day.end() :])
    on = day_in(day["day"])
    if found is None or on is None:
        return None
    found = found._replace(stamp=found.stamp._replace(day=on))
    return after_time(line[day.end() :], found, renamed=_RENAMED, nobody=_NOBODY)


FORMAT = line_format(
    "konversation",
    parse,
    header=r"\*\*\* Logfile started",
    what="Konversation",
    recognised_by="`[Friday, November 20, 2026] [7:10:00 PM] <nick> text`, in several languages",
)
