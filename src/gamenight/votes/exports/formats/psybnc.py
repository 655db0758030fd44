"""psyBNC: the lines of the IRC protocol, each after its time.

It counts the months from 0, and versions that were mended from 1. Which it is follows from the night: of the two months
the one in which the log's first lines are of about its days, and else the one that psyBNC has.
"""

import re
from collections.abc import Iterator
from datetime import date, time

from msgspec.structs import replace

from gamenight.votes.exports.chat_format import Reading
from gamenight.votes.exports.entries import Entry
from gamenight.votes.exports.line_log import Line, NewName, Passed, Said, line_format, read_lines
from gamenight.votes.exports.source import Source
from gamenight.votes.exports.stamps import SECOND, Stamp

_LINE = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})-(?P<hour>\d{1,2})-(?P<minute>\d{1,2})-(?P<second>\d{1,2}):"
    r"[^:]*::?(?P<from>[^\s!:]+)(?:!\S+)? (?P<command>[A-Z]+|\d{3})(?: (?P<rest>.*))?$",
    re.ASCII,
)


def parse(line: str) -> Line | None:
    return _parsed(line, first_month=0)


def parse_from_1(line: str) -> Line | None:
    return _parsed(line, first_month=1)


def _parsed(line: str, first_month: int) -> Line | None:
    found = _LINE.match(line)
    if found is None:
        return None
    day = date(int(found["year"]), int(found["month"]) + 1 - first_month, int(found["day"]))
    stamp = Stamp(time(int(found["hour"]), int(found["minute"]), int(found["second"])), SECOND, day)
    target, _, text = (found["rest"] or "").partition(" :")
    if found["command"] == "PRIVMSG" and target and not text.startswith("\x01"):
        return Said(stamp, found["from"], text)
    if found["command"] == "NICK":
        return NewName(stamp, found["from"], (text or target).removeprefix(":").strip())
    return Passed(stamp)


def _read(source: Source, reading: Reading) -> Iterator[Entry]:
    if _is_near_night(source, reading, first_month=0) or not _is_near_night(source, reading, first_month=1):
        return read_lines(source, reading, parse)
    reading.report.format = FROM_1.name
    return read_lines(source, reading, parse_from_1)


def _is_near_night(source: Source, reading: Reading, first_month: int) -> bool:
    for line in source.head.lines:
        try:
            said = _parsed(line, first_month)
        except ValueError:
            continue
        if isinstance(said, Said) and isinstance(said.stamp, Stamp) and said.stamp.day is not None:
            return reading.times.is_near_night(said.stamp.day)
    return False


FORMAT = replace(
    line_format(
        "psybnc",
        parse,
        endings=(".log", ".txt", ".tra"),
        what="psyBNC, which counts months from 0",
        recognised_by="`2026-10-20-19-10-00:#CHANNEL::nick!user@host PRIVMSG #channel :text`",
    ),
    read=_read,
)
FROM_1 = line_format(
    "psybnc-months-from-1",
    parse_from_1,
    endings=(".log", ".txt", ".tra"),
    what="psyBNC where it was mended to count months from 1",
    recognised_by="the same, where only so it is of about the night",
)
