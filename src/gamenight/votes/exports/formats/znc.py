"""ZNC and energymech: `[19:10:00] <nick> text`, a file a day, which has no date in it."""

import re

from gamenight.votes.exports.formats.irc_lines import KNOWN_AS, after_time
from gamenight.votes.exports.line_log import Line, line_format
from gamenight.votes.exports.stamps import stamp_at_start

_RENAMED = re.compile(rf" \*\*\* {KNOWN_AS}")
_NOBODY = re.compile(r" (?:\*\*\* |\* \S+ |-[^\s-]\S*- |Connected to IRC |Disconnected from IRC |Broadcast: )")


def parse(line: str) -> Line | None:
    found = stamp_at_start(line)
    if found is None or not found.in_brackets or found.stamp.day is not None:
        return None
    return after_time(line, found, renamed=_RENAMED, nobody=_NOBODY)


FORMAT = line_format(
    "znc",
    parse,
    what="ZNC, energymech: a file a day",
    recognised_by="`[19:10:00] <nick> text`, and `***` before what nobody said",
)
