from gamenight.core.runtime import Runtime
from gamenight.http.slices import Routes, Slice
from gamenight.picker.receipts import Receipts
from gamenight.picker.routes import picker_routes, session_routes
from gamenight.picker.settings import PickerSettings
from gamenight.sessions.routes import SESSIONS


def picker_slice(runtime: Runtime, settings: PickerSettings, receipts: Receipts) -> Slice:
    return Slice(
        routes=[
            Routes("/api/pick", "Picker", picker_routes(runtime.database, settings, receipts)),
            Routes(*SESSIONS, session_routes(runtime.database)),
        ]
    )
