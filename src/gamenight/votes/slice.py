from functools import partial

from gamenight.auth.callers import Callers
from gamenight.core.runtime import Runtime
from gamenight.http.slices import Routes, Slice
from gamenight.sessions.routes import SESSIONS
from gamenight.votes.importer import Importer
from gamenight.votes.intake import FastVotes, VoteIntake, VoterIntake
from gamenight.votes.publisher import VotePublisher
from gamenight.votes.rates import VoteRates
from gamenight.votes.recounter import VoteRecounter
from gamenight.votes.relays import RelayBots
from gamenight.votes.routes import casting_routes, listing_routes, own_routes, session_routes
from gamenight.votes.settings import VoteSettings


def votes_slice(runtime: Runtime, settings: VoteSettings, callers: Callers) -> Slice:
    database, grace_seconds = runtime.database, settings.vote_grace_seconds
    publisher = VotePublisher(database, published_each=settings.vote_events_each)
    recounter = VoteRecounter(database, grace_seconds=grace_seconds)
    rates = VoteRates(guests_per_minute=settings.guest_votes_per_minute, bot_per_second=settings.bot_votes_per_second)
    relay_bots = RelayBots(settings.relay_bot_names)
    importer = Importer(database, relay_bots, grace_seconds=grace_seconds)
    intake = VoteIntake(publisher, VoterIntake(rates, relay_bots), grace_seconds=grace_seconds)
    return Slice(
        routes=[
            Routes("/api/votes", "Votes", [*casting_routes(database, intake), *listing_routes(database, callers)]),
            Routes("/api/guests/me/votes", "Guests", own_routes(database)),
            Routes(*SESSIONS, session_routes(database, importer, grace_seconds=grace_seconds)),
        ],
        fast_writes={b"/api/votes/live": FastVotes(intake, callers, database)},
        loops=[partial(each.start, leases=runtime.leases) for each in (publisher, recounter, importer)],
        on_events=[recounter.on_events],
        on_shutdown=importer.stop,
    )
