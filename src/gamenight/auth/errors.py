from gamenight.core.errors import BadRequest, Forbidden, NotFound, TooManyRequests, Unauthorized


class TokenMissing(Unauthorized):
    code = "token_missing"


class WrongKey(Unauthorized):
    code = "wrong_key"


class TokenRefused(Forbidden):
    """A token or a cookie that doesn't open this door."""


class TokenInvalid(TokenRefused):
    code = "token_invalid"


class TokenExpired(TokenRefused):
    code = "token_expired"


class TokenRevoked(TokenRefused):
    code = "token_revoked"


class ScopeMissing(TokenRefused):
    code = "scope_missing"


class CsrfRefused(Forbidden):
    """A page that is not ours tried to write with the cookies of its visitor."""

    code = "csrf_refused"


class HttpsNeeded(Forbidden):
    """A browser would drop the cookie, which is for https only, and nobody would see why."""

    code = "https_needed"


class KeyOrToken(BadRequest):
    code = "key_or_token"


class TooManyFailures(TooManyRequests):
    code = "too_many_failures"


class TooManyDevices(TooManyRequests):
    code = "too_many_devices"


class TooManyTokens(BadRequest):
    code = "too_many_tokens"


class TokenNotFound(NotFound):
    code = "token_not_found"
