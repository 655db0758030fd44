"""Chatterino: a header with date and zone, then `[19:10:00] shown name login: text`, the shown name often empty."""

import re

from gamenight.votes.exports.line_log import Line, Passed, Said, TakenBack, dated, line_format
from gamenight.votes.exports.stamps import Found, stamp_at_start

_BEGINS = re.compile(r"# Start logging at ")
_ENDS = re.compile(r"# Stop logging at ")
_CHANNEL = re.compile(r"#\w+ (?=\[)")
"""What stands before each line in the log of mentions."""

_SAID = re.compile(r" (?:(?P<shown>[^\s:]*) )?(?P<login>\w+): (?P<text>.*)")
_DELETED = re.compile(r" A message from (?P<name>\w+) was deleted: (?P<text>.*)")
_DELETED_BY = re.compile(r" \w+ deleted message from (?P<name>\w+) saying: (?P<text>.*)")
_SILENCED = re.compile(
    r" (?P<name>\w+) has been (?:timed out|permanently banned)| \w+ (?:timed out|banned) (?P<named>\w+)(?: for |\.|$)"
)


def parse(line: str) -> Line | None:
    if _BEGINS.match(line):
        return dated(line)
    line = _CHANNEL.sub("", line, count=1)
    found = stamp_at_start(line)
    if found is None:
        return Passed() if _ENDS.match(line) else None
    return _after_time(line, found) if found.in_brackets and found.stamp.day is None else None


def _after_time(line: str, found: Found) -> Line:
    if deleted := _DELETED.match(line, found.end) or _DELETED_BY.match(line, found.end):
        return TakenBack(found.stamp, deleted["name"], deleted["text"])
    if silenced := _SILENCED.match(line, found.end):
        return TakenBack(found.stamp, silenced["name"] or silenced["named"])
    if said := _SAID.match(line, found.end):
        return Said(found.stamp._replace(may_be_elapsed=True), said["login"], said["text"], shown_name=said["shown"])
    return Passed(found.stamp, could_be_any=True)


FORMAT = line_format(
    "chatterino",
    parse,
    header=r"# Start logging at ",
    what="Chatterino",
    recognised_by="`# Start logging at` with date and zone, then `[19:10:00]  name: text`",
    family=None,
)
