"""Polls on the wire."""

from typing import Annotated

from msgspec import Meta, Struct

from gamenight.catalogue.rules import chosen_symbol
from gamenight.catalogue.schemas import Symbol
from gamenight.http.schemas import MAX_ID, Id
from gamenight.polls.rules import DecidedBy, Rule
from gamenight.sessions.schemas import Session
from gamenight.votes.identities import user_id_of_json
from gamenight.votes.schemas import Platform, UserId, Username

MAX_GAMES = 6
SECONDS = 25
MAX_SECONDS = 3600
MAX_DELAY = 300


class NewPoll(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What to vote on: the games that are named, or so many that the balanced draw gives. `seconds` is how long it is
    open; with null until a host ends it. With `proportional` each vote is a lot of a draw."""

    game_ids: Annotated[list[Id], Meta(min_length=1, max_length=MAX_GAMES)] | None = None
    count: Annotated[int, Meta(ge=2, le=MAX_GAMES)] = 3
    seconds: Annotated[int, Meta(ge=5, le=MAX_SECONDS)] | None = SECONDS
    rule: Rule = "majority"


class PollEnd(Struct, frozen=True, forbid_unknown_fields=True):
    """In how many seconds the poll ends."""

    delay: Annotated[int, Meta(ge=0, le=MAX_DELAY)] = 0


class NewSelection(Struct, frozen=True):
    """The game that comes next; `game_id` is the catalogue's."""

    game_id: Id


class NewPollVote(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A vote in a poll, as a bot sends it with `username`, or a phone, which needs none.

    What it is for is said once: by the number of the option, as chat types it, by the `gameId`, or by the game's
    `symbol` (or `ticker`, its other name).
    """

    option: Annotated[int, Meta(ge=1, le=MAX_GAMES + 1)] | None = None
    game_id: Annotated[int, Meta(ge=0, le=MAX_ID)] | None = None
    symbol: Symbol | None = None
    ticker: Symbol | None = None
    username: Username | None = None
    platform: Platform | None = None
    user_id: UserId | None = None

    @property
    def named_symbol(self) -> str | None:
        """The symbol of the game, in upper case. Raises SymbolsDiffer."""
        symbol = chosen_symbol(self.symbol, self.ticker)
        return None if symbol is None else symbol.upper()

    @property
    def known_id(self) -> str | None:
        """The id of the voter on their platform. Raises BadRequest."""
        return user_id_of_json(self.user_id)


class PollOption(Struct, frozen=True, rename="camel"):
    """`option` is what chat types, from 1 on; `game_id` the catalogue's, 0 for something else."""

    option: int
    game_id: int
    label: str
    votes: int


class Poll(Struct, frozen=True, rename="camel"):
    """A poll of a session. `ends_at` is null while only a host can end it. `is_ending`: a host has set the end, and can
    take that back. The winner is null while it is open, and where the night ended before it."""

    id: int
    session_id: int
    rule: Rule
    started_at: str
    ends_at: str | None
    is_ending: bool
    closed_at: str | None
    options: list[PollOption]
    total_votes: int
    winner_game_id: int | None
    winner_label: str | None
    decided_by: DecidedBy | None


class PollState(Struct, frozen=True):
    """The poll that is open, or the last one of the session; null where there was none. `now` is the server's clock, by
    which `endsAt` counts."""

    poll: Poll | None
    now: str


class PollVoteTaken(Struct, frozen=True):
    """`changed` says whether it counts otherwise than what the voter had said before."""

    success: bool
    changed: bool
    poll: Poll


class OwnPollVote(Struct, frozen=True, rename="camel"):
    """The option for which a guest has voted in the poll that is open; null where there is none."""

    poll_id: int | None
    option: int | None


class Selected(Struct, frozen=True):
    """The session with the game that comes next, or without one."""

    message: str
    session: Session
