"""Whose name and whose id it is that a program wrote. Pure."""

import re

from gamenight.core.errors import BadRequest
from gamenight.http.schemas import MAX_INTEGER
from gamenight.votes.folding import folded, without_formatting

_NO_IDS = frozenset({"", "undefined", "null", "none", "nil", "nan", "false", "true", "n/a", "-1", "[object object]"})
"""What programs write for an id that they don't have."""
# Zeros, also those of a UUID; the errors of spreadsheets, and the numbers that they show or round in place of an id.
_NO_ID = re.compile(
    r"[0-]+(?:\.0)?|\(?(?:null|nil)\)?|#[a-z/0!?]+|[+-]?\d+(?:[.,]\d+)?e[+-]?\d+|\d{12,}000|[+-]?inf(?:inity)?"
)
_WHOLE_FLOAT = re.compile(r"(\d{1,15})\.0")
# The sign for somebody without a number, where names once had one.
_NO_NUMBER = re.compile(r"(?<=.)#0(?:000)?\Z")
_RANKS = "~&@%+!"
_LOGIN = r"[A-Za-z0-9_]{1,25}"
_LOGIN_BESIDE = re.compile(rf"(?P<shown>.*\S)(?: \((?P<bracketed>{_LOGIN})\)| (?P<login>{_LOGIN}))")


def user_id_of(written: str | None) -> str | None:
    """The id of a person on their platform; None for what is no id, or is the same for many people."""
    if written is None:
        return None
    user_id = written.strip()
    if whole := _WHOLE_FLOAT.fullmatch(user_id):
        user_id = whole[1]
    plain = folded(user_id)
    return None if plain in _NO_IDS or _NO_ID.fullmatch(plain) else user_id


def user_id_of_json(said: str | float | None) -> str | None:
    """The id of a person as a program sends it: as text, or as a whole number. Raises BadRequest for a number that was
    rounded on its way, or is none of an id."""
    if isinstance(said, str) or said is None:
        return user_id_of(said)
    if not 0 <= said <= MAX_INTEGER or said != int(said):
        raise BadRequest(
            f"userId: {said} is no id, or was rounded on its way: a number is exact up to {MAX_INTEGER}. "
            "Send the id as text.",
            details={"field": "userId"},
        )
    return user_id_of(str(int(said)))


def shown_name(written: str) -> str:
    """A name as people read it: without codes for colours, and without the number of those who have none."""
    return _NO_NUMBER.sub("", without_formatting(written).strip())


def nick(written: str) -> str:
    """A nick of IRC without the signs of its rank, none of which can begin a nick."""
    name = shown_name(written)
    return name.lstrip(f"{_RANKS} ") or name


def login_and_shown(written: str) -> tuple[str, str | None]:
    """A name, and the one that is shown for it where both are written, as Twitch's clients do: `Pia (pia)`, `Pia pia`.

    Only where the shown one is in another alphabet than logins are: anything else in brackets is a remark.
    """
    found = None if written.isascii() else _LOGIN_BESIDE.fullmatch(written)
    if found is None or found["shown"].isascii():
        return written, None
    return found["bracketed"] or found["login"], found["shown"]
