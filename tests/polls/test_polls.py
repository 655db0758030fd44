"""The room chooses what comes next: polls over the API, on the WebSocket, and through a restart."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamenight.core.clock import later
from gamenight.core.database import Database
from gamenight.polls import actions
from gamenight.polls.actions import Card
from gamenight.polls.schemas import NewPollVote
from gamenight.sessions import actions as sessions
from gamenight.settings import load
from gamenight.store import open_database, open_store
from tests.conftest import Look, Meddle
from tests.support.clients import Host, Listener, a_guest, a_token
from tests.support.patience import wait_until
from tests.support.server import Served, served, sqlite_url


class Room:
    """A night in which polls are held."""

    def __init__(self, hana: Host) -> None:
        self.hana = hana
        self.id: int = hana.a_session()["id"]
        self.path = f"/api/sessions/{self.id}"

    def start(self, **wanted: Any) -> dict[str, Any]:
        return self.hana.ok(self.hana.post(f"{self.path}/voting/start", json=wanted))

    def vote(self, username: str, **choice: Any) -> httpx.Response:
        return self.hana.post(f"{self.path}/voting/votes", json={"username": username, **choice})

    def end(self, delay: int = 0) -> dict[str, Any]:
        return self.hana.ok(self.hana.post(f"{self.path}/voting/end", json={"delay": delay}))

    def poll(self) -> dict[str, Any]:
        poll: dict[str, Any] = self.hana.get(f"{self.path}/voting").json()["poll"]
        return poll

    def next_game(self) -> int | None:
        game = self.hana.get(self.path).json()["next_game"]
        return None if game is None else game["game_id"]


@pytest.fixture(scope="module")
def sqlite_database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("polls")
    shutil.copy(sqlite_template, folder / "gamenight.db")
    with open_store(load({}, database_url=sqlite_url(folder))) as opened:
        yield opened


@pytest.fixture
def room(hana: Host) -> Room:
    return Room(hana)


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["error"]


def votes_of(poll: dict[str, Any]) -> list[int]:
    return [option["votes"] for option in poll["options"]]


def test_the_room_votes_and_what_won_comes_next(server: Served, hana: Host, room: Room) -> None:
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(room.id)
        poll = room.start(gameIds=[7, 20, 21])
        titles = [hana.get(f"/api/games/{game_id}").json()["title"] for game_id in (7, 20, 21)]
        assert [(each["gameId"], each["label"]) for each in poll["options"]] == [
            *zip((7, 20, 21), titles, strict=True),
            (0, "Something else"),
        ]
        told = bix.receive_until("poll.start")["data"]
        assert (told["sessionId"], told["pollStartedAt"], told["endsAt"]) == (
            room.id,
            poll["startedAt"],
            poll["endsAt"],
        )
        assert told["options"] == poll["options"]
        symbol = hana.get("/api/games/20").json()["symbol"]
        assert hana.ok(room.vote("pia", option=2))["changed"] is True
        hana.ok(room.vote("omar", gameId=20))
        hana.ok(room.vote("bob", ticker=symbol))
        hana.ok(room.vote("ann", option=4))
        assert votes_of(room.poll()) == [0, 3, 0, 1]
        leading = bix.receive_until("poll.leading")["data"]
        while leading["votes"] < 3:
            leading = bix.receive_until("poll.leading")["data"]
        assert (leading["sessionId"], leading["gameId"], leading["label"]) == (room.id, 20, titles[1])
        ended = room.end()
        assert (ended["winnerGameId"], ended["winnerLabel"], ended["decidedBy"]) == (20, titles[1], "votes")
        told = bix.receive_until("voting.ended")["data"]
        assert (told["winnerGameId"], told["winnerLabel"], told["winnerVotes"]) == (20, titles[1], 3)
        assert [option["votes"] for option in told["options"]] == [0, 3, 0, 1]
        assert bix.receive_until("game.picked")["data"] == {
            "sessionId": room.id,
            "gameId": 20,
            "label": titles[1],
            "source": "poll",
        }
    assert room.next_game() == 20
    refused(room.vote("late", option=1), 404, "no_poll")


def test_where_something_else_wins_nothing_comes_next(hana: Host, room: Room) -> None:
    hana.ok(hana.patch(room.path, json={"next_game_id": 7}))
    room.start(gameIds=[20, 21])
    hana.ok(room.vote("pia", gameId=0))
    assert (room.end()["winnerGameId"], room.next_game()) == (0, None)


def test_each_person_has_one_vote_which_they_may_change(server: Served, hana: Host, room: Room) -> None:
    room.start(gameIds=[7, 20])
    hana.ok(room.vote("pia", option=1, userId="42"))
    assert hana.ok(room.vote("Pia", option=1, userId=42))["changed"] is False
    assert votes_of(hana.ok(room.vote("pia_renamed", option=2, userId="42"))["poll"]) == [0, 1, 0]
    hana.ok(room.vote("pia", option=1))  # somebody of that name, who has no id
    with a_guest(server.url) as phone:
        phone.headers["Authorization"] = f"Bearer {a_token(hana, 'guest')}"
        own = f"/api/guests/me/poll-vote?session_id={room.id}"
        assert phone.get(own).json() == {"pollId": room.poll()["id"], "option": None}
        assert phone.post(f"{room.path}/voting/votes", json={"option": 3}).status_code == 200
        assert votes_of(phone.post(f"{room.path}/voting/votes", json={"option": 2}).json()["poll"]) == [1, 2, 0]
        assert phone.get(own).json()["option"] == 2
        refused(phone.post(f"{room.path}/voting/start", json={}), 403, "scope_missing")


def test_cards_come_from_the_draw_unless_a_host_names_them(hana: Host, room: Room) -> None:
    poll = room.start(count=4, seconds=None)
    ids = [option["gameId"] for option in poll["options"]]
    assert len(set(ids)) == 5
    assert ids[-1] == 0
    assert poll["endsAt"] is None
    refused(hana.post(f"{room.path}/voting/start", json={}), 409, "poll_running")
    room.end()
    refused(hana.post(f"{room.path}/voting/start", json={"gameIds": [9999]}), 404, "game_not_found")
    refused(hana.post(f"{room.path}/voting/start", json={"rule": "loudest"}), 400, "invalid_request")
    refused(hana.post("/api/sessions/999/voting/start", json={}), 404, "session_not_found")


def test_what_is_no_choice_is_refused_and_counts_nothing(hana: Host, room: Room) -> None:
    refused(room.vote("pia", option=1), 404, "no_poll")
    room.start(gameIds=[7, 20])
    refused(room.vote("pia", option=4), 400, "no_such_option")
    refused(room.vote("pia", gameId=21), 400, "no_such_option")
    refused(room.vote("pia", symbol="ZZZZ"), 400, "no_such_option")
    refused(room.vote("pia"), 400, "one_choice")
    refused(room.vote("pia", option=1, gameId=7), 400, "one_choice")
    refused(room.vote("pia", option=1, game=7), 400, "unknown_field")
    refused(hana.post(f"{room.path}/voting/votes", json={"option": 1}), 400, "username_missing")
    assert votes_of(room.poll()) == [0, 0, 0]


def test_an_end_with_a_delay_can_be_cancelled(server: Served, hana: Host, room: Room) -> None:
    refused(hana.post(f"{room.path}/voting/end", json={}), 404, "no_poll")
    poll = room.start(gameIds=[7, 20], seconds=600)
    refused(hana.post(f"{room.path}/voting/cancel-end"), 409, "poll_not_ending")
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(room.id)
        ending = room.end(delay=300)
        assert ending["isEnding"] is True
        assert poll["startedAt"] < ending["endsAt"] < poll["endsAt"]
        assert bix.receive_until("poll.ending")["data"]["endsAt"] == ending["endsAt"]
        again = hana.ok(hana.post(f"{room.path}/voting/cancel-end"))
        assert (again["isEnding"], again["endsAt"]) == (False, poll["endsAt"])
        assert bix.receive_until("poll.ending.cancelled")["data"]["endsAt"] == poll["endsAt"]
        assert room.poll()["closedAt"] is None


def test_a_host_may_overrule_the_room_and_dismiss_what_comes_next(server: Served, hana: Host, room: Room) -> None:
    room.start(gameIds=[7, 20])
    hana.ok(room.vote("pia", option=1))
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(room.id)
        chosen = hana.ok(hana.post(f"{room.path}/game-selection", json={"game_id": 21}))
        assert chosen["session"]["next_game"]["game_id"] == 21
        told = bix.receive_until("voting.ended")["data"]
        assert (told["winnerGameId"], told["decidedBy"]) == (21, "host")
        assert bix.receive_until("game.picked")["data"]["source"] == "host"
        assert hana.ok(hana.delete(f"{room.path}/game-selection"))["session"]["next_game"] is None
        assert bix.receive_until("game.dismissed")["data"]["gameId"] == 21
    refused(hana.delete(f"{room.path}/game-selection"), 404, "nothing_selected")


def test_a_poll_ends_by_itself_also_when_its_time_was_over_while_the_server_was_down(
    database_url: str, meddle: Meddle
) -> None:
    with served(database_url) as first, Host(first.url) as hana:
        room = Room(hana)
        room.start(gameIds=[7, 20], seconds=600)
        hana.ok(room.vote("pia", option=2))
    with served(database_url) as second, Host(second.url) as hana:
        room.hana = hana
        assert votes_of(hana.ok(room.vote("omar", option=2))["poll"]) == [0, 2, 0]
    meddle("UPDATE polls SET ends_at = started_at")
    with served(database_url) as third, Host(third.url) as hana:
        room.hana = hana
        wait_until(lambda: room.poll()["closedAt"] is not None, "the poll has ended")
        assert room.poll()["winnerGameId"] == room.next_game() == 20


def test_the_time_of_a_poll_runs_out(sqlite_database_url: str) -> None:
    with served(sqlite_database_url) as server, Host(server.url) as hana:
        room = Room(hana)
        room.start(gameIds=[7, 20], seconds=5)
        hana.ok(room.vote("pia", option=1))
        wait_until(lambda: room.poll()["closedAt"] is not None, "the poll has ended")
        assert (room.poll()["winnerGameId"], room.poll()["decidedBy"]) == (7, "votes")


def test_a_poll_ends_by_the_clock_that_set_its_end_though_the_machine_s_was_set_back(sqlite_database_url: str) -> None:
    with served(sqlite_database_url) as server, Host(server.url) as hana:
        clock = server.app.runtime.database.clock
        clock.go_on_from(later(clock.now(), hours=1))  # an hour ahead of the machine, as after that
        room = Room(hana)
        room.start(gameIds=[7, 20], seconds=5)
        told = hana.get(f"{room.path}/voting").json()
        assert told["now"] < told["poll"]["endsAt"] < later(told["now"], seconds=10)
        wait_until(lambda: room.poll()["closedAt"] is not None, "the poll has ended")


def test_what_won_does_not_come_next_where_it_has_left_the_catalogue(hana: Host, room: Room) -> None:
    room.start(gameIds=[7, 20])
    hana.ok(room.vote("pia", option=1))
    hana.ok(hana.delete("/api/games/7"))
    assert (room.end()["winnerGameId"], room.next_game()) == (7, None)


def test_a_night_that_ends_takes_its_poll_with_it(hana: Host, room: Room, look: Look) -> None:
    room.start(gameIds=[7, 20])
    hana.ok(room.vote("pia", option=1))
    hana.ok(hana.post(f"{room.path}/close"))
    refused(room.vote("omar", option=1), 400, "session_closed")
    wait_until(lambda: room.poll()["closedAt"] is not None, "the poll has ended")
    assert (room.poll()["winnerGameId"], room.poll()["decidedBy"]) == (None, "session_end")
    assert look("SELECT * FROM poll_votes") == []
    hana.ok(hana.delete(room.path))
    assert look("SELECT * FROM polls") == look("SELECT * FROM poll_options") == []


VOTES = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), max_size=30)


@given(votes=VOTES)
@settings(max_examples=20)
def test_after_any_votes_the_counts_are_what_counting_gives(
    votes: list[tuple[int, int]], sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as transaction:
        session = sessions.start_session(transaction, None)
        cards = [Card(game_id, str(game_id), 1.0) for game_id in (7, 20, 21)]
        actions.start(transaction, session.id, cards, seconds=None, rule="majority")
        last: dict[int, int] = {}
        for voter, option in votes:
            poll = actions.cast(transaction, session.id, f"chat:name:{voter}", NewPollVote(option=option)).poll
            last[voter] = option
            assert [each.votes for each in poll.options] == [list(last.values()).count(n) for n in range(1, 5)]
        assert actions.recount(transaction) == []
        sessions.close_session(transaction, session.id, None)
        actions.close_due(transaction)


def test_a_count_that_is_wrong_is_found_and_set_right(room: Room, meddle: Meddle, database_url: str) -> None:
    room.start(gameIds=[7, 20])
    room.hana.ok(room.vote("pia", option=1))
    meddle("UPDATE poll_options SET votes = 5 WHERE option = 2")
    with open_database(load({}, database_url=database_url)) as database, database.transaction() as transaction:
        (wrong,) = actions.recount(transaction)
        assert (wrong.stored, wrong.counted) == (5, 0)
        assert actions.recount(transaction) == []
