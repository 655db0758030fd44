"""When two titles are the same title, however they are typed. Pure."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

_PLAIN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u00b4\u0060\u02b9\u02bb\u02bc\u02c8\uff07", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u301d\u301e\u301f\uff02", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
    | {"\u2026": "...", "\uff01": "!", "\uff1f": "?", "\u3002": ".", "\uff0e": "."}
    | dict.fromkeys("\u2122\u00ae\u00a9\u2120")
)
_ENDINGS = "!?.\u00a1\u00bf\u203c\u203d\u2047\u2048\u2049 "


@lru_cache(4096)
def title_key(title: str) -> str:
    """What a title has in common with each other way of typing it.

    Neither capitals nor the shape of quotes and dashes count, nor which spaces and how many, nor characters that nobody
    sees, trademark signs, marks at the end, and whether an accent is a character of its own.
    """
    if title.isascii() and title.isprintable():  # nearly all are, and of these nothing can be composed or unseen
        spaced = " ".join(title.lower().replace("`", "'").split())
    else:
        folded = _folded(title).translate(_PLAIN)
        visible = "".join(character for character in folded if _is_visible(character))
        spaced = " ".join(unicodedata.normalize("NFC", visible).split())
    return spaced.rstrip(_ENDINGS) or spaced


def _folded(title: str) -> str:
    decomposed = unicodedata.normalize("NFD", title)
    return unicodedata.normalize("NFD", decomposed.casefold())


@lru_cache(4096)
def _is_visible(character: str) -> bool:
    """Spaces are: they separate words. Variation selectors are not: they choose among pictures of one character."""
    if character.isspace():
        return True
    category = unicodedata.category(character)
    is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return category not in {"Cc", "Cf"} and not is_selector


class Named(Protocol):
    @property
    def pack_name(self) -> str: ...
    @property
    def title(self) -> str: ...


N = TypeVar("N", bound=Named)


class TitleIndex(Generic[N]):
    """Games by their names, however these are typed."""

    def __init__(self, games: Iterable[N]) -> None:
        self._by_name: dict[tuple[str, str], N] = {}
        self._by_key: dict[tuple[str, str], list[N]] = {}
        self._packs: dict[str, list[str]] = {}
        for game in games:
            self._by_name[game.pack_name, game.title] = game
            pack = title_key(game.pack_name)
            self._by_key.setdefault((pack, title_key(game.title)), []).append(game)
            spellings = self._packs.setdefault(pack, [])
            if game.pack_name not in spellings:
                spellings.append(game.pack_name)

    def exact(self, pack_name: str, title: str) -> N | None:
        return self._by_name.get((pack_name, title))

    def games(self, pack_name: str, title: str) -> list[N]:
        """The game of this very name; where there is none, those whose names are typed otherwise."""
        exact = self.exact(pack_name, title)
        if exact is not None:
            return [exact]
        return self._by_key.get((title_key(pack_name), title_key(title)), [])

    def pack_name(self, pack_name: str) -> str | None:
        """A pack's name as it is typed here; None where there is no such pack."""
        spellings = self._packs.get(title_key(pack_name), [])
        return pack_name if pack_name in spellings else next(iter(spellings), None)

    def same_titles(self) -> list[list[N]]:
        """The games that differ from one another in nothing but how their names are typed."""
        return [games for games in self._by_key.values() if len(games) > 1]
