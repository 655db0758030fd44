"""Logs in JSON: where a format has its messages and what it says of one, and the reader that all of them share.

The messages are a list, alone or in an object, or one object a line.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gamenight.votes.exports.chat_format import ChatFormat, Reading
from gamenight.votes.exports.checks import not_understood
from gamenight.votes.exports.entries import Entry, Place
from gamenight.votes.exports.faults import EntryInvalid, LogInvalid
from gamenight.votes.exports.json_tokens import Fields, Tokens
from gamenight.votes.exports.source import Head, Source

MakeEntry = Callable[[Fields, Place, Reading], Entry | None]
"""What an entry tells; None for one that nobody wrote. Raises EntryInvalid or LogInvalid."""
TakeFacts = Callable[[Fields, Reading], None]
"""Notes what an object tells beside its messages: those before the list come first."""


def json_format(
    name: str,
    make_entry: MakeEntry,
    *,
    wanted: frozenset[str],
    is_own: Callable[[frozenset[str]], bool],
    what: str,
    recognised_by: str,
    endings: tuple[str, ...] = (".json",),
    list_key: str | None = None,
    take_facts: TakeFacts | None = None,
    facts: frozenset[str] = frozenset(),
) -> ChatFormat:
    """A format whose entries are objects with the `wanted` values, in the list `list_key`; `facts` are those beside it,
    `video.created_at`; `is_own` tells by the paths of the file's beginning."""

    def read(source: Source, reading: Reading) -> Iterator[Entry]:
        reading.report.unit = "entry"
        tokens = Tokens(source.bytes)
        for fields in _entries(
            tokens, wanted, list_key, lambda found: _take(tokens, reading, take_facts, found), facts
        ):
            try:
                entry = make_entry(fields, tokens.place, reading)
            except EntryInvalid as error:
                entry = not_understood(tokens.place, _shown(fields), error)
            except LogInvalid as error:
                raise error.at(tokens.place) from None
            if entry is None:
                reading.report.note_passed()
            else:
                yield entry

    def recognise(head: Head) -> float:
        return 1 if is_own(head.json_paths) else 0

    return ChatFormat(
        name=name, what=what, recognised_by=recognised_by, endings=endings, read=read, recognise=recognise
    )


def _take(tokens: Tokens, reading: Reading, take_facts: TakeFacts | None, found: Fields) -> None:
    if take_facts is None:
        return
    try:
        take_facts(found, reading)
    except EntryInvalid as error:
        raise tokens.invalid(error.fault, error.sentence) from None


def _entries(
    tokens: Tokens,
    wanted: frozenset[str],
    list_key: str | None,
    take: Callable[[Fields], None],
    facts: frozenset[str],
) -> Iterator[Fields]:
    """The wanted values of each entry, wherever the file has them."""
    event, _ = next(tokens)
    if event == "start_array":
        yield from _list(tokens, wanted)
    elif event == "start_map" and list_key is not None:
        yield from _object(tokens, wanted, list_key, take, facts)
    elif event == "start_map":
        tokens.entry = 1
        yield tokens.fields(wanted)
        for event, _ in tokens:
            tokens.entry += 1
            if event != "start_map":
                raise tokens.invalid("no_object", "a message has to be an object.")
            yield tokens.fields(wanted)
    else:
        raise tokens.invalid("no_messages", "this is no chat log. Send a list of messages, or an object with one.")
    tokens.finish()


def _object(
    tokens: Tokens, wanted: frozenset[str], list_key: str, take: Callable[[Fields], None], facts: frozenset[str]
) -> Iterator[Fields]:
    found = False
    for event, key in tokens:
        if event == "end_map":
            break
        value, scalar = next(tokens)
        if key == list_key and value == "start_array":
            found = True
            yield from _list(tokens, wanted)
        elif value in ("start_map", "start_array"):
            within = frozenset(path.removeprefix(f"{key}.") for path in facts if path.startswith(f"{key}."))
            take({f"{key}.{path}": each for path, each in tokens.fields(within).items()})
        elif key in facts:
            take({key: scalar})
    if not found:
        raise tokens.invalid("no_messages", f'this is no chat log of that format: it has no list "{list_key}".')


def _list(tokens: Tokens, wanted: frozenset[str]) -> Iterator[Fields]:
    for event, _ in tokens:
        if event == "end_array":
            return
        tokens.entry += 1
        if event != "start_map":
            raise tokens.invalid("no_object", "a message has to be an object.")
        yield tokens.fields(wanted)


def _shown(fields: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in fields.items())
