"""What was measured, as a table for people, as Markdown for the documentation, and as JSON for programs."""

import platform
from collections.abc import Iterator

from msgspec import Struct

from benchmarks.brokers import Broker
from benchmarks.measure import Comparison
from benchmarks.processes import Kind
from benchmarks.startup import StartUp

HEAD = (
    f"{'':16} {'':12} {'per second':>10} {'ours to it':>10} {'p50 ms':>8} {'p99 ms':>8} {'CPU us':>8} {'CPU':>6} "
    f"{'busy':>5} {'CPU s':>6} {'peak MB':>8}"
)


class Line(Struct, frozen=True):
    """A line of the documentation's table: a scenario, what it is about, and what is aimed at."""

    scenario: str
    work: str
    aim: str = ""


LINES = (
    Line("vote", "live votes", "4.5 times Express, then 8"),
    Line("vote-1000", "live votes, 1,000 in the night already", "as many"),
    Line("vote-5000", "live votes, 5,000 in the night already", "as many"),
    Line("read", "a night's games, kept", "10 times Express"),
    Line("read-fresh", "a night's games, nothing kept", "2.5 times Express"),
    Line("pick", "pick", "1.2 times plain Python"),
    Line("write", "a host's write", "1.5 times plain Python"),
    Line("fan-out", "deliveries to all live clients, flat out", "400,000 a second"),
    Line("fan-out-paced", "deliveries at 10 events a second"),
    Line(
        "votes-watched", "live votes while all live clients look on, each told", "40 times Express, p99 at most 50 ms"
    ),
    Line("reads-meanwhile", "reads while 50,000 deliveries a second go out", "p99 at most 15 ms"),
    Line("storm", "all live clients connect at once", "1 ms each: 1,000 a second"),
    Line("storm-5", "five times as many connect at once", "1 ms each: 1,000 a second"),
)
HISTORY_AIM = "at most 1.2"
START_AIM, MEMORY_AIM = "at most 0.6 s", "at most 70 MB"


class Report(Struct, frozen=True):
    """`machine`, `command` and `plan` say what the figures hold for."""

    machine: str
    command: str
    plan: str
    database: str
    comparisons: list[Comparison]
    histories: list[Comparison]
    start_up: dict[str, StartUp]
    brokers: list[Broker]

    @property
    def wrong(self) -> int:
        """Answers other than 200, and events that didn't come."""
        compared = sum(each.wrong for each in [*self.comparisons, *self.histories])
        return compared + sum(each.missed for each in self.brokers)


def machine() -> str:
    """What the figures were measured on, but for its name."""
    cpu = next((line.split(":")[1].strip() for line in _cpu_lines() if line.startswith("model name")), "")
    return f"{cpu or platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def _cpu_lines() -> list[str]:
    try:
        with open("/proc/cpuinfo") as file:  # noqa: PTH123 - there is no such file on other systems
            return file.readlines()
    except OSError:
        return []


def show_comparison(comparison: Comparison) -> None:
    scenario = comparison.scenario
    for name, each in comparison.servers.items():
        ratio = comparison.ratios.get(name)
        speed = "" if ratio is None else f"{ratio.per_second:.2f}"
        cpu = "" if ratio is None or ratio.cpu is None else f"{ratio.cpu:.2f}"
        print(
            f"{scenario:16} {name:12} {each.per_second:10.0f} {speed:>10} {each.p50_ms:8.2f} {each.p99_ms:8.2f} "
            f"{each.cpu_us:8.1f} {cpu:>6} {each.busy:5.0%} {each.cpu_seconds:6.2f} {each.peak_megabytes:8.1f}"
            + (f"  {each.deliveries_per_second:.0f} deliveries/s" if each.deliveries_per_second else "")
            + (f"  {each.failures} FAILED" if each.failures else "")
            + (f"  {each.missed} MISSED" if each.missed else ""),
            flush=True,
        )
        scenario = ""


def show_history(comparison: Comparison) -> None:
    (few, first), (many, last) = comparison.servers.items()
    wrong = f"  {comparison.wrong} WRONG" if comparison.wrong else ""
    print(
        f"{comparison.scenario:16} {few} {first.p50_ms:.2f} ms, {many} {last.p50_ms:.2f} ms, "
        f"ratio {comparison.ratios[many].p50:.2f}{wrong}",
        flush=True,
    )


def show_start_up(times: dict[str, StartUp]) -> None:
    for name, each in times.items():
        print(
            f"{'start-up':16} {name:12} {each.seconds:.2f} s to the first answer, {each.idle_megabytes:.0f} MB idle, "
            f"{each.kilobytes_per_client:.1f} KB for each live client"
        )


def show_broker(broker: Broker) -> None:
    if broker.missing:
        print(f"{'brokers':16} {broker.name:12} {broker.missing}", flush=True)
        return
    print(
        f"{'brokers':16} {broker.name:12} {broker.per_second:.0f} deliveries/s, {broker.per_cpu_second:.0f} per CPU "
        f"second" + (f"  {broker.missed} MISSED" if broker.missed else ""),
        flush=True,
    )


def as_markdown(report: Report) -> Iterator[str]:
    """The lines of the table, from what was measured of it."""
    found = {each.scenario: each for each in report.comparisons}
    others = list(dict.fromkeys(name for each in report.comparisons for name in each.ratios))
    columns = ["work", "a second", "p50 ms", "p99 ms", "CPU us", *(f"to {name}" for name in others), "aim"]
    yield f"`{report.command}` on {report.machine}. {report.plan}. Ours on {report.database}."
    if report.comparisons:
        yield ""
        yield _row(columns)
        yield "|" + "---|" * len(columns)
    for line in LINES:
        if line.scenario in found:
            yield _row(_cells(line, found[line.scenario], others))
    yield from _history(report.histories)
    yield from _start_up(report.start_up)
    yield from _brokers(report, found)


def _cells(line: Line, comparison: Comparison, others: list[str]) -> list[str]:
    ours = next(iter(comparison.servers.values()))
    ratios = [comparison.ratios.get(name) for name in others]
    shown = ["" if each is None else f"{each.per_second:.2f}" for each in ratios]
    return [
        f"{line.work} (`{line.scenario}`)",
        f"{ours.per_second:,.0f}",
        f"{ours.p50_ms:.2f}",
        f"{ours.p99_ms:.2f}",
        f"{ours.cpu_us:.1f}",
        *shown,
        line.aim,
    ]


def _history(histories: list[Comparison]) -> Iterator[str]:
    if not histories:
        return
    names = list(histories[0].servers)
    yield ""
    yield _row(["work, p50 ms", *names, "ratio", "aim"])
    yield "|" + "---|" * 5
    for each in histories:
        times = [f"{figures.p50_ms:.2f}" for figures in each.servers.values()]
        yield _row([f"`{each.scenario}`", *times, f"{each.ratios[names[-1]].p50:.2f}", HISTORY_AIM])


def _start_up(times: dict[str, StartUp]) -> Iterator[str]:
    if not times:
        return
    yield ""
    yield _row(["a server that has just started", *times, "aim"])
    yield "|" + "---|" * (len(times) + 2)
    yield _row(["seconds to the first answer", *(f"{each.seconds:.2f}" for each in times.values()), START_AIM])
    yield _row(["idle, MB", *(f"{each.idle_megabytes:.0f}" for each in times.values()), MEMORY_AIM])
    yield _row(["KB for each live client", *(f"{each.kilobytes_per_client:.1f}" for each in times.values()), ""])


def _brokers(report: Report, found: dict[str, Comparison]) -> Iterator[str]:
    measured = [each for each in report.brokers if not each.missing]
    if not measured:
        return
    yield ""
    yield _row(["fan-out", "deliveries a second", "per CPU second"])
    yield "|" + "---|" * 3
    if "fan-out" in found:
        ours = found["fan-out"].servers[Kind.PRODUCT.value]
        yield _row(["gamenight", f"{ours.per_second:,.0f}", f"{1e6 / ours.cpu_us:,.0f}"])
    for each in measured:
        yield _row([each.name, f"{each.per_second:,.0f}", f"{each.per_cpu_second:,.0f}"])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
