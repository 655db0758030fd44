"""The tokens of a JSON file of any size, with bounds for each of them and for their nesting."""

import io
import re
from collections.abc import Container, Iterator
from typing import Any

import ijson

from gamenight.core.text import MAX_NAME_LENGTH
from gamenight.votes.exports.checks import MESSAGE_LENGTH
from gamenight.votes.exports.entries import ChatLogFault, Place
from gamenight.votes.exports.faults import ChatLogInvalid
from gamenight.votes.exports.json_paths import DEEPEST

TOKEN_BYTES = 1024 * 1024
MAX_PARTS = 500
"""Of a list within an entry, as the fragments of a message."""

Fields = dict[str, Any]
"""What matters of an object, by its path: `author.name`; what lists hold, as lists: `message.fragments.[].text`."""


class Tokens(Iterator[tuple[str, Any]]):
    """The tokens of a file, with bounds for each of them and for their nesting. `entry` counts the messages begun."""

    def __init__(self, source: io.BufferedIOBase) -> None:
        self.entry = 0
        self._bytes = _Bytes(source, self)
        self._events = ijson.basic_parse(self._bytes, use_float=True, multiple_values=True)
        self._depth = 0

    @property
    def place(self) -> Place:
        return Place("entry", max(self.entry, 1))

    def invalid(self, fault: ChatLogFault, sentence: str) -> ChatLogInvalid:
        return ChatLogInvalid(self.place, fault, sentence)

    def __next__(self) -> tuple[str, Any]:
        try:
            event, value = next(self._events)
        except (ijson.JSONError, ValueError):
            raise self.invalid("not_json", "here or soon after, this is no JSON (RFC 8259) in UTF-8.") from None
        self._bytes.unseen = 0
        if event in ("start_map", "start_array"):
            self._depth += 1
            if self._depth > DEEPEST:
                raise self.invalid("too_deep", f"it is nested deeper than {DEEPEST}.")
        elif event in ("end_map", "end_array"):
            self._depth -= 1
        return event, value

    def fields(self, wanted: Container[str]) -> Fields:
        """The wanted values of an object or a list that has begun, to its end."""
        fields: Fields = {}
        path = [""]
        lists = 0
        for event, value in self:
            if event == "map_key":
                path[-1] = value
            elif event in ("start_map", "start_array"):
                path.append("" if event == "start_map" else "[]")
                lists += event == "start_array"
            elif event in ("end_map", "end_array"):
                path.pop()
                lists -= event == "end_array"
                if not path:
                    break
            elif (name := ".".join(path)) in wanted:
                kept = value[: MESSAGE_LENGTH + MAX_NAME_LENGTH] if isinstance(value, str) else value
                if not lists:
                    fields[name] = kept
                elif len(found := fields.setdefault(name, [])) < MAX_PARTS:
                    found.append(kept)
        return fields

    def finish(self) -> None:
        """Read on to the end of the file, where nothing may follow."""
        for _ in self:
            raise self.invalid("not_json", "the log has ended, but the file goes on.")


# Text without half of a surrogate pair: the fast parser would make question marks of those.
_WHOLE = re.compile(rb"(?:[^\\]+|\\[^u]|\\u(?:[^dD]|[dD][0-7]|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]))*", re.DOTALL)
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_PAIR_BYTES = 12


class _Bytes:
    """The bytes for the parser, which would keep a token of any size; `unseen` were read since the last token."""

    def __init__(self, source: io.BufferedIOBase, tokens: Tokens) -> None:
        self.unseen = 0
        self._source = source
        self._tokens = tokens
        self._tail = b""

    def read(self, size: int) -> bytes:
        data = self._source.read(size)
        self.unseen += len(data)
        if self.unseen > TOKEN_BYTES:
            raise self._tokens.invalid("too_long", f"a text in it is longer than {TOKEN_BYTES} bytes.")
        self._refuse_halves(data)
        return data

    def _refuse_halves(self, data: bytes) -> None:
        text = self._tail + data
        whole = _WHOLE.match(text)
        self._tail = text[whole.end() if whole else 0 :]
        if len(self._tail) >= _PAIR_BYTES or (not data and _HALF.match(self._tail)):
            raise self._tokens.invalid("text_unstorable", "a text has half of a surrogate pair.")
