"""Lines of any client that writes `time <name> text` or `[time] name: text`: for those that have no format of their
own."""

import re

from gamenight.votes.exports.formats.irc_lines import KNOWN_AS, SAID
from gamenight.votes.exports.line_log import Line, NewName, Passed, Said, dated, line_format
from gamenight.votes.exports.stamps import stamp_at_start

# Twitch's clients write two names where the one that is shown is in another alphabet.
_COLON = re.compile(r"\s+(?P<name>[^\s:*#<-][^\s:]*(?:(?<=[^\0-\x7f]) (?:\w+|\(\w+\)))?): (?P<text>.*)")
_RENAMED = re.compile(rf"\s+(?:-!-|\*{{1,3}}|--)\s+{KNOWN_AS}")
_NOBODY = re.compile(r"\s+(?:\*|-!-|-->|<--|--|-[^\s]+-|=!=|joined |disconnected|reconnect)")
_CLOSING = re.compile(r"--- Log closed|Session Close:|# (?:Stop|End)|\*{4} END(?:E|ING)? ", re.IGNORECASE)
_HEADER = re.compile(r"-{2,3} |Session \w+:|# |\*{4} |={3,} |\[[^\]]*\b20\d\d\]$")


def parse(line: str) -> Line | None:
    if found := stamp_at_start(line):
        said, stamp = SAID.match(line, found.end), found.stamp
        if said is None and found.in_brackets:
            # So write Chatterino, with a header, and those who write down the chat of a video.
            said, stamp = _COLON.match(line, found.end), stamp._replace(may_be_elapsed=True)
        if said is not None:
            return Said(stamp, said["name"], said["text"])
        if renamed := _RENAMED.match(line, found.end):
            return NewName(found.stamp, renamed["before"], renamed["after"])
        return Passed(found.stamp) if _NOBODY.match(line, found.end) else None
    if not _HEADER.match(line):
        return None
    return (None if _CLOSING.match(line) else dated(line)) or Passed()


FORMAT = line_format(
    "irc",
    parse,
    what="the lines of any other client",
    recognised_by="a time, then `<name>` and the text, or in brackets, then `name:` and the text",
)
