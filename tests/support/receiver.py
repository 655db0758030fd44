"""A program that receives webhooks: a real HTTP server on loopback, which answers as a test says."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from tests.support.patience import PATIENCE


class Received(msgspec.Struct, frozen=True):
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = msgspec.json.decode(self.body)
        return event


class Answer(msgspec.Struct, frozen=True):
    status: int = 204
    headers: Mapping[str, str] = {}
    body: bytes = b""


class Receiver:
    """`answers` are given in order, then always `usual`. While it is `hanging` it answers nobody."""

    def __init__(self, *answers: Answer, usual: Answer | None = None) -> None:
        self.received: list[Received] = []
        self.answers = list(answers)
        self.usual = usual or Answer()
        self.on_request: Callable[[], None] = lambda: None
        self._changed = threading.Condition()
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port: int = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def hang(self) -> None:
        self._may_answer.clear()

    def go_on(self) -> None:
        self._may_answer.set()

    def wait_for(self, count: int) -> list[Received]:
        """The requests that came, at least so many."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self.received) >= count, PATIENCE)
        assert came, f"{len(self.received)} of {count} requests came"
        return self.received

    def wait_for_event(self, type_: str) -> Received:
        def found() -> list[Received]:
            return [each for each in self.received if each.event["type"] == type_]

        with self._changed:
            assert self._changed.wait_for(lambda: bool(found()), PATIENCE), f"no {type_} came"
        return found()[0]

    def close(self) -> None:
        self._may_answer.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE)

    def _take(self, received: Received) -> Answer:
        with self._changed:
            self.received.append(received)
            answer = self.answers.pop(0) if self.answers else self.usual
            self._changed.notify_all()
        self.on_request()
        self._may_answer.wait(PATIENCE)
        return answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = receiver._take(Received(self.path, headers, body))
                try:
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(answer.body)))
                    self.end_headers()
                    self.wfile.write(answer.body)
                except OSError:
                    pass  # the sender has gone

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@contextmanager
def receiving(*answers: Answer, usual: Answer | None = None) -> Iterator[Receiver]:
    receiver = Receiver(*answers, usual=usual)
    try:
        yield receiver
    finally:
        receiver.close()
