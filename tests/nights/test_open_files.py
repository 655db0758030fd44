"""A server on a system that lets it have few files open."""

import json
import resource
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from gamenight.core.open_files import RESERVED, room_for
from tests.support.clients import Listener
from tests.support.server import Process, sqlite_url

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")


def test_a_server_raises_its_limit_of_open_files_as_far_as_it_may(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    hard = before[1]
    if hard == resource.RLIM_INFINITY or hard > 2048:
        hard = 2048
    program = (
        "import resource, json; from gamenight.core.open_files import raise_limit;"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, (300, {hard}));"
        "print(json.dumps([raise_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE)]))"
    )
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert json.loads(told.stdout) == [hard, hard, hard]


def test_live_clients_beyond_what_the_system_has_room_for_are_refused_and_all_else_is_answered(tmp_path: Path) -> None:
    room = 40
    limited = ["bash", "-c", f'ulimit -n {RESERVED + room} && exec "$@"', "limited"]
    process = Process("--database-url", sqlite_url(tmp_path), before=limited)
    try:
        with ExitStack() as closing:
            for _ in range(room):
                closing.enter_context(Listener(process.live_url))
            with pytest.raises(InvalidStatus) as refused:
                closing.enter_context(Listener(process.live_url))
            assert refused.value.response.status_code == 503
            assert json.loads(refused.value.response.body)["code"] == "too_many_sockets"
            assert "Retry-After" in refused.value.response.headers
            assert httpx.get(f"{process.url}/health", trust_env=False).status_code == 200
    finally:
        process.terminate()
    assert f"{room} live clients at once, of 18000 that are allowed" in process.output


def test_a_system_without_a_limit_has_room_for_all() -> None:
    assert room_for(18_000, None) == room_for(18_000, 18_000 + RESERVED) == 18_000
