"""What a live client may do, and how long it may take."""

from msgspec import Struct


class LiveLimits(Struct, frozen=True, kw_only=True):
    """Seconds, bytes, or how many at once."""

    auth_seconds: float = 10
    heartbeat_seconds: float = 25
    heartbeat_timeout: float = 20
    message_bytes: int = 16 * 1024
    messages_per_minute: int = 120
    messages_burst: int = 30
    buffer_bytes: int = 256 * 1024
    drain_seconds: float = 10
    subscriptions: int = 64
    sockets: int = 18_000
    sockets_per_client: int = 200
    sockets_per_token: int = 20
