"""Settings of the balanced draw."""

from typing import Annotated

from msgspec import Struct

from gamenight.core.errors import StartError
from gamenight.core.setting_kinds import split, within, words
from gamenight.picker.balanced import FACTORS, Strengths, nights_remembered
from gamenight.picker.schemas import Mode


class PickerSettings(Struct, frozen=True, kw_only=True):
    """How this server weighs in the balanced mode."""

    picker_factors_off: Annotated[
        str,
        words("Factors of the balanced draw, separated by commas, that don't count unless a request asks for them."),
    ] = ""
    picker_recency: Annotated[
        float, within("How much of its weight a game of the last night loses; 1 leaves it out.", 0, 1)
    ] = 0.9
    picker_recency_nights: Annotated[
        float, within("In how many nights about two thirds of that come back.", 0.1, 100)
    ] = 1.5
    picker_tonight: Annotated[
        float, within("How much the last game loses where repeats in a night have to be allowed.", 0, 0.99)
    ] = 0.9
    picker_taste: Annotated[float, within("How many times its weight a game has that all like.", 1, 100)] = 4
    picker_novelty: Annotated[float, within("How many times its weight a game has that was never played.", 1, 100)] = (
        1.5
    )
    picker_variety: Annotated[
        float, within("How much a game loses that is of the type of the night's last one.", 0, 0.99)
    ] = 0.6
    picker_cap: Annotated[float, within("The largest share of the odds of one game; 1 for no limit.", 0.05, 1)] = 0.35

    def __post_init__(self) -> None:
        unknown = self.factors_off - set(FACTORS)
        if unknown:
            raise StartError(
                f"GAMENIGHT_PICKER_FACTORS_OFF: {', '.join(sorted(unknown))} is no factor. "
                f"There are {', '.join(FACTORS)}."
            )

    @property
    def strengths(self) -> Strengths:
        return Strengths(**{name: getattr(self, f"picker_{name}") for name in Strengths.__struct_fields__})

    @property
    def factors_off(self) -> frozenset[str]:
        return frozenset(split(self.picker_factors_off))

    def nights_remembered(self, mode: Mode) -> int | None:
        """How many of the last nights a draw depends on; None where it does not depend on the nights at all."""
        return nights_remembered(self.strengths) if mode == "balanced" else None
