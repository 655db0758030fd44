from gamenight.core.errors import BadRequest, Conflict, NotFound


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


class ChangeNotLast(Conflict):
    code = "change_not_last"


class NothingToUndo(BadRequest):
    code = "nothing_to_undo"
