"""Snapshot and events make what REST shows, after every step of a night."""

import random

import pytest

from tests.support.clients import Host, Listener
from tests.support.fold import Fold
from tests.support.random_night import RandomNight, shown_at
from tests.support.server import Served

STEPS = 60


@pytest.mark.parametrize("chance", [1, 2, 3], indirect=True)
def test_a_client_that_followed_events_holds_what_a_fresh_read_shows(
    server: Served, hana: Host, chance: random.Random
) -> None:
    session_id = hana.a_session()["id"]
    night = RandomNight(hana, session_id, chance)
    with Listener(server.live_url) as client:
        client.authenticate(hana.token)
        client.subscribe(session_id, snapshot=True)
        fold = Fold(client.receive_until("snapshot"))
        for _ in range(STEPS):
            night.step()
            _must_agree(client, fold, hana, session_id)
        hana.post(f"/api/sessions/{session_id}/close")
        client.receive_until("session.ended")
        for event in client.events:
            fold.apply(event)
        _must_agree(client, fold, hana, session_id)
    assert len(client.events) > STEPS / 2


def _must_agree(client: Listener, fold: Fold, hana: Host, session_id: int) -> None:
    while True:
        head, state = shown_at(hana, session_id)
        while fold.id < head:
            fold.apply(client.receive())
        if fold.id == head:
            assert fold.state == state
            return
