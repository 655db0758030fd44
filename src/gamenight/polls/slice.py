from functools import partial

from gamenight.core.runtime import Runtime
from gamenight.http.slices import Routes, Slice
from gamenight.picker.settings import PickerSettings
from gamenight.polls.keeper import PollKeeper
from gamenight.polls.routes import own_routes, poll_routes
from gamenight.sessions.routes import SESSIONS
from gamenight.votes.intake import VoterIntake
from gamenight.votes.rates import VoteRates
from gamenight.votes.relays import RelayBots
from gamenight.votes.settings import VoteSettings


def polls_slice(runtime: Runtime, picker: PickerSettings, votes: VoteSettings) -> Slice:
    """The room chooses what comes next."""
    keeper = PollKeeper(runtime.database, runtime.transient)
    rates = VoteRates(guests_per_minute=votes.guest_votes_per_minute, bot_per_second=votes.bot_votes_per_second)
    intake = VoterIntake(rates, RelayBots(votes.relay_bot_names))
    return Slice(
        routes=[
            Routes(*SESSIONS, poll_routes(runtime.database, picker, intake, keeper)),
            Routes("/api/guests/me/poll-vote", "Guests", own_routes(runtime.database)),
        ],
        loops=[partial(keeper.start, leases=runtime.leases)],
        on_events=[keeper.on_events],
    )
