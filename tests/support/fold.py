"""What a client makes of a snapshot and the events after it: the rule that a page would follow."""

from typing import Any


class Fold:
    """A session's state as a client holds it; None once the session is deleted."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.id: int = snapshot["id"]
        self.state: dict[str, Any] | None = snapshot["data"]

    def apply(self, event: dict[str, Any]) -> None:
        if event["id"] <= self.id:
            return  # seen already
        self.id = event["id"]
        if self.state is None:
            return
        data = event["data"]
        if event["type"] == "session.deleted":
            self.state = None
        elif event["type"] == "catalogue.changed":
            self._rename(data["games"])
            next_game = self.state["session"]["next_game"]
            if next_game and next_game["game_id"] in data["removed"]:
                self.state["session"]["next_game"] = None
        else:
            self._replace(event["type"], data)

    def _replace(self, type_: str, data: dict[str, Any]) -> None:
        assert self.state is not None
        games: list[dict[str, Any]] = self.state["games"]
        if "session" in data:
            self.state["session"] = data["session"]
        if type_ == "game.removed":
            games[:] = [game for game in games if game["id"] != data["sessionGameId"]]
        for new in data.get("sessionGames") or [each for each in [data.get("sessionGame")] if each]:
            # A removed game may come back to its place.
            games[:] = sorted([*(game for game in games if game["id"] != new["id"]), new], key=lambda game: game["id"])

    def _rename(self, changed: list[dict[str, Any]] | None) -> None:
        """A game of the catalogue shows in the nights under its present name."""
        assert self.state is not None
        assert changed is not None, "too many games changed: a client would take a new snapshot"
        next_game = self.state["session"]["next_game"]
        for game in changed:
            for played in [*self.state["games"], *([next_game] if next_game else [])]:
                if played["game_id"] == game["id"]:
                    for name in ("title", "pack_name", "game_type", "min_players", "max_players", "symbol", "ticker"):
                        played[name] = game[name]
