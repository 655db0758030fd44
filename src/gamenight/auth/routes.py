import logging
from contextlib import suppress
from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from gamenight.auth import actions, queries
from gamenight.auth.callers import Callers
from gamenight.auth.cookies import LOGIN_SECONDS
from gamenight.auth.errors import KeyOrToken, TokenMissing, TokenRefused, WrongKey
from gamenight.auth.guards import claims_of
from gamenight.auth.host_devices import HostDevices
from gamenight.auth.keys import Credentials
from gamenight.auth.schemas import BrowserLogin, LoggedIn, Login, NewBrowserLogin, User, Verified
from gamenight.auth.throttle import Throttle
from gamenight.auth.tokens import ADMIN, Claims, Scope, Tokens
from gamenight.core.database import Database
from gamenight.core.errors import Unavailable

logger = logging.getLogger(__name__)
TOKEN_SECONDS = 24 * 60 * 60


def auth_routes(
    database: Database, callers: Callers, credentials: Credentials, *, processes: int = 1
) -> list[HTTPRouteHandler]:
    """`processes` of the service share the limit of wrong keys."""
    throttle = Throttle(processes)
    host_devices = HostDevices(credentials.token_secret)

    def check_key(key: str, request: Request[Any, Any, Any]) -> None:
        device = host_devices.name_in(callers.cookies.sent_host_device(request.scope["headers"]))
        throttle.check(request.state.client, device)
        if not credentials.is_admin_key(key):
            throttle.failed(request.state.client, device)
            raise WrongKey("This is not the admin key. The server showed it at its first start.")

    def check_token(token: str, request: Request[Any, Any, Any]) -> Claims:
        # A valid token never waits, since nobody can guess one; wrong ones are counted to keep the noise down.
        try:
            return callers.by_token(token, Scope.HOST)
        except TokenRefused:
            device = host_devices.name_in(callers.cookies.sent_host_device(request.scope["headers"]))
            throttle.check(request.state.client, device)
            throttle.failed(request.state.client, device)
            raise

    @post("/login", status_code=200, scope=Scope.PUBLIC)
    async def login(data: JSONBody[Login], request: Request[Any, Any, Any]) -> LoggedIn:
        """Get a token for the admin key. It is good for 24 hours."""
        check_key(data.key, request)
        token = callers.tokens.issue(ADMIN, Scope.ADMIN, TOKEN_SECONDS)
        return LoggedIn(token, "Logged in. Send the token as Authorization: Bearer <token>.", "24h")

    @post("/verify", status_code=200, scope=Scope.ANY)
    async def verify(request: Request[Any, Any, Any]) -> Verified:
        """Whether a token is valid, and what it may do."""
        return Verified(True, _user(claims_of(request)))

    @post("/session", status_code=200, scope=Scope.PUBLIC, gives_cookie=True)
    async def log_in_browser(
        data: JSONBody[NewBrowserLogin], *, request: Request[Any, Any, Any]
    ) -> Response[BrowserLogin]:
        """Log a browser in, with the admin key or with a token of the scope admin or host. The answer sets a cookie for
        12 hours, which takes the place of a token, and one by which the device is known when others guess keys."""
        headers = request.scope["headers"]
        callers.cookies.check_is_kept(headers)
        claims: Claims | None = None
        if data.key is not None and data.token is None:
            check_key(data.key, request)
            token = await _logged_in(callers.tokens, database)
        elif data.token is not None and data.key is None:
            claims = check_token(data.token, request)
            token = callers.tokens.renew(claims, LOGIN_SECONDS)
        else:
            raise KeyOrToken("Send either the admin key or a token: one of them.")
        known = callers.cookies.sent_host_device(headers)
        device = known if known and host_devices.name_in(known) else host_devices.new(claims)
        cookies = [callers.cookies.login(token), callers.cookies.host_device(device)]
        return Response(BrowserLogin(_user(callers.tokens.verify(token))), cookies=cookies)

    @get("/session", scope=Scope.PUBLIC)
    async def read_login(request: Request[Any, Any, Any]) -> BrowserLogin:
        """The login of this browser, or null."""
        try:
            claims = callers.by_cookie(request.scope["headers"], Scope.HOST)
        except (TokenMissing, TokenRefused):
            return BrowserLogin(None)
        return BrowserLogin(_user(claims))

    @delete("/session", status_code=200, scope=Scope.PUBLIC, gives_cookie=True)
    async def log_out_browser(request: Request[Any, Any, Any]) -> Response[BrowserLogin]:
        """Log this browser out. A cookie that the admin key opened is refused from now on, whoever has a copy of it."""
        with suppress(TokenMissing, TokenRefused):
            await _log_out(callers.by_cookie(request.scope["headers"], Scope.HOST), callers.tokens, database)
        return Response(BrowserLogin(None), cookies=[callers.cookies.no_login()])

    return [login, verify, log_in_browser, read_login, log_out_browser]


async def _logged_in(tokens: Tokens, database: Database) -> str:
    try:
        return tokens.sign_named(await database.write(actions.log_in))
    except Unavailable:
        # A full disk must not keep the host from looking, exporting and deleting.
        return tokens.issue(ADMIN, Scope.ADMIN, LOGIN_SECONDS)


async def _log_out(claims: Claims, tokens: Tokens, database: Database) -> None:
    """Revoke a browser's own token; one that was made for other uses, too, stays good."""
    if claims.row_id is None or not await database.read(queries.is_login, claims.row_id):
        return
    tokens.revoke(claims.token_id)
    try:
        await database.write(actions.revoke_token, claims.row_id)
    except Unavailable as error:
        # The browser forgets it all the same, and this process refuses it as long as it runs.
        logger.warning("A login that ended could not be noted as revoked: %s", error.sentence)


def _user(claims: Claims) -> User:
    return User(claims.scope.value, claims.scope.value, claims.expires_at, claims.subject, claims.name)
