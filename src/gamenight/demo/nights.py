"""The host of the demo, and the games' screens for a person who is the host instead."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gamenight.demo.party import Party, TakenOver

GAMES_A_NIGHT = 3

Say = Callable[[str], None]


def host_night(party: Party) -> None:
    """One session: draw games, type their codes, close it. Raises TakenOver once somebody else has changed it."""
    session = party.ask("POST", "/api/sessions", {"notes": "A demo night"})
    party.gather()
    for number in range(1, GAMES_A_NIGHT + 1):
        wish = {"playerCount": len(party.people), "sessionId": session["id"], "excludePlayed": True}
        game = party.ask("POST", "/api/pick", wish)["game"]
        body = {"game_id": game["id"], "room_code": party.open_room(game).code}
        added = party.ask("POST", f"/api/sessions/{session['id']}/games", body)
        party.play(added, again=number == 1, vanishes=number == GAMES_A_NIGHT)
        party.wait(4)
        games = party.ask("GET", f"/api/sessions/{session['id']}/games")
        if len(games) != number:
            raise TakenOver
    party.ask("POST", f"/api/sessions/{session['id']}/close", {})
    party.wait(6)


class Screens:
    """Show the games' room codes, since there are no screens of the games here."""

    def __init__(self, party: Party, say: Say) -> None:
        self._party = party
        self._say = say
        self._shown: set[int] = set()

    def follow(self) -> None:
        """Open a room for each game that is on without one, and play where its code is typed. Raises Stopped."""
        with suppress(TakenOver):
            for game in self._party.ask("GET", "/api/games?enabled=true")[:1]:
                self._open(game)
        while True:
            with suppress(TakenOver):
                self._look()
            self._party.wait(1)

    def _look(self) -> None:
        playing = self._playing()
        if playing is None:
            return
        if playing["room_code"] in self._party.open_rooms:
            self._party.play(playing)
        elif playing["room_code"] is None and playing["id"] not in self._shown:
            self._shown.add(playing["id"])
            self._open(self._party.ask("GET", f"/api/games/{playing['game_id']}"))

    def _open(self, game: dict[str, Any]) -> None:
        room = self._party.open_room(game)
        self._say(f"On the screen of {game['title']} stands the room code {room.code}.")

    def _playing(self) -> dict[str, Any] | None:
        session = self._party.ask("GET", "/api/sessions/active")
        if session.get("id") is None:
            return None
        games = self._party.ask("GET", f"/api/sessions/{session['id']}/games")
        return next((game for game in games if game["status"] == "playing"), None)
