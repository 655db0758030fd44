"""What live clients of other people's making send: read right, or answered with a sentence, and never held against
them where it changes nothing."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from gamenight.live.close_codes import CloseCode
from gamenight.live.conversation import MAX_ERRORS, SOFT_AT_ONCE
from tests.support.clients import Host, Listener, a_token
from tests.support.server import Served


@pytest.fixture
def overlay(server: Served, hana: Host) -> Iterator[Listener]:
    """A page that only listens."""
    with Listener(server.live_url) as page:
        page.authenticate(a_token(hana, "read"))
        yield page


def test_a_session_id_is_understood_as_any_language_writes_it(bix: Listener, hana: Host) -> None:
    id_ = hana.a_session()["id"]
    for written in (id_, float(id_), str(id_), f"{id_}.0", f"00{id_}"):
        bix.say(type="subscribe", sessionId=written)
        assert bix.receive_until("subscribed")["sessionId"] == id_, written
        hana.ok(hana.patch(f"/api/sessions/{id_}", json={"notes": f"as {written!r}"}))
        assert bix.receive_event("session.updated")["data"]["session"]["id"] == id_
        bix.say(type="unsubscribe", sessionId=written)
        assert bix.receive_until("unsubscribed")["sessionId"] == id_, written


NO_IDS: list[Any] = [None, 0, -1, 1.5, "", "1.5", "one", "0x1", "1e3", True, 2**31, "9999999999", 2**70, [1], {"id": 1}]


def test_what_is_no_session_id_is_answered_with_a_sentence_and_the_socket_stays_open(bix: Listener, hana: Host) -> None:
    session = hana.a_session()
    for written in NO_IDS:
        bix.say(type="subscribe", sessionId=written)
        assert "sessionId" in bix.receive_until("error")["message"], written
    bix.subscribe(session["id"])


def test_null_is_as_good_as_nothing_in_a_live_message(server: Served, hana: Host) -> None:
    session = hana.a_session()
    with Listener(server.live_url) as bix:
        bix.say(type="auth", token=hana.token, since=None, stream=None)
        bix.receive_until("hello")
        bix.say(type="subscribe", sessionId=session["id"], since=None, stream=None, snapshot=None)
        bix.receive_until("subscribed")
        assert bix.nothing_more() == [], "neither a resync nor a snapshot"
        hana.a_game(session["id"], 1)
        assert bix.receive()["type"] == "game.added"
    with Listener(server.live_url) as page:
        page.say(type="auth", token=None)
        assert page.receive()["code"] == "token_missing"


def test_a_place_in_the_log_and_a_switch_may_be_written_as_other_languages_write_them(
    server: Served, hana: Host
) -> None:
    session = hana.a_session()
    with Listener(server.live_url) as bix:
        before = bix.authenticate(hana.token)["head"]
    hana.a_game(session["id"], 1)
    for since in (before, float(before), str(before)):
        with Listener(server.live_url) as bix:
            bix.authenticate(hana.token)
            bix.say(type="subscribe", sessionId=session["id"], since=since)
            bix.receive_until("subscribed")
            assert bix.receive()["type"] == "game.added", since
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        for snapshot, types in ((1, {"snapshot"}), (True, {"snapshot"}), (0, set()), (False, set())):
            bix.say(type="subscribe", sessionId=session["id"], snapshot=snapshot)
            bix.receive_until("subscribed")
            assert {each["type"] for each in bix.nothing_more()} == types, snapshot


def leading(session_id: Any, **fields: Any) -> dict[str, Any]:
    return {"type": "poll.leading", "sessionId": session_id, "gameId": 7, "label": "Fibbage 4", "votes": 12} | fields


@pytest.mark.parametrize("scope", ["admin", "host"])
def test_what_leads_a_poll_is_passed_on_to_the_subscribers_of_the_session_alone(
    server: Served, hana: Host, overlay: Listener, scope: str
) -> None:
    session_id = hana.a_session()["id"]
    overlay.subscribe(session_id)
    with Listener(server.live_url) as bot, Listener(server.live_url) as elsewhere:
        bot.authenticate(a_token(hana, scope))
        elsewhere.authenticate(hana.token)
        bot.say(**leading(session_id))
        heard = overlay.receive_until("poll.leading")
        assert heard["data"] == {"sessionId": session_id, "gameId": 7, "label": "Fibbage 4", "votes": 12}
        assert heard["sessionId"] == session_id
        assert heard["timestamp"].endswith("Z")
        assert "id" not in heard, "it is not in the log"
        bot.say(type="poll.leading", data={"sessionId": str(session_id), "gameId": 0, "votes": 3.0}, label="a\u202e\nb")
        heard = overlay.receive_until("poll.leading")
        assert heard["data"] == {"sessionId": session_id, "gameId": 0, "label": "ab", "votes": 3}
        assert elsewhere.nothing_more() == []
        assert bot.nothing_more() == []


def test_what_led_a_poll_is_never_replayed(server: Served, hana: Host, overlay: Listener, bix: Listener) -> None:
    session_id = hana.a_session()["id"]
    overlay.subscribe(session_id)
    bix.say(**leading(session_id))
    overlay.receive_until("poll.leading")
    with Listener(server.live_url) as late:
        late.authenticate(hana.token)
        late.subscribe(session_id, since=0)
        assert "poll.leading" not in {event["type"] for event in late.nothing_more()}
    hana.a_game(session_id, 1)
    assert overlay.receive_until("game.added")["id"] > 0, "and the events of the log go on beside it"


@pytest.mark.parametrize("scope", ["read", "guest"])
def test_only_a_host_tells_others_what_leads_and_everybody_else_is_told_so(
    server: Served, hana: Host, overlay: Listener, scope: str
) -> None:
    session_id = hana.a_session()["id"]
    overlay.subscribe(session_id)
    with Listener(server.live_url) as omar:
        omar.say(**leading(session_id))
        assert omar.receive()["type"] == "ignored", "before auth"
        omar.authenticate(a_token(hana, scope))
        omar.say(**leading(session_id))
        answer = omar.receive()
        assert (answer["type"], answer["of"]) == ("ignored", "poll.leading")
        assert "host or admin" in answer["message"]
    assert overlay.nothing_more() == []


UNFIT: list[dict[str, Any]] = [
    leading(None),
    leading(0),
    leading("9999999999"),
    leading(1, gameId=-1),
    leading(1, gameId=None),
    leading(1, votes="many"),
    leading(1, votes=1.5),
    leading(1, votes=2**31),
    leading(1, label="x" * 201),
    leading(1, label=7),
    {"type": "poll.leading"},
    {"type": "poll.leading", "data": [1]},
    {"type": "poll.leading", "data": {"sessionId": {}}},
]


def test_what_leads_is_passed_on_to_nobody_where_it_does_not_fit(bix: Listener, hana: Host, overlay: Listener) -> None:
    session_id = hana.a_session()["id"]
    assert session_id == 1
    overlay.subscribe(session_id)
    for message in UNFIT:
        bix.say(**message)
        assert bix.receive_until("ignored")["message"].startswith("Nobody was told: "), message
    assert overlay.nothing_more() == []


def test_soft_messages_get_a_soft_answer_and_close_nothing(server: Served, hana: Host) -> None:
    session = hana.a_session()
    with Listener(server.live_url) as page:
        for _ in range(MAX_ERRORS):
            page.say(type="page_focus", sessionId=session["id"], focused=True)
        assert {page.receive()["type"] for _ in range(MAX_ERRORS)} == {"ignored"}
        page.authenticate(hana.token)
        for type_ in ("poll.start", "page_focus", "poll.leading"):
            page.say(type=type_, sessionId="?", options=[{"gameId": 1}])
        page.subscribe(session["id"])
        hana.a_game(session["id"], 1)
        page.receive_until("game.added")
    with Listener(server.live_url) as page:
        page.authenticate(hana.token)
        for _ in range(MAX_ERRORS):
            page.say(type="page-focus")
        assert page.close_code() == CloseCode.NOT_UNDERSTOOD, "what is not known counts, as it did"


def test_a_flood_of_soft_messages_is_told_once_and_closes_nothing(bix: Listener, hana: Host, overlay: Listener) -> None:
    session_id = hana.a_session()["id"]
    overlay.subscribe(session_id)
    for number in range(20 * SOFT_AT_ONCE):
        bix.say(**leading(session_id, votes=number))
    bix.subscribe(session_id)
    told = [message for message in bix.received if message["type"] == "ignored"]
    assert told
    assert all("let be" in message["message"] for message in told)
    heard = overlay.nothing_more()
    assert SOFT_AT_ONCE <= len(heard) < 20 * SOFT_AT_ONCE
    assert len(told) <= len(heard), "once, until some were passed on again"
    hana.a_game(session_id, 1)
    bix.receive_until("game.added")


def test_a_page_may_say_that_it_is_looked_at_as_often_as_it_likes(server: Served, hana: Host) -> None:
    with ExitStack() as closing:
        page = closing.enter_context(Listener(server.live_url))
        page.authenticate(hana.token)
        for _ in range(500):
            page.say(type="page_focus")
        page.subscribe(hana.a_session()["id"])
