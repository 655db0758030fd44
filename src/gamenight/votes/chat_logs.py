"""A chat log as it was sent, read through before anything of it is stored: what it tells, and what is assumed of it."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import BinaryIO

from msgspec import Struct, structs

from gamenight.core.clock import later, utc_now
from gamenight.votes import exports
from gamenight.votes.actions.casting import CLOCK_SKEW_SECONDS
from gamenight.votes.errors import ChatLogNotUnderstood, TimestampInFuture
from gamenight.votes.exports import (
    ChatLogInvalid,
    ChatMessage,
    DayFit,
    Entry,
    Night,
    Place,
    Removed,
    Report,
    TimeOptions,
)
from gamenight.votes.speakers import Removals

TOLERATED = 20
"""Of so many lines, one may be not understood."""
MAX_REMOVALS = 250_000
"""They are kept in memory until the log is read again, some 200 bytes each."""


class ChatLog(Struct, frozen=True, kw_only=True):
    """A chat log, and how to read it. `lenient`: any part of it may be not understood. A log in JSON may ask by itself
    to replace those before it."""

    file: BinaryIO
    platform: str
    format_: str | None
    times: TimeOptions
    replace_existing: bool
    lenient: bool
    check: Callable[[], None]
    """Raises why it is not read on; asked before each entry, from another thread."""

    def entries(self, report: Report) -> Iterator[Entry]:
        """What it tells, from its beginning; raises ChatLogInvalid meanwhile, or what `check` does."""
        self.file.seek(0)
        for entry in exports.read(self.file, report, format=self.format_, times=self.times):
            self.check()
            yield entry


class Survey(Struct, frozen=True):
    """A log that can be imported, by which day it is read, and what was found out about it. `day` is there where it was
    assumed."""

    log: ChatLog
    report: Report
    replaces: bool
    day: date | None
    removals: Removals


def survey(log: ChatLog, night: Night | None, *, max_removals: int = MAX_REMOVALS) -> Survey:
    """Read a log through. `night` is when games were playing, by which the day of a log is found that tells none.

    Raises ChatLogInvalid, ChatLogNotUnderstood or TimestampInFuture.
    """
    log = structs.replace(log, times=structs.replace(log.times, night=night))
    removals = Removals()
    report, future = _read_through(log, removals, max_removals)
    day = None
    if report.day_fit is not None:
        found = _day_of(report.day_fit, report)
        day = None if found == log.times.first_date else found
        log = structs.replace(log, times=structs.replace(log.times, first_date=found, night=None))
        if found != report.day_fit.first_day:
            report, future = _read_through(log, removals, max_removals)
    if future is not None:
        raise _in_future(future)
    if report.not_understood * TOLERATED > report.entries and not log.lenient:
        raise _too_much(report)
    return Survey(log, report, log.replace_existing or report.replaces, day, removals)


def _read_through(log: ChatLog, removals: Removals, max_removals: int) -> tuple[Report, ChatMessage | None]:
    """What is found out about a log, and the first message that has not come yet; notes in `removals` what was taken
    back."""
    latest = later(utc_now(), seconds=CLOCK_SKEW_SECONDS)
    report = Report()
    future: ChatMessage | None = None
    for entry in log.entries(report):
        if isinstance(entry, Removed):
            removals.note(entry)
            if len(removals) > max_removals:
                raise ChatLogInvalid(
                    Place(report.unit, entry.number),
                    "too_many_removed",
                    f"up to here more than {max_removals:,} messages were taken back. Import the log in parts.",
                )
        elif isinstance(entry, ChatMessage) and entry.timestamp > latest and future is None:
            future = entry
    return report, future


def _day_of(fit: DayFit, report: Report) -> date:
    found = fit.found()
    if len(found) == 1:
        return found[0]
    several = f"on {len(found)} days" if found else "on no day"
    raise ChatLogInvalid(
        Place(report.unit, 1),
        "no_date",
        f"the log tells the time of day, but no date, and its times fall into the night {several}. Say the date of its "
        "first line as firstDate, and their zone as timeZone.",
    )


def _in_future(message: ChatMessage) -> TimestampInFuture:
    return TimestampInFuture(
        f"Message {message.number} is of {message.timestamp}, which has not come yet. "
        "If its times are local ones, say their zone as timeZone, or its minutes as utcOffset.",
        details={"reason": "chat_log", "message": message.number, "timestamp": message.timestamp},
    )


def _too_much(report: Report) -> ChatLogNotUnderstood:
    first = report.first_not_understood[0]
    several = "entries" if report.unit == "entry" else "lines"
    return ChatLogNotUnderstood(
        f"{report.not_understood} of {report.entries} {several} were not understood as {report.format}, the first of "
        f"them {report.unit} {first.number}: {first.sentence} Nothing was imported. Name the format, or send "
        "lenient=true to import the rest.",
        details={
            "format": report.format,
            "notUnderstood": report.not_understood,
            "entries": report.entries,
            "first": [{report.unit: each.number, **structs.asdict(each)} for each in report.first_not_understood],
            report.unit: first.number,
        },
    )
