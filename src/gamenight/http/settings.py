"""Settings of the HTTP server: where it listens, and by which names it is reached."""

from ipaddress import ip_network
from typing import Annotated

from msgspec import Struct

from gamenight.core.errors import StartError
from gamenight.core.setting_kinds import is_plain_address, split, whole, words
from gamenight.http.address import host_name
from gamenight.http.clients import Network


class HttpSettings(Struct, frozen=True, kw_only=True):
    host: Annotated[str, words("The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, whole("The port to listen on; 0 takes a free one.", minimum=0, maximum=65535)] = 5000
    workers: Annotated[
        int, whole("How many processes serve on this machine; more than 1 need PostgreSQL.", maximum=64)
    ] = 1
    public_url: Annotated[
        str | None, words("The address that browsers reach the server by, such as https://games.example.org.")
    ] = None
    allowed_hosts: Annotated[
        str, words("Whole names, separated by commas, that the server is called by besides, such as games.fritz.box.")
    ] = ""
    trusted_proxies: Annotated[
        str, words("Networks, separated by commas, of reverse proxies whose X-Forwarded-For is believed.")
    ] = ""

    def __post_init__(self) -> None:
        try:
            self.host_names  # noqa: B018
        except ValueError as error:
            raise StartError(
                f"GAMENIGHT_ALLOWED_HOSTS: {error}. Write whole names such as games.fritz.box, without ports and stars."
            ) from None
        try:
            self.proxies  # noqa: B018
        except ValueError as error:
            raise StartError(f"GAMENIGHT_TRUSTED_PROXIES: {error}. Write networks such as 10.0.0.0/8.") from None
        if self.public_url is not None and not is_plain_address(self.public_url):
            raise StartError("GAMENIGHT_PUBLIC_URL has to be a plain address such as https://games.example.org.")

    @property
    def host_names(self) -> frozenset[str]:
        return frozenset(map(host_name, split(self.allowed_hosts)))

    @property
    def proxies(self) -> list[Network]:
        return [ip_network(each) for each in split(self.trusted_proxies)]
