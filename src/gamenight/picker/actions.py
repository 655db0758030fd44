"""Every way to change what is kept of draws. The events of a game that is added are those of the sessions."""

import msgspec
from sqlalchemy import insert

from gamenight.core.database import Transaction
from gamenight.picker.receipts import Receipts
from gamenight.picker.tables import stored_draws
from gamenight.sessions import actions as sessions
from gamenight.sessions.schemas import NewSessionGame, SessionGame


def add_drawn_game(
    transaction: Transaction, session_id: int, new: NewSessionGame, receipts: Receipts, receipt: str | None
) -> SessionGame:
    """Add a game and start playing it, and keep why it was drawn where a receipt tells.

    Raises what adding a game raises, and ReceiptInvalid, ReceiptExpired or ReceiptOfOtherGame.
    """
    if receipt is None:
        return sessions.add_game(transaction, session_id, new)
    why = receipts.why(receipt, session_id, new.game_id)
    added = sessions.add_game(transaction, session_id, new)
    kept = {"session_game_id": added.id, "why": msgspec.json.encode(why).decode()}
    transaction.connection.execute(insert(stored_draws).values(kept))
    return added
