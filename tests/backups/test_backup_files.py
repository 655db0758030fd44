"""The names of backups, and which of them are kept."""

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gamenight.backups.files import backups_in, moment_of, name_at, outdated

moments = st.integers(946_684_800, 32_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""From the year 2000 on, in whole seconds."""


@given(moments)
def test_the_name_of_a_backup_tells_its_moment(moment: datetime) -> None:
    assert moment_of(name_at(moment)) == moment


@given(st.lists(moments, unique=True), st.integers(1, 10))
def test_the_newest_backups_are_kept_in_whatever_order_they_are_found(found: list[datetime], kept: int) -> None:
    names = [name_at(moment) for moment in found]
    gone = outdated(names, kept)
    left = set(names) - set(gone)
    assert len(left) == min(kept, len(names))
    assert not gone or max(moment_of(name) for name in gone) < min(moment_of(name) for name in left)


def test_only_backups_count_as_backups(tmp_path: Path) -> None:
    mine = tmp_path / name_at(datetime(2026, 11, 20, 19, 0, tzinfo=UTC))
    for name in (mine.name, "gamenight.db", "gamenight-20261120.db", f"{mine.name}.partial", f"before-{mine.name}"):
        (tmp_path / name).touch()
    assert backups_in(tmp_path) == [mine]
    assert backups_in(tmp_path / "nowhere") == []
