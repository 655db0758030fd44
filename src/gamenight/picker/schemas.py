"""Wishes and draws on the wire."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from gamenight.catalogue.rules import Drawing, Length
from gamenight.catalogue.schemas import Game
from gamenight.http.schemas import MAX_INTEGER, Flag, Id, text
from gamenight.picker.balanced import Factor
from gamenight.picker.rules import Candidate, Step
from gamenight.sessions.schemas import PlayerCount

Mode = Literal["classic", "balanced"]
Seed = Annotated[str, text(64)] | Annotated[int, Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
Receipt = Annotated[str, text(16_384)]


class Wishes(Struct, frozen=True, rename="camel", kw_only=True):
    """What to draw from. Every field is optional. `live` is how many are in the night's last room.

    `factors` switches factors of the balanced weights on and off.
    """

    player_count: PlayerCount | Literal["live"] | None = None
    drawing: Drawing | None = None
    length: Length | None = None
    family_friendly: Flag | None = None
    session_id: Id | None = None
    exclude_played: Flag | None = None
    packs: Annotated[list[Annotated[str, text(200)]], Meta(max_length=100)] | None = None
    exclude: Annotated[list[Id], Meta(max_length=1000)] = []
    seed: Seed | None = None
    factors: dict[Factor, Flag] | None = None


class PickRequest(Wishes, frozen=True, rename="camel", kw_only=True):
    """What to draw from, and how. Every field is optional. `live` is how many are in the night's last room.

    `factors` switches factors of the balanced weights on and off.
    """

    count: Annotated[int, Meta(ge=1, le=20)] = 1
    mode: Mode = "classic"


class LineupRequest(Wishes, frozen=True, rename="camel", kw_only=True):
    """How many minutes to fill, and what with. All but `minutes` is as for a single draw."""

    minutes: Annotated[int, Meta(ge=1, le=1440)]
    mode: Mode = "balanced"


class Draw(Struct, frozen=True, rename="camel", kw_only=True):
    """How a draw was made: all that its candidates have in common."""

    mode: Mode
    seed: str
    pool_size: int
    total_enabled: int
    filters: list[Step]
    relaxed: list[str]
    player_count: int | None
    session_id: int | None
    drawn_at: str


class Why(Draw, frozen=True, rename="camel", kw_only=True):
    """Why a game was drawn. `place` is its place among the candidates, or in the lineup."""

    game_id: int
    place: int
    odds: float
    weight: float
    factors: dict[str, float]


class Picked(Struct, frozen=True, rename="camel"):
    """`game` is the first of `candidates`. The same request with this seed draws the same from the same catalogue.

    `receipt` goes with the game that is added to a night, which then can say why it was drawn.
    """

    game: Game
    pool_size: int
    total_enabled: int
    candidates: list[Candidate]
    seed: str
    mode: Mode
    filters: list[Step]
    relaxed: list[str]
    player_count: int | None
    receipt: str


class LineupGame(Struct, frozen=True, rename="camel"):
    """A game of a lineup. `pool_size` is how many games it was drawn from: those that fit what was drawn before it."""

    game: Game
    minutes: int
    minutes_assumed: bool
    odds: float
    weight: float
    factors: dict[str, float]
    pool_size: int
    receipt: str


class Lineup(Struct, frozen=True, rename="camel"):
    """Games in the order in which they were drawn. `minutes_left` is negative where they take longer than the time,
    which is never more than `tolerance_minutes`. An unknown length is taken for `assumed_minutes`.
    """

    games: list[LineupGame]
    total_minutes: int
    minutes_left: int
    tolerance_minutes: int
    assumed_minutes: int
    total_enabled: int
    seed: str
    mode: Mode
    filters: list[Step]
    relaxed: list[str]
    player_count: int | None
