"""Casting votes: all that wait are taken together. Everything is decided first, then written."""

from collections.abc import Sequence

from msgspec import Struct, structs

from gamenight.catalogue import queries as catalogue
from gamenight.catalogue.schemas import Game
from gamenight.core.clock import as_told_here, earlier, later
from gamenight.core.database import Transaction
from gamenight.core.errors import GamenightError
from gamenight.core.prepared import PreparedInsert
from gamenight.sessions import figures
from gamenight.sessions import queries as sessions
from gamenight.sessions.schemas import Session, SessionGame
from gamenight.votes import events, queries, rules
from gamenight.votes.actions import recounting
from gamenight.votes.actions.voters import KnownVoter, Voters
from gamenight.votes.errors import (
    NothingToVoteOn,
    SymbolNotFound,
    TimestampInFuture,
    TooManyVotes,
    TwoGames,
    VoteRepeated,
    VotingOver,
)
from gamenight.votes.rules import Attribution, Cast, UnplayedGame, VotedOn
from gamenight.votes.schemas import GUEST_NAME, PHONE, CastVote, NewVote, VotedGame, VotedSession, Voter, VoteTaken
from gamenight.votes.tables import votes

CLOCK_SKEW_SECONDS = 5
"""How far a client's clock may be ahead of ours."""
REPEAT_SECONDS = 1
MAX_VOTES = 500
"""Of one voter on one night."""
FIRST_NEW_ID = 2**60
"""New votes have ids above all that are stored until they are stored themselves: in a tie the later one counts."""

_insert_vote = PreparedInsert(
    votes,
    "voter_id",
    "vote",
    "timestamp",
    "place",
    "target_game_id",
    "target_session_game_id",
    "session_game_id",
    "game_id",
    "counts",
    "created_at",
)


class VoteToCast(Struct, frozen=True):
    """A vote that was sent, and whether live clients hear of it at once or together with others."""

    voter: Voter
    vote: NewVote
    grace_seconds: float
    publish: bool


def cast_all(transaction: Transaction, items: Sequence[VoteToCast]) -> list[VoteTaken | GamenightError]:
    """Take votes for games of the active session, in their order. The votes that are not published at once are
    counted for `publishing.publish_all`.

    What a vote came to, or why it is refused: NothingToVoteOn, VotingOver, VoteRepeated, TimestampInFuture,
    TooManyVotes, SessionGameNotFound, SymbolNotFound, or BadRequest; nothing of it is kept then.
    """
    session = sessions.active_session(transaction.connection)
    if session is None:
        transaction.touch()
        return [_refusal_without_session(transaction, item.vote) for item in items]
    transaction.touch(session.id)
    batch = _Batch(transaction, session, items)
    results = [batch.cast(item) for item in items]
    batch.save()
    return results


class _NewVote:
    """A vote that was taken in this batch, until it is stored."""

    __slots__ = ("cast", "voter")

    def __init__(self, voter: KnownVoter, cast: Cast) -> None:
        self.voter = voter
        self.cast = cast


class _Batch:
    """The night as the votes of a batch find it, one after the other."""

    def __init__(self, transaction: Transaction, session: Session, items: Sequence[VoteToCast]) -> None:
        connection = transaction.connection
        self._transaction = transaction
        self._session = session
        self._timetable = queries.timetable(connection, session.id, items[0].grace_seconds)
        self._latest = later(transaction.now, seconds=CLOCK_SKEW_SECONDS)
        self._games = {game.id: game for game in sessions.games_of(connection, session.id)}
        self._catalogue: dict[int, VotedGame] = {}
        self._game_ids = {game.id: game.game_id for game in self._games.values()}
        self._named: dict[int, Game] = {}
        self._unplayed: dict[int, tuple[int, CastVote]] = {}
        self._voters = Voters(connection, session.id, (item.voter for item in items))
        self._casts: dict[KnownVoter, list[Cast]] = {}
        self._out_of_force: set[int] = set()
        self._stored_votes = queries.votes_of(connection, self._voters.stored)
        self._before: dict[int, Attribution] = {}
        self._after: dict[int, Attribution] = {}
        self._new: list[_NewVote] = []
        self._moves: dict[VotedOn, rules.VoteMove] = {}
        self._unpublished = figures.unpublished_votes(connection, session.id)
        self._counted_unpublished: dict[int, tuple[int, int | None]] = {}
        self._changed_besides: set[int] = set()

    def cast(self, item: VoteToCast) -> VoteTaken | GamenightError:
        try:
            return self._cast(item)
        except GamenightError as refusal:
            return refusal

    def save(self) -> None:
        """Store what was taken, and tell of games that changed besides those that were voted on."""
        transaction = self._transaction
        if more_voters := self._note_voters():
            figures.move_voters(transaction, self._session.id, more_voters)
        self._voters.save(transaction)
        ids = _insert_vote.each(transaction.connection, [self._row(new) for new in self._new])
        stored_id = {new.cast.id: id_ for new, id_ in zip(self._new, ids, strict=True)}
        moved = {
            id_: attribution
            for id_, attribution in self._after.items()
            if id_ < FIRST_NEW_ID and attribution != self._before[id_]
        }
        recounting.store(transaction, moved, self._game_ids)
        recounting.move_figures(transaction, self._session.id, self._moves)
        figures.note_unpublished(
            transaction,
            {
                game: (count, None if last is None else stored_id[last])
                for game, (count, last) in self._counted_unpublished.items()
            },
        )
        self._publish_unplayed()
        changed = [game for game in self._games.values() if game.id in self._changed_besides]
        if changed:
            events.emit_votes_updated(transaction, self._session.id, changed)

    def _note_voters(self) -> int:
        """Note whose votes count; returns how many more people those are than before."""
        played = self._timetable.played
        return sum(
            self._voters.note_counted(
                known, counted_now=rules.counts_for_any((self._after[each.id] for each in casts), played)
            )
            for known, casts in self._casts.items()
        )

    def _cast(self, item: VoteToCast) -> VoteTaken:
        seen_game = item.vote.seen_game
        stamp = self._stamp_of(item.vote)
        target_game = self._target_game(item.vote, seen_game)
        moment = rules.moment_in_night(
            stamp, self._session.created_at, self._timetable, session_game_id=seen_game, game_id=target_game
        )
        if seen_game is not None:
            self._refuse_what_is_over(moment, self._games[seen_game])
        new = Cast(FIRST_NEW_ID + len(self._new), moment, item.vote.vote, target_game, seen_game)
        known = self._voters.find(item.voter)
        cast_before = [] if known is None else self._casts_of(known)
        _refuse_too_many(cast_before)
        self._refuse_repeats(cast_before, moment)
        attributions = self._attribute([*cast_before, new])
        voted_on = attributions[new.id].voted_on
        if voted_on is None:
            raise NothingToVoteOn(f"No game was playing at {moment}.")
        known = self._voters.take(item.voter)
        casts = self._casts_of(known)
        casts.append(new)
        self._new.append(_NewVote(known, new))
        changed = rules.changed_games(casts, self._after, attributions)
        self._after |= attributions
        self._move(changed)
        return self._taken(item, new, voted_on, set(changed))

    def _stamp_of(self, vote: NewVote) -> str:
        """When a vote says that it was cast. Raises TimestampInFuture or NothingToVoteOn."""
        stamp = _moment_of(vote, self._transaction)
        if stamp > self._latest:
            raise _in_future(stamp, self._transaction.now)
        if rules.last_moment_of(stamp) < self._session.created_at:
            raise NothingToVoteOn(f"The session began at {self._session.created_at}: no game was playing at {stamp}.")
        return stamp

    def _refuse_what_is_over(self, moment: str, game: SessionGame) -> None:
        if not self._timetable.takes_votes_at(moment, game.id):
            raise VotingOver(
                f"{game.title} is not playing any more. Vote on the game that is.", details={"title": game.title}
            )

    def _target_game(self, vote: NewVote, seen_game: int | None) -> int | None:
        """The catalogue's id of the game that a vote names. Raises SessionGameNotFound, SymbolNotFound or TwoGames."""
        if seen_game is not None and seen_game not in self._games:
            sessions.session_game(self._transaction.connection, self._session.id, seen_game)
        symbol = vote.named_symbol
        if symbol is None:
            return None
        named = _game_named(self._transaction, symbol)
        self._named[named.id] = named
        if seen_game is not None and self._games[seen_game].game_id != named.id:
            raise TwoGames(
                f"sessionGameId is {self._games[seen_game].title}, but {symbol} is {named.title}. Name one game.",
                details={"field": "sessionGameId", "title": self._games[seen_game].title, "symbol": symbol},
            )
        return named.id

    def _casts_of(self, known: KnownVoter) -> list[Cast]:
        """The votes of a voter so far."""
        casts = self._casts.get(known)
        if casts is None:
            stored = self._stored_votes.get(known.id, [])
            casts = self._casts[known] = list(stored)
            self._out_of_force.update(each.id for each in stored if not each.in_force)
            found = {each.id: each.attribution for each in stored}
            self._before |= found
            self._after |= found
        return casts

    def _attribute(self, casts: Sequence[Cast]) -> dict[int, Attribution]:
        in_force = [each for each in casts if each.id not in self._out_of_force]
        attributions = rules.attribute(in_force, self._timetable)
        return {each.id: attributions.get(each.id, rules.UNATTRIBUTED) for each in casts}

    def _refuse_repeats(self, casts: Sequence[Cast], moment: str) -> None:
        if not casts:
            return
        before, after = earlier(moment, seconds=REPEAT_SECONDS), later(moment, seconds=REPEAT_SECONDS)
        # One of which a log tells the minute alone may have been cast at any other second.
        if any(
            before < each.timestamp < after and each.precision_seconds <= REPEAT_SECONDS
            for each in casts
            if each.id not in self._out_of_force
        ):
            raise VoteRepeated("The same user voted within this second. Wait a second before voting again.")

    def _move(self, changed: dict[VotedOn, tuple[str | None, str | None]]) -> None:
        rules.add_moves(self._moves, changed)
        for voted_on, (before, after) in changed.items():
            up, down = rules.move_of(before, after)
            if not isinstance(voted_on, UnplayedGame):
                game = self._games[voted_on]
                self._games[voted_on] = structs.replace(
                    game,
                    upvotes=game.upvotes + up,
                    downvotes=game.downvotes + down,
                    popularity_score=game.popularity_score + up - down,
                )
            voted = self._voted_game(voted_on)
            self._catalogue[voted.id] = structs.replace(
                voted,
                upvotes=voted.upvotes + up,
                downvotes=voted.downvotes + down,
                popularity_score=voted.popularity_score + up - down,
            )

    def _taken(self, item: VoteToCast, new: Cast, voted_on: VotedOn, changed: set[VotedOn]) -> VoteTaken:
        game = None if isinstance(voted_on, UnplayedGame) else self._games[voted_on]
        voted = self._voted_game(voted_on)
        vote = CastVote(item.voter.username, item.vote.vote, new.timestamp)
        self._changed_besides |= {each for each in changed - {voted_on} if not isinstance(each, UnplayedGame)}
        is_changed = voted_on in changed
        if is_changed and game is not None:
            self._publish(item, game, voted, vote, new.id)
        elif is_changed:
            told, _last = self._unplayed.get(voted.id, (0, vote))
            self._unplayed[voted.id] = told + 1, as_shown(vote, item.voter.platform)
        return VoteTaken(
            True,
            _message(vote, voted.title, changed=is_changed),
            is_changed,
            VotedSession(self._session.id, self._session.games_played),
            voted,
            game,
            vote,
        )

    def _publish(self, item: VoteToCast, game: SessionGame, voted: VotedGame, vote: CastVote, vote_id: int) -> None:
        """Tell of a vote, and with it of those of this game that still waited; or let it wait."""
        waiting = self._unpublished.get(game.id, 0) + 1
        self._unpublished[game.id] = 0 if item.publish else waiting
        self._counted_unpublished[game.id] = (0, None) if item.publish else (waiting, vote_id)
        if item.publish:
            events.emit_vote_received(
                self._transaction, game, voted, as_shown(vote, item.voter.platform), votes=waiting
            )

    def _publish_unplayed(self) -> None:
        """Tell of the votes of this batch for games that are not on: one event a game, with the last of its votes."""
        for game_id, (number, last) in self._unplayed.items():
            pack_name = self._named[game_id].pack_name
            game = self._catalogue[game_id]
            events.emit_unplayed_vote_received(self._transaction, self._session.id, pack_name, game, last, votes=number)

    def _voted_game(self, voted_on: VotedOn) -> VotedGame:
        game_id = voted_on.game_id if isinstance(voted_on, UnplayedGame) else self._games[voted_on].game_id
        voted = self._catalogue.get(game_id)
        if voted is None:
            title = self._title_of(voted_on)
            voted = self._catalogue[game_id] = queries.voted_game(self._transaction.connection, game_id, title)
        return voted

    def _title_of(self, voted_on: VotedOn) -> str:
        if not isinstance(voted_on, UnplayedGame):
            return self._games[voted_on].title
        named = self._named.get(voted_on.game_id)
        # Nobody is told the title of a game that somebody named before and that is only moved to.
        return "" if named is None else named.title

    def _row(self, new: _NewVote) -> dict[str, object]:
        attribution = self._after[new.cast.id]
        return {
            "voter_id": new.voter.id,
            "vote": new.cast.vote,
            "timestamp": new.cast.timestamp,
            "place": new.cast.place,
            "target_game_id": new.cast.target_game_id,
            "target_session_game_id": new.cast.target_session_game_id,
            "session_game_id": attribution.session_game_id,
            "game_id": recounting.game_of(attribution, self._game_ids),
            "counts": int(attribution.counts),
            "created_at": self._transaction.now,
        }


def as_shown(vote: CastVote, platform: str) -> CastVote:
    """A vote as everybody may see it: the nicknames of guests are for hosts."""
    return CastVote(GUEST_NAME, vote.type, vote.timestamp) if platform == PHONE else vote


def _refusal_without_session(transaction: Transaction, vote: NewVote) -> GamenightError:
    try:
        moment = _moment_of(vote, transaction)
    except GamenightError as refusal:
        return refusal
    if moment > later(transaction.now, seconds=CLOCK_SKEW_SECONDS):
        return _in_future(moment, transaction.now)
    return NothingToVoteOn("No session is active, so there is nothing to vote on.")


def _moment_of(vote: NewVote, transaction: Transaction) -> str:
    """When a vote was cast, by the clock of the transaction; one that doesn't say it is cast as the transaction is."""
    moment = vote.moment
    if moment is None:
        return transaction.now
    return as_told_here(moment, transaction.now, transaction.ahead, skew=CLOCK_SKEW_SECONDS)


def _in_future(moment: str, now: str) -> TimestampInFuture:
    return TimestampInFuture(f"{moment} has not come yet: here it is {now}. Set the client's clock.")


def _game_named(transaction: Transaction, symbol: str) -> Game:
    game = catalogue.game_of_symbol(transaction.connection, symbol)
    if game is None:
        raise SymbolNotFound(
            f"No game of the catalogue has the symbol {symbol}, or several disabled ones. GET /api/games lists them.",
            details={"symbol": symbol},
        )
    return game


def _refuse_too_many(casts: Sequence[Cast]) -> None:
    if len(casts) >= MAX_VOTES:
        raise TooManyVotes(
            f"At most {MAX_VOTES} votes of one person on one night.",
            details={"reason": "of_one_night", "most": MAX_VOTES},
            retry_after=3600,
        )


def _message(vote: CastVote, title: str, *, changed: bool) -> str:
    if not changed:
        return f"Nothing changed: what {vote.username} last said of {title} counts already."
    if vote.type == "unvote":
        return f"The vote of {vote.username} for {title} was withdrawn."
    return f"{vote.username} votes {title} {vote.type}."
