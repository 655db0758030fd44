"""Who listens to which topic in this process. Offering an event never waits for a listener."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import islice
from typing import Protocol

from msgspec import structs

from gamenight.core.log import Event

CHUNK = 64
"""Listeners that are offered a run before everybody else gets a turn of the event loop."""
LARGE_CHUNK = 256
SOON = 0.01
"""Seconds of the loop's work within which a hand-out should be done. Where others work so much in between that it
takes longer, it goes on in large chunks. It is also the longest rest after one."""


class Listener(Protocol):
    @property
    def sees_all(self) -> bool:
        """Whether it is offered events whole, or as those hear them who may not see all."""

    def offer(self, newest: Event, frames: bytes) -> None:
        """Take one event or several, encoded for the wire, at once. A listener that can't keep up ends itself. `newest`
        is where it has got to in the log then."""


class Hub:
    """Hands each event to the listeners of its topic, in the order of the log.

    `position` is the newest id that the hub has begun to hand out; `encode` is run once an event, however many listen,
    and once more for what `narrow` makes of it where that is another event. Of each listener the hub knows up to which
    id it has been offered its topic's events.
    """

    def __init__(
        self, position: int, encode: Callable[[Event], bytes], narrow: Callable[[Event], Event] = lambda event: event
    ) -> None:
        self.position = position
        self._encode = encode
        self._narrow = narrow
        self._listeners: dict[int, dict[Listener, int]] = {}
        self._wakes: list[Callable[[], None]] = []
        self._handlers: list[Callable[[Sequence[Event]], None]] = []
        self._topic_handlers: dict[int, Callable[[Event], None]] = {}

    def frame_for(self, listener: Listener) -> Callable[[Event], bytes]:
        """What makes the frame of an event as this listener hears it."""
        if listener.sees_all:
            return self._encode
        return lambda event: self._encode(self._narrow(event))

    def on_publish(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever events of any topic are published."""
        self._wakes.append(wake)

    def on_events(self, handle: Callable[[Sequence[Event]], None]) -> None:
        """Call `handle` with each run of events that is published, of whatever topic."""
        self._handlers.append(handle)

    def on_topic(self, topic: int, on_event: Callable[[Event], None]) -> None:
        """Call `on_event` with each event of a topic that the server itself listens to."""
        self._topic_handlers[topic] = on_event

    def join(self, topic: int, listener: Listener, *, after: int) -> None:
        """Hand the topic's events beyond `after` to the listener from now on.

        `after` has to be `position` at least: what is being handed out just now may have passed the listener by.
        """
        self._listeners.setdefault(topic, {})[listener] = after

    def leave(self, topic: int, listener: Listener) -> int | None:
        """Returns the id up to which the listener has been offered the topic's events; None if it did not listen."""
        listeners = self._listeners.get(topic)
        if listeners is None:
            return None
        offered = listeners.pop(listener, None)
        if not listeners:
            del self._listeners[topic]
        return offered

    async def hand_out(self, run: Sequence[Event]) -> None:
        """Hand out events of one topic that follow one another in the log.

        They are encoded once and joined: a run is one write for each listener. It goes out in chunks and is followed by
        a rest as long as it took, so that requests are answered in between however many listen, and so that what comes
        meanwhile goes out together.
        """
        began = time.thread_time()
        self.position = run[-1].id
        for wake in self._wakes:
            wake()
        for handle in self._handlers:
            handle(run)
        on_event = self._topic_handlers.get(run[0].topic)
        if on_event is not None:
            for event in run:
                on_event(event)
        listeners = self._listeners.get(run[0].topic)
        if listeners:
            encoded = _EncodedRun(run, self._encode, self._narrow)
            everybody = iter(list(listeners))
            while chunk := list(islice(everybody, CHUNK if time.thread_time() - began < SOON else LARGE_CHUNK)):
                _offer(listeners, chunk, encoded)
                # The sockets take what was written before the next run counts against a listener.
                await asyncio.sleep(0)
        await asyncio.sleep(min(time.thread_time() - began, SOON))

    async def pass_on(self, event: Event) -> None:
        """Hand an event that is not in the log to those who listen to its topic now."""
        frame = self._encode(event)
        listeners = self._listeners.get(event.topic, {})
        everybody = iter(list(listeners))
        newest = structs.replace(event, id=self.position)
        while chunk := list(islice(everybody, CHUNK)):
            for listener in chunk:
                if listener in listeners:
                    listener.offer(newest, frame)
            await asyncio.sleep(0)


class _EncodedRun:
    """The frames of a run, and the same ones joined: whole, and for those who may not see all."""

    def __init__(
        self, run: Sequence[Event], encode: Callable[[Event], bytes], narrow: Callable[[Event], Event]
    ) -> None:
        self.events = run
        self._encode = encode
        self._narrow = narrow

    @cached_property
    def whole(self) -> tuple[list[bytes], bytes]:
        frames = [self._encode(event) for event in self.events]
        return frames, b"".join(frames)

    @cached_property
    def narrowed(self) -> tuple[list[bytes], bytes]:
        heard = [self._narrow(event) for event in self.events]
        if all(one is other for one, other in zip(heard, self.events, strict=True)):
            return self.whole
        frames = [self._encode(event) for event in heard]
        return frames, b"".join(frames)


def _offer(listeners: dict[Listener, int], chunk: Iterable[Listener], encoded: _EncodedRun) -> None:
    """Offer a run to those of a chunk that still listen, without what they have read in the log already."""
    run = encoded.events
    first, newest = run[0].id, run[-1]
    for listener in chunk:
        offered = listeners.get(listener)
        if offered is None or offered >= newest.id:
            continue
        listeners[listener] = newest.id
        frames, joined = encoded.whole if listener.sees_all else encoded.narrowed
        if offered < first:
            listener.offer(newest, joined)
        else:
            unknown = [frame for event, frame in zip(run, frames, strict=True) if event.id > offered]
            listener.offer(newest, b"".join(unknown))
