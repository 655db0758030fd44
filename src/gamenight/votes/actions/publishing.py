"""Telling live clients of votes that were not published one by one."""

from gamenight.core.database import Transaction
from gamenight.sessions import figures
from gamenight.sessions import queries as sessions
from gamenight.votes import events, queries
from gamenight.votes.actions.casting import as_shown


def publish_all(transaction: Transaction) -> None:
    """Tell of the votes that live clients have not heard of: one event a game, with the last of its votes."""
    connection = transaction.connection
    waiting = queries.unpublished(connection)
    for each in waiting:
        game = sessions.session_game(connection, each.session_id, each.session_game_id)
        voted = queries.voted_game(connection, game.game_id, game.title)
        events.emit_vote_received(transaction, game, voted, as_shown(each.last, each.platform), votes=each.votes)
    figures.note_unpublished(transaction, {each.session_game_id: (0, None) for each in waiting})
