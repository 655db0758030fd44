from collections.abc import Sequence

from gamenight.core.errors import BadRequest, Conflict, NotFound


class SessionNotFound(NotFound):
    code = "session_not_found"


class SessionGameNotFound(NotFound):
    code = "session_game_not_found"


class SessionClosed(BadRequest):
    code = "session_closed"


class SessionStillActive(BadRequest):
    code = "session_still_active"


class BulkRefused(BadRequest):
    """Some of the sessions to change are unknown, or active where they must not be."""

    code = "bulk_refused"

    def __init__(self, unknown: Sequence[int], active: Sequence[int]) -> None:
        reasons = []
        if unknown:
            reasons.append(f"There is no session {_listed(unknown)}.")
        if active:
            reasons.append(f"Session {_listed(active)} is active: close it first.")
        sentence = f"Nothing was changed. {' '.join(reasons)} Leave these out, or try again."
        super().__init__(sentence, details={"ids": [*unknown, *active], "unknown": unknown, "active": active})


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids))


class ActiveSessionExists(BadRequest):
    code = "active_session_exists"


class ChangeNotLast(Conflict):
    code = "change_not_last"


class NothingToUndo(BadRequest):
    code = "nothing_to_undo"
