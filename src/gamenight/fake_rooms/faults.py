"""What can go wrong with a room service, as data.

`Faults` is set for one room (`room.faults`) or for all (`fake.faults`).
"""

import gzip
import json
from functools import cache
from typing import Any, Literal

import msgspec

FOR_EVER = 1 << 31


class Silence(msgspec.Struct, frozen=True, tag="silence"):
    """Takes the request, or accepts the socket, and never says a word."""

    when: Literal["asked", "accepted"] = "asked"


class Cut(msgspec.Struct, frozen=True, tag="cut"):
    """Cuts the connection without a close frame: when asked, when the socket is accepted, or after the welcome."""

    when: Literal["asked", "accepted", "welcomed"] = "asked"


class Drip(msgspec.Struct, frozen=True, tag="drip"):
    """Answers a byte at a time."""

    bytes_per_second: float = 1.0


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """Answers over HTTP with this, also where a WebSocket was asked for."""

    status: int
    body: str = ""
    content_type: str = "application/json"
    headers: dict[str, str] = {}


class Compressed(msgspec.Struct, frozen=True, tag="compressed"):
    """Answers with so many bytes, compressed `times` times: twice, and a gigabyte is sent in a few kilobytes."""

    size: int
    times: int = 2

    @property
    def answer(self) -> Answer:
        headers = {"Content-Encoding": ", ".join(["gzip"] * self.times)}
        return Answer(200, content_type="application/json", headers=headers)

    @property
    def body(self) -> bytes:
        return _compressed(self.size, self.times)


@cache
def _compressed(size: int, times: int) -> bytes:
    body = bytes(size)
    for _ in range(times):
        body = gzip.compress(body, compresslevel=9)
    return body


class Refuse(msgspec.Struct, frozen=True, tag="refuse"):
    """An `error` in place of the welcome; the socket is left open unless `close` is given."""

    code: int
    message: str = "refused"
    close: int | None = None


class CloseWith(msgspec.Struct, frozen=True, tag="close"):
    """Closes with this code, at once or after the welcome."""

    code: int
    after_welcome: bool = False


class Say(msgspec.Struct, frozen=True, tag="say"):
    """Sends this in a text frame, in place of the welcome or after it; it may be no UTF-8 at all."""

    payload: bytes
    after_welcome: bool = False


class NoWelcome(msgspec.Struct, frozen=True, tag="no-welcome"):
    """Lets the client in without a word, and then tells it of the room as always."""


class PingFlood(msgspec.Struct, frozen=True, tag="ping-flood"):
    """Pings, after the welcome. `reads`: takes what is answered."""

    per_second: float = 1000.0
    total: int = FOR_EVER
    reads: bool = True


class JoinFlood(msgspec.Struct, frozen=True, tag="join-flood"):
    """Tells of joins that nobody made, after the welcome."""

    per_second: float = 10_000.0
    total: int = FOR_EVER


RestFault = Silence | Cut | Drip | Answer | Compressed
SocketFault = Silence | Cut | Drip | Answer | Refuse | CloseWith | Say | NoWelcome | PingFlood | JoinFlood


class Faults(msgspec.Struct):
    """How a room, or the whole service, misbehaves. Each field may be changed at any time; it counts from then on."""

    rest: RestFault | None = None
    """For each request that is no WebSocket."""
    sockets: dict[str, SocketFault] = {}
    """By role; `*` is any role."""
    info: dict[str, Any] = {}
    """Fields of the room's REST answer that are replaced, such as `host`."""
    welcome: dict[str, Any] = {}
    """Fields of the welcome that are replaced, such as `here`."""
    text_ids: bool = False
    """The ids inside `here` and of the welcome are texts."""
    listed_when_over: bool = False
    """REST says 200 for a room that is over."""

    def of_socket(self, role: str) -> SocketFault | None:
        return self.sockets.get(role, self.sockets.get("*"))

    def over(self, wider: "Faults") -> "Faults":
        """These, and where they say nothing the wider ones."""
        return Faults(
            rest=self.rest or wider.rest,
            sockets=wider.sockets | self.sockets,
            info=wider.info | self.info,
            welcome=wider.welcome | self.welcome,
            text_ids=self.text_ids or wider.text_ids,
            listed_when_over=self.listed_when_over or wider.listed_when_over,
        )


DENIAL = "<!DOCTYPE html><html><head><title>Access denied</title></head><body><h1>Error 1020</h1></body></html>"
HUGE = 16 * 1024 * 1024
PRIVATE_HOST = "10.0.0.1"


def _anywhere(fault: Silence | Cut | Answer) -> Faults:
    return Faults(rest=fault, sockets={"*": fault})


def _socket(fault: SocketFault) -> Faults:
    return Faults(sockets={"*": fault})


@cache
def known() -> dict[str, Faults]:
    """The faults that have a name; made when first asked for, since some are huge. `named` gives a copy to keep."""
    html = Answer(403, DENIAL, "text/html; charset=UTF-8")
    deep = b"[" * 100_000 + b"]" * 100_000
    wrong_types = {"pc": "many", "opcode": ["client/welcome"], "result": {"id": {}, "here": [1], "entities": "none"}}
    path = "/api/v2/rooms/PLAY"
    elsewhere = {"Location": f"http://{PRIVATE_HOST}{path}"}
    other_socket = {"Location": f"ws://{PRIVATE_HOST}{path}/play?role=shard"}
    no_more = Answer(429, '{"ok":false,"error":"too many requests"}', headers={"Retry-After": "2"})
    return {
        "silence": _anywhere(Silence()),
        "silent-rest": Faults(rest=Silence()),
        "silent-handshake": _socket(Silence()),
        "silent-socket": _socket(Silence("accepted")),
        "html": Faults(rest=html),
        "html-handshake": _socket(html),
        "not-json": Faults(rest=Answer(200, "ok, then")),
        "wrong-json": Faults(rest=Answer(200, '{"ok":true,"body":[1,{"appTag":5}]}')),
        "deep-rest": Faults(rest=Answer(200, deep.decode())),
        "huge-rest": Faults(rest=Answer(200, '{"body":"' + "x" * HUGE + '"}')),
        "redirected": Faults(rest=Answer(302, headers=elsewhere)),
        "redirected-handshake": _socket(Answer(302, headers=other_socket)),
        "compressed": Faults(rest=Compressed(HUGE)),
        "rate-limited": Faults(rest=no_more),
        "blocked": Faults(rest=Answer(403, '{"ok":false,"error":"forbidden"}')),
        "broken": _anywhere(Answer(500, '{"ok":false,"error":"internal"}')),
        "unavailable": _anywhere(Answer(503, '{"ok":false,"error":"shutting down"}')),
        "slow-rest": Faults(rest=Drip()),
        "slow-socket": _socket(Drip()),
        "cut": _anywhere(Cut()),
        "cut-rest": Faults(rest=Cut()),
        "cut-handshake": _socket(Cut()),
        "cut-before-welcome": _socket(Cut("accepted")),
        "cut-after-welcome": _socket(Cut("welcomed")),
        "no-such-role": _socket(Refuse(2014, "no such role: shard")),
        "password-required": _socket(Refuse(2017, "password required")),
        "denied": _socket(Refuse(2023, "permission denied")),
        "no-shard": Faults(sockets={"shard": Refuse(2014, "no such role: shard")}),
        "over-but-listed": Faults(sockets={"*": Refuse(2027, "room has already ended")}, listed_when_over=True),
        "try-later": _socket(CloseWith(1013)),
        "try-later-after-welcome": _socket(CloseWith(1013, after_welcome=True)),
        "huge-frame": _socket(Say(b'{"pc":1,"opcode":"object","result":"' + b"x" * HUGE + b'"}', after_welcome=True)),
        "bad-utf8": _socket(Say(b'{"opcode":"\xff\xfe"}', after_welcome=True)),
        "no-json-frame": _socket(Say(b"hello", after_welcome=True)),
        "deep-frame": _socket(Say(deep, after_welcome=True)),
        "wrong-types": _socket(Say(json.dumps(wrong_types).encode())),
        "no-welcome": _socket(NoWelcome()),
        "ping-flood": _socket(PingFlood()),
        "join-flood": _socket(JoinFlood()),
        "private-host": Faults(info={"host": PRIVATE_HOST, "audienceHost": PRIVATE_HOST}),
        "odd-host": Faults(info={"host": "user@evil.example/?", "audienceHost": 7}),
        "here-null": Faults(welcome={"here": None}),
        "here-empty": Faults(welcome={"here": {}}),
        "text-ids": Faults(text_ids=True),
    }


def named(name: str) -> Faults:
    """A copy of the faults of this name. Raises KeyError where there are none."""
    return known()[name].over(Faults())
