"""Replay, then live: every event of a topic after a given id, in order, none twice, none missing.

Invariant: a listener joins the hub in the same turn of the loop in which its reading is found to reach as far as the
hub has. What was committed up to the hub's position has then been read; what comes later is handed out by the hub.
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

    `send` may wait, for a slow client. Nothing more is sent once it is not `is_subscribed`.
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
