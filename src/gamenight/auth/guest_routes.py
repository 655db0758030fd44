import secrets
from typing import Any

from litestar import Request, Response, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import UNSET

from gamenight.auth.callers import Callers
from gamenight.auth.cookies import GUEST_SECONDS
from gamenight.auth.errors import TokenMissing, TokenRefused
from gamenight.auth.guards import claims_of
from gamenight.auth.schemas import Guest, NewGuest, Nickname
from gamenight.auth.throttle import NewDevices
from gamenight.auth.tokens import DEVICE, Claims, Scope
from gamenight.core.text import clean_name

MAX_NICKNAME_LENGTH = 32


def guest_routes(callers: Callers) -> list[HTTPRouteHandler]:
    new_devices = NewDevices()

    @post("/", scope=Scope.PUBLIC, gives_cookie=True)
    async def become_guest(data: JSONBody[NewGuest], request: Request[Any, Any, Any]) -> Response[Guest]:
        """Take part as a guest, without an account. The answer sets a cookie for a year, by which this device is known
        again; a device that has one keeps it and gets the nickname."""
        if data.cookie:
            callers.cookies.check_is_kept(request.scope["headers"])
        known = _known_guest(request, callers) if data.cookie else None
        if known is None:
            new_devices.check(request.state.client)
        device = secrets.token_hex(16) if known is None else known.token_id
        before = None if known is None else known.name
        nickname = before if data.nickname is UNSET else data.nickname
        return _guest(device, nickname, callers, with_cookie=data.cookie)

    @get("/me", scope=Scope.GUEST)
    async def me(request: Request[Any, Any, Any]) -> Guest:
        """The guest whose token this is."""
        return Guest(claims_of(request).name)

    @patch("/me", scope=Scope.GUEST)
    async def rename_me(data: JSONBody[Nickname], request: Request[Any, Any, Any]) -> Response[Guest]:
        """Take another nickname, or none. Whoever sends a token gets a new one in the answer."""
        device = claims_of(request).token_id
        return _guest(device, data.nickname, callers, with_cookie=request.state.by_cookie)

    return [become_guest, me, rename_me]


def _known_guest(request: Request[Any, Any, Any], callers: Callers) -> Claims | None:
    try:
        return callers.by_cookie(request.scope["headers"], Scope.GUEST)
    except (TokenMissing, TokenRefused):
        return None


def _guest(device: str, name: str | None, callers: Callers, *, with_cookie: bool) -> Response[Guest]:
    nickname = clean_name(name or "", MAX_NICKNAME_LENGTH) or None
    token = callers.tokens.issue(f"{DEVICE}{device}", Scope.GUEST, GUEST_SECONDS, token_id=device, name=nickname)
    if with_cookie:
        return Response(Guest(nickname), cookies=[callers.cookies.guest(token)])
    return Response(Guest(nickname, token))
