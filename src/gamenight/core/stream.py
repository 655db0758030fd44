"""Replay, then live: every event of a topic after a given id, in order, none twice, none missing.

Invariant: a listener joins the hub in the same turn of the loop in which what it knows is found to reach as far as the
hub has begun to hand out. What was committed up to the hub's position is then known to it; what comes later is handed
out by the hub.
"""

from collections.abc import Awaitable, Callable

from gamenight.core import log
from gamenight.core.database import Database
from gamenight.core.hub import Hub, Listener

BATCH = 300


async def replay_then_join(
    database: Database,
    hub: Hub,
    listener: Listener,
    topic: int,
    *,
    after: int,
    send: Callable[[log.Event], Awaitable[None]],
    is_subscribed: Callable[[], bool],
) -> None:
    """Send what came after an id, up to which the listener knows everything; then let the hub go on.

    `send` may wait, for a slow client. Nothing more is sent once `is_subscribed` is false.
    """
    while after < hub.position:
        events, head = await database.read(log.read_topic_after, topic, after, BATCH)
        for event in events:
            await send(event)
            if not is_subscribed():
                return
        after = max(after, head if len(events) < BATCH else events[-1].id)
        if not is_subscribed():
            return
    hub.join(topic, listener, after=after)
