"""From nothing to a night: what the host sees at the first start, and after it."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from gamenight import settings
from gamenight.core.errors import StartError
from gamenight.web.local_address import local_address
from tests.support.server import ADMIN_KEY, Process, served, sqlite_url


def login(server: Process, key: str) -> httpx.Response:
    return httpx.post(f"{server.url}/api/auth/login", json={"key": key}, trust_env=False)


def gamenight(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "gamenight", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "new" / "data"


def started(data_dir: Path) -> Process:
    return Process("--data-dir", str(data_dir), environment={"GAMENIGHT_ADMIN_KEY": ""})


def shown_key(server: Process) -> str | None:
    found = re.search(r"shown only this once: (\S+)", server.output)
    return found[1] if found else None


def test_the_first_start_shows_its_key_once_and_an_address_that_logs_in(data_dir: Path) -> None:
    first = started(data_dir)
    key = shown_key(first)
    assert key is not None
    assert f"Begin here, already logged in: http://localhost:{first.port}/#key={key}\n" in first.output
    assert login(first, key).status_code == 200
    assert login(first, key + "x").status_code == 401
    assert data_dir.stat().st_mode & 0o777 == 0o700
    modes = {file.name: file.stat().st_mode & 0o777 for file in data_dir.iterdir()}
    assert set(modes.values()) == {0o600}, "only the owner can read the data"
    assert first.terminate() == 0
    assert "Traceback" not in first.output
    assert key.encode() not in b"".join(file.read_bytes() for file in data_dir.iterdir()), "only its hash is kept"
    second = started(data_dir)
    assert shown_key(second) is None
    assert "#key=" not in second.output
    assert login(second, key).status_code == 200
    second.terminate()


def test_a_reset_makes_a_new_key_and_ends_the_old_key_and_its_tokens(data_dir: Path) -> None:
    first = started(data_dir)
    old_key = shown_key(first) or ""
    token = login(first, old_key).json()["token"]
    refused = gamenight("admin-key", "--reset", "--data-dir", str(data_dir))
    assert refused.returncode == 1
    assert "Stop it first" in refused.stderr
    first.terminate()
    reset = gamenight("admin-key", "--reset", "--data-dir", str(data_dir))
    new_key = reset.stdout.rsplit(" ", 1)[1].strip()
    second = started(data_dir)
    assert login(second, old_key).status_code == 401
    assert login(second, new_key).status_code == 200
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.post(f"{second.url}/api/auth/verify", headers=headers, trust_env=False).status_code == 403
    second.terminate()


def test_a_key_from_the_environment_is_used_and_none_is_made(data_dir: Path) -> None:
    server = Process("--data-dir", str(data_dir))
    assert shown_key(server) is None
    assert login(server, ADMIN_KEY).status_code == 200
    assert ADMIN_KEY not in server.output
    server.terminate()


def test_neither_keys_nor_tokens_are_logged(data_dir: Path) -> None:
    server = Process("--data-dir", str(data_dir), environment={"GAMENIGHT_ADMIN_KEY": "canary-of-the-key-7f3a"})
    token = login(server, "canary-of-the-key-7f3a").json()["token"]
    login(server, "canary-of-a-wrong-key-91bc")
    headers = {"Authorization": f"Bearer {token}"}
    httpx.post(f"{server.url}/api/sessions", headers=headers, trust_env=False)
    httpx.post(f"{server.url}/api/sessions", headers={"Authorization": "Bearer canary-of-a-token"}, trust_env=False)
    server.terminate()
    assert "canary" not in server.output
    assert token not in server.output


def test_only_a_start_that_migrates_loads_alembic_and_no_start_on_sqlite_loads_what_it_may_never_need(
    data_dir: Path,
) -> None:
    script = """
import sys
from gamenight.server import open_service
from gamenight.settings import load
with open_service(load({}, data_dir=sys.argv[1], host="127.0.0.1", port=0)):
    print(*({"alembic", "httpx", "psycopg"} & set(sys.modules)))
"""
    loaded = [
        subprocess.run(
            [sys.executable, "-c", script, str(data_dir)], capture_output=True, text=True, timeout=30, check=True
        ).stdout.split()
        for _start in range(2)
    ]
    assert loaded == [["alembic"], []]


def test_a_damaged_database_is_refused_and_left_as_it_is(data_dir: Path) -> None:
    with served(sqlite_url(data_dir)):
        pass
    file = data_dir / "gamenight.db"
    damaged = b"not a database at all" + file.read_bytes()[21:]
    file.write_bytes(damaged)
    with pytest.raises(AssertionError, match="is damaged or no SQLite database"):
        started(data_dir)
    assert file.read_bytes() == damaged


def test_a_database_that_turns_out_to_be_damaged_ends_the_server_with_the_way_to_restore(data_dir: Path) -> None:
    with served(sqlite_url(data_dir)):
        pass
    server = started(data_dir)
    file = data_dir / "gamenight.db"
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xff" * (file.stat().st_size - 4096))
    assert server.ended() == 0
    assert "The database file is damaged. Put a backup in its place. The server stops." in server.output


def test_a_place_that_can_not_be_written_is_refused_in_words(tmp_path: Path) -> None:
    # Root may write everything, unless it gives that power away.
    bounded = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"] if os.geteuid() == 0 else []
    closed, file_closed, folder = tmp_path / "closed", tmp_path / "file", tmp_path / "folder"
    closed.mkdir(mode=0o555)
    file_closed.mkdir()
    (file_closed / "gamenight.db").touch(mode=0o444)
    (folder / "gamenight.db").mkdir(parents=True)
    for place in (closed, file_closed, folder):
        with pytest.raises(AssertionError) as refused:
            Process("--data-dir", str(place), before=bounded)
        assert "gamenight can't start" in str(refused.value)
        assert "Choose another" in str(refused.value) or "or choose another" in str(refused.value)
        assert "Traceback" not in str(refused.value)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_each_other_signal_that_asks_for_the_end_gets_a_clean_one(data_dir: Path, number: signal.Signals) -> None:
    server = started(data_dir)
    assert server.terminate(number) == 0
    assert "Traceback" not in server.output


def test_a_server_started_with_nohup_outlives_its_terminal(data_dir: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        server = started(data_dir)
    finally:
        signal.signal(signal.SIGHUP, before)
    ignored = re.search(r"SigIgn:\s*([0-9a-f]+)", Path(f"/proc/{server.pid}/status").read_text())
    assert ignored is not None
    assert int(ignored[1], 16) & 1 << signal.SIGHUP - 1
    assert server.terminate() == 0


def test_a_port_that_is_taken_is_said_and_the_key_is_left_to_the_next_start(data_dir: Path, tmp_path: Path) -> None:
    with served(sqlite_url(tmp_path)) as other:
        refused = gamenight("serve", "--data-dir", str(data_dir), "--port", str(other.port))
    assert refused.returncode == 1
    assert "can't be used" in refused.stderr
    assert "--port" in refused.stderr
    server = started(data_dir)
    key = shown_key(server)
    assert key is not None
    assert login(server, key).status_code == 200
    server.terminate()


def a_free_port_on_both() -> tuple[socket.socket, int]:
    """A socket that listens on `[::1]`, and its port, which is free on 127.0.0.1."""
    while True:
        stranger = socket.create_server(("::1", 0), family=socket.AF_INET6)
        port = stranger.getsockname()[1]
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            stranger.close()
        else:
            return stranger, port


def test_another_program_under_the_name_localhost_is_noticed_and_the_shown_address_reaches_us(data_dir: Path) -> None:
    stranger, port = a_free_port_on_both()
    with stranger:
        server = Process("--data-dir", str(data_dir), "--port", str(port), environment={"GAMENIGHT_ADMIN_KEY": ""})
        server.terminate()
    assert f"Another program answers on [::1]:{port}" in server.output
    assert "choose another port with --port" in server.output
    key = shown_key(server)
    assert f"already logged in: http://127.0.0.1:{port}/#key={key}\n" in server.output, "the stranger gets no key"
    assert f"gamenight is at http://127.0.0.1:{port} " in server.output


def test_without_another_program_the_address_is_localhost(data_dir: Path) -> None:
    stranger, port = a_free_port_on_both()
    stranger.close()
    server = Process("--data-dir", str(data_dir), "--port", str(port))
    server.terminate()
    assert "Another program" not in server.output
    assert f"gamenight is at http://localhost:{port} " in server.output


@pytest.mark.parametrize(
    ("listens_on", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1"),
        ("0.0.0.0", "http://127.0.0.1"),
        ("::", "http://localhost"),
        ("::1", "http://localhost"),
        ("127.0.0.2", "http://127.0.0.2"),
        ("192.168.1.20", "http://192.168.1.20"),
        ("fd00::20", "http://[fd00::20]"),
    ],
)
def test_the_address_to_show_is_one_at_which_the_server_listens(listens_on: str, shown: str) -> None:
    stranger, port = a_free_port_on_both()
    with stranger:  # which is the server itself where that listens on [::1]
        assert local_address(listens_on, port).url == f"{shown}:{port}"


def test_a_reset_where_no_database_is_makes_none(tmp_path: Path) -> None:
    refused = gamenight("admin-key", "--reset", "--data-dir", str(tmp_path / "typo"))
    assert refused.returncode == 1
    assert "There is no database" in refused.stderr
    assert not (tmp_path / "typo").exists()


def test_a_reset_says_that_a_key_from_the_environment_goes_before_it(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(sqlite_url(data_dir)):
        pass
    assert "GAMENIGHT_ADMIN_KEY" not in gamenight("admin-key", "--reset", "--data-dir", str(data_dir)).stderr
    monkeypatch.setenv("GAMENIGHT_ADMIN_KEY", ADMIN_KEY)
    assert "GAMENIGHT_ADMIN_KEY is set" in gamenight("admin-key", "--reset", "--data-dir", str(data_dir)).stderr


@pytest.mark.parametrize(
    ("environment", "hint"),
    [
        ({"GAMENIGHT_PORT": "abc"}, "GAMENIGHT_PORT=abc"),
        ({"GAMENIGHT_PORT": "70000"}, "65535"),
        ({"GAMENIGHT_PROT": "5000"}, "Did you mean GAMENIGHT_PORT?"),
        ({"GAMENIGHT_ADMIN_KEY": "short"}, "at least 12"),
        ({"GAMENIGHT_ADMIN_KEY": "changeme-please"}, "placeholder"),
        ({"GAMENIGHT_ADMIN_KEY": "aaaaaaaaaaaaaaaa"}, "repeats"),
        ({"GAMENIGHT_TRUSTED_PROXIES": "my-proxy"}, "10.0.0.0/8"),
        ({"GAMENIGHT_DATABASE_URL": "mysql://localhost/x"}, "postgresql://"),
        ({"GAMENIGHT_BODY_BYTES": "-1"}, "GAMENIGHT_BODY_BYTES=-1"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_with_a_hint(environment: dict[str, str], hint: str) -> None:
    with pytest.raises(StartError) as refused:
        settings.load(environment)
    assert hint in str(refused.value)


def test_a_refused_admin_key_is_not_shown() -> None:
    with pytest.raises(StartError) as refused:
        settings.load({"GAMENIGHT_ADMIN_KEY": "short-key"})
    assert "short-key" not in str(refused.value)


def test_the_environment_goes_before_the_default_and_an_option_before_the_environment() -> None:
    assert settings.load({}).http.port == 5000
    assert settings.load({"GAMENIGHT_PORT": "6000"}).http.port == 6000
    assert settings.load({"GAMENIGHT_PORT": "6000"}, port=7000).http.port == 7000


def test_the_command_line_makes_a_token_that_the_server_takes_until_it_is_revoked(tmp_path: Path) -> None:
    with served(sqlite_url(tmp_path)):
        pass
    folder = ("--data-dir", str(tmp_path))
    made = gamenight("token", "create", "--name", "Bix", "--scope", "host", *folder)
    assert made.returncode == 0, made.stderr
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    with served(sqlite_url(tmp_path)) as server:
        assert httpx.post(f"{server.url}/api/auth/verify", headers=headers, trust_env=False).status_code == 200
    (listed,) = gamenight("token", "list", *folder).stdout.splitlines()
    assert listed.endswith("Bix")
    assert "last used never" not in listed
    assert gamenight("token", "revoke", "1", *folder).stdout == "Revoked Bix.\n"
    with served(sqlite_url(tmp_path)) as server:
        refused = httpx.post(f"{server.url}/api/auth/verify", headers=headers, trust_env=False)
        assert refused.json()["code"] == "token_revoked"
    unknown = gamenight("token", "revoke", "7", *folder)
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "no token 7" in unknown.stderr


def test_no_two_parts_of_the_server_take_the_same_setting() -> None:
    names = [field.name for field in settings.fields()]
    assert sorted(set(names)) == sorted(names)
