"""Runs a scenario against servers in turns, and says what came out."""

import gc
from collections.abc import Callable, Sequence
from statistics import median

from msgspec import Struct

from benchmarks.data import Nights
from benchmarks.processes import Kind, Server
from benchmarks.scenarios import Outcome, Scenario


class Plan(Struct, frozen=True):
    """How much to measure: slices after one to warm up, the seconds of each, live clients, sessions to read and write,
    how often to start each server, and the nights and votes of the two histories."""

    slices: int
    seconds: float
    clients: int
    nights: int
    starts: int
    few_nights: int
    many_nights: int
    votes_a_night: int


class Sample(Struct, frozen=True):
    """One slice of one server. Times in milliseconds; `cpu_us` is the server's CPU time for each operation, `busy` the
    share of the slice for which the server used a core."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_seconds: float
    cpu_us: float
    busy: float
    operations: int
    deliveries_per_second: float
    failures: int
    missed: int


class Figures(Struct, frozen=True):
    """A server in a scenario: medians over the slices; `cpu_seconds`, `operations` and what went wrong are sums."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    busy: float
    cpu_seconds: float
    peak_megabytes: float
    operations: int
    deliveries_per_second: float
    failures: int
    missed: int


class Ratio(Struct, frozen=True):
    """The first server's figures to another's a moment later, as medians over the slices: above 1 the first is better.

    `cpu` is None where the other's CPU time is not known.
    """

    per_second: float
    p50: float
    cpu: float | None


class Comparison(Struct, frozen=True):
    """A scenario's figures, and the first server's ratio to each of the others."""

    scenario: str
    servers: dict[str, Figures]
    ratios: dict[str, Ratio]

    @property
    def wrong(self) -> int:
        """Answers other than 200, and events that didn't come."""
        return sum(each.failures + each.missed for each in self.servers.values())


async def compare(name: str, scenario: Scenario, servers: Sequence[Server], nights: Nights, plan: Plan) -> Comparison:
    """Run a scenario: a slice of each server in turn; the first of each warms up and isn't counted."""
    able = [server for server in servers if scenario.peers or server.kind is not Kind.PEER]
    loads = {server.name: scenario.start(server, nights, plan.clients) for server in able}
    samples: dict[str, list[Sample]] = {server.name: [] for server in able}
    try:
        for server in able:
            server.forget_peak()
            await loads[server.name].open()
        for number in range(plan.slices + 1):
            for server in able:
                gc.collect()
                before = server.cpu_seconds()
                outcome = await loads[server.name].run(plan.seconds)
                if number:
                    samples[server.name].append(_sample(outcome, server.cpu_seconds() - before))
    finally:
        for load in loads.values():
            load.close()
    figures = {server.name: _figures(samples[server.name], server.peak_megabytes()) for server in able}
    first, *others = able
    return Comparison(name, figures, {other.name: _ratio(samples[first.name], samples[other.name]) for other in others})


def _ratio(ours: list[Sample], theirs: list[Sample]) -> Ratio:
    def of(figure: Callable[[Sample, Sample], float]) -> float:
        return median(figure(*pair) for pair in zip(ours, theirs, strict=True))

    has_cpu = all(each.cpu_us for each in theirs)
    return Ratio(
        of(lambda our, their: our.per_second / their.per_second),
        of(lambda our, their: their.p50_ms / our.p50_ms),
        of(lambda our, their: their.cpu_us / max(our.cpu_us, 0.01)) if has_cpu else None,
    )


def _sample(outcome: Outcome, cpu_seconds: float) -> Sample:
    times = sorted(outcome.times)
    return Sample(
        outcome.operations / outcome.seconds,
        percentile(times, 0.5) * 1000,
        percentile(times, 0.99) * 1000,
        cpu_seconds,
        cpu_seconds / max(outcome.operations, 1) * 1e6,
        cpu_seconds / outcome.seconds,
        outcome.operations,
        outcome.deliveries / outcome.seconds,
        outcome.failures,
        outcome.missed,
    )


def percentile(in_order: Sequence[float], share: float) -> float:
    """The value below which this share of the others lies; 0 of none."""
    return in_order[min(len(in_order) - 1, int(len(in_order) * share))] if in_order else 0.0


def _figures(samples: list[Sample], peak_megabytes: float) -> Figures:
    return Figures(
        median(each.per_second for each in samples),
        median(each.p50_ms for each in samples),
        median(each.p99_ms for each in samples),
        median(each.cpu_us for each in samples),
        median(each.busy for each in samples),
        sum(each.cpu_seconds for each in samples),
        peak_megabytes,
        sum(each.operations for each in samples),
        median(each.deliveries_per_second for each in samples),
        sum(each.failures for each in samples),
        sum(each.missed for each in samples),
    )
