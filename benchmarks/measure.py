"""Runs a scenario against both servers in turns, and says what came out."""

import gc
from statistics import median, quantiles

from msgspec import Struct

from benchmarks.data import Nights
from benchmarks.processes import BASELINE, PRODUCT, Server
from benchmarks.scenarios import SCENARIOS, Outcome


class Plan(Struct, frozen=True):
    """How much to measure: slices after one to warm up, the seconds of each, live clients of the fan-out, sessions to
    read and write, and how often to start each server."""

    slices: int
    seconds: float
    clients: int
    nights: int
    starts: int


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
    failures: int
    missed: int


class Comparison(Struct, frozen=True):
    """A scenario's figures. `ratio` is the median, over the slices, of ours to the baseline's a moment later."""

    scenario: str
    ratio: float
    cpu_ratio: float
    servers: dict[str, Figures]


async def compare(name: str, servers: list[Server], nights: Nights, plan: Plan) -> Comparison:
    """Run a scenario: a slice of each server in turn; the first of each warms up and isn't counted."""
    loads = {server.name: SCENARIOS[name](server, nights, plan.clients) for server in servers}
    samples: dict[str, list[Sample]] = {server.name: [] for server in servers}
    try:
        for server in servers:
            server.forget_peak()
            await loads[server.name].open()
        for number in range(plan.slices + 1):
            for server in servers:
                gc.collect()
                before = server.cpu_seconds()
                outcome = await loads[server.name].run(plan.seconds)
                if number:
                    samples[server.name].append(_sample(outcome, server.cpu_seconds() - before))
    finally:
        for load in loads.values():
            load.close()
    figures = {server.name: _figures(samples[server.name], server.peak_megabytes()) for server in servers}
    pairs = list(zip(samples[PRODUCT], samples[BASELINE], strict=True))
    return Comparison(
        name,
        median(ours.per_second / theirs.per_second for ours, theirs in pairs),
        median(theirs.cpu_us / max(ours.cpu_us, 0.01) for ours, theirs in pairs),
        figures,
    )


def _sample(outcome: Outcome, cpu_seconds: float) -> Sample:
    percentiles = quantiles(outcome.times, n=100)
    return Sample(
        outcome.operations / outcome.seconds,
        percentiles[49] * 1000,
        percentiles[98] * 1000,
        cpu_seconds,
        cpu_seconds / outcome.operations * 1e6,
        cpu_seconds / outcome.seconds,
        outcome.operations,
        outcome.failures,
        outcome.missed,
    )


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
        sum(each.failures for each in samples),
        sum(each.missed for each in samples),
    )
