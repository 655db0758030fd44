"""Routes for the pages: what they have to know of the server."""

from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import segno
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from gamenight.auth.tokens import Scope
from gamenight.http.address import is_loopback
from gamenight.web.address import play_address


class ServerAddress(Struct, frozen=True):
    """The address of this server, as it is configured."""

    public_url: str | None
    listens_on: str


class PlayAddress(Struct, frozen=True):
    """Where phones find the phone page. Not `reachable`: only this machine finds it there."""

    url: str
    reachable: bool


class PhonePageFacts(Struct, frozen=True, rename="camel"):
    """Facts for the phone page that are not of the night.

    `join_url` is where players type a room's code; `vote_grace_seconds` is how long after its end a game can be voted
    on.
    """

    join_url: str
    vote_grace_seconds: float


def web_routes(server_address: ServerAddress, facts: PhonePageFacts) -> list[HTTPRouteHandler]:
    @get("/play", scope=Scope.PUBLIC, sync_to_thread=False)
    def tell_play() -> PhonePageFacts:
        """Facts for the phone page that are not of the night."""
        return facts

    @get("/play-address", scope=Scope.PUBLIC, sync_to_thread=False)
    def tell_play_address(request: Request[Any, Any, Any]) -> PlayAddress:
        """The address of the phone page, as phones have to type it."""
        url = _url(request, server_address)
        return PlayAddress(url, reachable=not is_loopback(urlsplit(url).netloc))

    @get("/play-address/qr.svg", scope=Scope.PUBLIC, sync_to_thread=False, media_type="image/svg+xml")
    def draw_play_address(request: Request[Any, Any, Any]) -> Response[bytes]:
        """The address of the phone page as a QR code, black on white."""
        drawing = BytesIO()
        segno.make(_url(request, server_address), error="m", micro=False).save(
            drawing, kind="svg", border=3, dark="#000", light="#fff", xmldecl=False, omitsize=True
        )
        return Response(drawing.getvalue(), media_type="image/svg+xml")

    return [tell_play, tell_play_address, draw_play_address]


def _url(request: Request[Any, Any, Any], server_address: ServerAddress) -> str:
    return play_address(request.scope, public_url=server_address.public_url, listens_on=server_address.listens_on)
