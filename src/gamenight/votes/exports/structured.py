"""Chat logs as JSON: what the API takes, and what TwitchDownloader and chat-downloader write."""

import io
import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

import ijson

from gamenight.core.clock import later
from gamenight.core.text import MAX_NAME_LENGTH
from gamenight.votes.exports.messages import (
    MESSAGE_LENGTH,
    ChatLogFault,
    ChatLogInvalid,
    ChatMessage,
    Place,
    checked,
    moment,
)

TOKEN_BYTES = 1024 * 1024
DEEPEST = 32

Fields = dict[str, Any]

_WANTED = frozenset(
    {
        *("username", "message", "timestamp", "user_id"),
        *("created_at", "content_offset_seconds", "commenter", "message.body"),
        *("commenter._id", "commenter.name", "commenter.display_name"),
        *("message_type", "author", "author.id", "author.name", "author.display_name"),
    }
)
_LISTS = {"chatData": "json", "comments": "twitch-downloader"}


def read(source: io.BufferedIOBase, zone: tzinfo, wanted: str | None) -> Iterator[ChatMessage]:
    """The messages of a file; `wanted` is the format that it has to have, None for any."""
    tokens = _Tokens(source)
    event, _ = next(tokens)
    if event == "start_array":
        yield from _list(tokens, wanted, zone)
    elif event == "start_map":
        yield from _object(tokens, wanted, zone)
    else:
        raise tokens.invalid("no_messages", "this is no chat log. Send a list of messages, or an object with one.")
    tokens.finish()


def _object(tokens: "_Tokens", wanted: str | None, zone: tzinfo) -> Iterator[ChatMessage]:
    started: str | None = None
    found = False
    for event, key in tokens:
        if event == "end_map":
            break
        format_ = _LISTS.get(key)
        value, _ = next(tokens)
        if format_ is not None and value == "start_array":
            found = True
            _refuse_other(tokens, wanted, format_)
            for fields in _entries(tokens):
                message = _ours(tokens, fields, zone) if format_ == "json" else _twitch(tokens, fields, started, zone)
                if message is not None:
                    yield message
        elif key == "video" and value == "start_map":
            created_at = _fields(tokens).get("created_at")
            started = None if created_at is None else moment(tokens.place, created_at, zone)
        elif value in ("start_map", "start_array"):
            _fields(tokens)
    if not found:
        raise tokens.invalid("no_messages", 'this is no chat log: it has neither "chatData" nor "comments".')


def _list(tokens: "_Tokens", wanted: str | None, zone: tzinfo) -> Iterator[ChatMessage]:
    for fields in _entries(tokens):
        theirs = "message_type" in fields or any(name.startswith("author") for name in fields)
        _refuse_other(tokens, wanted, "chat-downloader" if theirs else "json")
        message = _chat_downloader(tokens, fields, zone) if theirs else _ours(tokens, fields, zone)
        if message is not None:
            yield message


def _refuse_other(tokens: "_Tokens", wanted: str | None, found: str) -> None:
    if wanted not in (None, found):
        raise tokens.invalid("other_format", f"this is no log of the format {wanted}, but looks like {found}.")


def _ours(tokens: "_Tokens", fields: Fields, zone: tzinfo) -> ChatMessage:
    timestamp = moment(tokens.place, fields.get("timestamp"), zone)
    return checked(tokens.place, timestamp, fields.get("username"), fields.get("user_id"), fields.get("message"))


def _twitch(tokens: "_Tokens", fields: Fields, started: str | None, zone: tzinfo) -> ChatMessage | None:
    """None where the account is gone, and with it who it was."""
    name = fields.get("commenter.name") or fields.get("commenter.display_name")
    if name is None:
        return None
    if fields.get("created_at") is not None:
        timestamp = moment(tokens.place, fields["created_at"], zone)
    else:
        timestamp = _offset(tokens, started, fields.get("content_offset_seconds"))
    return checked(tokens.place, timestamp, name, fields.get("commenter._id"), fields.get("message.body", ""))


def _offset(tokens: "_Tokens", started: str | None, seconds: object) -> str:
    if started is None or isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise tokens.invalid(
            "stream_start_missing", "it has no created_at, and no video before it tells when the stream began."
        )
    try:
        return later(started, seconds=seconds)
    except (ValueError, OverflowError):
        raise tokens.invalid("time_invalid", "its content_offset_seconds can't be.") from None


def _chat_downloader(tokens: "_Tokens", fields: Fields, zone: tzinfo) -> ChatMessage | None:
    """None for what nobody wrote."""
    name = fields.get("author.name") or fields.get("author.display_name")
    if name is None or fields.get("message") is None:
        return None
    timestamp = moment(tokens.place, fields.get("timestamp"), zone)
    return checked(tokens.place, timestamp, name, fields.get("author.id"), fields["message"])


def _entries(tokens: "_Tokens") -> Iterator[Fields]:
    """The objects of a list that has begun, as far as they matter."""
    for event, _ in tokens:
        if event == "end_array":
            return
        tokens.entry += 1
        if event != "start_map":
            raise tokens.invalid("no_object", "a message has to be an object.")
        yield _fields(tokens)


def _fields(tokens: "_Tokens") -> Fields:
    """What matters of an object or a list that has begun, by its path, to its end."""
    fields: Fields = {}
    path = [""]
    for event, value in tokens:
        if event == "map_key":
            path[-1] = value
        elif event in ("start_map", "start_array"):
            path.append("")
        elif event in ("end_map", "end_array"):
            path.pop()
            if not path:
                break
        elif len(path) <= 2 and (name := ".".join(path)) in _WANTED:
            fields[name] = value[: MESSAGE_LENGTH + MAX_NAME_LENGTH] if isinstance(value, str) else value
    return fields


class _Tokens(Iterator[tuple[str, Any]]):
    """The tokens of a file, with bounds for each of them and for their nesting. `entry` counts the messages begun."""

    def __init__(self, source: io.BufferedIOBase) -> None:
        self.entry = 0
        self._bytes = _Bytes(source, self)
        self._events = ijson.basic_parse(self._bytes, use_float=True)
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

    def finish(self) -> None:
        """Read on to the end of the file, where nothing may follow."""
        for _ in self:
            pass


# Text without half of a surrogate pair: the fast parser would make question marks of those.
_WHOLE = re.compile(rb"(?:[^\\]+|\\[^u]|\\u(?:[^dD]|[dD][0-7]|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]))*", re.DOTALL)
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_PAIR_BYTES = 12


class _Bytes:
    """The bytes for the parser, which would keep a token of any size; `unseen` were read since the last token."""

    def __init__(self, source: io.BufferedIOBase, tokens: _Tokens) -> None:
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
