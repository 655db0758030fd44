"""Whose vote in a poll it is."""

from gamenight.auth.tokens import Claims
from gamenight.polls.schemas import NewPollVote
from gamenight.votes.folding import fold_name
from gamenight.votes.intake import VoterIntake
from gamenight.votes.schemas import PHONE


def voter_key(claims: Claims, client: str, vote: NewPollVote, intake: VoterIntake) -> str:
    """By what a voter is known again while a poll is open. Raises TooManyVotes, UsernameMissing or BadRequest."""
    voter = intake.admit(claims, client, vote)
    if voter.user_id is not None:
        return f"{voter.platform}:id:{voter.user_id}"
    return f"{voter.platform}:name:{fold_name(voter.username)}"


def guest_key(claims: Claims) -> str:
    """The key of a phone, by the claims of its token."""
    return f"{PHONE}:id:{claims.token_id}"
