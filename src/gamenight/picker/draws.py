"""From wishes and what is known of the nights to a draw. Pure but for the clock, and the seed where none is given."""

import secrets
from typing import Any

from msgspec import Struct, structs

from gamenight.catalogue.rules import Wish
from gamenight.core.clock import utc_now
from gamenight.picker import balanced, rules
from gamenight.picker.balanced import Balance, Strengths, Weigher
from gamenight.picker.errors import FactorsNotOfMode, NoGameFits
from gamenight.picker.lineup import TOLERANCE_MINUTES, Slot, fill
from gamenight.picker.queries import Basis
from gamenight.picker.rules import Candidate
from gamenight.picker.schemas import Asked, Draw, LineupAsked, Wishes
from gamenight.sessions.schemas import SessionGame

LATELY = 2
"""How many of a session's last games the classic draw leaves out, when repeats are allowed otherwise."""


class Picking(Struct, frozen=True):
    """How this server weighs in the balanced mode: its settings."""

    strengths: Strengths = Strengths()
    factors_off: frozenset[str] = frozenset()


def draw_candidates(asked: Asked, basis: Basis, picking: Picking) -> tuple[Draw, list[Candidate]]:
    """Raises FactorsNotOfMode or NoGameFits."""
    criteria = _criteria(asked, basis)
    pool, draw, weigh = _prepare(asked, basis, picking, criteria)
    return draw, rules.draw(weigh(pool.games, []), asked.count, draw.seed)


def draw_lineup(asked: LineupAsked, basis: Basis, picking: Picking) -> tuple[Draw, list[Slot]]:
    """Raises FactorsNotOfMode or NoGameFits."""
    criteria = structs.replace(_criteria(asked, basis), most_minutes=asked.minutes + TOLERANCE_MINUTES)
    pool, draw, weigh = _prepare(asked, basis, picking, criteria)
    return draw, fill(pool.games, asked.minutes, weigh, draw.seed)


def _prepare(
    asked: Asked | LineupAsked, basis: Basis, picking: Picking, criteria: rules.Criteria
) -> tuple[rules.Pool, Draw, Weigher]:
    seed = secrets.token_hex(8) if asked.seed is None else str(asked.seed)
    if asked.mode == "classic":
        if asked.factors is not None:
            raise FactorsNotOfMode("The classic mode has no factors to switch. Leave them out, or ask for balanced.")
        not_again = basis.tonight if asked.exclude_played else basis.tonight[-LATELY:]
        pool, relaxed = rules.narrow(basis.games, _without(criteria, not_again)), list[str]()
        weigh = _classic(basis)
    else:
        balance = _balance(asked, basis, picking, seed)
        not_again = basis.tonight if asked.exclude_played or "tonight" in balance.on else []
        criteria = structs.replace(_without(criteria, not_again), too_recent=balanced.too_recent(balance))
        pool, relaxed = rules.narrow_or_relax(basis.games, criteria)
        if "recency" in relaxed:
            balance = structs.replace(balance, on=balance.on - {"recency"})
        weigh = balanced.weigher(pool.games, balance)
    if not pool.games:
        raise _nothing_fits(pool, not_again)
    draw = Draw(
        mode=asked.mode,
        seed=seed,
        pool_size=len(pool.games),
        total_enabled=pool.total_enabled,
        filters=pool.steps,
        relaxed=relaxed,
        player_count=basis.player_count,
        session_id=basis.session_id,
        drawn_at=utc_now(),
    )
    return pool, draw, weigh


def _criteria(asked: Wishes, basis: Basis) -> rules.Criteria:
    """What is asked for, but for what depends on the mode."""
    return rules.Criteria(
        wish=Wish(
            player_count=basis.player_count,
            drawing=asked.drawing,
            length=asked.length,
            family_friendly=None if asked.family_friendly is None else bool(asked.family_friendly),
        ),
        packs=None if asked.packs is None else frozenset(asked.packs),
        exclude=frozenset(asked.exclude),
    )


def _without(criteria: rules.Criteria, games: list[SessionGame]) -> rules.Criteria:
    return structs.replace(criteria, not_again=frozenset(game.game_id for game in games))


def _classic(basis: Basis) -> Weigher:
    return lambda games, _chosen: rules.weigh(games, basis.pack_favor)


def _balance(asked: Wishes, basis: Basis, picking: Picking, seed: str) -> Balance:
    switched = {name: bool(value) for name, value in (asked.factors or {}).items()}
    on = balanced.switched_on(picking.factors_off, switched)
    return Balance(basis.pack_favor, basis.memory, picking.strengths, on, seed)


def _nothing_fits(pool: rules.Pool, not_again: list[SessionGame]) -> NoGameFits:
    details: dict[str, Any] = {
        "reason": pool.emptied_by,
        "suggestion": rules.SUGGESTIONS[pool.emptied_by],
        "filters": [structs.asdict(step) for step in pool.steps],
    }
    if not_again:
        details["recentlyPlayed"] = [
            {"id": game.game_id, "title": game.title, "pack_name": game.pack_name} for game in not_again
        ]
    return NoGameFits(f'No game fits: the filter "{pool.emptied_by}" left none.', details=details)
