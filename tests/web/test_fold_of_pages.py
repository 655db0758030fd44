import json
import random
import subprocess
from pathlib import Path
from typing import Any

from tests.support.clients import Host, Listener
from tests.support.random_night import RandomNight, shown_at
from tests.support.server import Served
from web import build_pages

STEPS = 60


def test_the_pages_make_of_a_night_what_a_fresh_read_shows(server: Served, hana: Host) -> None:
    session_id = hana.a_session()["id"]
    night = RandomNight(hana, session_id, random.Random(7))
    states: dict[int, dict[str, Any]] = {}
    with Listener(server.live_url) as client:
        client.authenticate(hana.token)
        client.subscribe(session_id, snapshot=True)
        snapshot = client.receive_until("snapshot")
        for _ in range(STEPS):
            night.step()
            head, states[head] = shown_at(hana, session_id)
        hana.post(f"/api/sessions/{session_id}/close")
        head, states[head] = shown_at(hana, session_id)
        client.receive_until("session.ended")
        client.nothing_more()
        events = [event for event in client.events if event["id"] > snapshot["id"]]
    assert len(events) > STEPS / 3
    folded = dict(zip([event["id"] for event in events], _fold(snapshot["data"], events), strict=True))
    compared = [folded[head] == state for head, state in states.items() if head in folded]
    assert len(compared) > STEPS / 4
    assert all(compared)


def _fold(night: dict[str, Any], events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    program = build_pages.command(
        "node", "--disable-warning=ExperimentalWarning", str(Path(__file__).with_name("fold.mjs"))
    )
    given = json.dumps({"snapshot": night, "events": events})
    finished = subprocess.run(program, input=given, capture_output=True, text=True, check=True)
    folded: list[dict[str, Any]] = json.loads(finished.stdout)
    return folded
