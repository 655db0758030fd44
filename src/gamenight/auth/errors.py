from gamenight.core.errors import Forbidden, TooManyRequests, Unauthorized


class TokenMissing(Unauthorized):
    code = "token_missing"


class WrongKey(Unauthorized):
    code = "wrong_key"


class TokenInvalid(Forbidden):
    code = "token_invalid"


class TokenExpired(Forbidden):
    code = "token_expired"


class ScopeMissing(Forbidden):
    code = "scope_missing"


class TooManyFailures(TooManyRequests):
    code = "too_many_failures"
