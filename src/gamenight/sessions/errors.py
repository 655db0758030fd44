from gamenight.core.errors import BadRequest, NotFound


class SessionNotFound(NotFound):
    code = "session_not_found"


class SessionGameNotFound(NotFound):
    code = "session_game_not_found"


class SessionClosed(BadRequest):
    code = "session_closed"


class SessionStillActive(BadRequest):
    code = "session_still_active"


class ActiveSessionExists(BadRequest):
    code = "active_session_exists"


class NothingToUndo(BadRequest):
    code = "nothing_to_undo"
