"""The messages that a client may send over its socket, and the answers."""

import json
from typing import Any

from gamenight.fake_rooms.codes import ErrorCode, ExitCause
from gamenight.fake_rooms.room import Client, Refused, Room

TYPES = {"object", "text", "number"}
WRITES = {"create", "set", "update"}


def handle(room: Room, client: Client, frame: str | bytes) -> None:
    """Act on one frame of this client, and answer it."""
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError):
        _error(room, client, None, Refused(ErrorCode.PARSE, "parse error"))
        return
    if not isinstance(message, dict):
        _error(room, client, None, Refused(ErrorCode.PARSE, "a message is an object"))
        return
    sequence = message.get("seq")
    try:
        opcode, params = _read(message)
        room.note(client, opcode)
        kind, result = _answer(room, client, opcode, params)
    except Refused as refusal:
        _error(room, client, sequence, refusal)
    else:
        room.send(client, kind, result, sequence)


def _read(message: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    opcode, params = message.get("opcode"), message.get("params", {})
    if not isinstance(opcode, str):
        raise Refused(ErrorCode.OPCODE_MISSING, "opcode missing")
    if not isinstance(params, dict):
        raise Refused(ErrorCode.ARGUMENTS, "params must be an object")
    return opcode, params


def _error(room: Room, client: Client, sequence: Any, refusal: Refused) -> None:
    room.send(client, "error", {"code": int(refusal.code), "msg": refusal.message}, sequence)


def _answer(room: Room, client: Client, opcode: str, params: dict[str, Any]) -> tuple[str, Any]:
    noun, _slash, verb = opcode.partition("/")
    if noun in TYPES and verb == "get":
        return _get(room, client, params)
    if noun in TYPES and verb in WRITES:
        return _write(room, client, noun, verb, params)
    match opcode:
        case "client/send":
            _need(client, "player", "host")
            _pass_on(room, client, params)
        case "room/get-audience":
            _need(client, "host")
            return "room/get-audience", {"connections": len(room.audience)}
        case "room/lock":
            _need(client, "host")
            room.lock()
        case "room/exit":
            _need(client, "host")
            room.exit(ExitCause.BY_REQUEST)
        case _:
            raise Refused(ErrorCode.OPCODE_INVALID, f"invalid opcode: {opcode}")
    return "ok", {}


def _get(room: Room, client: Client, params: dict[str, Any]) -> tuple[str, Any]:
    entity = room.entities.get(_key(params))
    if entity is None:
        raise Refused(ErrorCode.NO_SUCH_ENTITY, "entity not found")
    if not entity.readable_by(client):
        raise Refused(ErrorCode.PERMISSION_DENIED, "permission denied")
    return entity.type, entity.body


def _write(room: Room, client: Client, noun: str, verb: str, params: dict[str, Any]) -> tuple[str, Any]:
    """The host writes what it likes, a player its own; nobody else writes."""
    _need(client, "player", "host")
    key = _key(params)
    entity = room.entities.get(key)
    if entity is None and (verb == "update" or client.role != "host"):
        raise Refused(ErrorCode.NO_SUCH_ENTITY, "entity not found")
    if entity is not None and client.role != "host" and entity.owner != client.id:
        raise Refused(ErrorCode.PERMISSION_DENIED, "permission denied")
    room.set(key, params.get("val"), type=noun, sender=client.id)
    return "ok", {}


def _pass_on(room: Room, client: Client, params: dict[str, Any]) -> None:
    target = room.clients.get(params["to"]) if isinstance(params.get("to"), int) else None
    if target is None:
        raise Refused(ErrorCode.NO_SUCH_CLIENT, "no such client")
    room.send(target, "client/send", {"from": client.id, "to": target.id, "body": params.get("body")})


def _need(client: Client, *roles: str) -> None:
    if client.role not in roles:
        raise Refused(ErrorCode.PERMISSION_DENIED, "permission denied")


def _key(params: dict[str, Any]) -> str:
    key = params.get("key")
    if not isinstance(key, str):
        raise Refused(ErrorCode.ARGUMENTS, "key missing")
    return key
