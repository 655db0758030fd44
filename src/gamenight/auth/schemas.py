"""Tokens, logins of browsers, and guests on the wire."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from gamenight.core.text import MAX_NAME_LENGTH
from gamenight.http.schemas import text

TokenScope = Literal["admin", "host", "read", "vote"]
"""The scopes of tokens with a name. A guest's token is made for one device alone."""

Key = Annotated[str, Meta(max_length=256)]


class Login(Struct, frozen=True):
    key: Key


class LoggedIn(Struct, frozen=True, rename="camel"):
    token: str
    message: str
    expires_in: str


class User(Struct, frozen=True, rename="camel"):
    """`role` and `scope` say the same; `name` is a token's name or a guest's nickname."""

    role: str
    scope: str
    expires_at: int
    subject: str
    name: str | None


class Verified(Struct, frozen=True):
    valid: bool
    user: User


class NewBrowserLogin(Struct, frozen=True):
    """One of the two."""

    key: Key | None = None
    token: Annotated[str, Meta(max_length=4096)] | None = None


class BrowserLogin(Struct, frozen=True):
    user: User | None


class NewToken(Struct, frozen=True):
    name: Annotated[str, text(MAX_NAME_LENGTH, min_length=1)]
    scope: TokenScope
    days: Annotated[int, Meta(ge=1, le=3650)] = 365


class NamedToken(Struct, frozen=True):
    """A token as it is listed: never the token itself. Those with `is_login` are of browsers that logged in with the
    admin key."""

    id: int
    name: str
    scope: TokenScope
    created_at: str
    expires_at: str
    last_used_at: str | None
    revoked_at: str | None
    is_login: int


class CreatedToken(NamedToken, frozen=True, kw_only=True):
    """The only answer with the token."""

    token: str


class StoredToken(NamedToken, frozen=True, kw_only=True):
    """A token as the server needs it to sign it."""

    jti: str
    is_login: int = 0  # the answers that an older version has kept lack it


class Nickname(Struct, frozen=True):
    nickname: Annotated[str, text(200)] | None = None


class NewGuest(Struct, frozen=True):
    """A nickname that is left out stays as it is. `cookie: false` is for programs that keep no cookies: the answer then
    holds the token."""

    nickname: Annotated[str, text(200)] | UnsetType | None = UNSET
    cookie: bool = True


class Guest(Struct, frozen=True, omit_defaults=True):
    nickname: str | None
    token: str | UnsetType = UNSET
