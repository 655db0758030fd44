"""The simulation whose table the reference shows: a season of it."""

import pytest

from benchmarks import simulate
from tests.docs.pages import DOCS, cells_of, rows_of


def test_a_season_is_the_same_each_time_and_has_all_its_nights() -> None:
    season, favourites = simulate.play_season(simulate.draw_balanced, 1)
    assert simulate.play_season(simulate.draw_balanced, 1) == (season, favourites)
    assert [len(night) for night in season] == [simulate.GAMES_A_NIGHT] * simulate.NIGHTS
    assert len(favourites) == simulate.FAVOURITES
    other, _favourites = simulate.play_season(simulate.draw_balanced, 2)
    assert other != season


def test_the_figures_are_counted_right() -> None:
    season = [[1, 2, 1], [2, 3, 4], [3, 4, 4]]
    figures = [aim.of(season, frozenset({4})) for aim in simulate.AIMS]
    assert figures == pytest.approx([2 / 3, 1.5, 4, 1 / 3])


def test_a_balanced_night_repeats_nothing_and_a_classic_one_may() -> None:
    def repeats(draw: simulate.Draw) -> float:
        return sum(simulate.repeats(*simulate.play_season(draw, number)) for number in range(5))

    assert repeats(simulate.draw_classic) > 0
    assert repeats(simulate.draw_balanced) == 0


def test_the_reference_shows_every_aim_reached() -> None:
    rows = [cells_of(row) for row in rows_of((DOCS / "reference/picker.md").read_text(encoding="utf-8"), "| ")]
    shown = {cells[0]: cells for cells in rows if len(cells) == 6}
    for aim in simulate.AIMS:
        assert shown[aim.name][4:] == [aim.target, "reached"]
