"""A network between a browser and a server that can be cut, or go silent."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Network:
    """Hands bytes on in both directions, between `port` here and the server's."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._silenced: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End all connections, at once and rudely. New ones are let through."""
        for pair in self._pairs:
            for each in pair:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def silence(self) -> None:
        """From now on nothing comes through the connections that there are, and nobody is told."""
        self._silenced.update(each for pair in self._pairs for each in pair)

    def close(self) -> None:
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listening.accept()
                with suppress(OSError):
                    server = socket.create_connection(("127.0.0.1", self._server_port))
                    self._pairs.append((client, server))
                    for source, target in ((client, server), (server, client)):
                        threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if source not in self._silenced:
                    target.sendall(data)
        for each in (source, target):
            each.close()


@contextmanager
def network_to(server_port: int) -> Iterator[Network]:
    network = Network(server_port)
    try:
        yield network
    finally:
        network.close()
