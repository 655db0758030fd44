"""What the page about webhooks shows is so: its receiver runs, and its answers are the server's."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from gamenight.webhooks import actions, rules
from gamenight.webhooks.client import ANSWER_BYTES, ANSWER_SECONDS
from tests.docs.pages import DOCS, blocks_of, cells_of, difference, parsed, rows_of
from tests.docs.test_reference import examples
from tests.support.clients import Host, Listener
from tests.support.patience import PATIENCE, wait_until
from tests.support.receiver import Answer, receiving
from tests.support.server import Served, served, sqlite_url
from tests.webhooks.hooks import PLAIN, SECRET, SETTINGS, a_hook, a_night, logs, wait_for_logs

PAGE = (DOCS / "reference" / "webhooks.md").read_text(encoding="utf-8")
RECEIVER = next(block.text for block in blocks_of(PAGE) if block.language == "python")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(sqlite_url(tmp_path), **SETTINGS) as running:
        yield running


@pytest.fixture
def hana(server: Served) -> Iterator[Host]:
    with Host(server.url) as host:
        yield host


@pytest.mark.parametrize("secret", [SECRET, PLAIN], ids=["whsec", "plain"])
def test_the_receiver_of_the_page_takes_what_is_signed_and_refuses_the_rest(
    hana: Host, tmp_path: Path, secret: str
) -> None:
    program = tmp_path / "receiver.py"
    program.write_text(RECEIVER)
    port = a_free_port()
    environment = {**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)}
    with subprocess.Popen(
        [sys.executable, program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        try:
            wait_until(lambda: answers(port), "the receiver listens")
            hook = a_hook(hana, f"http://127.0.0.1:{port}/", secret=secret)
            a_night(hana)
            wait_for_logs(hana, hook, 2)
            other = a_hook(hana, f"http://127.0.0.1:{port}/", secret="another secret of 24 bytes", enabled=False)
            refused = hana.ok(hana.post(f"/api/webhooks/test/{other['id']}"))
        finally:
            running.terminate()
        printed = running.communicate(timeout=PATIENCE)[0].splitlines()
    assert [each["status"] for each in logs(hana, hook)] == [204, 204]
    assert refused["status"] == 401
    assert {line.split()[0] for line in printed} == {"session.started", "session.ended"}
    assert len(printed) == 2


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port)):
            return True
    except OSError:
        return False


def test_the_answer_of_the_page_is_the_servers(hana: Host) -> None:
    shown = parsed(next(block.text for block in blocks_of(PAGE) if block.language == "json"))
    made = a_hook(hana, "http://127.0.0.1:9/hook", events=shown["events"])
    assert difference(shown, parsed(json.dumps({**made, "url": shown["url"]}))) is None


def test_every_error_of_the_log_is_on_the_page_and_no_other() -> None:
    table = PAGE.split("`error` in the log is")[1].split("\n## ")[0]
    assert {cells_of(row)[0].strip("`") for row in rows_of(table)} == set(get_args(rules.Failure))


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    for shown in (
        f"{actions.MAX_WEBHOOKS} webhooks at most",
        f"{rules.MIN_SECRET_BYTES} to {rules.MAX_SECRET_BYTES} bytes",
        f"within {ANSWER_SECONDS:g} seconds",
        f"read to {ANSWER_BYTES // 1024} KiB",
        f"at most {rules.IN_FLIGHT_OF_HOOK} requests",
        f"{actions.MAX_WAITING:,} may wait",
        f"for {rules.FAILING_DAYS} days",
        f"for {rules.ROTATION_HOURS} hours",
        f"newest {actions.KEPT} attempts of each webhook, for {actions.KEPT_DAYS} days",
    ):
        assert shown in PAGE, f"docs/reference/webhooks.md lacks: {shown}"


def test_the_example_of_a_disabled_webhook_is_what_the_server_sends(server: Served, hana: Host) -> None:
    with receiving(Answer(410)) as receiver, Listener(server.live_url) as bix:
        a_hook(hana, receiver.url)
        bix.authenticate(hana.token)
        hana.a_session()
        event = bix.receive_until("webhook.disabled")
    shown = examples()["webhook.disabled"]
    assert difference(shown["data"], parsed(json.dumps(event["data"]))) is None
    assert set(shown) == set(event)
