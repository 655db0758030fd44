"""Tokens with a name: made, listed, used, revoked."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest

from gamenight.auth import actions, queries
from gamenight.auth.actions import MAX_TOKENS
from gamenight.auth.errors import TokenRevoked, TooManyTokens
from gamenight.auth.schemas import NewToken
from gamenight.auth.tokens import Tokens
from gamenight.core.clock import later
from gamenight.core.database import Database
from gamenight.live.close_codes import CloseCode
from tests.support.clients import Host, Listener, a_guest, a_token
from tests.support.patience import wait_until
from tests.support.server import Served, served

Look = Callable[..., list[dict[str, Any]]]


def created(hana: Host, scope: str = "read", name: str = "Overlay", **fields: Any) -> dict[str, Any]:
    return hana.ok(hana.post("/api/tokens", json={"name": name, "scope": scope, **fields}))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_is_shown_once_and_listed_without_itself(hana: Host, look: Look) -> None:
    response = hana.post("/api/tokens", json={"name": "  Bix\u202e the bot ", "scope": "vote", "days": 30})
    assert response.status_code == 201
    token = response.json()["token"]
    payload = jwt.decode(token, options={"verify_signature": False})
    assert (payload["sub"], payload["scope"], payload["name"]) == (
        f"token:{response.json()['id']}",
        "vote",
        "Bix the bot",
    )
    assert payload["exp"] - payload["iat"] == pytest.approx(30 * 24 * 3600, abs=2)
    listed = hana.get("/api/tokens").json()
    assert listed == [{name: value for name, value in response.json().items() if name != "token"}]
    assert set(listed[0]) == {
        "id",
        "name",
        "scope",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
        "is_login",
    }
    stored = "".join(str(row) for table in ("tokens", "events") for row in look(f"SELECT * FROM {table}"))
    assert token not in stored
    assert token.split(".")[2] not in stored


def test_whoever_verifies_a_token_hears_what_it_may_do(server: Served, hana: Host) -> None:
    with a_guest(server.url) as client:
        for scope in ("read", "vote", "host"):
            answer = client.post("/api/auth/verify", headers=bearer(created(hana, scope, "Bix")["token"]))
            user = hana.ok(answer)["user"]
            assert (user["role"], user["scope"], user["name"]) == (scope, scope, "Bix")


NO_SENSE: list[dict[str, Any]] = [
    {},
    {"name": "Bix"},
    {"name": "", "scope": "read"},
    {"name": "x" * 65, "scope": "read"},
    {"name": "Bix", "scope": "guest"},
    {"name": "Bix", "scope": "any"},
    {"name": "Bix", "scope": "read", "days": 0},
    {"name": "Bix", "scope": "read", "days": 3651},
]


def test_a_token_that_makes_no_sense_is_not_made(hana: Host) -> None:
    for wrong in NO_SENSE:
        assert hana.post("/api/tokens", json=wrong).json()["code"] == "invalid_request", wrong
        assert hana.get("/api/tokens").json() == []


def test_the_same_request_again_gives_the_same_token_which_is_kept_nowhere(hana: Host, look: Look) -> None:
    key = {"Idempotency-Key": "once"}
    body = {"name": "Bix", "scope": "vote"}
    first, again = (hana.ok(hana.post("/api/tokens", json=body, headers=key)) for _time in range(2))
    assert first["id"] == again["id"]
    payload, payload_again = (jwt.decode(each["token"], options={"verify_signature": False}) for each in (first, again))
    assert payload["jti"] == payload_again["jti"]
    assert len(hana.get("/api/tokens").json()) == 1
    (kept,) = look("SELECT answer FROM idempotency_keys")
    assert first["name"] in kept["answer"]
    assert first["token"].split(".")[2] not in kept["answer"]


def test_a_revoked_token_is_refused_and_its_live_connections_end_while_others_go_on(server: Served, hana: Host) -> None:
    token = created(hana, "host", "Harry")
    other = created(hana, "read")
    with (
        a_guest(server.url) as harry,
        Listener(server.live_url) as listening,
        Listener(server.live_url) as overlay,
    ):
        harry.headers.update(bearer(token["token"]))
        session = hana.ok(harry.post("/api/sessions", json={}))
        listening.authenticate(token["token"])
        listening.subscribe(session["id"])
        overlay.authenticate(other["token"])
        overlay.subscribe(session["id"])
        revoked = hana.ok(hana.delete(f"/api/tokens/{token['id']}"))
        assert revoked["revoked_at"]
        response = harry.post(f"/api/sessions/{session['id']}/close")
        assert (response.status_code, response.json()["code"]) == (403, "token_revoked")
        assert listening.close_code() == CloseCode.TOKEN_REVOKED
        with Listener(server.live_url) as back:
            back.say(type="auth", token=token["token"])
            assert "revoked" in back.receive_until("auth_error")["message"]
        hana.a_game(session["id"])
        assert overlay.receive_until("game.added")
    assert hana.ok(hana.delete(f"/api/tokens/{token['id']}"))["revoked_at"] == revoked["revoked_at"]
    assert hana.delete("/api/tokens/4242").json()["code"] == "token_not_found"


def test_a_token_stays_revoked_when_the_server_starts_again(database_url: str) -> None:
    with served(database_url) as server, Host(server.url) as hana:
        token, other = created(hana, "host"), created(hana, "host")
        hana.ok(hana.delete(f"/api/tokens/{token['id']}"))
    with served(database_url) as server, a_guest(server.url) as harry:
        assert harry.post("/api/auth/verify", headers=bearer(other["token"])).status_code == 200
        assert harry.post("/api/auth/verify", headers=bearer(token["token"])).json()["code"] == "token_revoked"


def test_nobody_hears_of_a_revocation_but_the_servers(server: Served, hana: Host, look: Look) -> None:
    with Listener(server.live_url) as bix:
        bix.authenticate(hana.token)
        bix.say(type="subscribe", sessionId=-1)
        assert bix.receive()["type"] == "error"
        hana.ok(hana.delete(f"/api/tokens/{created(hana)['id']}"))
        hana.a_session()
        bix.receive_until("session.started")
        assert [event["type"] for event in bix.events] == ["session.started"]
    assert len(look("SELECT id FROM events WHERE type = 'token.revoked'")) == 1


def test_the_last_use_is_noted_once_a_minute_at_most(server: Served, hana: Host, look: Look) -> None:
    token = created(hana, "host")
    with a_guest(server.url) as harry:
        harry.headers.update(bearer(token["token"]))
        assert hana.get("/api/tokens").json()[0]["last_used_at"] is None
        harry.post("/api/auth/verify").raise_for_status()
        wait_until(lambda: hana.get("/api/tokens").json()[0]["last_used_at"] is not None, "the use is noted")
        noted = hana.get("/api/tokens").json()[0]["last_used_at"]
        for _use in range(20):
            harry.post("/api/auth/verify").raise_for_status()
        hana.a_session()  # a write that comes after whatever the uses could have written
        assert hana.get("/api/tokens").json()[0]["last_used_at"] == noted


def test_there_are_only_so_many_valid_tokens(database: Database) -> None:
    with database.transaction() as transaction:
        made = [actions.create_token(transaction, NewToken(name="Bix", scope="vote")) for _ in range(MAX_TOKENS)]
        with pytest.raises(TooManyTokens):
            actions.create_token(transaction, NewToken(name="Bix", scope="vote"))
        actions.revoke_token(transaction, made[0].id)
        actions.create_token(transaction, NewToken(name="Bix", scope="vote"))


def test_a_token_that_has_expired_is_forgotten(database: Database) -> None:
    with database.transaction() as transaction:
        old = actions.create_token(transaction, NewToken(name="old", scope="vote", days=1))
        actions.revoke_token(transaction, old.id)
    with database.transaction() as transaction:
        transaction.now = later(old.expires_at, hours=2)
        actions.create_token(transaction, NewToken(name="new", scope="vote"))
    with database.snapshot() as connection:
        assert [token.name for token in queries.named_tokens(connection)] == ["new"]
        assert queries.revoked_ids(connection) == []


def test_a_token_that_was_verified_before_is_refused_once_it_is_revoked(database: Database) -> None:
    tokens = Tokens(bytes(range(32)))
    with database.transaction() as transaction:
        stored = actions.create_token(transaction, NewToken(name="Bix", scope="vote"))
    token = tokens.sign_named(stored)
    assert tokens.verify(token).name == "Bix"
    tokens.revoke(stored.jti)
    with pytest.raises(TokenRevoked):
        tokens.verify(token)


def test_a_token_that_may_only_vote_hears_nothing(server: Served, hana: Host) -> None:
    with Listener(server.live_url) as bix:
        bix.say(type="auth", token=a_token(hana, "vote"))
        assert "scope" in bix.receive_until("auth_error")["message"]
        for scope in ("read", "guest", "host", "admin"):
            bix.authenticate(a_token(hana, scope))
