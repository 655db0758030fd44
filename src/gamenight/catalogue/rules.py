"""Which games fit a wish, and which symbols a game may have. Pure."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from gamenight.catalogue.errors import SymbolsDiffer
from gamenight.catalogue.schemas import Game

Drawing = Literal["only", "exclude"]
Length = Literal["short", "medium", "long"]


_EVERYDAY_WORDS = """
AND ARE ASAP BE BRB BTW BUT BYE CAN DO FOR FTW FYI GAME GG GJ GLHF GO GOOD GTG HA HAHA HE HEY HI HM HMM IDK IF IMO IN
IRL IS IT KEK LMAO LOL LUL ME MY NAH NICE NO NOPE NOT NP NVM OF OH OK OKAY OMG ON OR PLS POG ROFL SHE SO THAT THE THEY
THIS THX TO TY UP US VOTE WE WELL WHAT WHY WOW WP WTF YEAH YEP YES YOU
1ST 2ND 3RD B4 GR8 L8R M8
"""
EVERYDAY_WORDS = frozenset(_EVERYDAY_WORDS.split())
"""Never symbols: whoever types "no-- wait" doesn't vote."""


class Wish(Struct, frozen=True, kw_only=True):
    """Wishes for a game; None is "any"."""

    player_count: int | None = None
    drawing: Drawing | None = None
    length: Length | None = None
    family_friendly: bool | None = None


def meant_game(holders: Sequence[Game]) -> Game | None:
    """Which of the games that have a symbol it means, where an enabled one, if any, is the first: that one, or else the
    only one."""
    return holders[0] if holders and (holders[0].enabled or len(holders) == 1) else None


def chosen_symbol(symbol: str | None, ticker: str | None) -> str | None:
    """The symbol that a request gives under either of its names, None where it gives neither. Raises SymbolsDiffer."""
    if symbol is None or ticker is None:
        return ticker if symbol is None else symbol
    if symbol.upper() != ticker.upper():
        raise SymbolsDiffer(
            f'symbol is "{symbol}" and ticker is "{ticker}", but they are two names of one thing. Send one of them.',
            details={"field": "ticker", "symbol": symbol, "ticker": ticker},
        )
    return symbol


def is_drawing(game: Game) -> bool:
    return "drawing" in {(game.game_type or "").casefold(), (game.secondary_type or "").casefold()}


def fits_player_count(game: Game, wish: int) -> bool:
    return game.min_players <= wish <= game.max_players


def fits_drawing(game: Game, wish: Drawing) -> bool:
    return is_drawing(game) == (wish == "only")


def fits_length(game: Game, wish: Length) -> bool:
    """Short is up to 15 minutes or unknown, medium up to 25, long is more."""
    minutes = game.length_minutes
    if minutes is None or minutes <= 15:
        return wish == "short"
    return wish == ("medium" if minutes <= 25 else "long")


def fits_family_friendly(game: Game, wish: bool) -> bool:
    """A game with a setting for it can be played either way."""
    return bool(game.family_friendly) == wish or bool(game.family_friendly_setting)


def fits(game: Game, wish: Wish) -> bool:
    """Whether a game is as wished in every respect."""
    return (
        (wish.player_count is None or fits_player_count(game, wish.player_count))
        and (wish.drawing is None or fits_drawing(game, wish.drawing))
        and (wish.length is None or fits_length(game, wish.length))
        and (wish.family_friendly is None or fits_family_friendly(game, wish.family_friendly))
    )
