"""justlog's text: `[2026-11-20 19:10:00] #channel login: text`, in UTC, the day without a leading zero."""

import re
from datetime import UTC, date, time

from gamenight.votes.exports.line_log import Line, Passed, Said, TakenBack, line_format
from gamenight.votes.exports.stamps import SECOND, Stamp

_LINE = re.compile(
    r"\[(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d?) (?P<time>\d\d:\d\d:\d\d)\] #\w+ "
    r"(?:(?P<name>\w+): (?P<text>.*)|(?P<silenced>\w+) has been (?:timed out|banned)\b.*|.*)",
    re.ASCII,
)


def parse(line: str) -> Line | None:
    found = _LINE.match(line)
    if found is None:
        return None
    day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    stamp = Stamp(time.fromisoformat(found["time"]), SECOND, day, offset=UTC)
    if found["name"]:
        return Said(stamp, found["name"], found["text"])
    return TakenBack(stamp, found["silenced"]) if found["silenced"] else Passed(stamp)


FORMAT = line_format(
    "justlog",
    parse,
    what="justlog's text",
    recognised_by="`[2026-11-20 19:10:00] #channel name: text`",
    family=None,
)
