"""Lines of any client that writes `time <name> text` or `[time] name: text`: for those that have no format of their
own."""

import re

from gamenight.votes.exports.line_log import Dated, Line, Passed, Said, line_format
from gamenight.votes.exports.stamps import day_in, stamp_at_start

RANKS = "~&@%+!"
_ANGLED = re.compile(rf"\s*<[ {RANKS}]?(?P<name>[^\s<>]+)>[ \t]?(?P<text>.*)")
# Twitch's clients write two names where the one that is shown is in another alphabet.
_COLON = re.compile(r"\s+(?P<name>[^\s:*#<-][^\s:]*(?:(?<=[^\0-\x7f]) (?:\w+|\(\w+\)))?): (?P<text>.*)")
_NOBODY = re.compile(r"\s+(?:\*|-!-|-->|<--|--|-[^\s]+-|=!=|joined |disconnected|reconnect)")
_DATED = re.compile(r"--- (?:Log opened|Day changed)|Session (?:Start|Time):|# Start logging at")
_HEADER = re.compile(r"--- |Session |# |\*\*\*\*")


def parse(line: str) -> Line | None:
    if found := stamp_at_start(line):
        said = _ANGLED.match(line, found.end)
        if said is None and found.in_brackets:
            said = _COLON.match(line, found.end)
        if said is not None:
            return Said(found.stamp, said["name"], said["text"])
        return Passed(found.stamp) if _NOBODY.match(line, found.end) else None
    if _DATED.match(line) and (day := day_in(line)):
        return Dated(day)
    return Passed() if _HEADER.match(line) else None


FORMAT = line_format(
    "irc",
    parse,
    what="the lines of an IRC client: irssi, ZNC, mIRC, energymech; of Chatterino; the text of TwitchDownloader",
    recognised_by="a time, then `<name>` and the text, or in brackets, then `name:` and the text",
)
