"""python -m benchmarks: measure the server beside a plain one. README.md says what is measured, and how."""

import argparse
import asyncio
import importlib
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import median

import msgspec

from benchmarks.data import copy_to_baseline, make_nights
from benchmarks.measure import Comparison, Plan, compare
from benchmarks.processes import BASELINE, PRODUCT, Cores, Server, running
from benchmarks.report import HEAD, Report, StartUp, show_comparison, show_start_up
from benchmarks.scenarios import SCENARIOS

FULL = Plan(slices=6, seconds=1.0, clients=1000, nights=50, starts=5)
QUICK = Plan(slices=2, seconds=0.2, clients=50, nights=3, starts=1)
MAX_FILES = 16_384


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that all of it works")
    parser.add_argument("--only", default=",".join(SCENARIOS), help="scenarios, separated by commas")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    arguments = parser.parse_args()
    names = arguments.only.split(",")
    unknown = set(names) - set(SCENARIOS)
    if unknown:
        parser.error(f"no scenario is called {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    _allow_many_sockets()
    with tempfile.TemporaryDirectory(prefix="gamenight-benchmarks-") as folder:
        report = measure(Path(folder), QUICK if arguments.quick else FULL, names)
    if arguments.json is not None:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    if report.wrong:
        print(f"{report.wrong} answers or events were not as they should be.", file=sys.stderr)
    return 1 if report.wrong else 0


def measure(folder: Path, plan: Plan, names: list[str]) -> Report:
    """Start both servers, run the scenarios, end the servers, and see how quickly they start."""
    cores = Cores()
    cores.pin(cores.generator)
    print(f"{cores}; {plan.slices} slices of {plan.seconds:g} s, {plan.clients} live clients", flush=True)
    homes = {name: folder / name for name in (PRODUCT, BASELINE)}
    for home in homes.values():
        home.mkdir()
    with ExitStack() as closing:
        product = closing.enter_context(running(PRODUCT, homes[PRODUCT], cores))
        product.log_in()
        nights = make_nights(product, plan.nights)
        copy_to_baseline(product, nights, homes[BASELINE])
        baseline = closing.enter_context(running(BASELINE, homes[BASELINE], cores))
        baseline.log_in()
        servers = [product, baseline]
        print(HEAD, flush=True)
        comparisons: list[Comparison] = []
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            for name in names:
                comparisons.append(runner.run(compare(name, servers, nights, plan)))
                show_comparison(comparisons[-1])
    start_up = _start_up(servers, homes, plan.starts, cores)
    show_start_up(start_up)
    return Report(str(cores), start_up, comparisons)


def _start_up(first: list[Server], homes: dict[str, Path], starts: int, cores: Cores) -> dict[str, StartUp]:
    """Start the servers in turn on what they left behind."""
    again: dict[str, list[float]] = {name: [] for name in homes}
    for _number in range(starts):
        for name, home in homes.items():
            with running(name, home, cores) as server:
                again[name].append(server.first_answer)
    return {server.name: StartUp(server.first_answer, median(again[server.name])) for server in first}


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    with suppress(ImportError):
        found: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
        return found
    return None


def _allow_many_sockets() -> None:
    """Raise this process's limit of open files as far as it may be; the servers inherit it."""
    with suppress(ImportError, ValueError, OSError):
        resource = importlib.import_module("resource")
        _soft, maximum = resource.getrlimit(resource.RLIMIT_NOFILE)
        limit = MAX_FILES if maximum < 0 else min(MAX_FILES, maximum)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, maximum))


if __name__ == "__main__":
    sys.exit(main())
