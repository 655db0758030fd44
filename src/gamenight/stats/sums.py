"""Every way to read the sums of a period: as they are stored, and what is to be corrected of them."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from functools import cached_property

from msgspec import Struct
from sqlalchemy import Connection, bindparam, desc, func, literal_column, select, true

from gamenight.catalogue.tables import games
from gamenight.core.prepared import Prepared
from gamenight.sessions.rules import minutes
from gamenight.sessions.tables import is_night, session_games, sessions
from gamenight.stats import rules, summaries
from gamenight.stats.played import is_played, within
from gamenight.stats.rules import ALWAYS, Span
from gamenight.stats.schemas import FavoriteGame, PlayedGame, Regular, Totals
from gamenight.stats.summaries import NightSummary, Unsettled
from gamenight.stats.tables import period_games, period_people, period_sums
from gamenight.votes.tables import voters

SUMMED = ("night_count", "play_count", "minutes_played", "upvotes", "downvotes", "voter_count")
MAX_ID = 2**31 - 1

_sums = Prepared(
    select(*(period_sums.c[name] for name in SUMMED)).where(period_sums.c.period == bindparam("of_period"))
)
_games = Prepared(
    select(
        period_games.c.game_id,
        period_games.c.play_count,
        period_games.c.night_count,
        period_games.c.seconds_played,
        period_games.c.upvotes,
        period_games.c.downvotes,
    ).where(period_games.c.period == bindparam("of_period"))
)
_person = Prepared(
    select(period_people.c.night_count, period_people.c.last_voter_id).where(
        period_people.c.period == bindparam("of_period"), period_people.c.person == bindparam("who")
    )
)
_regulars = Prepared(
    select(period_people.c.person, period_people.c.night_count, period_people.c.last_voter_id)
    .where(period_people.c.period == bindparam("of_period"), period_people.c.is_named == literal_column("1"))
    .order_by(desc(period_people.c.night_count), desc(period_people.c.last_voter_id))
    .limit(bindparam("at_most"))
)
_name = Prepared(select(voters.c.username, voters.c.platform).where(voters.c.id == bindparam("voter_id")))
_newest_voter = (
    select(voters.c.id)
    .join_from(voters, sessions)
    .where(voters.c.platform == bindparam("platform"), voters.c.is_counted == literal_column("1"), within)
    .order_by(voters.c.id.desc())
    .limit(1)
)
_is_of_id = voters.c.user_id == bindparam("known_as")
_is_of_name = voters.c.user_id.is_(None) & (voters.c.folded_name == bindparam("known_as"))
_is_settled = sessions.c.is_settled == literal_column("1")
_newest_voters = {
    (is_name, settled): Prepared(
        _newest_voter.where(_is_of_name if is_name else _is_of_id, _is_settled if settled else true())
    )
    for is_name in (False, True)
    for settled in (False, True)
}
_facts = Prepared(select(games.c.title, games.c.pack_name).where(games.c.id == bindparam("game")))
# Of a column the index is of no use where it is added to: what is looked for lies within the span, not at the end.
_most_players = Prepared(
    select(sessions.c.player_count)
    .where(is_night, sessions.c.player_count >= literal_column("0"))
    .order_by(sessions.c.player_count.desc())
    .limit(1)
)
_most_players_within = Prepared(select(func.max(sessions.c.player_count + literal_column("0"))).where(within))
_last_night = Prepared(select(func.max(sessions.c.id + literal_column("0"))).where(within))
# Index by index from the end: however often a game was played, only its last time is read.
_last_played = Prepared(
    select(session_games.c.played_at)
    .join_from(session_games, sessions)
    .where(session_games.c.game_id == bindparam("game"), session_games.c.session_id <= bindparam("last_night"))
    .where(is_played, within)
    .order_by(session_games.c.session_id.desc(), session_games.c.id.desc())
    .limit(1)
)


class GameSums(Struct):
    """What a game comes to in a period."""

    game_id: int
    play_count: int = 0
    night_count: int = 0
    seconds_played: int = 0
    upvotes: int = 0
    downvotes: int = 0


class PersonSums(Struct, frozen=True):
    """On how many nights of a period somebody voted, and the newest of the voters that they are."""

    night_count: int
    last_voter_id: int


class Sums:
    """The sums of a period by the clocks of a zone. `known` is what is not settled of all time, for who asks for many
    periods."""

    def __init__(self, connection: Connection, period: str, zone: tzinfo, known: Unsettled | None = None) -> None:
        self._connection = connection
        self._period = period
        self.span = rules.span_of(period, zone)
        corrections = summaries.corrections(connection, period, zone, known)
        self._missing = corrections.missing
        self._surplus = corrections.surplus
        stored = _sums.first(connection, of_period=period) or (0,) * len(SUMMED)
        self._stored: dict[str, int] = dict(zip(SUMMED, stored, strict=True))

    @cached_property
    def totals(self) -> Totals:
        upvotes, downvotes = self._total("upvotes"), self._total("downvotes")
        return Totals(
            night_count=self._stored["night_count"] + len(self._missing) - len(self._surplus),
            play_count=self._total("play_count"),
            minutes_played=self._total("minutes_played"),
            player_count=most_players(self._connection, self.span),
            voter_count=self._voter_count,
            upvotes=upvotes,
            downvotes=downvotes,
            total_votes=upvotes + downvotes,
        )

    @cached_property
    def games(self) -> list[GameSums]:
        """The games that were played, the most often played first."""
        found = {row[0]: GameSums(*row) for row in _games.all(self._connection, of_period=self._period)}
        for nights, sign in ((self._missing, 1), (self._surplus, -1)):
            for night in nights:
                for game in night.games:
                    _add(found.setdefault(game.game_id, GameSums(game.game_id)), game, sign)
        played = (game for game in found.values() if game.play_count)
        return sorted(played, key=lambda game: (-game.play_count, game.game_id))

    @property
    def most_played(self) -> FavoriteGame | None:
        return None if not self.games else self._favorite(self.games[0])

    @property
    def best_liked(self) -> FavoriteGame | None:
        liked = rules.best_liked(self.games)
        return None if not liked else self._favorite(liked[0])

    def played_games(self, chosen: Sequence[GameSums]) -> list[PlayedGame]:
        """Games of the period as they are shown."""
        connection, span = self._connection, self.span
        last = MAX_ID if span == ALWAYS else _last_night.scalar(connection, since=span.since, until=span.until)
        bound = {"last_night": last, "since": span.since, "until": span.until}
        facts = _facts.all_of_each(connection, [{"game": game.game_id} for game in chosen])
        last_times = _last_played.all_of_each(connection, [{"game": game.game_id, **bound} for game in chosen])
        return [
            _played_game(game, title, pack_name, played_at)
            for game, ((title, pack_name),), ((played_at,),) in zip(chosen, facts, last_times, strict=True)
        ]

    def regulars(self, limit: int) -> list[Regular]:
        """Those who voted on the most nights, under their newest names."""
        corrected = {person: sums for person, sums in self._corrected.items() if summaries.is_named(person)}
        rows = _regulars.all(self._connection, of_period=self._period, at_most=limit + len(corrected))
        ranked = [PersonSums(nights, last) for person, nights, last in rows if person not in corrected]
        ranked += [each for each in corrected.values() if each.night_count]
        ranked.sort(key=lambda each: (-each.night_count, -each.last_voter_id))
        found = ranked[:limit]
        names = _name.all_of_each(self._connection, [{"voter_id": each.last_voter_id} for each in found])
        return [
            Regular(username, platform, each.night_count)
            for ((username, platform),), each in zip(names, found, strict=True)
        ]

    def _favorite(self, game: GameSums) -> FavoriteGame:
        title, pack_name = _facts.first(self._connection, game=game.game_id) or ("", "")
        return favorite(game.game_id, title, pack_name, game.play_count, game.upvotes, game.downvotes)

    def _total(self, name: str) -> int:
        total = self._stored[name]
        for nights, sign in ((self._missing, 1), (self._surplus, -1)):
            total += sum(sign * getattr(night, name) for night in nights)
        return total

    @property
    def _voter_count(self) -> int:
        stored = sum(1 for each in self._stored_people.values() if each.night_count)
        corrected = sum(1 for each in self._corrected.values() if each.night_count)
        return self._stored["voter_count"] - stored + corrected

    @cached_property
    def _stored_people(self) -> dict[str, PersonSums]:
        """What is stored of those who voted on a night that is missing or surplus."""
        people = list({each.person: None for night in (*self._missing, *self._surplus) for each in night.people})
        rows = _person.all_of_each(self._connection, [{"of_period": self._period, "who": each} for each in people])
        return {
            person: PersonSums(*found[0]) if found else PersonSums(0, 0)
            for person, found in zip(people, rows, strict=True)
        }

    @cached_property
    def _corrected(self) -> dict[str, PersonSums]:
        """The same people as they are."""
        nights: dict[str, int] = {person: each.night_count for person, each in self._stored_people.items()}
        last = {person: each.last_voter_id for person, each in self._stored_people.items()}
        for night in self._missing:
            for each in night.people:
                nights[each.person] += 1
                last[each.person] = max(last[each.person], each.voter_id)
        for night in self._surplus:
            for each in night.people:
                nights[each.person] -= 1
        to_find = [each for each in _people_of(self._surplus) if nights[each]]
        last |= {each: last_voter(self._connection, each, self.span) or 0 for each in to_find}
        return {person: PersonSums(nights[person], last[person]) for person in nights}


def most_players(connection: Connection, span: Span) -> int | None:
    """By how many a game was played at most."""
    if span == ALWAYS:
        found: int | None = _most_players.scalar(connection)
    else:
        found = _most_players_within.scalar(connection, since=span.since, until=span.until)
    return found


def last_voter(connection: Connection, person: str, span: Span, *, settled: bool = False) -> int | None:
    """The newest of the voters that somebody is on the nights of a span, or on those of them that are settled."""
    platform, _colon, known_as = person.partition(":")
    is_name = known_as.startswith(" ")
    found: int | None = _newest_voters[is_name, settled].scalar(
        connection, platform=platform, known_as=known_as.removeprefix(" "), since=span.since, until=span.until
    )
    return found


def favorite(id_: int, title: str, pack_name: str, play_count: int, up: int, down: int) -> FavoriteGame:  # noqa: PLR0917 — in the order of the columns
    """A game as the rows of periods show it."""
    return FavoriteGame(id_, title, pack_name, play_count, up, down, up + down, rules.liked_share(up, down))


def _add(sums: GameSums, game: summaries.GameOfNight, sign: int) -> None:
    sums.play_count += sign * game.play_count
    sums.night_count += sign
    sums.seconds_played += sign * game.seconds_played
    sums.upvotes += sign * game.upvotes
    sums.downvotes += sign * game.downvotes


def _people_of(nights: Iterable[NightSummary]) -> set[str]:
    return {each.person for night in nights for each in night.people}


def _played_game(game: GameSums, title: str, pack_name: str, played_at: str) -> PlayedGame:
    up, down = game.upvotes, game.downvotes
    return PlayedGame(
        game.game_id,
        title,
        pack_name,
        game.play_count,
        game.night_count,
        minutes(game.seconds_played),
        played_at,
        up,
        down,
        up - down,
        up + down,
        rules.liked_share(up, down),
    )
