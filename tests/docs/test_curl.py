"""The curl that stands in where a machine has none does what the pages use of the real one."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import OUR_CURL
from tests.support.server import Served, served, sqlite_url


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("curl")
    shutil.copy(sqlite_template, folder / "gamenight.db")
    with served(sqlite_url(folder)) as running:
        yield running


def curl(folder: Path, server: Served, *arguments: str) -> "subprocess.CompletedProcess[str]":
    (folder / ".curlrc").write_text(f'connect-to = "localhost:5000:127.0.0.1:{server.port}"\n')
    return subprocess.run(
        [sys.executable, OUR_CURL, *arguments],
        env={"CURL_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_it_reads_an_address_that_curlrc_leads_elsewhere(server: Served, tmp_path: Path) -> None:
    done = curl(tmp_path, server, "-sS", "http://localhost:5000/api/sessions/active")
    assert (done.returncode, done.stdout) == (0, '{"session":null,"message":"No active session"}')


def test_a_body_makes_it_a_post_of_a_form_unless_a_header_says_otherwise(server: Served, tmp_path: Path) -> None:
    address = "http://localhost:5000/api/pick"
    assert '"code":"unsupported_media_type"' in curl(tmp_path, server, address, "-d", "{}").stdout
    picked = curl(tmp_path, server, "-H", "Content-Type: application/json", "-d", '{"seed": "x"}', address)
    assert '"seed":"x"' in picked.stdout


def test_a_method_can_be_chosen(server: Served, tmp_path: Path) -> None:
    done = curl(tmp_path, server, "-X", "DELETE", "http://localhost:5000/api/games/1")
    assert '"code":"token_missing"' in done.stdout


def test_the_head_can_be_shown(server: Served, tmp_path: Path) -> None:
    done = curl(tmp_path, server, "-i", "http://localhost:5000/health")
    assert done.stdout.startswith("HTTP/1.1 200 OK\n")
    assert "content-type: application/json" in done.stdout


def test_an_option_that_it_does_not_know_is_refused(server: Served, tmp_path: Path) -> None:
    done = curl(tmp_path, server, "--json", "{}", "http://localhost:5000/health")
    assert done.returncode == 2
    assert "--json" in done.stderr


def test_a_server_that_is_not_there_is_an_error(server: Served, tmp_path: Path) -> None:
    done = curl(tmp_path, server, "-sS", "http://127.0.0.1:1/health")
    assert done.returncode == 7
    assert done.stderr.startswith("curl: ")
