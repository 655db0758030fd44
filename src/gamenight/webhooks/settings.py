from typing import Annotated

from msgspec import Struct

from gamenight.core.errors import StartError
from gamenight.core.setting_kinds import split, words
from gamenight.webhooks.addresses import Network, read_networks

MAX_RETRIES = 20
MAX_WAIT = 7 * 86400.0


class WebhookSettings(Struct, frozen=True, kw_only=True):
    webhook_allow_networks: Annotated[
        str,
        words(
            "Networks, separated by commas, that webhooks may be sent to besides the internet, such as 192.168.1.0/24."
        ),
    ] = ""
    webhook_retry_seconds: Annotated[
        str, words("Seconds, separated by commas, between a failed attempt of a webhook and the next one.")
    ] = "5,300,1800,7200,18000,36000,50400,72000,86400"

    def __post_init__(self) -> None:
        try:
            self.networks  # noqa: B018
        except ValueError as error:
            raise StartError(
                f"GAMENIGHT_WEBHOOK_ALLOW_NETWORKS: {error}. Write networks such as 192.168.1.0/24."
            ) from None
        try:
            is_fitting = len(self.waits) <= MAX_RETRIES and all(0 < wait <= MAX_WAIT for wait in self.waits)
        except ValueError:
            is_fitting = False
        if not is_fitting:
            raise StartError(
                f"GAMENIGHT_WEBHOOK_RETRY_SECONDS has to be at most {MAX_RETRIES} numbers of seconds, such as 5,300."
            )

    @property
    def networks(self) -> list[Network]:
        return read_networks(split(self.webhook_allow_networks))

    @property
    def waits(self) -> list[float]:
        return [float(each) for each in split(self.webhook_retry_seconds)]
