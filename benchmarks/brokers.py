"""Other people's programs that send a message to many: nchan, mosquitto and nats-server, where they are installed.

They store nothing and check nobody, so they show what a delivery costs at least. Each is asked in its own protocol, by
the same generator: one publisher that sends some messages and goes on when the first and the last subscriber have them.
"""

import asyncio
import os
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from msgspec import Struct

from benchmarks.live_load import PATIENCE, Opening, open_clients, until, upgrade
from benchmarks.processes import Cores

PAYLOAD = b'{"type":"player-count.updated","data":"' + b"x" * 600 + b'"}'
"""About as long as an event of ours."""
AT_ONCE = 50
SYSTEM_PROGRAMS = "/usr/sbin"
NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")


class Broker(Struct, frozen=True):
    """What came of one: medians over the slices. `missing` says why there are no figures."""

    name: str
    per_second: float = 0
    per_cpu_second: float = 0
    missed: int = 0
    missing: str = ""


class Protocol(Struct, frozen=True):
    """How a broker is started and spoken to. A publisher and a subscriber first say something and await the end of an
    answer; `delivery` is how many bytes a subscriber gets for each message."""

    program: str
    package: str
    command: Callable[[str, Path, int], list[str]]
    publisher: tuple[bytes, bytes]
    subscriber: tuple[bytes, bytes]
    publication: bytes
    delivery: int
    needs: Path | None = None
    ping: bytes = b""


class Client(Opening):
    """A connection that says `greeting`, and is ready when it is answered with `answer`. `ping` may come between
    the messages that are counted."""

    def __init__(self, greeting: bytes, answer: bytes, ping: bytes = b"") -> None:
        super().__init__()
        self._greeting = greeting
        self._awaited = answer
        self._ping = ping
        self._end = b""
        self._transport: Any = None
        self._answer = b""
        self._wanted = 0
        self._reached: asyncio.Future[None] | None = None
        self.length = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.write(self._greeting)
        if not self._awaited:
            self.ready.set_result(None)

    def data_received(self, data: bytes) -> None:
        if not self.ready.done():
            self._answer += data
            if self._awaited in self._answer:
                self.ready.set_result(None)
            return
        self.length += len(data)
        if self._ping:
            recent = self._end + data
            self.length -= recent.count(self._ping) * len(self._ping)
            self._end = recent[1 - len(self._ping) :]
        if self._reached is not None and self.length >= self._wanted and not self._reached.done():
            self._reached.set_result(None)

    def has(self, length: int) -> "asyncio.Future[None]":
        """Done when so many bytes have come in all."""
        self._wanted = length
        self._reached = asyncio.get_running_loop().create_future()
        if self.length >= length:
            self._reached.set_result(None)
        return self._reached

    def send(self, data: bytes) -> None:
        self._transport.write(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _mosquitto(program: str, folder: Path, port: int) -> list[str]:
    file = folder / "mosquitto.conf"
    user = "user root\n" if _is_root() else ""
    file.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n{user}")
    return [program, "-c", str(file)]


def _nats(program: str, _folder: Path, port: int) -> list[str]:
    return [program, "-a", "127.0.0.1", "-p", str(port)]


def _nchan(program: str, folder: Path, port: int) -> list[str]:
    file = folder / "nginx.conf"
    user = "user root;" if _is_root() else ""
    file.write_text(
        f"load_module {NCHAN}; daemon off; worker_processes 1; pid {folder}/nginx.pid; {user}\n"
        "events { worker_connections 8192; }\n"
        f"http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};"
        f" uwsgi_temp_path {folder}; scgi_temp_path {folder};\n"
        f"server {{ listen 127.0.0.1:{port}; keepalive_requests 1000000000;\n"
        "location /pub { nchan_publisher; nchan_channel_id night; }\n"
        "location /sub { nchan_subscriber websocket; nchan_channel_id night; nchan_subscriber_first_message newest; }\n"
        "} }\n"
    )
    return [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(file)]


def _mqtt(kind: int, rest: bytes) -> bytes:
    length, head = len(rest), bytearray([kind])
    while length > 127:
        head.append(length % 128 | 128)
        length //= 128
    head.append(length)
    return bytes(head) + rest


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


_mqtt_connect = _mqtt(0x10, b"\x00\x04MQTT\x04\x02\x00\x00\x00\x00")
_published = _mqtt(0x30, b"\x00\x05night" + PAYLOAD)
PROTOCOLS = {
    "nchan": Protocol(
        "nginx",
        "libnginx-mod-nchan",
        _nchan,
        (b"", b""),
        (upgrade("/sub"), b"\r\n\r\n"),
        b"POST /pub HTTP/1.1\r\nhost: night\r\ncontent-length: %d\r\n\r\n%b" % (len(PAYLOAD), PAYLOAD),
        len(PAYLOAD) + len(struct.pack("!BBH", 0x81, 126, len(PAYLOAD))),
        NCHAN,
    ),
    "mosquitto": Protocol(
        "mosquitto",
        "mosquitto",
        _mosquitto,
        (_mqtt_connect, b"\x20\x02\x00\x00"),
        (_mqtt_connect + _mqtt(0x82, b"\x00\x01\x00\x05night\x00"), b"\x90\x03\x00\x01\x00"),
        _published,
        len(_published),
    ),
    "nats-server": Protocol(
        "nats-server",
        "nats-server",
        _nats,
        (b'CONNECT {"verbose":false}\r\nPING\r\n', b"PONG\r\n"),
        (b'CONNECT {"verbose":false}\r\nSUB night 1\r\nPING\r\n', b"PONG\r\n"),
        b"PUB night %d\r\n%b\r\n" % (len(PAYLOAD), PAYLOAD),
        len(b"MSG night 1 %d\r\n%b\r\n" % (len(PAYLOAD), PAYLOAD)),
        ping=b"PING\r\n",
    ),
}


async def measure_broker(name: str, folder: Path, cores: Cores, *, slices: int, seconds: float, clients: int) -> Broker:
    """Start a broker, have it send to `clients` subscribers for some slices, and end it."""
    protocol = PROTOCOLS[name]
    program = shutil.which(protocol.program, path=f"{os.environ.get('PATH', '')}{os.pathsep}{SYSTEM_PROGRAMS}")
    if program is None or (protocol.needs is not None and not protocol.needs.exists()):
        return Broker(name, missing=f"is not installed (Debian: {protocol.package})")
    port = _free_port()
    with _running(protocol.command(program, folder, port), cores) as process:
        return await _load(name, protocol, port, process, slices, seconds, clients)


@contextmanager
def _running(command: list[str], cores: Cores) -> Iterator[psutil.Process]:
    with cores.as_server():
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)


async def _load(
    name: str, protocol: Protocol, port: int, seen: psutil.Process, slices: int, seconds: float, count: int
) -> Broker:
    publisher = Client(*protocol.publisher)
    subscribers = [Client(*protocol.subscriber, protocol.ping) for _number in range(count)]
    await asyncio.to_thread(_await_port, port)
    await open_clients(port, [publisher, *subscribers])
    rates: list[float] = []
    for_cpu: list[float] = []
    sent = 0
    for number in range(slices + 1):
        cpu, began, before = _cpu_seconds(seen), time.perf_counter(), sent
        while time.perf_counter() < began + seconds:
            publisher.send(protocol.publication * AT_ONCE)
            sent += AT_ONCE
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(
                    *(each.has(sent * protocol.delivery) for each in (subscribers[0], subscribers[-1]))
                )
        await until(lambda: all(each.length >= sent * protocol.delivery for each in subscribers))  # noqa: B023
        took = time.perf_counter() - began
        if number:
            rates.append((sent - before) * count / took)
            for_cpu.append((sent - before) * count / max(_cpu_seconds(seen) - cpu, 0.01))
    missed = sum(each.length != sent * protocol.delivery for each in subscribers)
    for each in (publisher, *subscribers):
        each.close()
    return Broker(name, median(rates), median(for_cpu), missed)


def _await_port(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _cpu_seconds(process: psutil.Process) -> float:
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
