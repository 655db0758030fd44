"""The names to which the server answers, and its own address as browsers write it."""

import pytest

from gamenight.core.errors import StartError
from gamenight.http.address import Address, HostInvalid, UnknownHost
from gamenight.settings import load
from tests.support.answers import code
from tests.support.clients import a_guest
from tests.support.server import ADMIN_KEY, Served, served


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: a name is refused before anything is asked."""
    return sqlite_database_url


LOCAL_NAMES = [
    "127.0.0.1",
    "[::1]:5000",
    "192.168.1.20:5000",
    "localhost",
    "nas:5000",
    "nas.local",
    "NAS.lan.",
    "games.example.org",
    "games.example.org:8443",
]


def test_the_server_answers_to_names_of_the_local_network_and_to_its_own(database_url: str) -> None:
    with served(database_url, public_url="https://games.example.org") as server, a_guest(server.url) as client:
        for said in LOCAL_NAMES:
            assert client.get("/health", headers={"Host": said}).status_code == 200, said


HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
}


def test_a_name_of_the_internet_that_was_pointed_here_is_refused(server: Served) -> None:
    with a_guest(server.url) as client:
        for said in ("evil.example", "127.0.0.1.evil.example:5000", "evil.local.example", "localhost.evil.example"):
            for path, headers in (("/health", {}), ("/api/sessions/live", HANDSHAKE)):
                refused = client.get(path, headers={"Host": said, **headers})
                assert code(refused) == (421, "unknown_host")
                assert "GAMENIGHT_PUBLIC_URL" in refused.json()["error"]


NAMES_OF_ROUTERS_AND_VPNS = ["games.fritz.box", "games.home", "nas.tail1234.ts.net", "games.example.org"]


def test_names_of_routers_and_vpns_are_allowed_by_one_setting_which_the_refusal_names(database_url: str) -> None:
    with served(database_url) as server, a_guest(server.url) as client:
        for name in NAMES_OF_ROUTERS_AND_VPNS:
            refused = client.get("/health", headers={"Host": f"{name}:5000"})
            assert code(refused) == (421, "unknown_host")
            assert f"add {name} to GAMENIGHT_ALLOWED_HOSTS" in refused.json()["error"]
    allowed = ", ".join([*NAMES_OF_ROUTERS_AND_VPNS[:-1], "Games.Example.ORG."])
    with served(database_url, allowed_hosts=allowed) as server, a_guest(server.url) as client:
        for name in NAMES_OF_ROUTERS_AND_VPNS:
            for host in (name, f"{name.upper()}:5000", f"{name}."):
                assert client.get("/health", headers={"Host": host}).status_code == 200, host
            page = {"Host": f"{name}:5000", "Origin": f"http://{name}:5000"}
            opened = client.post("/api/auth/session", json={"key": ADMIN_KEY}, headers=page)
            cookie = {"Cookie": opened.headers["set-cookie"].split(";")[0]}
            assert client.post("/api/auth/verify", headers=page | cookie).status_code == 200
            evil = page | cookie | {"Origin": "http://evil.example"}
            assert code(client.post("/api/auth/verify", headers=evil)) == (403, "csrf_refused")


@pytest.mark.parametrize(
    "said",
    [
        "evil.example",
        "fritz.box",
        "other.fritz.box",
        "a.games.fritz.box",
        "games.fritz.box.evil.example",
        "evilgames.fritz.box",
        "games.fritz.box@evil.example",
        "evil.example#games.fritz.box",
        "games.fritz.box,evil.example",
        "ts.net",
        "evil.tail1234.ts.net",
        "nas.tail1234.ts.net.evil.example:5000",
        "x" * 300 + ".example",
    ],
)
def test_a_name_beside_the_allowed_ones_that_was_pointed_here_is_refused(said: str) -> None:
    address = Address("https://games.example.org", ["games.fritz.box", "nas.tail1234.ts.net"])
    for known in ("games.fritz.box", "nas.tail1234.ts.net:443", "games.example.org"):
        address.check_host(known)
    for _again in range(2):
        with pytest.raises((HostInvalid, UnknownHost)) as refused:
            address.check_host(said)
        assert len(refused.value.sentence) < 600


@pytest.mark.parametrize("host", ["<script>alert(1)</script>.example", "a b.example", 'evil.example"}'])
def test_what_is_no_name_is_not_repeated(host: str) -> None:
    with pytest.raises(HostInvalid) as refused:
        Address(None).check_host(host)
    assert host not in refused.value.sentence


@pytest.mark.parametrize(
    "wrong", ["*", "*.ts.net", ".fritz.box", "http://games.home", "games.home:5000", "a..b", "x" * 64, "[::1]", "a/b"]
)
def test_only_whole_names_can_be_allowed(wrong: str) -> None:
    with pytest.raises(StartError, match="GAMENIGHT_ALLOWED_HOSTS"):
        load({"GAMENIGHT_ALLOWED_HOSTS": f"games.home,{wrong}"})


def test_a_name_that_is_not_ascii_is_allowed_as_browsers_send_it() -> None:
    assert load({"GAMENIGHT_ALLOWED_HOSTS": "spiele.müller.example"}).http.host_names == {
        "spiele.xn--mller-kva.example"
    }


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://games.example.org/", "https://games.example.org"),
        ("https://Games.example.org:443", "https://games.example.org"),
        ("http://games.example.org:8080", "http://games.example.org:8080"),
        ("http://[fd00::1]:80", "http://[fd00::1]"),
    ],
)
def test_the_origin_of_the_public_address_is_as_browsers_write_it(public_url: str, origin: str) -> None:
    address = Address(public_url)
    assert address.is_own_origin(origin, "127.0.0.1:5000")
    assert not address.is_own_origin(f"{origin}1", "127.0.0.1:5000")
    assert not Address(None).is_own_origin(origin, "127.0.0.1:5000")
    assert not Address(None).is_own_origin("http://", "")
