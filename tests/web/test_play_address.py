import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gamenight.core.errors import StartError
from gamenight.http.address import is_loopback
from gamenight.settings import load
from tests.support.clients import a_guest
from tests.support.server import Process, Served, served


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind of database is enough here: none has a say in the address of the phones."""
    return sqlite_database_url


def test_phones_are_told_the_address_by_which_the_page_was_opened(server: Served) -> None:
    with a_guest(server.url) as omar:
        for host in ("192.168.1.5:5000", "games.local", "[2001:db8::5]:5000"):
            answer = omar.get("/api/play-address", headers={"Host": host})
            assert answer.json() == {"url": f"http://{host}/play", "reachable": True}


def test_an_address_that_only_this_machine_reaches_is_called_so(server: Served) -> None:
    with a_guest(server.url) as omar:
        assert omar.get("/api/play-address").json() == {"url": f"{server.url}/play", "reachable": False}


def test_a_server_for_the_network_tells_its_address_there(tmp_path: Path) -> None:
    # A process of its own: the tests' own may not even look which address it has in a network.
    server = Process("--lan", "--data-dir", str(tmp_path))
    with a_guest(server.url) as omar:
        answer = omar.get("/api/play-address").json()
    server.terminate()
    ask = "from gamenight.web.address import lan_address; print(lan_address() or '')"
    lan = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    here = f"http://{lan}:{server.port}" if lan else server.url
    assert answer == {"url": f"{here}/play", "reachable": bool(lan)}


def test_the_public_address_goes_before_all_others(database_url: str) -> None:
    with served(database_url, public_url="https://games.example.org/") as server, a_guest(server.url) as omar:
        assert omar.get("/api/play-address").json() == {"url": "https://games.example.org/play", "reachable": True}


def test_a_host_that_is_none_is_not_repeated(server: Served) -> None:
    with a_guest(server.url) as omar:
        for host in ('"><script>', "a b", "evil.example/path?", "user@evil.example", "x" * 300):
            answer = omar.get("/api/play-address", headers={"Host": host})
            here = {"url": f"http://localhost:{server.port}/play", "reachable": False}
            assert answer.status_code in (400, 421) or answer.json() == here, host


def test_the_qr_code_is_a_drawing_of_that_address(server: Served) -> None:
    with a_guest(server.url) as omar:
        response = omar.get("/api/play-address/qr.svg")
        assert response.headers["content-type"] == "image/svg+xml"
        drawing = ElementTree.fromstring(response.text)
        assert re.fullmatch(r"0 0 (\d+) \1", drawing.attrib["viewBox"])
        other = omar.get("/api/play-address/qr.svg", headers={"Host": "games.local"})
        assert other.text != response.text


@pytest.mark.parametrize("address", ["localhost", "localhost:5000", "127.0.0.1:80", "[::1]:5000", "a.localhost"])
def test_loopback_by_any_name_is_loopback(address: str) -> None:
    assert is_loopback(address)
    assert not is_loopback(f"x{address.replace('[::1]', 'y')}.example.org".replace(":", ""))


def test_a_public_address_has_to_be_one() -> None:
    for wrong in ("games.example.org", "ftp://games.example.org", "https://games.example.org/sub"):
        with pytest.raises(StartError, match="GAMENIGHT_PUBLIC_URL"):
            load({}, public_url=wrong)


def test_a_variable_of_the_build_does_not_stop_the_server() -> None:
    assert load({"GAMENIGHT_SKIP_PAGES": "1"}) == load({})
