from typing import Annotated

from msgspec import Struct

from gamenight.core.setting_kinds import above_zero, whole


class SessionSettings(Struct, frozen=True, kw_only=True):
    events_days: Annotated[float, above_zero("Days for which events are kept for clients that resume.")] = 7
    events_kept: Annotated[int, whole("The newest events that are kept however old they are.")] = 100_000
