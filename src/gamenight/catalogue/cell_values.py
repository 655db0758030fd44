"""What the cells of a catalogue file say. Pure."""

import re
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from msgspec import Meta

from gamenight.catalogue.errors import CellFault
from gamenight.catalogue.rules import EVERYDAY_WORDS
from gamenight.catalogue.schemas import AppTag, Favor, Kind, Minutes, Players, PlayMode, Symbol
from gamenight.http.schemas import Title

_DASH = "[-\u2010-\u2015\u2212\u301c\uff0d\uff5e~]"
_RANGE = rf"([0-9]+)(?:\s*(?:{_DASH}|to)\s*([0-9]+))?"
_PLAYERS = re.compile(rf"{_RANGE}\s*(?:players?)?", re.IGNORECASE)
_LENGTH = re.compile(rf"{_RANGE}\s*(?:min\.?|mins\.?|minutes?|m)?", re.IGNORECASE)
_AUDIENCE = re.compile(
    r"(?:yes,? ?\(?)?(?:audience:? )?(?:up to |max\.? )?"
    r"([0-9]+(?:[ .,'\u2019][0-9]{3})*)\+?"
    r"(?: (?:audience|audience members|people|players|spectators|viewers))?\)?",
    re.IGNORECASE,
)
_WHOLE = re.compile("-?[0-9]+")
_FLAGS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


def _whole(cell: str) -> int:
    if not _WHOLE.fullmatch(cell.strip()):
        raise ValueError(cell)
    return int(cell)


def _range(pattern: re.Pattern[str], cell: str) -> tuple[int, int]:
    found = pattern.fullmatch(cell.strip())
    if found is None:
        raise ValueError(cell)
    least, most = int(found[1]), int(found[2] or found[1])
    if least > most:
        raise ValueError(cell)
    return least, most


def _min_players(cell: str) -> int:
    return _range(_PLAYERS, cell)[0]


def _max_players(cell: str) -> int:
    return _range(_PLAYERS, cell)[1]


def _length(cell: str) -> int | None:
    """Minutes; of a range, the middle."""
    cell = cell.strip()
    if not cell.strip("?") or cell.casefold() in {"n/a", "unknown"}:
        return None
    shortest, longest = _range(_LENGTH, cell)
    return (shortest + longest + 1) // 2


def _is_range(pattern: re.Pattern[str], cell: str) -> bool:
    found = pattern.fullmatch(cell.strip())
    return found is not None and found[2] is not None


def _is_range_of_players(cell: str) -> bool:
    return _is_range(_PLAYERS, cell)


def _is_range_of_minutes(cell: str) -> bool:
    return _is_range(_LENGTH, cell)


def _flag(cell: str) -> bool:
    """An empty cell is a No: nobody knows of it."""
    word = cell.strip().casefold()
    if word and word not in _FLAGS:
        raise ValueError(cell)
    return _FLAGS.get(word, False)


def _is_size_of_audience(cell: str) -> bool:
    return cell.strip().casefold() not in _FLAGS and _AUDIENCE.fullmatch(" ".join(cell.split())) is not None


def _audience(cell: str) -> bool:
    """A flag, or how many can be in the audience."""
    if not _is_size_of_audience(cell):
        return _flag(cell)
    size = _AUDIENCE.fullmatch(" ".join(cell.split()))
    return size is not None and bool(size[1].strip("0 .,'\u2019"))


def _setting(cell: str) -> bool:
    return cell.strip().casefold() in {"setting", "toggle"}


def _family_friendly(cell: str) -> bool:
    return _setting(cell) or _flag(cell)


def _text(cell: str) -> str | None:
    return cell or None


def _play_mode(cell: str) -> str | None:
    return cell.strip().casefold() or None


def _app_tags(cell: str) -> list[str]:
    return [tag for tag in map(str.strip, cell.split(";")) if tag]


def _symbol(cell: str) -> str | None:
    symbol = cell.strip().upper()
    if symbol in EVERYDAY_WORDS:
        raise ValueError(cell)
    return symbol or None


def _never(_cell: str) -> bool:
    return False


class Fact(NamedTuple):
    """A fact in one cell: how to read it, the type that the result has to fit, and the fault where it does not.

    `is_told` says of which cells a person has to be told what was read of them.
    """

    column: str
    name: str
    read: Callable[[str], object]
    type: Any
    fault: CellFault
    missing_if_empty: bool = False
    is_told: Callable[[str], bool] = _never


FACTS = (
    Fact("Game Pack", "pack_name", str, Title, "not_a_name"),
    Fact("Game Title", "title", str, Title, "not_a_name"),
    Fact("Min. Players", "min_players", _min_players, Players, "not_players", is_told=_is_range_of_players),
    Fact("Max. Players", "max_players", _max_players, Players, "not_players", is_told=_is_range_of_players),
    Fact("Length", "length_minutes", _length, Minutes | None, "not_minutes", is_told=_is_range_of_minutes),
    Fact("Audience", "has_audience", _audience, bool, "not_yes_or_no", is_told=_is_size_of_audience),
    Fact("Family Friendly?", "family_friendly", _family_friendly, bool, "not_family_friendly"),
    Fact("Family Friendly?", "family_friendly_setting", _setting, bool, "not_family_friendly"),
    Fact("Game Type", "game_type", _text, Kind | None, "not_a_kind"),
    Fact("Secondary Type", "secondary_type", _text, Kind | None, "not_a_kind"),
    Fact("Play Mode", "play_mode", _play_mode, PlayMode | None, "not_a_play_mode"),
    Fact("App Tags", "app_tags", _app_tags, Annotated[list[AppTag], Meta(max_length=20)], "not_app_tags"),
    Fact("Enabled?", "enabled", _flag, bool, "not_yes_or_no", missing_if_empty=True),
    Fact("Favor", "favor_bias", _whole, Favor, "not_a_favor", missing_if_empty=True),
    Fact("Pack Favor", "pack_favor", _whole, Favor, "not_a_favor", missing_if_empty=True),
    Fact("Symbol", "symbol", _symbol, Symbol | None, "not_a_symbol"),
)
