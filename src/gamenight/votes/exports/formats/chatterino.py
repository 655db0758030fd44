"""Chatterino: a header with date and zone, then `[19:10:00] shown name login: text`, the shown name often empty."""

import re

from gamenight.votes.exports.line_log import Dated, Line, Passed, Said, TakenBack, line_format
from gamenight.votes.exports.stamps import day_in, stamp_at_start

_HEADER = re.compile(r"# (?P<begins>Start|Stop) logging at [\d-]+ [\d:]+ ?(?P<zone>\S*)")
_CHANNEL = re.compile(r"#\w+ (?=\[)")
"""What stands before each line in the log of mentions."""

_SAID = re.compile(r" (?:(?P<shown>[^\s:]*) )?(?P<login>\w+): (?P<text>.*)")
_DELETED = re.compile(r" A message from (?P<name>\w+) was deleted: (?P<text>.*)")
_DELETED_BY = re.compile(r" \w+ deleted message from (?P<name>\w+) saying: (?P<text>.*)")
_SILENCED = re.compile(
    r" (?P<name>\w+) has been (?:timed out|permanently banned)| \w+ (?:timed out|banned) (?P<named>\w+)(?: for |\.|$)"
)


def parse(line: str) -> Line | None:
    if header := _HEADER.match(line):
        day = day_in(line)
        return Dated(day, header["zone"] or None) if day and header["begins"] == "Start" else Passed()
    line = _CHANNEL.sub("", line, count=1)
    found = stamp_at_start(line)
    if found is None or not found.in_brackets or found.stamp.day is not None:
        return None
    if deleted := _DELETED.match(line, found.end) or _DELETED_BY.match(line, found.end):
        return TakenBack(found.stamp, deleted["name"], deleted["text"])
    if silenced := _SILENCED.match(line, found.end):
        return TakenBack(found.stamp, silenced["name"] or silenced["named"])
    if said := _SAID.match(line, found.end):
        return Said(found.stamp, said["login"], said["text"])
    return Passed(found.stamp, could_be_any=True)


FORMAT = line_format(
    "chatterino",
    parse,
    header=r"# Start logging at ",
    what="Chatterino",
    recognised_by="`# Start logging at` with date and zone, then `[19:10:00]  name: text`",
    family=None,
)
