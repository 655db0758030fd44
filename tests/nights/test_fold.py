"""Snapshot and events make what REST shows, after every step of a night."""

import random

import pytest

from tests.support.clients import Host, Listener
from tests.support.fold import Fold
from tests.support.random_night import RandomNight, shown
from tests.support.server import Served

STEPS = 60


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_client_that_followed_events_holds_what_a_fresh_read_shows(server: Served, hana: Host, seed: int) -> None:
    session_id = hana.a_session()["id"]
    night = RandomNight(hana, session_id, random.Random(seed))
    with Listener(server.live_url) as client:
        client.authenticate(hana.token)
        client.subscribe(session_id, snapshot=True)
        fold = Fold(client.hear_until("snapshot"))
        for _ in range(STEPS):
            night.step()
            _follow_to(client, fold, hana.get("/health").json()["logHead"])
            assert fold.state == shown(hana, session_id)
        hana.post(f"/api/sessions/{session_id}/close")
        client.hear_until("session.ended")
        for event in client.events:
            fold.apply(event)
        assert fold.state == shown(hana, session_id)
    assert len(client.events) > STEPS / 2


def _follow_to(client: Listener, fold: Fold, head: int) -> None:
    while fold.id < head:
        fold.apply(client.hear())
