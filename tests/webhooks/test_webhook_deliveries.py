"""What reaches a receiver, and what becomes of what does not."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import standardwebhooks
import svix.webhooks
from sqlalchemy import insert, select

from gamenight.core.clock import later
from gamenight.core.database import Database, Transaction
from gamenight.webhooks import actions, queries
from gamenight.webhooks.actions import KEPT, MAX_WAITING, Attempted
from gamenight.webhooks.schemas import NewWebhook
from gamenight.webhooks.tables import webhook_attempts, webhook_cursor, webhook_deliveries
from tests.support.clients import Host, Listener
from tests.support.patience import wait_until
from tests.support.receiver import Answer, Received, Receiver, receiving
from tests.support.server import Served, served
from tests.webhooks.hooks import PLAIN, SECRET, SETTINGS, a_hook, a_night, logs, the_hook, wait_for_logs

Look = Callable[..., list[dict[str, Any]]]
Meddle = Callable[..., int]

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
BROKEN = Answer(500)
START = "2026-03-13T17:14:09.868Z"


def verify(secret: str, received: Received) -> None:
    """As receivers do that know nothing of us."""
    key: str | bytes = secret if secret.startswith("whsec_") else secret.encode()
    headers = dict(received.headers)
    standardwebhooks.Webhook(key).verify(received.body, headers)
    svix.webhooks.Webhook(key).verify(received.body, headers)


def times(received: list[Received]) -> dict[str, int]:
    """How often each message came."""
    ids = [each.id for each in received]
    return {id_: ids.count(id_) for id_ in ids}


@pytest.mark.parametrize("secret", [SECRET, PLAIN], ids=["whsec", "plain"])
def test_a_receiver_gets_the_event_as_live_clients_do_and_can_verify_it(
    server: Served, hana: Host, receiver: Receiver, secret: str
) -> None:
    hook = a_hook(hana, receiver.url, secret=secret)
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        session = hana.a_session("Füür 🎲")
        heard = bix.receive_until("session.started")
    received = receiver.wait_for_event("session.started")
    verify(secret, received)
    assert received.event == heard
    assert received.path == "/hook"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["accept-encoding"] == "identity"
    assert received.id.endswith(f"_{heard['id']}")
    (logged,) = wait_for_logs(hana, hook, 1)
    assert (logged["status"], logged["error"], logged["state"]) == (204, None, "delivered")
    assert (logged["message_id"], logged["event_id"]) == (received.id, heard["id"])
    hana.a_game(session["id"])
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    receiver.wait_for_event("session.ended")
    assert {each.event["type"] for each in receiver.received} == {"session.started", "session.ended"}, (
        "what it asked for"
    )


def test_what_fails_twice_arrives_with_the_same_id(hana: Host, receiver: Receiver) -> None:
    receiver.answers = [BROKEN, Answer(302, {"Location": "http://127.0.0.1:9/"})]
    hook = a_hook(hana, receiver.url, events=["session.started"])
    hana.a_session()
    received = receiver.wait_for(3)
    assert list(times(received).values()) == [3]
    assert len({each.body for each in received}) == 1
    for each in received:
        verify(SECRET, each)
    wait_for_logs(hana, hook, 3)
    assert [(each["status"], each["error"]) for each in logs(hana, hook)] == [
        (204, None),
        (302, "redirect"),
        (500, "status"),
    ]
    wait_until(lambda: the_hook(hana, hook)["failing_since"] is None, "the failure is over")
    assert the_hook(hana, hook)["waiting"] == 0


def test_what_was_given_up_is_listed_and_can_be_sent_again(hana: Host, receiver: Receiver) -> None:
    receiver.usual = BROKEN
    hook = a_hook(hana, receiver.url)
    before = hana.a_session()["created_at"]
    hana.ok(hana.post("/api/sessions/1/close"))
    wait_until(lambda: the_hook(hana, hook)["dead"] == 2, "both are given up")
    assert list(times(receiver.received).values()) == [4, 4]
    assert len(logs(hana, hook, state="dead")) == 8
    receiver.usual = Answer()
    one = logs(hana, hook, state="dead")[0]
    path = f"/api/webhooks/{hook['id']}/replay"
    assert hana.ok(hana.post(path, json={"deliveryId": one["delivery_id"]}))["replayed"] == 1
    receiver.wait_for(9)
    assert receiver.received[8].id == one["message_id"]
    wait_until(lambda: the_hook(hana, hook)["dead"] == 1, "one has arrived")
    assert hana.ok(hana.post(path, json={"since": "2999-01-01T00:00:00Z"}))["replayed"] == 0
    assert hana.ok(hana.post(path, json={"since": before}))["replayed"] == 1
    receiver.wait_for(10)
    wait_until(lambda: the_hook(hana, hook)["dead"] == 0, "all have arrived")
    assert hana.ok(hana.post(path, json={"since": before, "delivered": True}))["replayed"] == 2
    receiver.wait_for(12)
    assert set(times(receiver.received).values()) == {6}


def test_an_answer_of_gone_disables_the_webhook_and_says_so(server: Served, hana: Host, receiver: Receiver) -> None:
    receiver.answers = [Answer(410)]
    hook = a_hook(hana, receiver.url)
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        a_night(hana)
        told = bix.receive_until("webhook.disabled")
    assert told["data"] == {"webhookId": hook["id"], "reason": "gone"}
    gone = the_hook(hana, hook)
    assert (gone["enabled"], gone["disabled_reason"]) == (False, "gone")
    enabled = hana.ok(hana.patch(f"/api/webhooks/{hook['id']}", json={"enabled": True}))
    assert (enabled["enabled"], enabled["disabled_reason"], enabled["failing_since"]) == (True, None, None)


def test_a_webhook_gets_what_was_committed_while_it_was_enabled_and_nothing_else(
    hana: Host, receiver: Receiver
) -> None:
    a_night(hana, "before")
    hook = a_hook(hana, receiver.url, events=["session.started"])
    path = f"/api/webhooks/{hook['id']}"
    a_night(hana, "one")
    hana.ok(hana.patch(path, json={"enabled": False}))
    a_night(hana, "while it was disabled")
    hana.ok(hana.patch(path, json={"enabled": True}))
    a_night(hana, "two")
    receiver.wait_for(2)
    wait_until(lambda: the_hook(hana, hook)["waiting"] == 0, "all is sent")
    assert sorted(each.event["data"]["session"]["notes"] for each in receiver.received) == ["one", "two"]


def test_a_receiver_that_hangs_delays_no_other(hana: Host, receiver: Receiver) -> None:
    with receiving() as hanging:
        hanging.hang()
        a_hook(hana, hanging.url)
        a_hook(hana, receiver.url)
        for number in range(6):
            a_night(hana, str(number))
        receiver.wait_for(12)
        hanging.wait_for(4)
        assert len(hanging.received) == 4, "no more are on their way to one receiver"
        assert set(times(receiver.received).values()) == {1}
        hanging.go_on()
        hanging.wait_for(12)


def test_a_secret_that_is_changed_leaves_receivers_of_the_one_before_a_day(hana: Host, receiver: Receiver) -> None:
    hook = a_hook(hana, receiver.url, events=["session.started"])
    hana.ok(hana.patch(f"/api/webhooks/{hook['id']}", json={"secret": PLAIN}))
    hana.a_session()
    (received,) = receiver.wait_for(1)
    assert len(received.headers["webhook-signature"].split()) == 2
    verify(SECRET, received)
    verify(PLAIN, received)


def test_after_a_day_only_the_new_secret_signs(hana: Host, receiver: Receiver, meddle: Meddle) -> None:
    hook = a_hook(hana, receiver.url, events=["session.started"])
    hana.ok(hana.patch(f"/api/webhooks/{hook['id']}", json={"secret": PLAIN}))
    meddle("UPDATE webhooks SET previous_until = '2026-01-01T00:00:00.000Z'")
    hana.a_session()
    (received,) = receiver.wait_for(1)
    assert len(received.headers["webhook-signature"].split()) == 1
    verify(PLAIN, received)


def test_what_no_client_hears_reaches_no_receiver(hana: Host, receiver: Receiver, look: Look) -> None:
    a_hook(hana, receiver.url, events=hana.get("/api/webhooks/event-types").json())
    token = hana.ok(hana.post("/api/tokens", json={"name": "Bix", "scope": "read"}))
    hana.ok(hana.delete(f"/api/tokens/{token['id']}"))
    assert look("SELECT id FROM events WHERE type = 'token.revoked'")
    a_night(hana)
    receiver.wait_for_event("session.ended")
    received = json.dumps([each.event for each in receiver.received])
    assert "token.revoked" not in received
    assert "webhooks.changed" not in received


@on_postgresql
def test_of_two_servers_of_one_database_one_sends(server: Served, database_url: str, receiver: Receiver) -> None:
    with served(database_url, **SETTINGS) as other, Host(server.url) as hana, Host(other.url) as omar:
        hook = a_hook(hana, receiver.url)
        for host in (hana, omar, hana, omar):
            a_night(host)
        receiver.wait_for(8)
        wait_until(lambda: the_hook(omar, hook)["waiting"] == 0, "all is sent")
        assert list(times(receiver.received).values()) == [1] * 8, logs(hana, hook)


class Stopped(Exception):
    pass


def new_hook(transaction: Transaction, **fields: Any) -> int:
    request = NewWebhook("Lights", "http://127.0.0.1:9/", SECRET, ["session.started"], **fields)
    return actions.create_webhook(transaction, request, request.url).id


def an_event(transaction: Transaction) -> None:
    transaction.emit("session.started", {}, topic=0)


def deliver(transaction: Transaction, webhook_id: int, states: list[str], at: str = START) -> None:
    """Deliveries in these states, each with an attempt."""
    connection = transaction.connection
    for state in states:
        row = insert(webhook_deliveries).values(
            webhook_id=webhook_id,
            message_id="msg",
            event_type="session.started",
            body="{}",
            created_at=at,
            state=state,
            next_attempt_at=at if state == "waiting" else None,
        )
        delivery_id = connection.execute(row.returning(webhook_deliveries.c.id)).scalar_one()
        attempted = insert(webhook_attempts).values(
            webhook_id=webhook_id, delivery_id=delivery_id, attempted_at=at, milliseconds=1, answer=""
        )
        connection.execute(attempted)


def failed(at: str, error: Any = "timeout") -> Attempted:
    return Attempted(at=at, status=None, error=error, milliseconds=1, answer="")


def test_the_cursor_and_what_is_owed_move_together_or_not_at_all(database: Database) -> None:
    def state(transaction: Transaction) -> tuple[int, int]:
        position = transaction.connection.execute(select(webhook_cursor.c.position)).scalar_one()
        return position, len(transaction.connection.execute(select(webhook_deliveries.c.id)).all())

    with database.transaction() as transaction:
        new_hook(transaction)
    with database.transaction() as transaction:
        for _ in range(actions.EVENTS_AT_ONCE + 1):
            an_event(transaction)
    with database.transaction() as transaction:
        before = state(transaction)
    with contextlib.suppress(Stopped), database.transaction() as transaction:
        assert actions.owe(transaction)
        assert state(transaction) != before
        raise Stopped
    with database.transaction() as transaction:
        assert state(transaction) == before
        assert actions.owe(transaction)
        assert not actions.owe(transaction)
        position, owed = state(transaction)
        assert (position > before[0], owed) == (True, actions.EVENTS_AT_ONCE + 1)
        assert not actions.owe(transaction)
        assert state(transaction) == (position, owed)


def test_five_days_of_nothing_but_failure_disable_a_webhook(database: Database) -> None:
    with database.transaction() as transaction:
        webhook_id = new_hook(transaction)
        deliver(transaction, webhook_id, ["waiting"] * 4)
    for number, (at, enabled) in enumerate(
        [(START, True), (later(START, days=4), True), (later(START, days=5), False)], start=1
    ):
        with database.transaction() as transaction:
            transaction.now = at
            actions.note_attempt(transaction, number, failed(at), [5])
            hook = queries.webhook(transaction.connection, webhook_id)
            assert (hook.enabled, hook.failing_since) == (enabled, START)
            told = [event.type for event in transaction.events]
            assert told == ([] if enabled else ["webhook.disabled", "webhooks.changed"])
    assert hook.disabled_reason == "failing"


def test_one_success_ends_a_failure(database: Database) -> None:
    with database.transaction() as transaction:
        webhook_id = new_hook(transaction)
        deliver(transaction, webhook_id, ["waiting"] * 2)
        transaction.now = START
        actions.note_attempt(transaction, 1, failed(START), [5])
        assert queries.webhook(transaction.connection, webhook_id).failing_since == START
        done = Attempted(at=START, status=200, error=None, milliseconds=1, answer="")
        actions.note_attempt(transaction, 2, done, [5])
        assert queries.webhook(transaction.connection, webhook_id).failing_since is None
        actions.note_attempt(transaction, 2, failed(START), [5])
        assert queries.webhook(transaction.connection, webhook_id).failing_since is None, "it was done already"


def test_a_log_keeps_the_newest_thousand_of_each_webhook_for_two_weeks(database: Database) -> None:
    def rows(table: Any, webhook_id: int) -> int:
        return len(transaction.connection.execute(select(table.c.id).where(table.c.webhook_id == webhook_id)).all())

    with database.transaction() as transaction:
        transaction.now = START
        busy, quiet = new_hook(transaction), new_hook(transaction)
        deliver(transaction, busy, ["waiting", *["delivered", "dead"] * (KEPT // 2), "test"])
        deliver(transaction, quiet, ["delivered", "waiting"], at=later(START, days=-15))
        deliver(transaction, quiet, ["delivered"], at=later(START, days=-13))
        actions.tidy(transaction)
        assert (rows(webhook_attempts, busy), rows(webhook_deliveries, busy)) == (KEPT, KEPT + 1)
        assert (rows(webhook_attempts, quiet), rows(webhook_deliveries, quiet)) == (1, 2), "what waits stays"
        assert queries.webhook(transaction.connection, busy).waiting == 1


def test_what_waits_for_a_dead_receiver_is_bounded_and_what_went_is_counted(database: Database) -> None:
    with database.transaction() as transaction:
        webhook_id = new_hook(transaction)
        row = {
            "webhook_id": webhook_id,
            "message_id": "msg",
            "event_type": "session.started",
            "body": "{}",
            "created_at": START,
            "state": "waiting",
            "next_attempt_at": START,
        }
        transaction.connection.execute(insert(webhook_deliveries), [row] * MAX_WAITING)
        an_event(transaction)
    with database.transaction() as transaction:
        actions.owe(transaction)
        hook = queries.webhook(transaction.connection, webhook_id)
        assert (hook.waiting, hook.dropped) == (MAX_WAITING, 1)
        newest = select(webhook_deliveries.c.event_id).order_by(webhook_deliveries.c.id.desc()).limit(1)
        assert transaction.connection.execute(newest).scalar() is not None, "the oldest went"
