"""Text of what was said in a video of Twitch: of TwitchDownloader and of RechatTool.

TwitchDownloader writes moments in UTC, or times since the start of the video, or none at all; RechatTool always times
since the start, and the name that somebody logs in with beside the one that is shown.
"""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from gamenight.votes.exports.chat_format import ChatFormat, Reading
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.faults import ChatLogInvalid
from gamenight.votes.exports.line_log import Line, Passed, Said, line_format
from gamenight.votes.exports.source import Head, Source
from gamenight.votes.exports.stamps import EXACT, Elapsed, stamp_at_start

_OWN = re.compile(r"\[(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3})? UTC|0:\d\d:\d\d)\] [^\s:][^:]*: ", re.ASCII)
"""What no other program writes. Later hours might be a time of day."""

_TEXT = re.compile(r" (?P<name>[^\s:][^:]{0,63}): (?P<text>.*)")
_ELAPSED = re.compile(r"\[(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d)\](?= )", re.ASCII)
_RECHAT = re.compile(
    r"\[(?P<hours>\d\d+):(?P<minutes>\d\d):(?P<seconds>\d\d\.\d{3})\] [#@+]*(?P<shown>\S+?)(?: \((?P<login>\w+)\))?"
    r"(?P<colon>:)?(?: (?P<text>.*))?$",
    re.ASCII,
)


def parse(line: str) -> Line | None:
    """A line of TwitchDownloader."""
    found = stamp_at_start(line)
    if found is not None and found.in_brackets and found.stamp.day is not None:
        said = _TEXT.match(line, found.end)
        return None if said is None or found.stamp.offset is None else Said(found.stamp, said["name"], said["text"])
    elapsed = _ELAPSED.match(line)
    said = elapsed and _TEXT.match(line, elapsed.end())
    if not elapsed or not said:
        return None
    return Said(Elapsed(int(_seconds(elapsed))), said["name"], said["text"])


def parse_rechat(line: str) -> Line | None:
    found = _RECHAT.match(line)
    if found is None:
        return None
    stamp = Elapsed(_seconds(found), EXACT)
    if not found["colon"]:
        return Passed()
    return Said(stamp, found["login"] or found["shown"], found["text"] or "", shown_name=found["shown"])


def _seconds(found: re.Match[str]) -> float:
    return int(found["hours"]) * 3600 + int(found["minutes"]) * 60 + float(found["seconds"])


_UNTIMED = re.compile(r"(?P<name>\w{1,25}): .")


def _refuse_untimed(source: Source, reading: Reading) -> Iterator[Entry]:
    """The log can't be read: nothing tells when its messages were written."""
    reading.report.unit = "line"
    yield from ()
    raise ChatLogInvalid(
        Place("line", 1),
        "no_times",
        "the log doesn't tell when its messages were written. Download the chat again as JSON, or as text with "
        "timestamps (UTC).",
    )


def _share_untimed(head: Head) -> float:
    """Sure of nothing: every format that knows when its messages were written is more likely."""
    lines = [line for line in head.lines if line.strip()]
    found = sum(_UNTIMED.match(line) is not None for line in lines)
    return 0.1 if lines and found > 0.9 * len(lines) else 0


def _recognise(head: Head) -> float:
    return 1 if any(map(_OWN.match, head.lines)) else 0


FORMAT = replace(
    line_format(
        "twitch-downloader-text",
        parse,
        what="TwitchDownloader's text, in UTC or since the start of the video",
        recognised_by="`[2026-11-20 19:10:00 UTC] name: text`, or `[0:10:00] name: text`",
        endings=(".txt",),
        family=None,
    ),
    recognise=_recognise,
)
UNTIMED = ChatFormat(
    name="twitch-downloader-untimed",
    what="TwitchDownloader's text without timestamps: refused, as nothing tells when a vote was",
    recognised_by="`name: text` and nothing before it",
    endings=(".txt",),
    read=_refuse_untimed,
    recognise=_share_untimed,
)
RECHAT = line_format(
    "rechat-tool-text",
    parse_rechat,
    what="RechatTool's text",
    recognised_by="`[00:10:00.000] name: text`, counted from the start of the stream",
    endings=(".txt",),
    family=None,
)
