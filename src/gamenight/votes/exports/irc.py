"""Chat logs as IRC clients and Chatterino write them: a line for each message, with a time and perhaps a date.

irssi, WeeChat, ZNC, energymech and mIRC, Chatterino, and TwitchDownloader's text. Where lines have no date, it comes
from the log's dated headers; a time of day that jumps back by more than half a day is the next day's.
"""

import io
import re
from collections.abc import Iterator
from datetime import date, time, timedelta, tzinfo

from gamenight.votes.exports.lines import lines_of
from gamenight.votes.exports.messages import ChatLogInvalid, ChatMessage, Place, checked, moment

_STAMP = re.compile(
    r"(?P<bracket>\[)?(?:(?P<date>\d{4}-\d\d-\d\d)[T ])?(?P<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)"
    r"(?P<zone> UTC|Z|[+-]\d\d:?\d\d)?(?(bracket)\])(?=\s)",
    re.ASCII,
)
_RANKS = "~&@%+!"
_ANGLED = re.compile(rf"\s+<[ {_RANKS}]?(?P<name>[^\s<>]+)>[ \t]?(?P<text>.*)")
_TABBED = re.compile(rf"\t[{_RANKS}]?(?P<name>[^\s{_RANKS}]\S*)\t(?P<text>.*)")
_COLON = re.compile(r"\s+(?P<name>[^\s:*#<-][^\s:]*): (?P<text>.*)")
# What WeeChat has in place of a name: joins, parts, the network's words, errors.
_NO_NAMES = frozenset({"-->", "<--", "--", "=!=", "*", "***"})

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEADER = re.compile(
    r"(?:--- (?:Log opened|Day changed)|Session (?:Start|Time):) \w{3} (?P<month>\w{3}) +(?P<day>\d{1,2})"
    r"(?: \d\d:\d\d:\d\d)? (?P<year>\d{4})\s*$",
    re.ASCII,
)
_ISO_HEADER = re.compile(r"# Start logging at (?P<date>\d{4}-\d\d-\d\d) ", re.ASCII)

_NO_DATE = (
    "the log tells the time of day, but no date: neither this line nor a header before it has one. Say the date of the "
    "log's first line, or have the client write dates."
)


def read(source: io.BufferedIOBase, zone: tzinfo, first_date: date | None) -> Iterator[ChatMessage]:
    """The messages of a log. Raises ChatLogInvalid also where no line is a message."""
    days = _Days(first_date)
    found = False
    for place, line in lines_of(source):
        stamp = _STAMP.match(line)
        if stamp is None:
            days.header(place, line)
            continue
        # Each line with a time moves the day on, be it a message or not.
        day = days.of(place, stamp)
        said = _message(line, stamp)
        if said is None:
            continue
        if day is None:
            raise ChatLogInvalid(place, "no_date", _NO_DATE)
        found = True
        timestamp = moment(place, f"{day}T{stamp['time']}{stamp['zone'] or ''}", zone)
        yield checked(place, timestamp, said["name"], None, said["text"].rstrip("\r\n"))
    if not found:
        raise ChatLogInvalid(
            Place("line", 1),
            "no_messages",
            "no line of this file is a chat message. Send JSON, CSV or the log of an IRC client.",
        )


def _message(line: str, stamp: re.Match[str]) -> re.Match[str] | None:
    """The message on a line; None for lines of the system and for actions."""
    said = _ANGLED.match(line, stamp.end()) or _TABBED.match(line, stamp.end())
    if said is None and stamp["bracket"]:
        said = _COLON.match(line, stamp.end())
    return None if said is None or said["name"] in _NO_NAMES else said


class _Days:
    """The date of the lines, as far as the log has told it."""

    def __init__(self, first: date | None) -> None:
        self._day = first
        self._last: time | None = None

    def header(self, place: Place, line: str) -> None:
        try:
            if dated := _ISO_HEADER.match(line):
                self._begin(date.fromisoformat(dated["date"]))
            elif (dated := _HEADER.match(line)) and dated["month"] in _MONTHS:
                month = _MONTHS.index(dated["month"]) + 1
                self._begin(date(int(dated["year"]), month, int(dated["day"])))
        except ValueError:
            raise ChatLogInvalid(place, "date_invalid", "the header has a date that doesn't exist.") from None

    def _begin(self, day: date) -> None:
        self._day = day
        self._last = None

    def of(self, place: Place, stamp: re.Match[str]) -> str | None:
        if stamp["date"]:
            written: str = stamp["date"]
            return written
        try:
            now = time.fromisoformat(stamp["time"])
        except ValueError:
            raise ChatLogInvalid(place, "time_invalid", "there is no such time of day.") from None
        if self._day is not None and self._last is not None and self._last.hour - now.hour > 12:
            self._day += timedelta(days=1)
        self._last = now
        return None if self._day is None else self._day.isoformat()
