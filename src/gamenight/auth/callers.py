"""Identifies callers: by the token of a header or a message, or by a cookie."""

from gamenight.auth.cookies import Cookies
from gamenight.auth.errors import ScopeMissing, TokenMissing, TokenRefused
from gamenight.auth.last_use import LastUse
from gamenight.auth.tokens import Claims, Scope, Tokens, allows
from gamenight.http.headers import Headers, headers_named

BEARER = "bearer "


class Callers:
    """Identifies callers and checks their scope. Its methods raise TokenMissing or a TokenRefused."""

    def __init__(self, tokens: Tokens, cookies: Cookies, last_use: LastUse) -> None:
        self.cookies = cookies
        self.tokens = tokens
        self.last_use = last_use

    def by_token(self, token: str, required: Scope) -> Claims:
        claims = self.tokens.verify(token)
        refuse_without(claims, required)
        self.last_use.note(claims)
        return claims

    def by_cookie(self, headers: Headers, required: Scope) -> Claims:
        """Where both cookies have the required scope, a vote counts as the device's, and all else as the login's."""
        sent = self.cookies.sent_by_own_page(headers)
        if required in (Scope.VOTE, Scope.GUEST):
            sent = sent[::-1]
        refusal: TokenRefused | None = None
        for token in filter(None, sent):
            try:
                return self.by_token(token, required)
            except TokenRefused as error:
                refusal = refusal or error
        raise refusal or TokenMissing("This needs a token: send the header Authorization: Bearer <token>.")

    def may(self, headers: Headers, required: Scope) -> bool:
        """Whether the caller of a public route has a scope that lets them see more."""
        try:
            token = bearer_token(headers)
            self.by_cookie(headers, required) if token is None else self.by_token(token, required)
        except (TokenMissing, TokenRefused):
            return False
        return True

    def may_read(self, headers: Headers) -> bool:
        """Whether the caller of a public route may see what is not public, such as the notes of nights."""
        return self.may(headers, Scope.READ)

    def listener(self, token: str | None, handshake: Headers) -> Claims:
        """The claims of a live client. A page's cookie counts only if the page is ours: its browser sends the cookie
        for any page."""
        if token is not None:
            return self.by_token(token, Scope.LISTEN)
        if not self.cookies.is_own_page(handshake):
            raise TokenMissing("Send a token. Without one only the server's own pages may listen, by their cookie.")
        return self.by_cookie(handshake, Scope.LISTEN)


def refuse_without(claims: Claims, required: Scope) -> None:
    """Raises ScopeMissing where a token has not the scope that is required."""
    if not allows(claims.scope, required):
        raise ScopeMissing(f"This needs a token with the scope {required}; yours has {claims.scope}.")


def bearer_token(headers: Headers) -> str | None:
    """The token of the Authorization header."""
    for value in headers_named(headers, b"authorization"):
        if value[: len(BEARER)].lower() == BEARER:
            return value[len(BEARER) :].strip() or None
    return None
