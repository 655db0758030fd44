"""What makes a format: its name, what it is, how it is recognised and what reads it."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from gamenight.votes.exports.entries import Entry
from gamenight.votes.exports.report import Report
from gamenight.votes.exports.source import Head, Source
from gamenight.votes.exports.times import Times


class Reading(Struct, frozen=True):
    """What a reader needs besides the bytes: it turns times into moments, and tells what it found out."""

    times: Times
    report: Report


Reader = Callable[[Source, Reading], Iterator[Entry]]
"""Yields the entries of a log in its order, one that is not understood as NotUnderstood; raises ChatLogInvalid where
nothing after it can be read."""

Recogniser = Callable[[Head], float]
"""How surely a log of this beginning has the format: from 0, not at all, to 1."""


class ChatFormat(Struct, frozen=True, kw_only=True):
    """A row of the table of formats.

    `name` is that of `?format=`; `what` tells people which program writes it, in one phrase, `recognised_by` how we
    know it; `endings` are those of its files' names. `family` is a name for several formats in `?format=`.
    """

    name: str
    what: str
    recognised_by: str
    endings: tuple[str, ...]
    read: Reader
    recognise: Recogniser
    family: str | None = None
