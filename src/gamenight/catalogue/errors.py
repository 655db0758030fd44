from gamenight.core.errors import BadRequest, Conflict, NotFound


class GameNotFound(NotFound):
    code = "game_not_found"


class PackNotFound(NotFound):
    code = "pack_not_found"


class GameExists(Conflict):
    code = "game_exists"


class SymbolTaken(Conflict):
    code = "symbol_taken"


class GameInvalid(BadRequest):
    code = "game_invalid"
