"""Tokens: JWT, HS256, each with an expiry, an id and a scope (RFC 7519); and the one table of who may do what."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

import jwt
from msgspec import Struct

from gamenight.auth.errors import TokenExpired, TokenInvalid, TokenRevoked
from gamenight.auth.schemas import StoredToken

ISSUER = "gamenight"
AUDIENCE = "gamenight"
MAX_TOKEN_LENGTH = 4096
CACHED_TOKENS = 4096
LEEWAY = 10

ADMIN = "admin"
NAMED_TOKEN = "token:"  # noqa: S105, the beginning of a subject
DEVICE = "device:"


class Scope(StrEnum):
    """The permission of a token, and the one that a route requires. No token has one of the first three."""

    PUBLIC = "public"
    """No token is needed."""
    ANY = "any"
    """Any valid token will do."""
    LISTEN = "listen"
    """To follow live events."""

    ADMIN = "admin"
    HOST = "host"
    """Runs nights, but does not change what outlives them."""
    READ = "read"
    """Sees what is not public; for overlays."""
    VOTE = "vote"
    """Only votes, for others; for bots."""
    GUEST = "guest"
    """A person's device: follows live events, votes for itself."""


TOKEN_SCOPES = frozenset({Scope.ADMIN, Scope.HOST, Scope.READ, Scope.VOTE, Scope.GUEST})

SATISFIED_BY: dict[Scope, frozenset[Scope]] = {
    Scope.ANY: TOKEN_SCOPES,
    Scope.LISTEN: TOKEN_SCOPES - {Scope.VOTE},
    Scope.ADMIN: frozenset({Scope.ADMIN}),
    Scope.HOST: frozenset({Scope.ADMIN, Scope.HOST}),
    Scope.READ: frozenset({Scope.ADMIN, Scope.HOST, Scope.READ}),
    Scope.VOTE: frozenset({Scope.ADMIN, Scope.HOST, Scope.VOTE, Scope.GUEST}),
    Scope.GUEST: frozenset({Scope.GUEST}),
}
"""Which tokens satisfy a required scope. Only a device's token has the scope guest, not even the host's."""


def allows(held: Scope, required: Scope) -> bool:
    """Whether a token with the scope `held` passes a route that requires `required`."""
    return required is Scope.PUBLIC or held in SATISFIED_BY[required]


class Claims(Struct, frozen=True):
    """The claims of a token; `expires_at` in seconds since the epoch.

    `subject` is `admin`, `token:<id>` for a named token, or `device:<id>` for a guest; `name` is the token's name, or
    the guest's nickname.
    """

    subject: str
    scope: Scope
    token_id: str
    expires_at: int
    name: str | None = None

    @property
    def is_named_token(self) -> bool:
        return self.subject.startswith(NAMED_TOKEN)

    @property
    def row_id(self) -> int | None:
        """The id of a named token's row; None for other tokens."""
        return int(self.subject.removeprefix(NAMED_TOKEN)) if self.is_named_token else None


class Tokens:
    """Signs and verifies tokens with one secret of at least 32 bytes. `revoked` are the ids of revoked ones."""

    def __init__(self, secret: bytes, *, revoked: Iterable[str] = (), now: Callable[[], float] = time.time) -> None:
        if len(secret) < 32:
            raise ValueError("a token secret has at least 32 bytes")
        self._secret = secret
        self._now = now
        self._revoked = set(revoked)
        self._verified: OrderedDict[str, Claims] = OrderedDict()

    def issue(
        self, subject: str, scope: Scope, seconds: int, *, token_id: str | None = None, name: str | None = None
    ) -> str:
        """A new token, with an id of its own if none is given."""
        return self.sign(Claims(subject, scope, token_id or secrets.token_hex(16), int(self._now()) + seconds, name))

    def renew(self, claims: Claims, seconds: int) -> str:
        """The token again, under its id, for at most so many seconds from now: who revokes one revokes both."""
        ends = min(claims.expires_at, int(self._now()) + seconds)
        return self.sign(Claims(claims.subject, claims.scope, claims.token_id, ends, claims.name))

    def sign(self, claims: Claims) -> str:
        payload: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": claims.subject,
            "scope": claims.scope.value,
            "jti": claims.token_id,
            "iat": int(self._now()),
            "exp": claims.expires_at,
        }
        if claims.name is not None:
            payload["name"] = claims.name
        return jwt.encode(payload, self._secret, algorithm="HS256")

    def sign_named(self, stored: StoredToken) -> str:
        """The token of a row."""
        expires_at = int(datetime.fromisoformat(stored.expires_at).timestamp())
        return self.sign(Claims(f"{NAMED_TOKEN}{stored.id}", Scope(stored.scope), stored.jti, expires_at, stored.name))

    def verify(self, token: str) -> Claims:
        """The claims of a token; raises TokenInvalid, TokenRevoked or TokenExpired.

        Checking the signature costs more than all else, so its result is cached. Revocation and expiry are
        checked each time.
        """
        claims = self._verified.get(token)
        if claims is None:
            claims = self._decode(token)
            self._verified[token] = claims
            if len(self._verified) > CACHED_TOKENS:
                self._verified.popitem(last=False)
        if claims.token_id in self._revoked:
            raise TokenRevoked("This token was revoked. Ask the host for a new one.")
        if claims.expires_at + LEEWAY <= self._now():
            self._verified.pop(token, None)
            raise TokenExpired("This token has expired. Log in again.")
        return claims

    def revoke(self, token_id: str) -> None:
        """Refuse a token from now on."""
        self._revoked.add(token_id)

    def _decode(self, token: str) -> Claims:
        if len(token) > MAX_TOKEN_LENGTH:
            raise TokenInvalid("This is no token of this server. Log in to get one.")
        try:
            payload = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                issuer=ISSUER,
                audience=AUDIENCE,
                # Expiry is checked against our own clock, for cached and new tokens alike.
                options={"require": ["exp", "iat", "sub", "jti", "scope"], "verify_exp": False, "verify_iat": False},
            )
            return Claims(
                payload["sub"],
                _scope(payload["scope"]),
                payload["jti"],
                int(payload["exp"]),
                _name(payload.get("name")),
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError):
            raise TokenInvalid("This is no valid token of this server. Log in to get one.") from None


def _scope(value: str) -> Scope:
    scope = Scope(value)
    if scope not in TOKEN_SCOPES:
        raise ValueError("only routes require this scope")
    return scope


def _name(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("a name is text")
    return value
