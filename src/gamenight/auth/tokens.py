"""Tokens: JWT, HS256, each with an expiry, an id and a scope (RFC 7519)."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum

import jwt
from msgspec import Struct

from gamenight.auth.errors import TokenExpired, TokenInvalid

ISSUER = "gamenight"
AUDIENCE = "gamenight"
LONGEST_TOKEN = 4096
CACHED_TOKENS = 4096
LEEWAY = 10


class Scope(StrEnum):
    """What a token may do, and what a route asks for."""

    PUBLIC = "public"
    """Asked for by routes that need no token; no token has it."""
    ADMIN = "admin"


class Claims(Struct, frozen=True):
    """What a token says; `expires_at` in seconds since the epoch."""

    subject: str
    scope: Scope
    token_id: str
    expires_at: int


class Tokens:
    """Issues and verifies tokens with one secret of at least 32 bytes."""

    def __init__(self, secret: bytes, *, now: Callable[[], float] = time.time) -> None:
        if len(secret) < 32:
            raise ValueError("a token secret has at least 32 bytes")
        self._secret = secret
        self._now = now
        self._verified: OrderedDict[str, Claims] = OrderedDict()

    def issue(self, subject: str, scope: Scope, seconds: int) -> str:
        now = int(self._now())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "scope": scope.value,
            "jti": secrets.token_hex(16),
            "iat": now,
            "exp": now + seconds,
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def verify(self, token: str) -> Claims:
        """What a token says; raises TokenInvalid or TokenExpired. Verifying costs more than all else, so it is kept."""
        claims = self._verified.get(token)
        if claims is None:
            claims = self._decode(token)
            self._verified[token] = claims
            if len(self._verified) > CACHED_TOKENS:
                self._verified.popitem(last=False)
        if claims.expires_at + LEEWAY <= self._now():
            self._verified.pop(token, None)
            raise TokenExpired("This token has expired. Log in again.")
        return claims

    def _decode(self, token: str) -> Claims:
        if len(token) > LONGEST_TOKEN:
            raise TokenInvalid("This is no token of this server. Log in to get one.")
        try:
            said = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                issuer=ISSUER,
                audience=AUDIENCE,
                # Expiry is checked against our own clock, for cached and new tokens alike.
                options={"require": ["exp", "iat", "sub", "jti", "scope"], "verify_exp": False, "verify_iat": False},
            )
            return Claims(said["sub"], Scope(said["scope"]), said["jti"], int(said["exp"]))
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError):
            raise TokenInvalid("This is no valid token of this server. Log in to get one.") from None
