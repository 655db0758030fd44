"""The room service's REST answers. Pure: a path and what is known in, an answer out."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec

from gamenight.fake_rooms.faults import Answer, Faults
from gamenight.fake_rooms.room import Room

NO_SUCH_ROOM = Answer(404, '{"ok":false,"error":"no such room"}')
ROOM_PATH = re.compile(r"/api/v2/rooms/(?P<code>[^/]+)(?P<rest>/[^/]*)?/?")
AUDIENCE_PATH = re.compile(r"/api/v2/audience/(?P<code>[^/]+)/play")
HTTP_PHRASES = {status.value: status.phrase for status in HTTPStatus}
LEGACY_PATH = re.compile(r"/room/(?P<code>[^/]+)/?")


def code_in(path: str) -> str | None:
    """The room code that a path names, upper or lower case as it stands there."""
    for pattern in (ROOM_PATH, AUDIENCE_PATH, LEGACY_PATH):
        found = pattern.fullmatch(path)
        if found:
            return found["code"]
    return None


def answer(path: str, room: Room | None, faults: Faults, authority: str) -> Answer:
    """The answer to GET on this path. `room` is the one that the path names, if REST still lists it."""
    found = ROOM_PATH.fullmatch(path)
    if found:
        return _room_answer(found["rest"] or "", room, faults, authority)
    if AUDIENCE_PATH.fullmatch(path):
        return Answer(400, "Bad Request\n", "text/plain; charset=utf-8")
    if LEGACY_PATH.fullmatch(path):
        return _legacy(room, authority)
    return Answer(404, "404 page not found\n", "text/plain; charset=utf-8")


def _room_answer(rest: str, room: Room | None, faults: Faults, authority: str) -> Answer:
    if rest == "/play":
        return Answer(400, "Bad Request\n", "text/plain; charset=utf-8")
    known: dict[str, Callable[[Room], Any]] = {
        "": lambda room: {"ok": True, "body": _info(room, authority) | faults.info},
        "/connections": lambda room: {"ok": True, "body": {"connections": room.connections}},
        "/info": lambda room: _old_info(room, authority),
    }
    if rest not in known:
        return Answer(404, "404 page not found\n", "text/plain; charset=utf-8")
    if room is None:
        return NO_SUCH_ROOM
    return Answer(200, _json(known[rest](room)))


def _info(room: Room, authority: str) -> dict[str, Any]:
    options = room.options
    return {
        "appId": options.app_id,
        "appTag": options.app_tag,
        "audienceEnabled": options.audience,
        "code": room.code,
        "host": authority,
        "audienceHost": authority,
        "locked": room.locked,
        "full": room.full,
        "maxPlayers": options.max_players,
        "minPlayers": options.min_players,
        "moderationEnabled": bool(options.moderator_password),
        "passwordRequired": bool(options.password),
        "twitchLocked": False,
        "locale": "en",
        "keepalive": options.keepalive,
        "controllerBranch": "",
    }


def _old_info(room: Room, authority: str) -> dict[str, Any]:
    return {
        "roomid": room.code,
        "server": authority,
        "apptag": room.options.app_tag,
        "appid": room.options.app_id,
        "numAudience": len(room.audience),
        "audienceEnabled": room.options.audience,
        "joinAs": "audience" if room.locked else "full" if room.full else "player",
        "requiresPassword": bool(room.options.password),
    }


def _legacy(room: Room | None, authority: str) -> Answer:
    """The older service sends JSON as plain text."""
    if room is None:
        return Answer(404, '{"success":false,"error":"Invalid Room Code"}', "text/plain; charset=utf-8")
    return Answer(200, _json(_old_info(room, authority)), "text/plain; charset=utf-8")


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def phrase_of(status: int) -> str:
    return HTTP_PHRASES.get(status, "Unknown")
