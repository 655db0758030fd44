"""Makes draws of wishes and the memory of the nights. Pure except for the clock, and the seed where none is given."""

import secrets
from typing import Any

from msgspec import structs

from gamenight.catalogue.rules import Wish
from gamenight.core.clock import utc_now
from gamenight.picker import balanced, rules
from gamenight.picker.balanced import Balance, Weigher
from gamenight.picker.errors import FactorsNotOfMode, NoGameFits
from gamenight.picker.lineup import TOLERANCE_MINUTES, Slot, fill
from gamenight.picker.queries import DrawInput
from gamenight.picker.rules import Candidate
from gamenight.picker.schemas import Draw, LineupRequest, PickRequest, Wishes
from gamenight.picker.settings import PickerSettings
from gamenight.sessions.schemas import SessionGame

LATELY = 2
"""How many of a session's last games the classic draw leaves out, when repeats are allowed otherwise."""


def draw_candidates(
    request: PickRequest, draw_input: DrawInput, picker_settings: PickerSettings
) -> tuple[Draw, list[Candidate]]:
    """Raises FactorsNotOfMode or NoGameFits."""
    criteria = _criteria(request, draw_input)
    pool, draw, weigh = _prepare(request, draw_input, picker_settings, criteria)
    return draw, rules.draw(weigh(pool.games, []), request.count, draw.seed)


def draw_lineup(
    request: LineupRequest, draw_input: DrawInput, picker_settings: PickerSettings
) -> tuple[Draw, list[Slot]]:
    """Raises FactorsNotOfMode or NoGameFits."""
    criteria = structs.replace(_criteria(request, draw_input), max_minutes=request.minutes + TOLERANCE_MINUTES)
    pool, draw, weigh = _prepare(request, draw_input, picker_settings, criteria)
    return draw, fill(pool.games, request.minutes, weigh, draw.seed)


def _prepare(
    request: PickRequest | LineupRequest,
    draw_input: DrawInput,
    picker_settings: PickerSettings,
    criteria: rules.Criteria,
) -> tuple[rules.Pool, Draw, Weigher]:
    seed = secrets.token_hex(8) if request.seed is None else str(request.seed)
    if request.mode == "classic":
        if request.factors is not None:
            raise FactorsNotOfMode("The classic mode has no factors to switch. Leave them out, or ask for balanced.")
        not_again = draw_input.tonight if request.exclude_played else draw_input.tonight[-LATELY:]
        pool, relaxed = rules.narrow(draw_input.games, _without(criteria, not_again)), list[str]()
        weigh = _classic(draw_input)
    else:
        balance = _balance(request, draw_input, picker_settings, seed)
        not_again = draw_input.tonight if request.exclude_played or "tonight" in balance.on else []
        criteria = structs.replace(_without(criteria, not_again), too_recent=balanced.too_recent(balance))
        pool, relaxed = rules.narrow_or_relax(draw_input.games, criteria)
        if "recency" in relaxed:
            balance = structs.replace(balance, on=balance.on - {"recency"})
        weigh = balanced.weigher(pool.games, balance)
    if not pool.games:
        raise _nothing_fits(pool, not_again)
    draw = Draw(
        mode=request.mode,
        seed=seed,
        pool_size=len(pool.games),
        total_enabled=pool.total_enabled,
        filters=pool.steps,
        relaxed=relaxed,
        player_count=draw_input.player_count,
        session_id=draw_input.session_id,
        drawn_at=utc_now(),
    )
    return pool, draw, weigh


def _criteria(request: Wishes, draw_input: DrawInput) -> rules.Criteria:
    """The criteria of a request, without those that depend on its mode."""
    return rules.Criteria(
        wish=Wish(
            player_count=draw_input.player_count,
            drawing=request.drawing,
            length=request.length,
            family_friendly=None if request.family_friendly is None else bool(request.family_friendly),
        ),
        packs=None if request.packs is None else frozenset(request.packs),
        exclude=frozenset(request.exclude),
    )


def _without(criteria: rules.Criteria, games: list[SessionGame]) -> rules.Criteria:
    return structs.replace(criteria, not_again=frozenset(game.game_id for game in games))


def _classic(draw_input: DrawInput) -> Weigher:
    return lambda games, _chosen: rules.weigh(games, draw_input.pack_favor)


def _balance(request: Wishes, draw_input: DrawInput, picker_settings: PickerSettings, seed: str) -> Balance:
    switched = {name: bool(value) for name, value in (request.factors or {}).items()}
    on = balanced.switched_on(picker_settings.factors_off, switched)
    return Balance(draw_input.pack_favor, draw_input.memory, picker_settings.strengths, on, seed)


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
