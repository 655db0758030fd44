from gamenight.core.runtime import Runtime
from gamenight.http.settings import HttpSettings
from gamenight.http.slices import Routes, Slice
from gamenight.webhooks.client import WebhookClient
from gamenight.webhooks.routes import changing_routes, reading_routes
from gamenight.webhooks.sender import Sender
from gamenight.webhooks.settings import WebhookSettings


def webhooks_slice(runtime: Runtime, settings: WebhookSettings, http: HttpSettings) -> Slice:
    """Sends events to other programs, from one process at a time."""
    client = WebhookClient(settings.networks, own_port=http.port, public_url=http.public_url)
    sender = Sender(runtime.database, client, settings.waits)

    async def close() -> None:
        client.close()

    routes = [*reading_routes(runtime.database), *changing_routes(runtime.database, client)]
    return Slice(
        routes=[Routes("/api/webhooks", "Webhooks", routes)],
        loops=[lambda loops: runtime.leases.start(loops, "webhooks", sender.run)],
        on_events=[sender.on_events],
        on_server_event=[sender.on_server_event],
        close=close,
    )
