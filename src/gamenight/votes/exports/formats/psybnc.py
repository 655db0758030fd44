"""psyBNC: the lines of the IRC protocol, each after its time, in which the months are counted from 0."""

import re
from datetime import date, time

from gamenight.votes.exports.line_log import Line, NewName, Passed, Said, line_format
from gamenight.votes.exports.stamps import SECOND, Stamp

_LINE = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})-(?P<hour>\d{1,2})-(?P<minute>\d{1,2})-(?P<second>\d{1,2}):"
    r"[^:]*::?(?P<from>[^\s!:]+)(?:!\S+)? (?P<command>[A-Z]+|\d{3})(?: (?P<rest>.*))?$",
    re.ASCII,
)


def parse(line: str) -> Line | None:
    found = _LINE.match(line)
    if found is None:
        return None
    day = date(int(found["year"]), int(found["month"]) + 1, int(found["day"]))
    stamp = Stamp(time(int(found["hour"]), int(found["minute"]), int(found["second"])), SECOND, day)
    target, _, text = (found["rest"] or "").partition(" :")
    if found["command"] == "PRIVMSG" and target and not text.startswith("\x01"):
        return Said(stamp, found["from"], text)
    if found["command"] == "NICK":
        return NewName(stamp, found["from"], (text or target).removeprefix(":").strip())
    return Passed(stamp)


FORMAT = line_format(
    "psybnc",
    parse,
    what="psyBNC",
    endings=(".log", ".txt", ".tra"),
    recognised_by="`2026-10-20-19-10-00:#CHANNEL::nick!user@host PRIVMSG #channel :text`, the months from 0",
)
