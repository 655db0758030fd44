"""The limits of live clients."""

from msgspec import Struct


class LiveLimits(Struct, frozen=True, kw_only=True):
    """Seconds, bytes, or how many at once. `settings` has the defaults."""

    auth_seconds: float
    heartbeat_seconds: float
    heartbeat_timeout: float
    message_bytes: int
    messages_per_minute: int
    messages_burst: int
    buffer_bytes: int
    drain_seconds: float
    subscriptions: int
    sockets: int
    sockets_per_client: int
    sockets_per_token: int
