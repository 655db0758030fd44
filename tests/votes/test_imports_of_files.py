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
