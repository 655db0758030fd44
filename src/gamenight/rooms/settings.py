from typing import Annotated

from msgspec import Struct

from gamenight.core.errors import StartError
from gamenight.core.setting_kinds import above_zero, is_plain_address, split, words


class RoomSettings(Struct, frozen=True, kw_only=True):
    rooms_url: Annotated[str, words("The room service, where the games' rooms are looked up.")] = (
        "https://ecast.jackboxgames.com"
    )
    rooms_hosts: Annotated[
        str,
        words("Hosts, separated by commas, that the room service may name besides its own: host, host:port, *.domain."),
    ] = "*.jackboxgames.com"
    rooms_follow: Annotated[bool, words("Whether a room is followed as soon as a game has its code.")] = True
    rooms_probe_seconds: Annotated[float, above_zero("Seconds between two looks at who has joined a room.")] = 20
    rooms_status_seconds: Annotated[float, above_zero("Seconds between two `game.status` events of a room.")] = 20

    def __post_init__(self) -> None:
        if not is_plain_address(self.rooms_url):
            raise StartError("GAMENIGHT_ROOMS_URL has to be a plain address such as https://host or http://host:port.")

    @property
    def allowed_hosts(self) -> list[str]:
        return split(self.rooms_hosts)
