"""Nights as data: what happens in which room, after how many seconds; and the player of such a script."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec

from gamenight.fake_rooms import faults
from gamenight.fake_rooms.codes import ExitCause
from gamenight.fake_rooms.faults import Faults
from gamenight.fake_rooms.room import Refused, Room, RoomOptions
from gamenight.fake_rooms.service import FakeRooms

NIGHTS = Path(__file__).parent / "nights"
log = logging.getLogger(__name__)


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"):
    """Something that happens in a room, `after` so many seconds from the step before."""

    after: float = 0.0

    def play(self, room: Room) -> None:
        raise NotImplementedError


class Join(Step, frozen=True, tag="join"):
    name: str

    def play(self, room: Room) -> None:
        room.join(self.name)


class Leave(Step, frozen=True, tag="leave"):
    name: str

    def play(self, room: Room) -> None:
        room.leave(self.name)


class Rejoin(Step, frozen=True, tag="rejoin"):
    name: str

    def play(self, room: Room) -> None:
        room.rejoin(self.name)


class Kick(Step, frozen=True, tag="kick"):
    name: str

    def play(self, room: Room) -> None:
        room.kick(self.name)


class Countdown(Step, frozen=True, tag="countdown"):
    def play(self, room: Room) -> None:
        room.countdown()


class CancelCountdown(Step, frozen=True, tag="cancel-countdown"):
    def play(self, room: Room) -> None:
        room.cancel_countdown()


class Start(Step, frozen=True, tag="start"):
    lock: bool = True

    def play(self, room: Room) -> None:
        room.start(lock=self.lock)


class Lock(Step, frozen=True, tag="lock"):
    silently: bool = False

    def play(self, room: Room) -> None:
        room.lock(silently=self.silently)


class Show(Step, frozen=True, tag="show"):
    scene: str

    def play(self, room: Room) -> None:
        room.show(self.scene)


class PostGame(Step, frozen=True, tag="post-game"):
    def play(self, room: Room) -> None:
        room.post_game()


class SamePlayers(Step, frozen=True, tag="same-players"):
    def play(self, room: Room) -> None:
        room.same_players()


class Exit(Step, frozen=True, tag="exit"):
    cause: int = ExitCause.BY_REQUEST
    says_so: bool = True

    def play(self, room: Room) -> None:
        room.exit(self.cause, says_so=self.says_so)


class Vanish(Step, frozen=True, tag="vanish"):
    def play(self, room: Room) -> None:
        room.vanish()


class CutSockets(Step, frozen=True, tag="cut-sockets"):
    def play(self, room: Room) -> None:
        room.cut()


class Misbehave(Step, frozen=True, tag="misbehave"):
    """From now on the room has the faults of this name; without one it behaves again."""

    fault: str | None = None

    def __post_init__(self) -> None:
        if self.fault is not None and self.fault not in faults.known():
            raise ValueError(f"There is no fault called {self.fault}; there are {', '.join(faults.known())}.")

    def play(self, room: Room) -> None:
        room.faults = faults.named(self.fault) if self.fault is not None else Faults()


AnyStep = (
    Join
    | Leave
    | Rejoin
    | Kick
    | Countdown
    | CancelCountdown
    | Start
    | Lock
    | Show
    | PostGame
    | SamePlayers
    | Exit
    | Vanish
    | CutSockets
    | Misbehave
)


class RoomScript(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One room of a night, from its opening on."""

    options: RoomOptions
    steps: list[AnyStep]
    after: float = 0.0


class Script(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A night: its rooms, one after the other."""

    about: str
    rooms: list[RoomScript]


class Performance:
    """A script on its way. `step` plays the next step at once, `run` all that is left in its own time."""

    def __init__(self, fake: FakeRooms, script: Script) -> None:
        self.room: Room | None = None
        """The room that is played now."""
        self._acts = self._performed(fake, script)

    def step(self) -> bool:
        """Play what comes next; False when the script is over."""
        for _seconds, act in self._acts:
            act()
            return True
        return False

    async def run(self, speed: float = 1.0) -> None:
        for seconds, act in self._acts:
            await asyncio.sleep(seconds / speed)
            act()

    def _performed(self, fake: FakeRooms, script: Script) -> Iterator[tuple[float, Callable[[], None]]]:
        for each in script.rooms:
            yield each.after, partial(self._open, fake, each)
            for step in each.steps:
                yield step.after, partial(self._play, step)

    def _open(self, fake: FakeRooms, script: RoomScript) -> None:
        before = fake.rooms.get(script.options.code)
        if before is not None:
            before.exit(ExitCause.NONE)
        self.room = fake.add(script.options)

    def _play(self, step: Step) -> None:
        if self.room is None or self.room.over:
            return
        try:
            step.play(self.room)
        except (Refused, KeyError) as reason:
            # Real players may have taken the seats of the script's.
            log.warning("%s: %s was left out (%s)", self.room.code, msgspec.to_builtins(step), reason)


def names() -> list[str]:
    """The scripts that come with gamenight."""
    return sorted(file.stem for file in NIGHTS.glob("*.json"))


def load(script: str) -> Script:
    """A script that comes with gamenight, by its name, or the one in this JSON file. Raises OSError where there is
    none, and msgspec.DecodeError, which says where the file is wrong."""
    file = NIGHTS / f"{script}.json" if script in names() else Path(script)
    return msgspec.json.decode(file.read_bytes(), type=Script)
