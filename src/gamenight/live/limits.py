"""The limits of live clients, which are settings."""

from typing import Annotated

from msgspec import Struct

from gamenight.core.setting_kinds import above_zero, whole


class LiveLimits(Struct, frozen=True, kw_only=True):
    auth_seconds: Annotated[float, above_zero("Seconds for a live client to authenticate.")] = 10
    heartbeat_seconds: Annotated[float, above_zero("Seconds between the server's pings to a live client.")] = 25
    heartbeat_timeout: Annotated[float, above_zero("Seconds for a live client to answer a ping.")] = 20
    message_bytes: Annotated[int, whole("Bytes of a live client's message.")] = 16 * 1024
    messages_per_minute: Annotated[int, whole("Messages of a live client in a minute, after a burst.")] = 120
    messages_burst: Annotated[int, whole("Messages of a live client at once.")] = 30
    buffer_bytes: Annotated[int, whole("Bytes that may wait for a slow live client.")] = 256 * 1024
    drain_seconds: Annotated[float, above_zero("Seconds for a live client to take a part of a replay.")] = 10
    subscriptions: Annotated[int, whole("Sessions that one live client may follow.")] = 64
    sockets: Annotated[int, whole("Live clients at once.")] = 18_000
    sockets_per_client: Annotated[int, whole("Live clients of one address.")] = 200
    sockets_per_token: Annotated[int, whole("Live clients of one token.")] = 20
