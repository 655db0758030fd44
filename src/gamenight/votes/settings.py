from typing import Annotated

from msgspec import Struct

from gamenight.core.setting_kinds import above_zero, split, words, zero_or_more


class VoteSettings(Struct, frozen=True, kw_only=True):
    vote_grace_seconds: Annotated[
        float, zero_or_more("Seconds after its end in which a game can still be voted on; a skipped one can't.")
    ] = 20
    vote_events_each: Annotated[
        float,
        zero_or_more(
            "Votes a second up to which each has a `vote.received` of its own; more are told together, four times a "
            "second. 0 tells them together always."
        ),
    ] = 20
    guest_votes_per_minute: Annotated[
        float, above_zero("Votes a minute of all the phones of one address, which may be a whole household.")
    ] = 600
    bot_votes_per_second: Annotated[float, above_zero("Votes a second with one token that is not a guest's.")] = 2000
    relay_bots: Annotated[
        str,
        words("Names, separated by commas, of bots that bring messages over from other chats, as `<omar> thisgame++`."),
    ] = ""

    @property
    def relay_bot_names(self) -> list[str]:
        return split(self.relay_bots)
