"""Who listens to which topic in this process. Offering an event never waits."""

from collections.abc import Callable
from typing import Protocol

from gamenight.core.log import Event


class Listener(Protocol):
    def offer(self, event: Event, frame: bytes) -> None:
        """Take an event, at once, with its encoding for the wire. Who can't keep up deals with it himself."""


class Hub:
    """Hands each event to the listeners of its topic, in the order of the log.

    `position` is the id up to which everything was handed out; `encode` is run once an event, however many listen.
    """

    def __init__(self, position: int, encode: Callable[[Event], bytes]) -> None:
        self.position = position
        self._encode = encode
        self._listeners: dict[int, dict[Listener, int]] = {}

    def join(self, topic: int, listener: Listener, *, after: int) -> None:
        """Hand the topic's events beyond `after` to the listener from now on."""
        self._listeners.setdefault(topic, {})[listener] = after

    def leave(self, topic: int, listener: Listener) -> None:
        listeners = self._listeners.get(topic)
        if listeners is None:
            return
        listeners.pop(listener, None)
        if not listeners:
            del self._listeners[topic]

    def publish(self, event: Event) -> int:
        """Hand out an event; returns to how many."""
        self.position = event.id
        listeners = self._listeners.get(event.topic)
        if not listeners:
            return 0
        frame = self._encode(event)
        for listener, after in list(listeners.items()):
            if event.id > after:
                listener.offer(event, frame)
        return len(listeners)
