from gamenight.core.runtime import Runtime
from gamenight.http.slices import Routes, Slice
from gamenight.picker.receipts import Receipts
from gamenight.rooms.client import RoomsClient
from gamenight.rooms.follower import Timing
from gamenight.rooms.routes import room_routes
from gamenight.rooms.settings import RoomSettings
from gamenight.rooms.supervisor import Supervisor
from gamenight.sessions.routes import SESSIONS


def rooms_slice(runtime: Runtime, settings: RoomSettings, receipts: Receipts) -> Slice:
    client = RoomsClient(settings.rooms_url, settings.allowed_hosts)
    supervisor = Supervisor(
        runtime.database,
        client,
        starts_itself=settings.rooms_follow,
        status_seconds=settings.rooms_status_seconds,
        timing=Timing(stay=settings.rooms_probe_seconds),
    )
    routes = room_routes(runtime.database, client, receipts, rooms_followed=settings.rooms_follow)
    return Slice(
        routes=[Routes(*SESSIONS, routes)],
        loops=[supervisor.start],
        on_publish=[supervisor.wake],
        health={"rooms": supervisor.report},
        close=supervisor.close,
    )
