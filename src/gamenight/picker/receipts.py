"""Receipts: a draw, signed, which the client that drew sends along when the game is added.

A draw is public and writes nothing, and with several processes no memory of one would be known to the others. A receipt
is no token: its audience is another, and it has no scope.
"""

import time
from collections.abc import Sequence

import jwt
import msgspec
from msgspec import Struct, structs

from gamenight.auth.tokens import ISSUER, LEEWAY
from gamenight.picker.errors import ReceiptExpired, ReceiptInvalid, ReceiptOfOtherGame
from gamenight.picker.rules import Candidate
from gamenight.picker.schemas import Draw, Why

AUDIENCE = "gamenight-draw"
GOOD_FOR_HOURS = 12


class Covered(Struct, frozen=True, array_like=True):
    """A game that a receipt covers."""

    game_id: int
    place: int
    odds: float
    weight: float
    factors: dict[str, float]


class Receipts:
    """Signs draws and reads them again, with the secret that signs tokens."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, draw: Draw, candidates: Sequence[Candidate], *, first_place: int = 1) -> str:
        covered = [
            Covered(each.game.id, place, each.odds, each.weight, each.factors)
            for place, each in enumerate(candidates, start=first_place)
        ]
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + GOOD_FOR_HOURS * 3600,
            "draw": msgspec.to_builtins(draw),
            "games": msgspec.to_builtins(covered),
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def why(self, receipt: str, session_id: int, game_id: int) -> Why:
        """Why a game was drawn; raises ReceiptInvalid, ReceiptExpired or ReceiptOfOtherGame."""
        draw, covered = self._read(receipt)
        if draw.session_id not in (None, session_id):
            raise ReceiptOfOtherGame(
                f"This receipt is of a draw for session {draw.session_id}. Draw again for session {session_id}, "
                "or leave the receipt out."
            )
        for each in covered:
            if each.game_id == game_id:
                return Why(**structs.asdict(draw), **structs.asdict(each))
        raise ReceiptOfOtherGame(
            f"This receipt does not cover game {game_id}. Send the receipt of the draw that named it, or leave it out."
        )

    def _read(self, receipt: str) -> tuple[Draw, list[Covered]]:
        try:
            payload = jwt.decode(
                receipt,
                self._secret,
                algorithms=["HS256"],
                issuer=ISSUER,
                audience=AUDIENCE,
                leeway=LEEWAY,
                options={"require": ["exp", "iat"]},
            )
            return msgspec.convert(payload["draw"], Draw), msgspec.convert(payload["games"], list[Covered])
        except jwt.ExpiredSignatureError:
            raise ReceiptExpired(
                f"This receipt is older than {GOOD_FOR_HOURS} hours. Draw again, or leave it out."
            ) from None
        except (jwt.InvalidTokenError, msgspec.ValidationError, KeyError, ValueError, TypeError, OverflowError):
            raise ReceiptInvalid(
                "This is no receipt of a draw of this server. Send it as the draw gave it, or leave it out."
            ) from None
