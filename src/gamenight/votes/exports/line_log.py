"""Logs that are lines of text: what a format has to say of a line, and the reader that all of them share."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, time, tzinfo
from typing import NamedTuple

from gamenight.votes.exports.chat_format import ChatFormat, Reading
from gamenight.votes.exports.checks import checked, not_understood
from gamenight.votes.exports.entries import Entry, Place, Removed, Renamed
from gamenight.votes.exports.faults import ChatLogInvalid, EntryInvalid, LogInvalid
from gamenight.votes.exports.source import Head, Source
from gamenight.votes.exports.stamps import DayUnreadable, Elapsed, Stamp, clock_and_zone_in, day_in, is_day_line


class Said(NamedTuple):
    """Somebody wrote something."""

    stamp: Stamp | Elapsed
    name: str
    text: str
    user_id: str | None = None
    message_id: str | None = None


class Dated(NamedTuple):
    """A header: the lines after it are of this day, and in this zone where it names one or its offset; it may also
    tell the time of day at which they begin."""

    day: date
    zone: str | tzinfo | None = None
    clock: time | None = None


class Passed(NamedTuple):
    """A line that is understood and that nobody wrote: a join, a mode, an action, a header without a date."""

    stamp: Stamp | None = None


class NewName(NamedTuple):
    """Somebody goes by another name from here on."""

    stamp: Stamp
    before: str
    after: str


class TakenBack(NamedTuple):
    """A moderator took back a message, by its id or by its text, or all of an author's."""

    stamp: Stamp
    name: str | None = None
    text: str | None = None
    message_id: str | None = None
    user_id: str | None = None


Line = Said | Dated | Passed | NewName | TakenBack
ParseLine = Callable[[str], Line | None]
"""What a line without its end says; None for one that the format doesn't have. Raises ValueError for a time or a date
that doesn't exist. Blank lines are not asked about."""

NOT_KNOWN = EntryInvalid("no_message", "no line of this format looks like that.")
NO_SUCH_TIME = EntryInvalid("time_invalid", "there is no such time or date.")


def line_format(
    name: str,
    parse: ParseLine,
    *,
    what: str,
    recognised_by: str,
    endings: tuple[str, ...] = (".log", ".txt"),
    family: str | None = "irc",
) -> ChatFormat:
    """A format of lines, recognised by how many of the first lines are its own."""

    def read(source: Source, reading: Reading) -> Iterator[Entry]:
        return _read(source, reading, parse)

    def recognise(head: Head) -> float:
        return share_understood(head.lines, parse)

    return ChatFormat(
        name=name,
        what=what,
        recognised_by=recognised_by,
        endings=endings,
        read=read,
        recognise=recognise,
        family=family,
    )


def dated(header: str) -> Dated | None:
    """What a header tells of the day, `--- Log opened Fri Nov 20 19:58:00 2026`; None where it has no date. Raises
    DayUnreadable."""
    day = day_in(header)
    if day is None:
        return None
    clock, zone = clock_and_zone_in(header)
    return Dated(day, zone, clock)


def share_understood(lines: Iterable[str], parse: ParseLine) -> float:
    """The share of lines that are of a format, 0 where none of them is a message or has a date."""
    known = total = 0
    tells = False
    for line in lines:
        if not line.strip():
            continue
        total += 1
        try:
            found = parse(line)
        except DayUnreadable:
            found = Passed()
        except ValueError:
            continue
        known += found is not None
        tells = tells or isinstance(found, Said | Dated)
    return known / total if tells else 0


def _read(source: Source, reading: Reading, parse: ParseLine) -> Iterator[Entry]:
    reading.report.unit = "line"
    found = False
    for place, whole in source.lines():
        line = whole.rstrip("\r\n")
        if not line.strip():
            continue
        try:
            entry = _entry(place, line, reading, parse)
        except EntryInvalid as error:
            entry = not_understood(place, line, error)
        except LogInvalid as error:
            raise error.at(place) from None
        if entry is None:
            reading.report.note_passed()
        else:
            found = True
            yield entry
    if not found:
        raise ChatLogInvalid(
            Place("line", 1),
            "no_messages",
            "no line of this file is a chat message. Send JSON, CSV or the log of an IRC client.",
        )


def _entry(place: Place, line: str, reading: Reading, parse: ParseLine) -> Entry | None:
    """What a line tells; None for one that nobody wrote. Each line with a time moves the day on, be it a message or
    not."""
    times = reading.times
    try:
        match parse(line):
            case None:
                unknown = DayUnreadable(line) if times.needs_days and is_day_line(line) else NOT_KNOWN
                raise unknown
            case Dated(day, zone, clock):
                times.day_told(day, zone, clock)
            case Passed(stamp):
                if stamp is not None:
                    times.passed(stamp)
            case Said(stamp, name, text, user_id, message_id):
                return checked(place, times.at(stamp), name, text, user_id=user_id, message_id=message_id)
            case NewName(stamp, before, after):
                return Renamed(times.at(stamp).timestamp, before, after, place.number)
            case TakenBack(stamp, name, text, message_id, user_id):
                return Removed(times.at(stamp).timestamp, place.number, message_id, name, user_id, text)
    except DayUnreadable:
        raise LogInvalid(
            "date_invalid", "the line tells a date that doesn't exist or that can't be read, and what follows is of it."
        ) from None
    except ValueError:
        raise NO_SUCH_TIME from None
    return None
