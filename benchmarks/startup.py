"""How quickly a server starts, what it holds then, and what each live client adds."""

from pathlib import Path
from statistics import median

from msgspec import Struct

from benchmarks.live_load import LiveClient, handshake, open_clients
from benchmarks.processes import Cores, Kind, StartedServer, running


class StartUp(Struct, frozen=True):
    """Seconds from the start of a process to its first answer, the memory that it has then, and what each live client
    adds to that."""

    seconds: float
    idle_megabytes: float
    kilobytes_per_client: float


async def start_up(
    homes: dict[Kind, Path], cores: Cores, settings: dict[str, object], session_id: int, *, starts: int, clients: int
) -> dict[str, StartUp]:
    """Start our server and the baseline in turn, on the databases that are there; medians."""
    seen: dict[Kind, list[StartUp]] = {kind: [] for kind in homes}
    for _number in range(starts):
        for kind, home in homes.items():
            with running(kind, home, cores, settings) as server:
                seen[kind].append(await _look(server, session_id, clients))
    return {
        kind.value: StartUp(
            median(each.seconds for each in found),
            median(each.idle_megabytes for each in found),
            median(each.kilobytes_per_client for each in found),
        )
        for kind, found in seen.items()
    }


async def _look(server: StartedServer, session_id: int, count: int) -> StartUp:
    idle = server.resident_megabytes()
    server.log_in()
    before = server.resident_megabytes()
    opening = handshake(server, session_id)
    clients = [LiveClient(opening) for _number in range(count)]
    await open_clients(server.port, clients)
    added = server.resident_megabytes() - before
    for client in clients:
        client.close()
    return StartUp(server.first_answer, idle, added * 1024 / count)
