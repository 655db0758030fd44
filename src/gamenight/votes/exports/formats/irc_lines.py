"""What the logs of IRC clients have in common: names with ranks, and what follows the time of a line."""

import re

from gamenight.votes.exports.line_log import Line, NewName, Passed, Said
from gamenight.votes.exports.stamps import Found

RANKS = "~&@%+!"
SAID = re.compile(rf"\s*<[ {RANKS}]*(?P<name>[^\s<>{RANKS}][^\s<>]*)>[ \t]?(?P<text>.*)")
KNOWN_AS = r"(?P<before>\S+) is now known as (?P<after>\S+?)\.?$"


def after_time(line: str, found: Found, *, renamed: re.Pattern[str], nobody: re.Pattern[str]) -> Line | None:
    """What a line tells after its time: `<@pia> text`, or what a client writes of somebody's new name, or of what
    nobody said; None for anything else."""
    if said := SAID.match(line, found.end):
        return Said(found.stamp, said["name"], said["text"])
    if names := renamed.match(line, found.end):
        return NewName(found.stamp, names["before"], names["after"])
    return Passed(found.stamp) if nobody.match(line, found.end) else None
