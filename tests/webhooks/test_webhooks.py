"""Webhooks over HTTP: what the contract says of them, and what is refused."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from gamenight.webhooks.actions import MAX_WEBHOOKS
from tests.docs import tables
from tests.support.clients import Host, Listener
from tests.support.receiver import Answer, Receiver
from tests.support.server import Served
from tests.webhooks.hooks import LOCAL, PLAIN, SECRET, a_hook, a_night, logs, post_hook, the_hook, wait_for_logs

Look = Callable[..., list[dict[str, Any]]]

NOWHERE = "http://127.0.0.1:9/hook"
REFUSED = {
    "number": ["http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/"],
    "address": [
        "http://１０.０.０.１/",  # noqa: RUF001
        "http://①⓪.⓪.⓪.①/",
        "http://[::1]/",
        "http://[::ffff:a00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://10.0.0.1#@93.184.216.34/",
    ],
    "host": ["http://[fe80::1%25lo]/"],
    "login": ["http://public@127.0.0.1/"],
    "not_a_url": ["http://93.184.216.34\\@127.0.0.1/", "http://93.184.216.34/\t", "http://93.184.216.34/\r\nX: y", "x"],
}


def test_a_webhook_has_what_the_contract_says_and_never_its_secret(hana: Host) -> None:
    hook = a_hook(hana, NOWHERE, name="  Lights ", secret=PLAIN, enabled=1)
    assert {name: hook[name] for name in ("name", "url", "events", "enabled")} == {
        "name": "Lights",
        "url": NOWHERE,
        "events": ["session.started", "session.ended"],
        "enabled": True,
    }
    path = f"/api/webhooks/{hook['id']}"
    assert hana.get("/api/webhooks").json() == [hana.get(path).json()] == [hook]
    changed = hana.ok(
        hana.patch(path, json={"name": "Bulbs", "enabled": False, "events": ["game.added"], "secret": SECRET})
    )
    assert (changed["name"], changed["enabled"], changed["events"]) == ("Bulbs", False, ["game.added"])
    assert changed["previous_secret_until"] is not None
    assert hana.ok(hana.patch(path, json={}))["events"] == ["game.added"]
    removed = hana.ok(hana.delete(path))
    assert removed["webhookId"] == hook["id"]
    assert hana.get("/api/webhooks").json() == []
    for response in (hana.get(path), hana.patch(path, json={}), hana.delete(path), hana.get(f"{path}/logs")):
        assert (response.status_code, response.json()["code"]) == (404, "webhook_not_found")
    for response in (
        hana.post(f"/api/webhooks/test/{hook['id']}"),
        hana.post(f"{path}/replay", json={"deliveryId": 1}),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "webhook_not_found")


def test_a_webhook_may_ask_for_every_event_and_for_no_other(hana: Host) -> None:
    types = hana.get("/api/webhooks/event-types").json()
    assert set(types) == tables.event_types()
    assert a_hook(hana, NOWHERE, events=[*types, *types])["events"] == types
    refused = post_hook(hana, NOWHERE, events=["session.started", "session.begun"])
    assert (refused.status_code, refused.json()["code"], refused.json()["event"]) == (
        400,
        "unknown_event",
        "session.begun",
    )
    wrong: list[object] = [[], "session.started", None]
    for each in wrong:
        assert post_hook(hana, NOWHERE, events=each).json()["code"] == "invalid_request"


@pytest.mark.parametrize(("reason", "url"), [(reason, url) for reason, urls in REFUSED.items() for url in urls])
def test_a_url_that_leads_inside_is_refused_when_it_is_saved(
    server_without_networks: Host, reason: str, url: str
) -> None:
    hana = server_without_networks
    response = post_hook(hana, url)
    assert (response.status_code, response.json()["code"]) == (400, "webhook_url_refused")
    assert (response.json()["reason"], response.json()["field"]) == (reason, "url")
    hook = a_hook(hana, "http://93.184.216.34/", enabled=False)
    assert hana.patch(f"/api/webhooks/{hook['id']}", json={"url": url}).json()["reason"] == reason
    assert the_hook(hana, hook)["url"] == "http://93.184.216.34/"
    hana.ok(hana.delete(f"/api/webhooks/{hook['id']}"))


@pytest.mark.parametrize("url", ["http://localhost./", "http://127.0.0.1/", "http://LOCALHOST:8123/"])
def test_loopback_is_refused_unless_its_network_is_named(server_without_networks: Host, hana: Host, url: str) -> None:
    assert post_hook(server_without_networks, url).json()["code"] == "webhook_url_refused"
    assert post_hook(hana, "http://127.0.0.1:1/").status_code == 201


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("short", "length"),
        ("x" * 23, "length"),
        ("whsec_aGk=", "length"),
        ("whsec_!!!", "not_base64"),
        ("x" * 129, "length"),
    ],
)
def test_a_secret_that_could_be_guessed_or_not_be_read_is_refused(hana: Host, secret: str, reason: str) -> None:
    response = post_hook(hana, NOWHERE, secret=secret)
    assert (response.status_code, response.json()["code"]) == (400, "webhook_secret_invalid")
    assert response.json()["reason"] == reason
    assert secret not in response.text
    assert post_hook(hana, NOWHERE, secret="x" * 24).status_code == 201


def test_there_may_be_twenty_webhooks(hana: Host) -> None:
    for _ in range(MAX_WEBHOOKS):
        a_hook(hana, NOWHERE, enabled=False)
    assert post_hook(hana, NOWHERE).json()["code"] == "too_many_webhooks"


def test_a_webhook_that_is_added_twice_with_one_key_is_added_once(hana: Host) -> None:
    key = {"Idempotency-Key": "lights"}
    first, again = (hana.post("/api/webhooks", json={**LOCAL, "url": NOWHERE}, headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert len(hana.get("/api/webhooks").json()) == 1


def test_a_test_says_what_came_back(hana: Host, receiver: Receiver) -> None:
    receiver.answers = [Answer(200, body=b"thanks \x1b[31m"), Answer(500, body=b"<b>broken</b>")]
    hook = a_hook(hana, receiver.url, enabled=False)
    path = f"/api/webhooks/test/{hook['id']}"
    good, bad = hana.ok(hana.post(path)), hana.ok(hana.post(path))
    assert (good["status"], good["error"], good["answer"]) == (200, None, "thanks \\x1b[31m")
    assert (bad["status"], bad["error"], bad["answer"]) == (500, "status", "<b>broken</b>")
    assert {each["event_type"] for each in (good, bad)} == {"webhook.test"}
    assert receiver.received[0].event["data"] == {"webhook": {"id": hook["id"], "name": "Lights"}}
    assert logs(hana, hook) == [bad, good]
    assert the_hook(hana, hook)["failing_since"] is None
    assert hana.post(f"/api/webhooks/{hook['id']}/replay", json={"deliveryId": 1}).json()["code"] == "webhook_disabled"


@pytest.mark.parametrize(("url", "error"), [(NOWHERE, "unreachable"), ("http://no-such-name.invalid/", "name_unknown")])
def test_a_test_of_a_receiver_that_is_not_there_says_so(hana: Host, url: str, error: str) -> None:
    hook = a_hook(hana, url, enabled=False)
    result = hana.ok(hana.post(f"/api/webhooks/test/{hook['id']}"))
    assert (result["status"], result["error"], result["answer"]) == (None, error, "")


def test_the_log_comes_in_pages_and_by_state(hana: Host, receiver: Receiver) -> None:
    hook = a_hook(hana, receiver.url)
    a_night(hana)
    everything = wait_for_logs(hana, hook, 2)
    first = logs(hana, hook, limit=1)
    assert first + logs(hana, hook, limit=1, before=first[0]["id"]) == everything
    assert logs(hana, hook, state="delivered") == everything
    assert logs(hana, hook, state="dead") == []
    assert hana.get(f"/api/webhooks/{hook['id']}/logs", params={"limit": 1000}).status_code == 400


def test_a_replay_says_which_and_of_what_there_is(hana: Host) -> None:
    hook = a_hook(hana, NOWHERE)
    path = f"/api/webhooks/{hook['id']}/replay"
    for unclear in ({}, {"deliveryId": 1, "since": "2026-03-13T00:00:00Z"}):
        assert hana.post(path, json=unclear).json()["code"] == "one_or_since"
    assert hana.post(path, json={"deliveryId": 4242}).json()["code"] == "delivery_not_found"
    assert hana.ok(hana.post(path, json={"since": "2026-03-13T00:00:00+02:00"}))["replayed"] == 0


def test_a_secret_is_in_no_answer_event_or_log(server: Served, hana: Host, receiver: Receiver, look: Look) -> None:
    receiver.usual = Answer(200, body=f"I know {PLAIN}".encode())
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        hook = a_hook(hana, receiver.url, secret=PLAIN)
        a_night(hana)
        wait_for_logs(hana, hook, 2)
        responses: list[httpx.Response] = [
            hana.get("/api/webhooks"),
            hana.patch(f"/api/webhooks/{hook['id']}", json={"secret": SECRET}),
            hana.post(f"/api/webhooks/test/{hook['id']}"),
            hana.get(f"/api/webhooks/{hook['id']}/logs"),
        ]
        bix.nothing_more()
        heard = json.dumps(bix.received)
    stored = json.dumps(look("SELECT * FROM webhook_attempts") + look("SELECT * FROM events"))
    for text in (*(response.text for response in responses), heard, stored):
        assert PLAIN not in text
        assert SECRET not in text
    assert "I know [hidden]" in responses[-1].text
    signatures = {each.headers["webhook-signature"].split()[0] for each in receiver.received}
    assert not any(signature in stored for signature in signatures)
