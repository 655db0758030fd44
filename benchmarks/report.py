"""What was measured, as a table for people and as JSON for programs."""

from msgspec import Struct

from benchmarks.measure import Comparison

HEAD = (
    f"{'':14} {'':10} {'per second':>10} {'ratio':>6} {'p50 ms':>8} {'p99 ms':>8} {'CPU us':>8} {'ratio':>6} "
    f"{'busy':>5} {'CPU s':>6} {'peak MB':>8}"
)


class StartUp(Struct, frozen=True):
    """Seconds from the start of a process to its first answer: with a new database, and with one that is there."""

    first: float
    again: float


class Report(Struct, frozen=True):
    cores: str
    start_up: dict[str, StartUp]
    comparisons: list[Comparison]

    @property
    def wrong(self) -> int:
        """Answers other than 200, and events that didn't come."""
        figures = [each for comparison in self.comparisons for each in comparison.servers.values()]
        return sum(each.failures + each.missed for each in figures)


def show_comparison(comparison: Comparison) -> None:
    ratios = f"{comparison.ratio:6.2f}", f"{comparison.cpu_ratio:6.2f}"
    scenario = comparison.scenario
    for name, each in comparison.servers.items():
        print(
            f"{scenario:14} {name:10} {each.per_second:10.0f} {ratios[0]} {each.p50_ms:8.2f} {each.p99_ms:8.2f} "
            f"{each.cpu_us:8.1f} {ratios[1]} {each.busy:5.0%} {each.cpu_seconds:6.2f} {each.peak_megabytes:8.1f}"
            + (f"  {each.failures} FAILED" if each.failures else "")
            + (f"  {each.missed} MISSED" if each.missed else ""),
            flush=True,
        )
        scenario, ratios = "", (" " * 6, " " * 6)


def show_start_up(times: dict[str, StartUp]) -> None:
    for name, each in times.items():
        print(
            f"{'start-up':14} {name:10} {each.again:.2f} s to the first answer, {each.first:.2f} s with a new database"
        )
