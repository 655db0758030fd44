"""The listeners of this process, by topic. Offering an event never waits."""

from collections.abc import Callable, Sequence
from typing import Protocol

from gamenight.core.log import Event


class Listener(Protocol):
    def offer(self, newest: Event, frames: bytes) -> None:
        """Take one event or several, encoded for the wire, at once. A listener that can't keep up ends itself."""


class Hub:
    """Hands each event to the listeners of its topic, in the order of the log.

    `position` is the id up to which everything was published; `encode` runs once an event, however many listen.
    """

    def __init__(self, position: int, encode: Callable[[Event], bytes]) -> None:
        self.position = position
        self._encode = encode
        self._listeners: dict[int, dict[Listener, int]] = {}
        self._wakes: list[Callable[[], None]] = []
        self._topic_handlers: dict[int, Callable[[Event], None]] = {}

    def on_publish(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever events of any topic are published."""
        self._wakes.append(wake)

    def on_topic(self, topic: int, on_event: Callable[[Event], None]) -> None:
        """Call `on_event` with each event of a topic that the server itself listens to."""
        self._topic_handlers[topic] = on_event

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

    def publish(self, run: Sequence[Event]) -> int:
        """Publish events of one topic that follow one another in the log; returns the number of listeners.

        They are encoded once and joined, so that a run is one write for each listener.
        """
        self.position = run[-1].id
        for wake in self._wakes:
            wake()
        on_event = self._topic_handlers.get(run[0].topic)
        if on_event is not None:
            for event in run:
                on_event(event)
        listeners = self._listeners.get(run[0].topic)
        if not listeners:
            return 0
        frames = [self._encode(event) for event in run]
        joined = b"".join(frames)
        for listener, after in list(listeners.items()):
            if run[0].id > after:
                listener.offer(run[-1], joined)
                continue
            for event, frame in zip(run, frames, strict=True):
                if event.id > after:
                    listener.offer(event, frame)
        return len(listeners)
