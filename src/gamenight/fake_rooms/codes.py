"""The numbers of the room service's protocol."""

from enum import IntEnum


class ErrorCode(IntEnum):
    """The codes of an `error` message."""

    PARSE = 2001
    OPCODE_MISSING = 2002
    OPCODE_INVALID = 2003
    ARGUMENTS = 2004
    NO_SUCH_ENTITY = 2005
    NO_SUCH_CLIENT = 2008
    ROOM_LOCKED = 2009
    ROOM_FULL = 2010
    NO_SUCH_ROOM = 2013
    NO_SUCH_ROLE = 2014
    PASSWORD_REQUIRED = 2017
    WRONG_PASSWORD = 2018
    NAME_MISSING = 2019
    PERMISSION_DENIED = 2023
    ROOM_OVER = 2027
    RATE_LIMIT = 2420


class ExitCause(IntEnum):
    """Why a room ended, as `room/exit` says."""

    NONE = 0
    LOBBY_TIMEOUT = 1
    JOIN_TIMEOUT = 2
    GAME_TIMEOUT = 3
    HOST_GONE = 4
    BY_REQUEST = 5
    SHUTTING_DOWN = 6
