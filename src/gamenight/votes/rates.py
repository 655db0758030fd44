"""How often phones and bots may vote."""

from gamenight.core.rates import Buckets, TokenBucket
from gamenight.votes.errors import TooManyVotes


class VoteRates:
    """The phones of one address, which on a home network are all phones, may cast so many votes a minute; each bot's
    token so many a second."""

    def __init__(self, *, guests_per_minute: float, bot_per_second: float) -> None:
        self._addresses = Buckets(guests_per_minute / 60, guests_per_minute)
        self._tokens = Buckets(bot_per_second, bot_per_second)

    def take_from_address(self, client: str) -> None:
        """Raises TooManyVotes."""
        _take(self._addresses.of(client), "Too many votes from this network at once. Try again in a moment.")

    def take_from_token(self, token_id: str) -> None:
        """Raises TooManyVotes."""
        _take(self._tokens.of(token_id), "Too many votes with this token at once. Slow down.")


def _take(bucket: TokenBucket, refusal: str) -> None:
    if not bucket.take():
        raise TooManyVotes(refusal, retry_after=bucket.wait())
