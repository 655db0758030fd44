"""What slices bring, put together by the server."""

from contextlib import nullcontext

from litestar import get, post
from litestar.params import FromPath

from gamenight.auth.cookies import Cookies
from gamenight.auth.tokens import Scope
from gamenight.framework import framework
from gamenight.http.address import Address
from gamenight.http.route_options import handlers_of, paths_with
from gamenight.http.slices import Routes, Slice
from tests.support.server import Served


@get("/{night:int}/cake", scope=Scope.PUBLIC, sync_to_thread=False)
def read_cake(night: FromPath[int]) -> int:
    return night


@post("/{night:int}/cake", scope=Scope.PUBLIC, sync_to_thread=False, large=True)
def bake_cake(night: FromPath[int]) -> int:
    return night


@post("/cake", scope=Scope.PUBLIC, sync_to_thread=False, large=True)
def bake_plain_cake() -> None:
    return None


def test_two_slices_may_share_a_path_and_each_others_addresses() -> None:
    one = Slice(routes=[Routes("/nights", "Nights", [read_cake, bake_plain_cake])])
    other = Slice(routes=[Routes("/nights", "Nights", [bake_cake])])
    app = framework([one, other], Cookies(Address(None)), lambda _app: nullcontext())
    assert app.openapi_schema.paths is not None
    cake = app.openapi_schema.paths["/nights/{night}/cake"]
    assert cake.get is not None
    assert cake.post is not None


def test_a_route_says_itself_that_its_address_has_other_limits() -> None:
    brought = Slice(routes=[Routes("/nights", "Nights", [read_cake, bake_cake, bake_plain_cake])])
    app = framework([brought], Cookies(Address(None)), lambda _app: nullcontext())
    large = paths_with(app, "large")
    assert large.fullmatch("/nights/7/cake")
    assert large.fullmatch("/nights/cake")
    for other in ("/nights/x/cake", "/nights/7/cake/more", "/nights/7", "/more/nights/cake"):
        assert not large.fullmatch(other)
    assert not paths_with(app, "streamed").fullmatch("/nights/cake")


def test_no_route_waits_for_the_framework_to_inject_what_it_needs(server: Served) -> None:
    """Two injected values start a task group at each request, which costs more than the request itself."""
    handlers = [handler for _route, handler in handlers_of(server.app.litestar)]
    assert len(handlers) > 50
    assert [handler for handler in handlers if handler.resolve_dependencies()] == []
