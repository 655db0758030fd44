"""Whether a client can go on from where it was, decided in the snapshot that would answer it if not."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Connection

from gamenight.core import log
from gamenight.http.schemas import MAX_INTEGER
from gamenight.live.messages import ActiveSession, ResyncReason
from gamenight.sessions import queries as sessions
from gamenight.sessions.errors import SessionNotFound
from gamenight.sessions.events import SESSION_STARTED
from gamenight.sessions.schemas import SessionState


class Start(Struct, frozen=True):
    """Where a subscription begins: `after` this id, with `state` as of it where one was asked for or is needed."""

    position: log.Position
    after: int
    resync: ResyncReason | None
    state: SessionState | ActiveSession | None


def start_of_session(
    connection: Connection, session_id: int, since: Any, stream: str | None, *, snapshot: bool
) -> Start:
    """Raises SessionNotFound, unless the client has not got the event of the session's deletion yet."""
    position = log.position(connection)
    resync = _why_not(since, stream, position)
    if resync == "since_too_old" and log.has_event(connection, session_id, SESSION_STARTED):
        resync = None  # what was removed from the log came before this session
    resumes = since is not UNSET and resync is None
    try:
        state = sessions.state(connection, session_id)
    except SessionNotFound:
        if not resumes or log.read_topic_after(connection, session_id, since, 1)[0] == []:
            raise
        return Start(position, since, None, None)
    if resumes and not snapshot:
        return Start(position, since, None, None)
    return Start(position, position.head, resync, state if snapshot or resync else None)


def start_of_everyone(connection: Connection, since: Any, stream: str | None) -> Start:
    position = log.position(connection)
    resync = _why_not(since, stream, position)
    if resync is None:
        return Start(position, position.head if since is UNSET else since, None, None)
    return Start(position, position.head, resync, ActiveSession(sessions.active_session(connection)))


def _why_not(since: int | UnsetType, stream: str | None, position: log.Position) -> ResyncReason | None:
    if since is UNSET:
        return None
    if type(since) is not int or not 0 <= since <= MAX_INTEGER:
        return "since_invalid"
    if stream is not None and stream != position.stream:
        return "stream_changed"
    if since > position.head:
        return "since_ahead"
    if since < position.pruned_through:
        return "since_too_old"
    return None
