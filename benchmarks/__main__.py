"""python -m benchmarks: measure the server beside a plain one. README.md says what is measured, and how."""

import argparse
import asyncio
import importlib
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from fnmatch import fnmatch
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks import history
from benchmarks.brokers import PROTOCOLS, Broker, measure_broker
from benchmarks.data import Nights, copy_to_baseline, make_nights
from benchmarks.measure import Comparison, Plan, compare
from benchmarks.plain_server import SECRET
from benchmarks.processes import Cores, Kind, Server, peer, running
from benchmarks.report import (
    HEAD,
    Report,
    as_markdown,
    machine,
    show_broker,
    show_comparison,
    show_history,
    show_start_up,
)
from benchmarks.scenarios import HISTORY, SCENARIOS
from benchmarks.startup import StartUp, start_up
from tests.support.postgres import Databases, running_postgres

FULL = Plan(
    slices=6, seconds=1.0, clients=1000, nights=10, starts=5, few_nights=10, many_nights=10_000, votes_a_night=100
)
QUICK = Plan(slices=2, seconds=0.2, clients=50, nights=3, starts=1, few_nights=2, many_nights=20, votes_a_night=10)
MAX_FILES = 16_384
START_UP, BROKERS = "start-up", "brokers"
NAMES = [*SCENARIOS, *HISTORY, START_UP, BROKERS]


class Run(Struct, frozen=True):
    """What is to be measured, and where."""

    folder: Path
    plan: Plan
    names: list[str]
    cores: Cores
    peers: list[Server]
    settings: dict[str, object]
    databases: Databases | None
    workers: int

    def home(self, name: str) -> tuple[Path, dict[str, object]]:
        """A new folder for a server, and its settings, with a new database in them where it is not in the folder."""
        home = self.folder / name.replace(" ", "-")
        home.mkdir()
        if self.databases is None:
            return home, self.settings
        return home, self.settings | {"DATABASE_URL": self.databases.fresh(empty=True)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that all of it works")
    parser.add_argument("--only", default="*", help=f"scenarios, separated by commas, such as read,history-*: {NAMES}")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite", help="what ours stores in")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of ours, such as VOTE_EVENTS_EACH=20",
    )
    parser.add_argument(
        "--peer", action="append", default=[], metavar="NAME=PORT", help="a server that listens and speaks our paths"
    )
    parser.add_argument("--workers", type=int, default=1, help="measure ours in so many processes too (PostgreSQL)")
    parser.add_argument("--peer-secret", default=SECRET, help="the secret by which the peers know tokens (HS256)")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    parser.add_argument("--markdown", type=Path, help="write the table of the documentation to this file as well")
    arguments = parser.parse_args()
    names = [name for name in NAMES if any(fnmatch(name, pattern) for pattern in arguments.only.split(","))]
    if arguments.workers > 1 and arguments.database == "sqlite":
        parser.error("--workers needs --database postgresql: one process alone may use an SQLite file")
    if not names:
        parser.error(f"no scenario is called {arguments.only}; there are {', '.join(NAMES)}")
    _allow_many_sockets()
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="gamenight-benchmarks-")))
        run = Run(
            folder=folder,
            plan=QUICK if arguments.quick else FULL,
            names=names,
            cores=Cores(arguments.workers),
            peers=[_peer(each, arguments.peer_secret) for each in arguments.peer],
            settings=dict(_pair(each) for each in arguments.set),
            databases=closing.enter_context(_databases(arguments.database)),
            workers=arguments.workers,
        )
        report = measure(run, arguments.database, _command(arguments))
    lines = list(as_markdown(report))
    print("", *lines, sep="\n")
    if arguments.json is not None:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    if arguments.markdown is not None:
        arguments.markdown.write_text("\n".join([*lines, ""]))
    if report.wrong:
        print(f"{report.wrong} answers or events were not as they should be.", file=sys.stderr)
    return 1 if report.wrong else 0


def _command(arguments: argparse.Namespace) -> str:
    """The command that measures the same again, without the files of this machine."""
    options: list[str] = []
    if arguments.quick:
        options.append("--quick")
    if arguments.only != "*":
        options += ["--only", arguments.only]
    if arguments.database != "sqlite":
        options += ["--database", arguments.database]
    if arguments.workers > 1:
        options += ["--workers", str(arguments.workers)]
    for name in ("set", "peer"):
        for value in getattr(arguments, name):
            options += [f"--{name}", value]
    return shlex.join(["python", "-m", "benchmarks", *options])


def measure(run: Run, database: str, command: str) -> Report:
    """Start the servers, run the scenarios and end the servers."""
    plan = run.plan
    run.cores.pin(run.cores.generator)
    summary = f"{run.cores}; {plan.slices} slices of {plan.seconds:g} s, {plan.clients} live clients"
    print(summary, flush=True)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        comparisons, start_ups = _compare(run, runner)
        return Report(
            machine=machine(),
            command=command,
            plan=summary,
            database=database,
            comparisons=comparisons,
            start_up=start_ups,
            histories=_histories(run, runner),
            brokers=_brokers(run, runner),
        )


def _compare(run: Run, runner: asyncio.Runner) -> tuple[list[Comparison], dict[str, StartUp]]:
    """Ours beside the baseline and the peers, and how the first two start on what they left behind."""
    names = [name for name in run.names if name in SCENARIOS]
    if not names and START_UP not in run.names:
        return [], {}
    home, settings = run.home(Kind.PRODUCT)
    baseline_home = run.folder / Kind.BASELINE
    baseline_home.mkdir()
    comparisons: list[Comparison] = []
    with ExitStack() as closing:
        product = closing.enter_context(running(Kind.PRODUCT, home, run.cores, settings))
        product.log_in()
        nights = make_nights(product, run.plan.nights)
        team = [closing.enter_context(_team(run, nights))] if run.workers > 1 else []
        copy_to_baseline(product, nights, baseline_home)
        baseline = closing.enter_context(running(Kind.BASELINE, baseline_home, run.cores))
        baseline.log_in()
        servers: list[Server] = [product, *team, baseline, *run.peers]
        print(HEAD, flush=True)
        for name in names:
            comparisons.append(runner.run(compare(name, SCENARIOS[name], servers, nights, run.plan)))
            show_comparison(comparisons[-1])
    if START_UP not in run.names:
        return comparisons, {}
    homes = {Kind.PRODUCT: home, Kind.BASELINE: baseline_home}
    starts, clients = run.plan.starts, run.plan.clients
    looked = start_up(homes, run.cores, settings, nights.sessions[-1], starts=starts, clients=clients)
    times = runner.run(looked)
    show_start_up(times)
    return comparisons, times


@contextmanager
def _team(run: Run, nights: Nights) -> Iterator[Server]:
    """Ours in several processes on a database of their own, with the same nights."""
    name = f"{run.workers} processes"
    home, settings = run.home(name)
    options = ["--workers", str(run.workers)]
    with running(name, home, run.cores, settings, kind=Kind.PRODUCT, options=options) as team:
        team.log_in()
        if make_nights(team, run.plan.nights) != nights:
            raise RuntimeError("Another server gave the same nights other ids")
        yield team


def _histories(run: Run, runner: asyncio.Runner) -> list[Comparison]:
    """Two servers of ours, one with a few nights and one with years of them."""
    names = [name for name in run.names if name in HISTORY]
    if not names:
        return []
    comparisons: list[Comparison] = []
    with ExitStack() as closing:
        servers: list[Server] = []
        for nights in (run.plan.few_nights, run.plan.many_nights):
            name = f"{nights} nights"
            home, settings = run.home(name)
            votes = nights * run.plan.votes_a_night
            history.fill(str(settings.get("DATABASE_URL", home)), history.Plan(nights, votes), progress=True)
            server = running(name, home, run.cores, settings, kind=Kind.PRODUCT)
            servers.append(closing.enter_context(server))
            servers[-1].log_in()
        sessions = Nights({number: [] for number in range(1, run.plan.few_nights + 1)})
        for name in names:
            comparisons.append(runner.run(compare(name, HISTORY[name], servers, sessions, run.plan)))
            show_history(comparisons[-1])
    return comparisons


def _brokers(run: Run, runner: asyncio.Runner) -> list[Broker]:
    if BROKERS not in run.names:
        return []
    found: list[Broker] = []
    for name in PROTOCOLS:
        folder = run.folder / name
        folder.mkdir()
        plan = run.plan
        measuring = measure_broker(
            name, folder, run.cores, slices=plan.slices, seconds=plan.seconds, clients=plan.clients
        )
        found.append(runner.run(measuring))
        show_broker(found[-1])
    return found


@contextmanager
def _databases(kind: str) -> Iterator[Databases | None]:
    """Databases of a PostgreSQL that ends with the block; None for SQLite, which needs no server."""
    if kind == "sqlite":
        yield None
        return
    with running_postgres(durable=True) as url:
        yield Databases(url)


def _peer(given: str, secret: str) -> Server:
    name, port = _pair(given)
    return peer(name, int(port), secret)


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals:
        sys.exit(f"{given} should be NAME=VALUE")
    return name, value


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
