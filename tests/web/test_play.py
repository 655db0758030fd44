import pytest

from gamenight.core.errors import StartError
from gamenight.settings import load
from tests.support.clients import a_guest
from tests.support.server import Served, served


def test_phones_are_told_where_a_room_code_is_typed_and_how_long_a_vote_is_taken(server: Served) -> None:
    with a_guest(server.url) as omar:
        assert omar.get("/api/play").json() == {"joinUrl": "https://jackbox.tv", "voteGraceSeconds": 20}


def test_a_host_may_name_another_page_for_room_codes_and_another_grace(database_url: str) -> None:
    url = "http://games.example.org:8080/join?from=gamenight"
    with served(database_url, join_url=url, vote_grace_seconds=1.5) as server, a_guest(server.url) as omar:
        assert omar.get("/api/play").json() == {"joinUrl": url, "voteGraceSeconds": 1.5}


@pytest.mark.parametrize(
    "wrong", ["jackbox.tv", "javascript:alert(1)", "https://", "https://a:b@jackbox.tv", "https://jackbox.tv:x"]
)
def test_what_is_no_page_stops_the_server_from_starting(wrong: str) -> None:
    with pytest.raises(StartError, match="GAMENIGHT_JOIN_URL"):
        load({}, join_url=wrong)
