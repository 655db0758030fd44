from gamenight.core.errors import BadRequest, Conflict, NotFound


class NoGameFits(NotFound):
    code = "no_game_fits"


class NoLiveCount(Conflict):
    code = "no_live_count"


class FactorsNotOfMode(BadRequest):
    code = "factors_not_of_mode"


class ReceiptInvalid(BadRequest):
    code = "receipt_invalid"


class ReceiptExpired(BadRequest):
    code = "receipt_expired"


class ReceiptOfOtherGame(BadRequest):
    code = "receipt_of_other_game"


class NoDrawKept(NotFound):
    code = "no_draw_kept"
