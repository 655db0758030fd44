"""The clock of the database never goes back, whatever is done to the machine's."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.core import log
from gamenight.core.clock import MOST_AHEAD, ForwardClock, as_told_here, to_text
from gamenight.core.database import Database, Transaction
from gamenight.core.runtime import Runtime

BEGINNING = datetime.fromisoformat("2026-03-15T19:00:00Z").timestamp()
HOUR = 3600.0


class Machine:
    """A machine's two clocks: one that people set, and one that they can't."""

    def __init__(self) -> None:
        self.wall = BEGINNING
        self.steady = 500.0
        self.clock = ForwardClock(lambda: self.wall, lambda: self.steady)

    def wait(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds

    def told(self) -> float:
        """Seconds since the beginning, as the clock tells."""
        return datetime.fromisoformat(self.clock.now()).timestamp() - BEGINNING


def test_the_clock_goes_on_when_the_machines_is_set_back() -> None:
    machine = Machine()
    machine.wait(60)
    assert machine.told() == 60
    machine.wall -= HOUR
    machine.wait(5)
    assert machine.told() == 65
    assert machine.clock.ahead() == HOUR


def test_a_thread_that_waits_while_it_reads_the_clocks_leaves_it_no_farther_ahead() -> None:
    """A vote of now would else be of before the night that has just begun."""
    machine = Machine()
    pauses = [3.0, 3.0]

    def reading(which: str) -> float:
        read: float = getattr(machine, which)
        if pauses:
            machine.wait(pauses.pop())
        return read

    clock = ForwardClock(lambda: reading("wall"), lambda: reading("steady"))
    pauses = [3.0]
    clock.now()
    assert clock.ahead() == 0


def test_the_clock_follows_the_machines_forward_and_when_it_has_caught_up() -> None:
    machine = Machine()
    machine.wall += HOUR
    assert machine.told() == HOUR
    machine.wall -= 2 * HOUR
    machine.wall += 3 * HOUR
    assert (machine.told(), machine.clock.ahead()) == (2 * HOUR, 0)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-1e5, 1e5)), max_size=20))
def test_no_moment_comes_before_an_earlier_one(steps: list[tuple[float, float]]) -> None:
    machine = Machine()
    before = machine.clock.now()
    for waited, set_by in steps:
        machine.wait(waited)
        machine.wall += set_by
        now = machine.clock.now()
        assert now >= before
        assert now >= to_text(datetime.fromtimestamp(machine.wall, UTC))
        before = now


@pytest.mark.parametrize(
    ("ahead", "told"), [(HOUR, HOUR), (MOST_AHEAD - 1, MOST_AHEAD - 1), (MOST_AHEAD, 0), (-HOUR, 0), (0, 0)]
)
def test_a_new_process_goes_on_from_what_was_told_unless_that_is_a_day_ahead(ahead: float, told: float) -> None:
    machine = Machine()
    machine.clock.go_on_from(to_text(datetime.fromtimestamp(BEGINNING + ahead, UTC)))
    assert machine.told() == told


@pytest.mark.parametrize(
    ("ahead", "told", "here"),
    [
        (0, "2026-03-15T19:00:00.000Z", "2026-03-15T19:00:00.000Z"),
        (0.5, "2026-03-15T19:00:00.000Z", "2026-03-15T19:00:00.000Z"),
        (HOUR, "2026-03-15T19:10:05.000Z", "2026-03-15T20:10:05.000Z"),
        (HOUR, "2026-03-15T20:09:00.000Z", "2026-03-15T20:09:00.000Z"),
        (HOUR, "2026-03-15T20:11:00.000Z", "2026-03-15T20:11:00.000Z"),
        (HOUR, "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
    ],
    ids=["not ahead", "hardly ahead", "set back as ours", "right", "in the future", "at the end of time"],
)
def test_a_moment_of_somebody_elses_clock_is_moved_if_theirs_was_set_back_as_ours(
    ahead: float, told: str, here: str
) -> None:
    assert as_told_here(told, "2026-03-15T20:10:00.000Z", ahead, skew=5) == here


def test_what_a_restarted_server_writes_is_later_than_what_it_wrote_before_its_clock_was_set_back(
    database_url: str,
) -> None:
    def tell(transaction: Transaction) -> None:
        transaction.emit("told", {}, topic=log.EVERYONE)

    machine = Machine()
    for _start in range(2):
        database = Database(database_url, clock=machine.clock)
        Runtime(database, lambda _event: b"", narrow=lambda event: event)
        asyncio.run(database.write(tell))
        with database.snapshot() as connection:
            moments = [event.created_at for event in log.read_after(connection, 0, 100) if event.type == "told"]
        database.close()
        machine.wall -= HOUR
        machine.clock = ForwardClock(lambda: machine.wall, lambda: machine.steady)
    assert len(moments) == 2
    assert moments == sorted(moments)
