"""Replay, then live: every event of a topic after a given id, in order, none twice, none missing.

Invariant: a listener joins the hub in the same turn of the loop in which what it knows is found to reach as far as the
hub has begun to hand out. What was committed up to the hub's position is then known to it; what comes later is handed
out by the hub.
"""

from collections.abc import Awaitable, Callable

from msgspec import Struct
from sqlalchemy import Connection

from gamenight.core import log
from gamenight.core.database import Database
from gamenight.core.hub import Hub, Listener

BATCH = 300
PART_BYTES = 64 * 1024
"""About as much as a client is sent before it is looked at whether it reads."""


class Stretch(Struct, frozen=True):
    """Some events of a topic, encoded and joined to parts, and the id through which the topic is known with them."""

    parts: list[bytes]
    through: int


async def replay_then_join(
    database: Database,
    hub: Hub,
    listener: Listener,
    topic: int,
    *,
    after: int,
    send: Callable[[bytes], Awaitable[None]],
    is_subscribed: Callable[[], bool],
) -> None:
    """Send what came after an id, up to which the listener knows everything; then let the hub go on.

    `send` gets whole frames and may wait, for a slow client. Nothing more is sent once `is_subscribed` is false.
    """
    while after < hub.position:
        stretch = await database.replay(_read_stretch, topic, after, hub.frame_for(listener))
        for part in stretch.parts:
            if not is_subscribed():
                return
            await send(part)
        if not is_subscribed():
            return
        after = max(after, stretch.through)
    hub.join(topic, listener, after=after)


def _read_stretch(connection: Connection, topic: int, after: int, encode: Callable[[log.Event], bytes]) -> Stretch:
    # Encoded here, in the thread that reads, since it costs the event loop as much as many requests.
    events, head = log.read_topic_after(connection, topic, after, BATCH)
    parts: list[bytes] = []
    part: list[bytes] = []
    size = 0
    for event in events:
        frame = encode(event)
        part.append(frame)
        size += len(frame)
        if size >= PART_BYTES:
            parts.append(b"".join(part))
            part, size = [], 0
    if part:
        parts.append(b"".join(part))
    return Stretch(parts, head if len(events) < BATCH else events[-1].id)
