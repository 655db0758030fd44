"""The event of the catalogue."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from gamenight.catalogue.schemas import Game
from gamenight.core.database import Transaction
from gamenight.core.log import EVERYONE

CATALOGUE_CHANGED: Final = "catalogue.changed"
MAX_GAMES = 25


class CatalogueChanged(Struct, frozen=True):
    """The games that changed, as they are now, and the ids of those that left. `games` is null where too many changed
    to name them: read the catalogue again."""

    games: Sequence[Game] | None
    removed: Sequence[int] | None


EVENTS: Mapping[str, type[Struct]] = {CATALOGUE_CHANGED: CatalogueChanged}
"""What each event carries."""


def emit_catalogue_changed(transaction: Transaction, games: Sequence[Game], removed: Sequence[int] = ()) -> None:
    if len(games) + len(removed) > MAX_GAMES:
        emit_catalogue_reread(transaction)
    else:
        transaction.emit(CATALOGUE_CHANGED, CatalogueChanged(games, removed), topic=EVERYONE)


def emit_catalogue_reread(transaction: Transaction) -> None:
    """Tell of changes that nobody named."""
    transaction.emit(CATALOGUE_CHANGED, CatalogueChanged(None, None), topic=EVERYONE)
