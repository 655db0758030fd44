"""A room service for developers: real HTTP and WebSocket on one port, with rooms that are played by script or by hand.

async with FakeRooms() as fake:
    room = fake.open("PLAY", app_tag="quiplash3")
    room.join("ANN")
    room.start()
    room.exit()
"""

from gamenight.fake_rooms.faults import FAULTS, Faults
from gamenight.fake_rooms.games import Kind
from gamenight.fake_rooms.room import Refused, Room, RoomOptions
from gamenight.fake_rooms.service import FakeRooms

__all__ = ["FAULTS", "FakeRooms", "Faults", "Kind", "Refused", "Room", "RoomOptions"]
