from typing import Annotated

from msgspec import Struct

from gamenight.core.errors import StartError
from gamenight.core.setting_kinds import is_page, words


class WebSettings(Struct, frozen=True, kw_only=True):
    join_url: Annotated[str, words("The page where players type a room's code; phones have a link to it.")] = (
        "https://jackbox.tv"
    )

    def __post_init__(self) -> None:
        if not is_page(self.join_url):
            raise StartError("GAMENIGHT_JOIN_URL has to be the address of a page, such as https://jackbox.tv.")
