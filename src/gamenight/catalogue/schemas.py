"""Games and packs on the wire."""

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from gamenight.http.schemas import Flag, Title, shaped, text

Players = Annotated[int, Meta(ge=1, le=1000)]
MAX_PLAYER_COUNT: Final = 100_000
"""With an audience a game has more players than it lets play."""
Minutes = Annotated[int, Meta(ge=1, le=600)]
Favor = Literal[-1, 0, 1]
Kind = Annotated[str, text(50, min_length=1)]
PlayMode = Literal["versus", "coop", "team"]
AppTag = Annotated[
    str, shaped(r"^[!-:<-~]+\Z", "visible ASCII characters without semicolons", min_length=1, max_length=64)
]
"""The room service's name of a game. Semicolons separate tags in a CSV cell."""
Symbol = Annotated[
    str,
    shaped(
        r"^[0-9]*[A-Za-z][A-Za-z0-9]*\Z",
        "2 to 4 of A-Z and 0-9, with at least one letter",
        min_length=2,
        max_length=4,
    ),
]
"""The short word by which chat votes for a game: `TKO++`."""


class Game(Struct, frozen=True):
    """A row of the catalogue. `family_friendly` is 1 also where a setting of the game has to be switched on for it,
    which `family_friendly_setting` tells. An unknown length is null. The votes are those of all nights;
    `popularity_score` is upvotes - downvotes. `ticker` is another name of `symbol`."""

    id: int
    pack_name: str
    title: str
    min_players: int
    max_players: int
    length_minutes: int | None
    has_audience: int
    family_friendly: int
    family_friendly_setting: int
    game_type: str | None
    secondary_type: str | None
    play_mode: PlayMode | None
    app_tags: list[str]
    enabled: int
    favor_bias: Favor
    created_at: str
    symbol: str | None
    ticker: str | None
    play_count: int
    upvotes: int
    downvotes: int
    popularity_score: int


class GameFacts(Struct, frozen=True, kw_only=True):
    """All that a person can say of a game; what POST takes. `ticker` is another name of `symbol`."""

    pack_name: Title
    title: Title
    min_players: Players
    max_players: Players
    length_minutes: Minutes | None = None
    has_audience: Flag = False
    family_friendly: Flag = False
    family_friendly_setting: Flag = False
    game_type: Kind | None = None
    secondary_type: Kind | None = None
    play_mode: PlayMode | None = None
    app_tags: Annotated[list[AppTag], Meta(max_length=20)] = []
    enabled: Flag = True
    favor_bias: Favor = 0
    symbol: Symbol | None = None
    ticker: Symbol | None = None


class GameChange(Struct, frozen=True, kw_only=True):
    """The body of PUT: any of a game's facts; those that are left out stay. `ticker` is another name of
    `symbol`."""

    pack_name: Title | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    min_players: Players | UnsetType = UNSET
    max_players: Players | UnsetType = UNSET
    length_minutes: Minutes | UnsetType | None = UNSET
    has_audience: Flag | UnsetType = UNSET
    family_friendly: Flag | UnsetType = UNSET
    family_friendly_setting: Flag | UnsetType = UNSET
    game_type: Kind | UnsetType | None = UNSET
    secondary_type: Kind | UnsetType | None = UNSET
    play_mode: PlayMode | UnsetType | None = UNSET
    app_tags: Annotated[list[AppTag], Meta(max_length=20)] | UnsetType = UNSET
    enabled: Flag | UnsetType = UNSET
    favor_bias: Favor | UnsetType = UNSET
    symbol: Symbol | UnsetType | None = UNSET
    ticker: Symbol | UnsetType | None = UNSET
