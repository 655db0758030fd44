"""The messages of the WebSocket, in both directions, besides events."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct

from gamenight.http.schemas import MAX_INTEGER, Flag, WholeId, in_words, whole
from gamenight.live.soft import SoftMessage
from gamenight.sessions.schemas import Session, SessionState


class Auth(Struct, tag_field="type", tag="auth"):
    """Without a token the cookie counts that a page of this server sent when it connected."""

    token: str | None = None
    since: Any = UNSET
    stream: str | None = None


class _OfSession(Struct, rename="camel"):
    session_id: WholeId

    @property
    def session(self) -> int:
        """Raises BadRequest for a number that is no id."""
        return whole(self.session_id, "sessionId")


class Subscribe(_OfSession, tag_field="type", tag="subscribe"):
    since: Any = UNSET
    stream: str | None = None
    snapshot: Flag | None = None


class Unsubscribe(_OfSession, tag_field="type", tag="unsubscribe"):
    pass


class Ping(Struct, tag_field="type", tag="ping"):
    pass


ClientMessage = Auth | Subscribe | Unsubscribe | Ping
_decoder: msgspec.json.Decoder[ClientMessage | SoftMessage] = msgspec.json.Decoder(ClientMessage | SoftMessage)


def parse(text: str) -> ClientMessage | SoftMessage:
    """A client's message; raises ValueError with a sentence for one that can't be understood."""
    try:
        message = _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        fault = in_words(str(error))
        raise ValueError(f"This was not understood: {fault}. Known: auth, subscribe, unsubscribe, ping.") from None
    if isinstance(message, Auth | Subscribe):
        message.since = _read_since(message.since)
    return message


def _read_since(since: Any) -> Any:
    """The id of an event as clients of any language write it; null is none. What is no number stays as it is."""
    if since is None:
        return UNSET
    if isinstance(since, str) and since.isascii() and since.isdecimal() and len(since) <= len(str(MAX_INTEGER)):
        return int(since)
    if isinstance(since, float) and since.is_integer():
        return int(since)
    return since


class AuthSuccess(Struct, tag_field="type", tag="auth_success"):
    message: str = "Authenticated"


class AuthError(Struct, tag_field="type", tag="auth_error"):
    message: str


class Hello(Struct, tag_field="type", tag="hello", rename="camel"):
    """The log's name and newest id; seconds between the server's pings; bytes of the largest message it takes."""

    stream: str
    head: int
    heartbeat: float
    max_message: int
    auth_timeout: float
    server: str


class Subscribed(Struct, tag_field="type", tag="subscribed", rename="camel"):
    session_id: int
    message: str
    stream: str


class Unsubscribed(Struct, tag_field="type", tag="unsubscribed", rename="camel"):
    session_id: int
    message: str


class Pong(Struct, tag_field="type", tag="pong"):
    pass


class Error(Struct, tag_field="type", tag="error"):
    """`code` is one of the API's, or `not_understood`."""

    message: str
    code: str


class Ignored(Struct, tag_field="type", tag="ignored"):
    """A message of the type `of` was heard, and nothing was done. It counts for nothing."""

    of: str
    message: str


class Snapshot(Struct, tag_field="type", tag="snapshot", rename="camel"):
    """A session's state, and the id of the last event that is in it."""

    session_id: int
    id: int
    stream: str
    data: SessionState


class ActiveSession(Struct):
    session: Session | None

    def shown(self, *, notes: bool) -> "ActiveSession":
        """As it is shown to those who may read notes, or may not."""
        return ActiveSession(None if self.session is None else self.session.shown(notes=notes))


ResyncReason = Literal["stream_changed", "since_invalid", "since_ahead", "since_too_old"]


class Resync(Struct, tag_field="type", tag="resync", rename="camel"):
    """The client's place in a session's events is of no use; what it should hold now, and the id at which that
    stands."""

    reason: ResyncReason
    id: int
    stream: str
    data: SessionState
    session_id: int


class ResyncOfEveryone(Struct, tag_field="type", tag="resync"):
    """The same of the events that everybody hears."""

    reason: ResyncReason
    id: int
    stream: str
    data: ActiveSession
