"""How the statuses of a session's games hang together. Pure."""

from collections.abc import Mapping

from gamenight.sessions.schemas import Status


def transition(statuses: Mapping[int, Status], chosen: int, status: Status) -> dict[int, Status]:
    """The session games that change when one gets a status, each with its new status.

    One game at most is playing: the one that was becomes played. A skipped game is never changed on its own.
    """
    changes: dict[int, Status] = {}
    if status == "playing":
        changes = end_playing(statuses)
        changes.pop(chosen, None)
    if statuses[chosen] != status:
        changes[chosen] = status
    return changes


def end_playing(statuses: Mapping[int, Status]) -> dict[int, Status]:
    """The session games that change when another game is added or the session is closed: the one playing ends."""
    return {game: "played" for game, status in statuses.items() if status == "playing"}
