"""What IRC clients log, most of them in local time: a line for each message, among lines of what nobody said."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from tests.votes.logs.night import LOCAL, Event, Joined, Said


def irssi(events: Sequence[Event]) -> bytes:
    lines = [f"--- Log opened {_local(events[0].at):%a %b %d %H:%M:%S %Y}"]
    for new_day, event in _with_days(events):
        at = _local(event.at)
        if new_day:
            lines.append(f"--- Day changed {at:%a %b %d %Y}")
        if isinstance(event, Joined):
            lines.append(f"{at:%H:%M} -!- {event.who.login} [~{event.who.login}@example.org] has joined #night")
        else:
            lines.append(f"{at:%H:%M} <{event.who.ranks or ' '}{event.who.login}> {event.text}")
    lines.append(f"--- Log closed {_local(events[-1].at):%a %b %d %H:%M:%S %Y}")
    return _file(lines)


def irssi_with_offsets(events: Sequence[Event]) -> bytes:
    """With a stamp of its user's own: `%F %T %z`."""
    lines = (
        f"{_local(event.at):%Y-%m-%d %H:%M:%S %z}<{event.who.ranks}{event.who.login}> {event.text}"
        for event in events
        if isinstance(event, Said)
    )
    return _file(lines)


def another_client(events: Sequence[Event]) -> bytes:
    """One that no format knows by name."""
    lines = (
        f"[{_local(event.at):%Y-%m-%d %H:%M:%S}] {event.who.login}: {event.text}"
        for event in events
        if isinstance(event, Said)
    )
    return _file(lines)


def weechat(events: Sequence[Event]) -> bytes:
    lines = []
    for event in events:
        at = f"{_local(event.at):%Y-%m-%d %H:%M:%S}"
        if isinstance(event, Joined):
            lines.append(f"{at}\t-->\t{event.who.login} (~{event.who.login}@example.org) has joined #night")
        else:
            lines.append(f"{at}\t{event.who.ranks}{event.who.login}\t{event.text}")
    return _file(lines)


def hexchat(events: Sequence[Event]) -> bytes:
    lines = [f"**** BEGIN LOGGING AT {_local(events[0].at):%a %b %d %H:%M:%S %Y}", ""]
    for event in events:
        at = f"{_local(event.at):%b %d %H:%M:%S}"
        if isinstance(event, Joined):
            lines.append(f"{at} *\t{event.who.login} (~{event.who.login}@example.org) has joined")
        else:
            lines.append(f"{at} <{event.who.login}>\t{event.text}")
    lines.append(f"**** ENDING LOGGING AT {_local(events[-1].at):%a %b %d %H:%M:%S %Y}")
    return _file([*lines, ""])


def konversation(events: Sequence[Event]) -> bytes:
    """With a long date, a clock of twelve hours and a zone, as its locale has it."""
    lines = ["", "*** Logfile started", f"*** on {_local(events[0].at):%a %b %d %H:%M:%S %Y}", ""]
    for event in events:
        at = f"[{_local(event.at):%A, %B %-d, %Y}] [{_local(event.at):%-I:%M:%S %p}]"
        if isinstance(event, Joined):
            lines.append(f"{at} Join\t{event.who.login} (~{event.who.login}@example.org) has joined this channel.")
        else:
            lines.append(f"{at} <{event.who.login}>\t{event.text}")
    return _file(lines)


def konversation_german(events: Sequence[Event]) -> bytes:
    days = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
    months = ("Januar", "Februar", "M\u00e4rz", "April", "Mai", "Juni", "Juli", "August")
    lines = []
    for event in events:
        at = _local(event.at)
        stamp = f"[{days[at.weekday()]}, {at.day}. {months[at.month - 1]} {at.year}] [{at:%H:%M:%S}]"
        if isinstance(event, Joined):
            lines.append(f"{stamp} Beitritt\t{event.who.login} hat diesen Kanal betreten.")
        else:
            lines.append(f"{stamp} <{event.who.login}>\t{event.text}")
    return _file(lines)


def mirc(events: Sequence[Event]) -> bytes:
    lines = ["", f"Session Start: {_local(events[0].at):%a %b %d %H:%M:%S %Y}", "Session Ident: #night"]
    for new_day, event in _with_days(events):
        at = _local(event.at)
        if new_day:
            lines.append(f"Session Time: {at:%a %b %d} 00:00:00 {at:%Y}")
        if isinstance(event, Joined):
            lines.append(f"\x0303[{at:%H:%M}] * {event.who.login} (~{event.who.login}@example.org) has joined #night")
        else:
            lines.append(f"[{at:%H:%M}] <{event.who.ranks}{event.who.login}> {event.text}")
    lines.append(f"Session Close: {_local(events[-1].at):%a %b %d %H:%M:%S %Y}")
    return _file(lines, "\r\n")


def eggdrop(events: Sequence[Event]) -> bytes:
    lines = [f"[{_local(events[0].at):%H:%M:%S}] --- {_local(events[0].at):%a %b %d %Y}"]
    for new_day, event in _with_days(events):
        at = _local(event.at)
        if new_day:
            lines.append(f"[00:00:00] --- {at:%a %b %d %Y}")
        if isinstance(event, Joined):
            lines.append(f"[{at:%H:%M:%S}] {event.who.login} (~{event.who.login}@example.org) joined #night.")
        else:
            lines.append(f"[{at:%H:%M:%S}] <{event.who.login}> {event.text}")
    return _file(lines)


def the_lounge(events: Sequence[Event]) -> bytes:
    lines = []
    for event in events:
        at = event.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if isinstance(event, Joined):
            lines.append(f"[{at}] *** {event.who.login} (~{event.who.login}@example.org) joined")
        else:
            lines.append(f"[{at}] <{event.who.ranks}{event.who.login}> {event.text}")
    return _file(lines)


def irccloud(events: Sequence[Event]) -> bytes:
    lines = []
    for event in events:
        at = f"{_local(event.at):%Y-%m-%d %H:%M:%S}"
        if isinstance(event, Joined):
            lines.append(f"[{at}] \u2192 {event.who.login} joined (~{event.who.login}@example.org)")
        else:
            lines.append(f"[{at}] <{event.who.login}> {event.text}")
    return _file(lines)


def znc(events: Sequence[Event]) -> list[bytes]:
    """A file for each day, which doesn't say which day."""
    by_day: dict[date, list[str]] = {}
    for event in events:
        at = _local(event.at)
        lines = by_day.setdefault(at.date(), [])
        if isinstance(event, Joined):
            lines.append(f"[{at:%H:%M:%S}] *** Joins: {event.who.login} (~{event.who.login}@example.org)")
        else:
            lines.append(f"[{at:%H:%M:%S}] <{event.who.login}> {event.text}")
    return [_file(lines) for lines in by_day.values()]


def psybnc(events: Sequence[Event]) -> bytes:
    """It counts months from 0."""
    return _psybnc(events, first_month=0)


def psybnc_from_1(events: Sequence[Event]) -> bytes:
    return _psybnc(events, first_month=1)


def _psybnc(events: Sequence[Event], first_month: int) -> bytes:
    lines = []
    for event in events:
        at = _local(event.at)
        stamp = f"{at.year}-{at.month - 1 + first_month:02}-{at:%d-%H-%M-%S}"
        host = f"{event.who.login}!~{event.who.login}@example.org"
        if isinstance(event, Joined):
            lines.append(f"{stamp}:#NIGHT::{host} JOIN :#night")
        else:
            lines.append(f"{stamp}:#NIGHT::{host} PRIVMSG #night :{event.text}")
    return _file(lines)


def chatterino(events: Sequence[Event]) -> bytes:
    lines = [f"# Start logging at {_local(events[0].at):%Y-%m-%d %H:%M:%S %Z}"]
    for new_day, event in _with_days(events):
        at = _local(event.at)
        if new_day:
            lines.append(f"# Stop logging at {at:%Y-%m-%d %H:%M:%S}{at:%Z}")
            lines.append(f"# Start logging at {at:%Y-%m-%d %H:%M:%S} {at:%Z}")
        if isinstance(event, Joined):
            lines.append(f"[{at:%H:%M:%S}] {event.who.login} just followed.")
        else:
            localized = event.who.display if event.who.has_own_display else ""
            lines.append(f"[{at:%H:%M:%S}] {localized} {event.who.login}: {event.text}")
    lines.append(f"# Stop logging at {_local(events[-1].at):%Y-%m-%d %H:%M:%S%Z}")
    return _file(lines)


def chatty(events: Sequence[Event]) -> bytes:
    lines = [f"# Log started: {_local(events[0].at):%Y-%m-%d %H:%M:%S %z}"]
    for event in events:
        at = f"{_local(event.at):%Y-%m-%d %H:%M:%S}"
        if isinstance(event, Joined):
            lines.append(f"[{at}] JOIN: {event.who.login}, somebody")
        else:
            lines.append(f"[{at}] <{event.who.ranks}{event.who.login.title()}> {event.text}")
    return _file([*lines, f"# Log closed: {_local(events[-1].at):%Y-%m-%d %H:%M:%S %z}", "-"])


def _local(at: datetime) -> datetime:
    return at.astimezone(LOCAL)


def _with_days(events: Sequence[Event]) -> Iterator[tuple[bool, Event]]:
    """Each event, and whether it is the first of a new day."""
    day = _local(events[0].at).date()
    for event in events:
        today = _local(event.at).date()
        yield today != day, event
        day = today


def _file(lines: Iterable[str], end: str = "\n") -> bytes:
    return "".join(f"{line}{end}" for line in lines).encode()
