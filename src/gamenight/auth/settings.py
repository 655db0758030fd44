from typing import Annotated

from msgspec import Struct

from gamenight.auth.keys import weakness_of
from gamenight.core.errors import StartError
from gamenight.core.setting_kinds import words


class AuthSettings(Struct, frozen=True, kw_only=True):
    admin_key: Annotated[
        str | None, words("The admin key, in place of the one that is made at the first start; 12 characters or more.")
    ] = None

    def __post_init__(self) -> None:
        weakness = None if self.admin_key is None else weakness_of(self.admin_key)
        if weakness is not None:
            raise StartError(f"GAMENIGHT_ADMIN_KEY is too easy to guess: {weakness}. Choose another.")
