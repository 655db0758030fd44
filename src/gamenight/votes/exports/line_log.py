"""Logs that are lines of text: what a format has to say of a line, and the reader that all of them share."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, time, tzinfo
from typing import NamedTuple

from gamenight.votes.exports.chat_format import ChatFormat, Reading
from gamenight.votes.exports.checks import checked, checked_removal, checked_renaming, not_understood
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.faults import ChatLogInvalid, EntryInvalid, LogInvalid
from gamenight.votes.exports.source import Head, Source
from gamenight.votes.exports.stamps import DayUnreadable, Elapsed, Stamp, clock_and_zone_in, day_in, is_day_line
from gamenight.votes.exports.times import Times


class Said(NamedTuple):
    """Somebody wrote something."""

    stamp: Stamp | Elapsed
    name: str
    text: str
    user_id: str | None = None
    message_id: str | None = None
    shown_name: str | None = None


class Dated(NamedTuple):
    """A header: the lines after it are of this day, and in this zone where it names one or its offset; it may also
    tell the time of day at which they begin."""

    day: date
    zone: str | tzinfo | None = None
    clock: time | None = None


class Passed(NamedTuple):
    """A line that is understood and that nobody wrote: a join, a mode, an action, a header without a date. It
    `could_be_any` where the format has no rule for such lines: others have them as well."""

    stamp: Stamp | None = None
    could_be_any: bool = False


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
ParseLine = Callable[[str], Line | list[Line] | None]
"""What a line says, without its end and codes for colours; None for one that the format doesn't have. Raises ValueError
for a time or a date that doesn't exist. Blank lines are not asked about."""

NOT_KNOWN = EntryInvalid("no_message", "no line of this format looks like that.")
NO_SUCH_TIME = EntryInvalid("time_invalid", "there is no such time or date.")

NO_HEADER = 0.95
"""So much less sure than by its header is a format recognised by its lines."""

_CODES = re.compile("\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9A-Fa-f]{6})?|[\x02\x0f\x11\x16\x1d\x1e\x1f]")


def without_codes(line: str) -> str:
    """The line as it is shown: without the codes that IRC has for colours, bold and the like."""
    return _CODES.sub("", line)


def line_format(
    name: str,
    parse: ParseLine,
    *,
    what: str,
    recognised_by: str,
    header: str | None = None,
    endings: tuple[str, ...] = (".log", ".txt"),
    family: str | None = "irc",
) -> ChatFormat:
    """A format of lines, recognised by a `header` that only it has, or by how many of the first lines are its own."""
    own_header = None if header is None else re.compile(header)

    def read(source: Source, reading: Reading) -> Iterator[Entry]:
        return read_lines(source, reading, parse)

    def recognise(head: Head) -> float:
        lines = [without_codes(line) for line in head.lines]
        if own_header is not None and any(map(own_header.match, lines)):
            return (1 + share_understood(lines, parse, count_any=True)) / 2
        return NO_HEADER * share_understood(lines, parse)

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


def share_understood(lines: Iterable[str], parse: ParseLine, *, count_any: bool = False) -> float:
    """The share of lines that are of a format, 0 where none of them is a message or has a date. Those that others have
    as well count where it is clear which format it is."""
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
        known += found is not None and (count_any or not (isinstance(found, Passed) and found.could_be_any))
        tells = tells or isinstance(found, Said | Dated)
    return known / total if tells else 0


def read_lines(source: Source, reading: Reading, parse: ParseLine) -> Iterator[Entry]:
    """The entries of a log of lines."""
    reading.report.unit = "line"
    found = False
    for place, whole in source.lines():
        line = without_codes(whole.rstrip("\r\n"))
        if not line.strip():
            continue
        for entry in _entries(place, line, reading, parse):
            found = True
            yield entry
    if not found:
        raise ChatLogInvalid(
            Place("line", 1),
            "no_messages",
            "no line of this file is a chat message. Send JSON, CSV or the log of an IRC client.",
        )


def _entries(place: Place, line: str, reading: Reading, parse: ParseLine) -> Iterator[Entry]:
    """What a line tells: mostly one entry, and none where nobody wrote it."""
    try:
        said = parse(line)
        if said is None:
            unknown = DayUnreadable(line) if reading.times.needs_days and is_day_line(line) else NOT_KNOWN
            raise unknown
        for each in said if isinstance(said, list) else [said]:
            entry = _entry(place, each, reading.times)
            if entry is None:
                reading.report.note_passed()
            else:
                yield entry
    except DayUnreadable:
        raise LogInvalid(
            "date_invalid", "the line tells a date that doesn't exist or that can't be read, and what follows is of it."
        ).at(place) from None
    except ValueError:
        yield not_understood(place, line, NO_SUCH_TIME)
    except EntryInvalid as error:
        yield not_understood(place, line, error)
    except LogInvalid as error:
        raise error.at(place) from None


def _entry(place: Place, line: Line, times: Times) -> Entry | None:
    """None for a line that nobody wrote. Each line with a time moves the day on, be it a message or not."""
    match line:
        case Dated(day, zone, clock):
            times.day_told(day, zone, clock)
        case Passed(stamp):
            if stamp is not None:
                times.passed(stamp)
        case Said(stamp, name, text, user_id, message_id, shown):
            ids = {"user_id": user_id, "message_id": message_id}
            return checked(place, times.at(stamp), name, text, **ids, shown=shown)
        case NewName(stamp, before, after):
            return checked_renaming(place, times.at(stamp), before, after)
        case TakenBack(stamp, name, text, message_id, user_id):
            return checked_removal(
                place, times.at(stamp), message_id=message_id, username=name, user_id=user_id, message=text
            )
    return None
