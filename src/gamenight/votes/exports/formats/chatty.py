"""Chatty: `[2026-11-20 19:10:00] <@name> text`, and words in capitals before what nobody said."""

import re
from collections.abc import Iterator

from gamenight.votes.exports.formats.irc_lines import RANKS
from gamenight.votes.exports.line_log import Line, Passed, Said, TakenBack, dated, line_format
from gamenight.votes.exports.stamps import Found, stamp_at_start

_BEGINS = re.compile(r"# Log started: ")
_ENDS = re.compile(r"# Log closed: |-$")
_SAID = re.compile(rf" <[{RANKS}$^*]*(?P<name>[^\s<>]+)>(?P<action>\*)? (?P<text>.*)")
_DELETED = re.compile(r" DELETED: (?P<list>.*\))$")
_BANNED = re.compile(r" BAN: (?P<list>.*)")
_NAME = re.compile(r"(?:^|, )(?P<name>\w+)(?= \(| \[| \{|, |$)")


def parse(line: str) -> Line | list[Line] | None:
    found = stamp_at_start(line)
    if found is None:
        return dated(line) if _BEGINS.match(line) else Passed() if _ENDS.match(line) else None
    if not found.in_brackets or found.stamp.day is None or found.stamp.offset is not None:
        return None
    if said := _SAID.match(line, found.end):
        return Passed(found.stamp) if said["action"] else Said(found.stamp, said["name"], said["text"])
    if deleted := _DELETED.match(line, found.end):
        return list(_deleted(found, deleted["list"]))
    if banned := _BANNED.match(line, found.end):
        return [TakenBack(found.stamp, each["name"]) for each in _NAME.finditer(banned["list"])]
    return Passed(found.stamp, could_be_any=True)


def _deleted(found: Found, messages: str) -> Iterator[Line]:
    """Up to ten messages that were deleted soon after one another: `pia (hello), omar (bye)`."""
    for each in re.split(r"(?<=\)), (?=\w+ \()", messages):
        name, _, text = each.partition(" (")
        yield TakenBack(found.stamp, name, text.removesuffix(")"))


FORMAT = line_format(
    "chatty",
    parse,
    header=r"# Log started: ",
    what="Chatty",
    recognised_by="`# Log started:`, then `[2026-11-20 19:10:00] <name> text`",
    family=None,
)
