"""Votes as they arrive: whose they are, how many may come, and whether each is published by itself."""

import asyncio
from typing import Any, Protocol

import msgspec
from msgspec import structs

from gamenight.auth.callers import Callers, bearer_token
from gamenight.auth.tokens import Claims, Scope
from gamenight.core.database import Database
from gamenight.core.errors import BadRequest
from gamenight.http.response_cache import Headers
from gamenight.votes.actions.casting import VoteToCast, cast_all
from gamenight.votes.errors import UsernameMissing
from gamenight.votes.folding import fold_name
from gamenight.votes.identities import shown_name
from gamenight.votes.publisher import VotePublisher
from gamenight.votes.rates import VoteRates
from gamenight.votes.relays import RelayBots
from gamenight.votes.schemas import CHAT, GUEST_NAME, PHONE, NewVote, Voter, VoteTaken

_decode = msgspec.json.Decoder(NewVote).decode


class SaysWho(Protocol):
    """A vote as a bot sends it, as far as it says whose it is."""

    @property
    def username(self) -> str | None: ...
    @property
    def platform(self) -> str | None: ...
    @property
    def known_id(self) -> str | None: ...


class VoterIntake:
    """Whose vote it is, and whether they may vote so often."""

    def __init__(self, rates: VoteRates, relay_bots: RelayBots) -> None:
        self._rates = rates
        self._relay_bots = relay_bots

    def admit(self, claims: Claims, client: str, data: SaysWho) -> Voter:
        """The voter of a caller, counted against their rate. Raises TooManyVotes, UsernameMissing or BadRequest."""
        if claims.scope is Scope.GUEST:
            self._rates.take_from_address(client)
            return Voter(PHONE, claims.token_id, claims.name or GUEST_NAME)
        self._rates.take_from_token(claims.token_id)
        return self._voter_of_bot(data)

    def _voter_of_bot(self, data: SaysWho) -> Voter:
        username = shown_name(data.username or "")
        if not fold_name(username):
            raise UsernameMissing("Say who votes, with username.")
        if username in self._relay_bots:
            raise UsernameMissing(
                f"{username} brings over what others say (GAMENIGHT_RELAY_BOTS). Send the name of the person who wrote "
                "the message, as username."
            )
        platform = data.platform or CHAT
        refuse_phone(platform)
        return Voter(platform, data.known_id, username)


class VoteIntake:
    """`grace_seconds` is the time in which a game can still be voted on after its end."""

    def __init__(self, publisher: VotePublisher, voters: VoterIntake, *, grace_seconds: float) -> None:
        self._publisher = publisher
        self._voters = voters
        self._grace_seconds = grace_seconds

    def admit(self, claims: Claims, client: str, data: NewVote) -> VoteToCast:
        """The vote of a caller, counted against their rate. Raises TooManyVotes, UsernameMissing or BadRequest."""
        voter = self._voters.admit(claims, client, data)
        if claims.scope is Scope.GUEST:
            data = structs.replace(data, timestamp=None)
        return VoteToCast(voter, data, self._grace_seconds, self._publisher.publishes_each())

    def stored(self, vote: VoteToCast) -> None:
        """Note that a vote was committed."""
        if not vote.publish:
            self._publisher.vote_waits()


class FastVotes:
    """Votes for the fast path: with a token of their own and no key to repeat them by."""

    def __init__(self, intake: VoteIntake, callers: Callers, database: Database) -> None:
        self._intake = intake
        self._callers = callers
        self._database = database

    def __call__(self, headers: Headers, body: bytes, client: str) -> "asyncio.Future[Any] | None":
        token = bearer_token(headers)
        if token is None or any(name == b"idempotency-key" for name, _value in headers):
            return None
        try:
            data = _decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        vote = self._intake.admit(self._callers.by_token(token, Scope.VOTE), client, data)
        taken: asyncio.Future[VoteTaken] = self._database.submit_together(cast_all, vote)
        taken.add_done_callback(lambda _taken: self._intake.stored(vote))
        return taken


def refuse_phone(platform: str) -> None:
    """Raises BadRequest for the platform of guests, where somebody else names one."""
    if platform == PHONE:
        raise BadRequest(f'The platform "{PHONE}" is for guests, who vote with their own token. Choose another.')
