"""A server that is killed sends again what it can't know to have arrived, and loses nothing."""

from pathlib import Path

import pytest

from tests.support.clients import Host
from tests.support.patience import wait_until
from tests.support.receiver import Receiver
from tests.support.server import Process
from tests.webhooks.hooks import SETTINGS, a_hook, the_hook

ENVIRONMENT = {f"GAMENIGHT_{name.upper()}": value for name, value in SETTINGS.items()}


def test_what_was_sent_and_not_noted_when_the_server_was_killed_is_sent_again_with_its_id(
    database_url: str, receiver: Receiver
) -> None:
    environment = {**ENVIRONMENT, "GAMENIGHT_DATABASE_URL": database_url}
    receiver.hang()
    server = Process(environment=environment)
    try:
        with Host(server.url) as hana:
            hook = a_hook(hana, receiver.url, events=["session.started"])
            hana.a_session()
            receiver.wait_for(1)
    finally:
        server.kill()
    receiver.go_on()
    server = Process(environment=environment)
    try:
        first, again = receiver.wait_for(2)[:2]
        assert (first.id, first.body) == (again.id, again.body)
        with Host(server.url) as hana:
            wait_until(lambda: the_hook(hana, hook)["waiting"] == 0, "it is noted")
    finally:
        assert server.terminate() == 0
    assert {each.id for each in receiver.received} == {first.id}


@pytest.mark.parametrize("run", range(3))
def test_what_was_acknowledged_just_before_the_server_was_killed_arrives(
    tmp_path: Path, receiver: Receiver, run: int
) -> None:
    arguments = ("--data-dir", str(tmp_path))
    server = Process(*arguments, environment=ENVIRONMENT)
    try:
        with Host(server.url) as hana:
            a_hook(hana, receiver.url, events=["game.added"])
            session = hana.a_session()
            games = [hana.a_game(session["id"])["id"] for _ in range(3 + run)]
    finally:
        server.kill()
    server = Process(*arguments, environment=ENVIRONMENT)
    try:
        receiver.wait_for(len(games))

        def arrived() -> set[int]:
            return {each.event["data"]["sessionGame"]["id"] for each in receiver.received}

        wait_until(lambda: arrived() == set(games), "every acknowledged game is told")
    finally:
        assert server.terminate() == 0
