"""Why the server closes a connection, for clients to act on by the range alone.

40xx: mend something first, don't come back by yourself. 41xx: come back, with a back-off. 42xx: come back soon and
resume. The others are RFC 6455's.
"""

from enum import IntEnum


class CloseCode(IntEnum):
    """A close code; `word` is what its reason begins with."""

    word: str
    meaning: str

    def __new__(cls, code: int, word: str, meaning: str) -> "CloseCode":
        member = int.__new__(cls, code)
        member._value_ = code
        member.word = word
        member.meaning = meaning
        return member

    BINARY = 1003, "binary", "A binary message came; only text is understood."
    KEEP_ALIVE = 1011, "keep-alive", "A ping of the server was not answered in time."
    RESTARTING = 1012, "restarting", "The server stops or restarts; the reason tells after how many seconds to return."
    NOT_UNDERSTOOD = 4000, "not-understood", "The twentieth message that was not understood."
    NOT_AUTHENTICATED = 4001, "not-authenticated", "The third wrong token, or three messages before `auth`."
    AUTH_TIMEOUT = 4002, "auth-timeout", "No valid token came in time."
    TOKEN_REVOKED = 4003, "token-revoked", "The token was revoked."
    TOKEN_EXPIRED = 4004, "token-expired", "The token has expired: get a new one, then resume."
    TOO_MANY_CONNECTIONS = 4100, "too-many-connections", "Too many connections of this token or address."
    TOO_MANY_MESSAGES = 4101, "too-many-messages", "More messages than allowed in a minute."
    TOO_SLOW = 4200, "too-slow", "The client did not read as fast as events came. Nothing is lost: resume."
    UNAVAILABLE = 4203, "unavailable", "The server could not read what the client is to be told. Come back and resume."
