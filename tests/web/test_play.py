import pytest

from gamenight.core.errors import StartError
from gamenight.settings import load
from tests.support.clients import a_guest
from tests.support.server import Served, served


def test_phones_are_told_where_a_room_code_is_typed(server: Served) -> None:
    with a_guest(server.url) as omar:
        assert omar.get("/api/play").json() == {"joinUrl": "https://jackbox.tv"}


def test_a_host_may_name_another_page_for_room_codes(database_url: str) -> None:
    url = "http://games.example.org:8080/join?from=gamenight"
    with served(database_url, join_url=url) as server, a_guest(server.url) as omar:
        assert omar.get("/api/play").json() == {"joinUrl": url}


@pytest.mark.parametrize(
    "wrong", ["jackbox.tv", "javascript:alert(1)", "https://", "https://a:b@jackbox.tv", "https://jackbox.tv:x"]
)
def test_what_is_no_page_stops_the_server_from_starting(wrong: str) -> None:
    with pytest.raises(StartError, match="GAMENIGHT_JOIN_URL"):
        load({}, join_url=wrong)
