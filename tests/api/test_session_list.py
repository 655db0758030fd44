"""The list of nights: in pages, and without those that were put away."""

from typing import Any

import httpx
import pytest

from tests.api.test_sessions import refused
from tests.stats.history import PastNight, Play, at, keep
from tests.support.clients import Host, Listener, a_guest, a_token
from tests.support.server import Served

DAYS = ("2026-03-06", "2026-03-13", "2026-03-20", "2026-03-27", "2026-04-03", "2026-04-10")


@pytest.fixture
def nights(database_url: str) -> list[int]:
    """The sessions of six past nights, oldest first."""
    return keep(database_url, [PastNight(at(day), [Play(7)]) for day in DAYS])


def page(hana: Host, **query: Any) -> tuple[list[int], tuple[str | None, ...]]:
    """The ids of a page, and its headers: how many of the filter, how many in all, the date before."""
    response = hana.get("/api/sessions", params=query).raise_for_status()
    names = ("x-total-count", "x-absolute-total", "x-prev-last-date")
    return [row["id"] for row in response.json()], tuple(response.headers.get(name) for name in names)


def archive(hana: Host, session_id: int, *, back: bool = False) -> dict[str, Any]:
    return hana.ok(hana.post(f"/api/sessions/{session_id}/{'unarchive' if back else 'archive'}"))


def bulk(hana: Host, action: str, ids: list[int], **options: Any) -> httpx.Response:
    return hana.post("/api/sessions/bulk", json={"action": action, "ids": ids}, **options)


def dated(hana: Host, session_id: int) -> str:
    created_at: str = hana.get(f"/api/sessions/{session_id}").json()["created_at"]
    return created_at


def test_without_a_limit_all_nights_come(hana: Host, nights: list[int]) -> None:
    assert page(hana) == (nights[::-1], ("6", "6", None))


def test_pages_go_on_where_the_one_before_ended_and_tell_its_last_date(hana: Host, nights: list[int]) -> None:
    newest_first = nights[::-1]
    assert page(hana, limit=4) == (newest_first[:4], ("6", "6", None))
    assert page(hana, limit=4, offset=0) == (newest_first[:4], ("6", "6", None))
    assert page(hana, limit=4, offset=4) == (newest_first[4:], ("6", "6", dated(hana, newest_first[3])))
    assert page(hana, limit=4, before=newest_first[3]) == (newest_first[4:], ("6", "6", dated(hana, newest_first[3])))
    assert page(hana, limit=1, before=newest_first[1], offset=2)[0] == [newest_first[4]]
    assert page(hana, limit=1, before=newest_first[1], offset=2)[1][2] == dated(hana, newest_first[3])
    assert page(hana, offset=4)[0] == newest_first[4:]
    assert page(hana, limit=4, offset=6) == ([], ("6", "6", dated(hana, newest_first[5])))
    assert page(hana, limit=4, offset=7) == ([], ("6", "6", None))


@pytest.mark.parametrize(
    "query", ["limit=101", "limit=0", "limit=x", "offset=-1", "offset=10001", "filter=old", "filter=", "before=0"]
)
def test_a_page_that_can_not_be_given_is_refused(hana: Host, query: str) -> None:
    refused(hana.get(f"/api/sessions?{query}"), 400, "invalid_request")


def test_an_archived_night_is_listed_only_where_it_is_asked_for(hana: Host, nights: list[int]) -> None:
    archived = archive(hana, nights[2])
    assert (archived["id"], archived["archived"]) == (nights[2], 1)
    assert archived == hana.get(f"/api/sessions/{nights[2]}").json()
    others = [id_ for id_ in nights[::-1] if id_ != nights[2]]
    assert page(hana) == page(hana, filter="default") == (others, ("5", "6", None))
    assert page(hana, filter="archived") == ([nights[2]], ("1", "6", None))
    assert page(hana, filter="all") == (nights[::-1], ("6", "6", None))
    assert page(hana, limit=2, offset=3) == (others[3:], ("5", "6", dated(hana, nights[3])))
    assert [row["archived"] for row in hana.get("/api/sessions?filter=all&limit=4").json()] == [0, 0, 0, 1]
    assert archive(hana, nights[2], back=True)["archived"] == 0
    assert page(hana) == (nights[::-1], ("6", "6", None))
    assert page(hana, filter="archived") == ([], ("0", "6", None))


def test_an_archived_night_counts_as_before(hana: Host, nights: list[int]) -> None:
    before = [hana.get(path).json() for path in ("/api/stats", "/api/stats/nights", "/api/games/7")]
    archive(hana, nights[2])
    assert [hana.get(path).json() for path in ("/api/stats", "/api/stats/nights", "/api/games/7")] == before


def test_archiving_twice_changes_nothing_and_is_told_once(hana: Host, server: Served, nights: list[int]) -> None:
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.subscribe(nights[0])
        archived = [archive(hana, nights[0]) for _twice in range(2)]
        assert archived[0] == archived[1]
        assert archive(hana, nights[0], back=True)["archived"] == 0
        while sum(event["type"] == "sessions.changed" for event in bix.events) < 2:
            bix.receive()
        assert bix.nothing_more() == []
        told = [(event["type"], event["data"]) for event in bix.events]
    assert [type_ for type_, _data in told] == ["session.updated", "sessions.changed"] * 2
    assert [data["session"]["archived"] for type_, data in told if type_ == "session.updated"] == [1, 0]
    listed = [data["listedSession"]["archived"] for type_, data in told if type_ == "sessions.changed"]
    assert listed == [1, 0]


def test_the_night_that_is_on_is_not_archived(hana: Host) -> None:
    session = hana.a_session()
    refused(hana.post(f"/api/sessions/{session['id']}/archive"), 400, "session_still_active")
    assert hana.get("/api/sessions").json()[0]["archived"] == 0
    refused(hana.post("/api/sessions/4242/archive"), 404, "session_not_found")
    refused(hana.post("/api/sessions/4242/unarchive"), 404, "session_not_found")


def test_a_night_that_goes_on_again_is_in_the_archive_no_more(hana: Host) -> None:
    session = hana.a_session()
    hana.ok(hana.post(f"/api/sessions/{session['id']}/close"))
    archive(hana, session["id"])
    undone = hana.ok(hana.post(f"/api/sessions/{session['id']}/undo"))
    assert (undone["session"]["is_active"], undone["session"]["archived"]) == (1, 0)
    assert page(hana) == ([session["id"]], ("1", "1", None))
    assert page(hana, filter="archived")[1][0] == "0"


def test_several_nights_are_archived_and_taken_out_at_once(hana: Host, server: Served, nights: list[int]) -> None:
    chosen = [nights[4], nights[1], nights[4]]
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        answer = hana.ok(bulk(hana, "archive", chosen))
        assert (answer["action"], answer["ids"]) == ("archive", [nights[4], nights[1]])
        heard = [bix.receive_until("sessions.changed")["data"]["sessionId"] for _each in range(2)]
    assert heard == [nights[4], nights[1]]
    assert page(hana, filter="archived") == ([nights[4], nights[1]], ("2", "6", None))
    hana.ok(bulk(hana, "unarchive", [nights[1], nights[0]]))
    assert page(hana, filter="archived") == ([nights[4]], ("1", "6", None))


def test_several_nights_are_deleted_at_once(hana: Host, nights: list[int]) -> None:
    archive(hana, nights[1])
    hana.ok(bulk(hana, "delete", [nights[0], nights[1]]))
    assert page(hana, filter="all") == (nights[:1:-1], ("4", "4", None))
    assert page(hana, filter="archived")[1] == ("0", "4", None)
    assert hana.get("/api/games/7").json()["play_count"] == 4


@pytest.mark.parametrize("action", ["archive", "delete", "unarchive"])
def test_one_that_stands_in_the_way_is_named_and_nothing_is_changed(hana: Host, nights: list[int], action: str) -> None:
    archive(hana, nights[0])
    on = hana.a_session()["id"]
    before = hana.get("/api/sessions?filter=all").json()
    answer = refused(bulk(hana, action, [nights[0], 4242, nights[1], on, 4243]), 400, "bulk_refused")
    active = [] if action == "unarchive" else [on]
    assert (answer["ids"], answer["unknown"], answer["active"]) == ([4242, 4243, *active], [4242, 4243], active)
    assert "4242, 4243" in answer["error"]
    assert hana.get("/api/sessions?filter=all").json() == before


def test_a_change_of_several_nights_has_to_say_which_and_what(hana: Host, nights: list[int]) -> None:
    for body in (
        {},
        {"action": "archive"},
        {"ids": nights},
        {"action": "archive", "ids": []},
        {"action": "burn", "ids": nights},
        {"action": "archive", "ids": [0]},
        {"action": "archive", "ids": list(range(1, 102))},
    ):
        refused(hana.post("/api/sessions/bulk", json=body), 400, "invalid_request")
    assert page(hana, filter="archived")[0] == []


def test_a_host_who_is_no_admin_archives_several_but_deletes_none(
    server: Served, hana: Host, nights: list[int]
) -> None:
    token = {"Authorization": f"Bearer {a_token(hana, 'host')}"}
    hana.ok(bulk(hana, "archive", nights[:2], headers=token))
    assert refused(bulk(hana, "delete", nights[:2], headers=token), 403, "scope_missing")
    assert page(hana, filter="archived")[0] == [nights[1], nights[0]]


def test_everybody_may_page_and_filter(server: Served, hana: Host, nights: list[int]) -> None:
    archive(hana, nights[5])
    with a_guest(server.url) as omar:
        response = omar.get("/api/sessions?limit=2&filter=all")
        again = omar.get("/api/sessions?limit=2&filter=all")
    assert [row["archived"] for row in response.json()] == [1, 0]
    assert (response.headers["x-total-count"], again.headers["x-total-count"]) == ("6", "6")
