"""What tests of webhooks share: hooks of a host, and what is logged of them."""

import base64
from typing import Any

import httpx

from tests.support.clients import Host
from tests.support.patience import wait_until

SETTINGS = {"webhook_allow_networks": "127.0.0.0/8", "webhook_retry_seconds": "0.05,0.05,0.05"}
SECRET = "whsec_" + base64.b64encode(b"a secret of the tests, 32 bytes.").decode()
PLAIN = "a plain secret that somebody typed"
LOCAL = {"events": ["session.started", "session.ended"], "secret": SECRET, "name": "Lights"}


def post_hook(host: Host, url: str, **fields: Any) -> httpx.Response:
    return host.post("/api/webhooks", json={**LOCAL, "url": url, **fields})


def a_hook(host: Host, url: str, **fields: Any) -> dict[str, Any]:
    return host.ok(post_hook(host, url, **fields))


def the_hook(host: Host, hook: dict[str, Any]) -> dict[str, Any]:
    return host.ok(host.get(f"/api/webhooks/{hook['id']}"))


def logs(host: Host, hook: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    response = host.get(f"/api/webhooks/{hook['id']}/logs", params=query).raise_for_status()
    found: list[dict[str, Any]] = response.json()
    return found


def wait_for_logs(host: Host, hook: dict[str, Any], count: int, **query: Any) -> list[dict[str, Any]]:
    """The newest first, as soon as there are so many."""
    wait_until(lambda: len(logs(host, hook, **query)) >= count, f"{count} attempts in the log")
    return logs(host, hook, **query)


def a_night(host: Host, notes: str = "Friday") -> None:
    """Two events: session.started and session.ended."""
    session = host.a_session(notes)
    host.ok(host.post(f"/api/sessions/{session['id']}/close"))
