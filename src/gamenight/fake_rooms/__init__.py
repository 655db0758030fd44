"""A room service for developers: real HTTP and WebSocket on one port, with rooms that are played by script or by hand.

async with FakeRooms() as fake:
    room = fake.open("PLAY", app_tag="quiplash3")
    room.join("ANN")
    room.start()
    room.exit()
"""

from gamenight.fake_rooms.faults import Faults, named
from gamenight.fake_rooms.games import Kind
from gamenight.fake_rooms.room import Refused, Room, RoomOptions
from gamenight.fake_rooms.scripts import Performance, Script, load
from gamenight.fake_rooms.service import FakeRooms

__all__ = ["FakeRooms", "Faults", "Kind", "Performance", "Refused", "Room", "RoomOptions", "Script", "load", "named"]
