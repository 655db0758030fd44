"""Where a subscription begins, and whether a client can go on from where it was."""

from typing import Any, Generic, TypeVar

from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Connection

from gamenight.core import log
from gamenight.http.schemas import MAX_INTEGER
from gamenight.live.messages import ActiveSession, ResyncReason
from gamenight.live.moments import Moment
from gamenight.sessions import queries as sessions
from gamenight.sessions.errors import SessionNotFound
from gamenight.sessions.events import SESSION_STARTED
from gamenight.sessions.schemas import SessionState

State = TypeVar("State", SessionState, ActiveSession)


class Start(Struct, Generic[State], frozen=True):
    """Where a subscription begins: `after` this id. `snapshot` is the moment of the state as of it, if one was asked
    for; `state` is what a client holds from there on that can't go on from where it was."""

    position: log.Position
    after: int
    snapshot: Moment | None = None
    resync: ResyncReason | None = None
    state: State | None = None


def start_at(moment: Moment, since: Any, stream: str | None, *, snapshot: bool = False) -> Start[Any] | None:
    """The start of a client that can begin at a moment; None for one that can't, which the log has to tell why."""
    if _why_not(since, stream, moment.position) is not None:
        return None
    if moment.state is None and moment.topic != log.EVERYONE:
        return None
    if snapshot:
        return Start(moment.position, moment.position.head, moment)
    return Start(moment.position, moment.position.head if since is UNSET else since)


def start_of_session(
    connection: Connection, session_id: int, since: Any, stream: str | None, *, snapshot: bool
) -> Start[SessionState]:
    """Raises SessionNotFound, unless the session's deletion is what the client has still to hear of."""
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
        return Start(position, since)
    if resync is not None:
        return Start(position, position.head, None, resync, state)
    if snapshot:
        return Start(position, position.head, Moment(session_id, position, state))
    return Start(position, since if resumes else position.head)


def start_of_everyone(connection: Connection, since: Any, stream: str | None) -> Start[ActiveSession]:
    position = log.position(connection)
    resync = _why_not(since, stream, position)
    if resync is None:
        return Start(position, position.head if since is UNSET else since)
    return Start(position, position.head, None, resync, ActiveSession(sessions.active_session(connection)))


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
