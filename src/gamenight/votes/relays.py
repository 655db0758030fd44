"""Messages that a bot brings over from another chat: who wrote them there. Pure."""

import re
from collections.abc import Iterable

from msgspec import Struct

from gamenight.core.text import MAX_NAME_LENGTH
from gamenight.votes.folding import fold_name, without_formatting
from gamenight.votes.identities import shown_name

# `<omar> text`, perhaps after the name of the other chat or in bold, `[omar] text`, `(omar) text`, `omar: text`.
_NAME = rf"[^<>\[\]():\n]{{1,{MAX_NAME_LENGTH}}}"
_PLACE = r"(?:\[[^\]\n]{1,32}\]|\([^)\n]{1,32}\))\s*+"
_RELAYED = re.compile(
    rf"\s*+(?:{_PLACE})?(?:\*\*|__|`)?(?:<(?P<angled>[^<>\n]{{1,{MAX_NAME_LENGTH}}})>(?:\*\*|__|`)?:?\s++"
    rf"|(?P<named>[^\s<>\[\]():*_`][^\s<>\[\]():]{{0,{MAX_NAME_LENGTH}}}?)(?:\*\*|__|`)?:(?:\*\*|__|`)?\s++)"
    rf"|\s*+(?:\[(?P<square>{_NAME})\]|\((?P<round>{_NAME})\)):?\s++"
)


class Relayed(Struct, frozen=True):
    username: str
    message: str


class RelayBots:
    """The bots that speak for others. Their own words are nobody's."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(fold_name(name) for name in names)

    def __contains__(self, username: object) -> bool:
        return bool(self._names) and isinstance(username, str) and fold_name(username) in self._names

    def relayed(self, message: str) -> Relayed | None:
        """Who wrote the message of such a bot, and what; None where it says something itself."""
        text = without_formatting(message)
        found = _RELAYED.match(text)
        if found is None:
            return None
        name = shown_name(found["angled"] or found["named"] or found["square"] or found["round"])
        return Relayed(name, text[found.end() :]) if fold_name(name) else None
