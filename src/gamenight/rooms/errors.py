from gamenight.core.errors import BadRequest, Conflict, NotFound, Unavailable


class RoomCodeMissing(BadRequest):
    code = "room_code_missing"


class GameNotPlaying(BadRequest):
    code = "game_not_playing"


class GameNotSaid(BadRequest):
    code = "game_not_said"


class RoomNotFound(NotFound):
    code = "room_not_found"


class AppTagUnknown(NotFound):
    code = "app_tag_unknown"


class SeveralGamesFit(Conflict):
    code = "several_games_fit"


class RoomServiceUnavailable(Unavailable):
    code = "room_service_unavailable"
