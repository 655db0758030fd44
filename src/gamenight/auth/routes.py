from typing import Annotated, Any

from litestar import Request, Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from gamenight.auth.errors import WrongKey
from gamenight.auth.guards import claims_of
from gamenight.auth.keys import Credentials
from gamenight.auth.throttle import Throttle
from gamenight.auth.tokens import Scope, Tokens

TOKEN_SECONDS = 24 * 60 * 60


class Login(Struct, frozen=True):
    key: Annotated[str, Meta(max_length=256)]


class LoggedIn(Struct, frozen=True, rename="camel"):
    token: str
    message: str
    expires_in: str


class User(Struct, frozen=True, rename="camel"):
    role: str
    scope: str
    expires_at: int


class Verified(Struct, frozen=True):
    valid: bool
    user: User


@post("/login", status_code=200, scope=Scope.PUBLIC)
async def login(
    data: JSONBody[Login],
    request: Request[Any, Any, Any],
    credentials: NamedDependency[Credentials],
    tokens: NamedDependency[Tokens],
    throttle: NamedDependency[Throttle],
) -> LoggedIn:
    """Get a token for the admin key. It is good for 24 hours."""
    client = request.state.client
    throttle.check(client)
    if not credentials.is_admin_key(data.key):
        await throttle.failed(client)
        raise WrongKey("This is not the admin key. The server showed it at its first start.")
    token = tokens.issue("admin", Scope.ADMIN, TOKEN_SECONDS)
    return LoggedIn(token, "Logged in. Send the token as Authorization: Bearer <token>.", "24h")


@post("/verify", status_code=200, scope=Scope.ADMIN)
async def verify(request: Request[Any, Any, Any]) -> Verified:
    """Whether a token is valid, and what it may do."""
    claims = claims_of(request)
    return Verified(True, User(claims.subject, claims.scope.value, claims.expires_at))


router = Router("/api/auth", route_handlers=[login, verify], tags=["Auth"])
