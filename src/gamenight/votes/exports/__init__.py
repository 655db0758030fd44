"""Chat logs as other programs write them, read entry by entry in bounded memory. Pure.

A log's format is recognised by its first characters, see `formats`.
"""

from collections.abc import Iterator
from typing import BinaryIO

from gamenight.votes.exports.chat_format import ChatFormat, Reading
from gamenight.votes.exports.days import DayFit, Night
from gamenight.votes.exports.encodings import MAX_UNPACKED_BYTES, PACKED_ENDING
from gamenight.votes.exports.entries import ChatLogFault, ChatMessage, Entry, NotUnderstood, Place, Removed, Renamed
from gamenight.votes.exports.faults import ChatLogInvalid
from gamenight.votes.exports.formats import FORMATS
from gamenight.votes.exports.repeats import Repeats
from gamenight.votes.exports.report import Report
from gamenight.votes.exports.source import Head, Source
from gamenight.votes.exports.times import TimeOptions, Times

FORMAT_NAMES = tuple(
    dict.fromkeys([*(each.name for each in FORMATS), *(each.family for each in FORMATS if each.family is not None)])
)
"""What `?format=` takes: a format, or several of one family."""

__all__ = [
    "FORMATS",
    "FORMAT_NAMES",
    "PACKED_ENDING",
    "ChatLogFault",
    "ChatLogInvalid",
    "ChatMessage",
    "DayFit",
    "Entry",
    "Night",
    "NotUnderstood",
    "Place",
    "Removed",
    "Renamed",
    "Report",
    "TimeOptions",
    "read",
]


def read(
    stream: BinaryIO,
    report: Report,
    *,
    format: str | None = None,
    times: TimeOptions | None = None,
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES,
) -> Iterator[Entry]:
    """The entries of a log in its order; what nobody wrote, as joins and modes, is passed over.

    `format` is one of FORMAT_NAMES. What is found out meanwhile is noted in `report`. Raises ChatLogInvalid while it is
    read; also for a packed log that unpacks to more than `max_unpacked_bytes`.
    """
    source = Source(stream, max_unpacked_bytes=max_unpacked_bytes)
    found = _format_of(source.head, format)
    report.format = found.name
    repeats = Repeats()
    for entry in found.read(source, Reading(Times(times or TimeOptions(), report), report)):
        report.note(entry)
        yield repeats.counted(entry) if isinstance(entry, ChatMessage) else entry
    report.windows_1252_lines = source.windows_1252_lines


def _format_of(head: Head, wanted: str | None) -> ChatFormat:
    """The format that recognises the beginning of a log best, of those that are wanted."""
    scores = {each: each.recognise(head) for each in FORMATS if wanted in (None, each.name, each.family)}
    best = max(scores, key=scores.__getitem__)
    if scores[best] > 0:
        return best
    place = Place("entry" if head.text.lstrip().startswith(("{", "[{")) else "line", 1)
    if wanted is not None:
        raise ChatLogInvalid(place, "other_format", f"this is no log of the format {wanted}.")
    raise ChatLogInvalid(
        place,
        "no_messages",
        "this file has no shape that is known. Send JSON or CSV as a downloader wrote it, or the log of a chat client; "
        "the reference lists those that are read.",
    )
