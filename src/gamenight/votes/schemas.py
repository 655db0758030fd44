"""Votes on the wire."""

from typing import Annotated, Final, Literal

from msgspec import Struct

from gamenight.catalogue.rules import chosen_symbol
from gamenight.catalogue.schemas import Symbol
from gamenight.core.text import MAX_NAME_LENGTH
from gamenight.http.schemas import WholeId, shaped, text, whole
from gamenight.sessions.schemas import SessionGame
from gamenight.votes.identities import user_id_of_json
from gamenight.votes.moments import read_moment

Direction = Literal["up", "down"]
Vote = Literal["up", "down", "unvote"]
"""`unvote` withdraws the voter's vote for the game."""
Username = Annotated[str, text(MAX_NAME_LENGTH, min_length=1)]
UserId = Annotated[str, text(MAX_NAME_LENGTH)] | int | float
"""What is no id, such as `undefined`, is not taken for one. A larger number was rounded on its way: it has to come as a
string."""
PLATFORM: Final = r"^[a-z0-9_-]+\Z"
MAX_PLATFORM_LENGTH: Final = 32
Platform = Annotated[
    str,
    shaped(PLATFORM, "lower-case letters, digits, - and _", min_length=1, max_length=MAX_PLATFORM_LENGTH),
]
Timestamp = Annotated[str, text(64, min_length=1)] | int | float
"""ISO 8601 with any offset, UTC without one; or whole seconds or milliseconds since 1970."""

CHAT: Final = "chat"
"""The default platform: the same for live votes and for chat logs, so that a voter is one person in both."""
PHONE: Final = "phone"
"""The platform of guests, whose nicknames only hosts see."""
GUEST_NAME: Final = "guest"
"""The name that others see for a guest."""


class NewVote(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A vote as a bot sends it, with `username` and `timestamp`, or as a phone does, which needs neither.

    `session_game_id` names the game that the voter saw, `symbol` (or `ticker`, its other name) the game that they
    named. Without them the vote is for the game that was playing at `timestamp`. A field that is null counts as not
    given; one that isn't known is refused, since it may be what names the game.
    """

    vote: Vote
    username: Username | None = None
    timestamp: Timestamp | None = None
    platform: Platform | None = None
    user_id: UserId | None = None
    session_game_id: WholeId | None = None
    symbol: Symbol | None = None
    ticker: Symbol | None = None

    @property
    def moment(self) -> str | None:
        """When it was cast, if it says so. Raises TimestampInvalid."""
        return None if self.timestamp is None else read_moment(self.timestamp)

    @property
    def known_id(self) -> str | None:
        """The id of the voter on their platform. Raises BadRequest."""
        return user_id_of_json(self.user_id)

    @property
    def seen_game(self) -> int | None:
        """The id of the session game that the voter saw. Raises BadRequest."""
        return None if self.session_game_id is None else whole(self.session_game_id, "sessionGameId")

    @property
    def named_symbol(self) -> str | None:
        """The symbol of the game that the voter named, in upper case. Raises SymbolsDiffer."""
        symbol = chosen_symbol(self.symbol, self.ticker)
        return None if symbol is None else symbol.upper()


class Voter(Struct, frozen=True):
    """A person who votes: known by the platform's id where there is one, else by name.

    `other_name` is one that nobody else has, by which they may be known, too.
    """

    platform: str
    user_id: str | None
    username: str
    other_name: str | None = None


class VotedSession(Struct, frozen=True):
    id: int
    games_played: int


class VotedGame(Struct, frozen=True):
    """A game of the catalogue with its votes of all nights."""

    id: int
    title: str
    upvotes: int
    downvotes: int
    popularity_score: int


class CastVote(Struct, frozen=True):
    username: str
    type: Vote
    timestamp: str


class VoteTaken(Struct, frozen=True, rename={"session_game": "sessionGame"}):
    """The result of a vote. `session_game` has the votes of this night, `game` those of all nights. A game that was
    named without being on tonight has no `session_game`."""

    success: bool
    message: str
    changed: bool
    session: VotedSession
    game: VotedGame
    session_game: SessionGame | None
    vote: CastVote


class VoteRow(Struct, frozen=True):
    """A vote that counts. `session_game_id` is null where its game was named without being on.
    `username` is null for votes from phones, unless a host asks."""

    id: int
    session_id: int
    game_id: int
    game_title: str
    pack_name: str
    username: str | None
    platform: str
    vote_type: Direction
    timestamp: str
    created_at: str
    session_game_id: int | None


class ChatRow(Struct, frozen=True):
    """A message of a chat log that was imported."""

    id: int
    timestamp: str
    username: str
    message: str


class Pagination(Struct, frozen=True):
    page: int
    limit: int
    total: int
    total_pages: int


class VotePage(Struct, frozen=True):
    votes: list[VoteRow]
    pagination: Pagination


class OwnVote(Struct, frozen=True):
    """The vote of a guest for a session game, as it counts."""

    session_game_id: int
    vote: Direction


class OwnVotes(Struct, frozen=True):
    session_id: int
    votes: list[OwnVote]


class GameTally(Struct, frozen=True):
    """The votes of one night for a game of the catalogue, however often it was played."""

    game_id: int
    title: str
    pack_name: str
    upvotes: int
    downvotes: int
    net_score: int
    total_votes: int


class SessionTallies(Struct, frozen=True):
    session_id: int
    votes: list[GameTally]
