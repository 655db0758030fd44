"""Replay, then live: every event of a topic after a given id, in order, none twice, none missing.

Invariant: a listener joins the hub in the iteration of the event loop in which its reading is found to have reached the
hub's position. Everything committed up to that position has then been read; the hub publishes what comes later.
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
    """Send what came after an id, then let the hub go on.

    `send` may wait, for a slow client. Nothing more is sent once `is_subscribed` is false.
    """
    while True:
        events, head = await database.read(log.read_topic_after, topic, after, BATCH)
        for event in events:
            await send(event)
            if not is_subscribed():
                return
        complete = len(events) < BATCH
        after = max(after, head if complete else events[-1].id)
        if not is_subscribed():
            return
        if complete and after >= hub.position:
            hub.join(topic, listener, after=after)
            return
