"""Files as people have them: packed, in old encodings, sent by somebody who goes away meanwhile."""

import gzip
import json
import socket
from contextlib import closing

from tests.conftest import Look, Meddle
from tests.support.clients import Host
from tests.support.patience import wait_until
from tests.support.server import Served
from tests.votes.nights import a_past_night, counted, send

COMMENT = {
    "createdAt": "2026-11-20T19:10:00Z",
    "commenter": {"login": "pia"},
    "message": {"fragments": [{"text": "thisgame++"}]},
}


def test_a_comment_with_nothing_but_what_it_needs_is_a_vote(hana: Host, meddle: Meddle) -> None:
    friday = a_past_night(hana, meddle)
    imported = hana.ok(send(hana, friday, json.dumps({"comments": [COMMENT]})))
    assert (imported["messagesImported"], imported["assumed"]["format"]) == (1, "twitch-comments")
    assert counted(hana, friday) == {"A": (1, 0)}


def test_a_packed_file_is_imported_as_it_is(hana: Host, meddle: Meddle) -> None:
    friday = a_past_night(hana, meddle)
    before = {"chatData": [{"username": "omar", "message": "thisgame--", "timestamp": "2026-11-20T19:10:00Z"}]}
    hana.ok(send(hana, friday, json.dumps(before)))
    data = {"replaceExisting": True, "comments": []} | {
        "chatData": [{**before["chatData"][0], "message": "thisgame++"}]
    }
    hana.ok(send(hana, friday, gzip.compress(json.dumps(data).encode())))
    assert counted(hana, friday) == {"A": (1, 0)}
    refused = send(hana, friday, gzip.compress(json.dumps(data).encode())[:-8])
    assert (refused.status_code, refused.json()["reason"]) == (400, "not_gzip")


def test_lines_of_an_old_client_are_counted_and_told(hana: Host, meddle: Meddle) -> None:
    friday = a_past_night(hana, meddle)
    log = "2026-11-20 19:10:00\tpia\tsch\u00f6n \u2013 thisgame++\n2026-11-20 19:11:00\tomar\thi\n"
    imported = hana.ok(send(hana, friday, log.encode("cp1252")))
    assert imported["assumed"]["windows1252Lines"] == 1
    assert counted(hana, friday) == {"A": (1, 0)}


TABLES = ("votes", "voters", "chat_messages", "chat_imports")


def rows(look: Look) -> dict[str, int]:
    return {table: look(f"SELECT count(*) AS rows FROM {table}")[0]["rows"] for table in TABLES}


def begin_to_send(server: Served, hana: Host, session_id: int, log: bytes, length: int) -> socket.socket:
    """A connection on which a log is sent, of which only the sender knows when it ends."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    head = (
        f"POST /api/sessions/{session_id}/chat-import HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Authorization: Bearer {hana.token}\r\nContent-Length: {length}\r\n\r\n"
    )
    connection.sendall(head.encode() + log)
    return connection


def a_long_log(lines: int) -> bytes:
    return b"".join(b"2026-11-20 19:10:00\tpia%d\tthisgame++ \xe2\x9c\x93\n" % number for number in range(lines))


def test_who_goes_away_while_a_log_is_imported_leaves_nothing(
    server: Served, hana: Host, look: Look, meddle: Meddle
) -> None:
    friday = a_past_night(hana, meddle)
    log = a_long_log(30_000)
    with closing(begin_to_send(server, hana, friday, log, len(log))):
        wait_until(lambda: rows(look)["chat_messages"] > 0, "the log is being stored")
    wait_until(lambda: rows(look) == dict.fromkeys(TABLES, 0), "nothing of it is left")
    assert counted(hana, friday) == {}
    hana.ok(send(hana, friday, a_long_log(10)))
    assert counted(hana, friday) == {"A": (10, 0)}


def test_who_goes_away_while_a_log_is_sent_leaves_nothing(
    server: Served, hana: Host, look: Look, meddle: Meddle
) -> None:
    friday = a_past_night(hana, meddle)
    log = a_long_log(1000)
    with closing(begin_to_send(server, hana, friday, log, 2 * len(log))):
        pass
    hana.ok(send(hana, friday, a_long_log(10)))
    assert rows(look) == {"votes": 10, "voters": 10, "chat_messages": 10, "chat_imports": 1}


def test_who_voted_on_a_game_does_not_vote_on_it_again_when_it_has_ended(hana: Host, meddle: Meddle) -> None:
    friday = a_past_night(hana, meddle)
    log = "2026-11-20 20:29:00\tpia\tthisgame--\n2026-11-20 20:30:10\tpia\tthisgame++\n"
    hana.ok(send(hana, friday, log))
    assert counted(hana, friday) == {"C": (0, 1)}
