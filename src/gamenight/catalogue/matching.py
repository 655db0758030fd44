"""Which game of the catalogue a row of a file is. Pure."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from gamenight.catalogue.schemas import Game
from gamenight.catalogue.spreadsheet import Row, check_pack_favor, game_twice, several_games
from gamenight.catalogue.titles import TitleIndex, title_key


class Match(Struct, frozen=True):
    """A row with the game that it is, None for a new one. The row's pack has the name that the catalogue, or else the
    first row of that pack, gives it. `title` and `pack_name` are as the file has them."""

    row: Row
    game: Game | None
    pack_name: str
    title: str


def match(rows: Sequence[Row], games: Iterable[Game]) -> list[Match]:
    """Each row with its game: the one of this very name, or else the one that is typed otherwise.

    Raises CsvInvalid where that may be several, and where two rows are one game.
    """
    index = TitleIndex(games)
    packs = _pack_names(rows, index)
    first: dict[object, Row] = {}
    matches: list[Match] = []
    for row in rows:
        known = index.games(row.facts.pack_name, row.facts.title)
        if len(known) > 1:
            raise several_games(row, known)
        game = known[0] if known else None
        same = game.id if game else (title_key(row.facts.pack_name), title_key(row.facts.title))
        if same in first:
            raise game_twice(row, first[same])
        first[same] = row
        pack_name = game.pack_name if game else packs[row.facts.pack_name]
        named = replace(row, facts=replace(row.facts, pack_name=pack_name))
        matches.append(Match(named, game, row.facts.pack_name, row.facts.title))
    check_pack_favor(each.row for each in matches)
    return matches


def _pack_names(rows: Iterable[Row], index: TitleIndex[Game]) -> dict[str, str]:
    """The name that each pack of the file gets, by the one that the file has."""
    names: dict[str, str] = {}
    new: dict[str, str] = {}
    for pack in dict.fromkeys(row.facts.pack_name for row in rows):
        names[pack] = index.pack_name(pack) or new.setdefault(title_key(pack), pack)
    return names
