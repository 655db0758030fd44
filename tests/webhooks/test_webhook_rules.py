"""Signatures, the schedule and the answers that are kept, as rules."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import standardwebhooks
import svix.webhooks
from hypothesis import example, given
from hypothesis import strategies as st

from gamenight.core.clock import later
from gamenight.webhooks import rules
from gamenight.webhooks.settings import WebhookSettings
from tests.webhooks.hooks import PLAIN, SECRET

NOW = "2026-03-13T17:14:09.868Z"
BODY = '{"type":"session.started","data":{"notes":"Füür 🎲"}}'
VERIFIERS: list[Callable[[str | bytes], Any]] = [standardwebhooks.Webhook, svix.webhooks.Webhook]
foreign = pytest.mark.parametrize("verifier", VERIFIERS, ids=["standardwebhooks", "svix"])


def headers_of(body: str, *secrets: str, id_: str = "msg_1", age: float = 0) -> dict[str, str]:
    timestamp = int(datetime.now(UTC).timestamp() - age)
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": rules.sign(secrets, id_, timestamp, body),
    }


def refuses(verify: Callable[[], object]) -> bool:
    try:
        verify()
    except standardwebhooks.webhooks.WebhookVerificationError:
        return True
    return False


@foreign
@pytest.mark.parametrize("secret", [SECRET, PLAIN], ids=["whsec", "plain"])
def test_foreign_packages_verify_what_is_signed_and_nothing_else(
    verifier: Callable[[str | bytes], Any], secret: str
) -> None:
    receiver = verifier(secret if secret == SECRET else PLAIN.encode())
    headers = headers_of(BODY, secret)
    receiver.verify(BODY, headers)
    assert refuses(lambda: receiver.verify(BODY.replace("🎲", "🎳"), headers)), "another body"
    assert refuses(lambda: receiver.verify(BODY, headers | {"webhook-id": "msg_2"})), "another id"
    early, late = (headers_of(BODY, secret, age=age) for age in (360, -360))
    assert refuses(lambda: receiver.verify(BODY, early)), "six minutes ago"
    assert refuses(lambda: receiver.verify(BODY, late)), "in six minutes"
    other = "whsec_" + base64.b64encode(bytes(32)).decode()
    assert refuses(lambda: receiver.verify(BODY, headers_of(BODY, other))), "another secret"


@foreign
def test_while_a_secret_is_changed_receivers_with_either_verify(verifier: Callable[[str | bytes], Any]) -> None:
    headers = headers_of(BODY, SECRET, PLAIN)
    verifier(SECRET).verify(BODY, headers)
    verifier(PLAIN.encode()).verify(BODY, headers)


@given(body=st.text(st.characters(codec="utf-8")), secret=st.binary(min_size=24, max_size=64))
@example(body="", secret=bytes(24))
def test_any_body_and_any_secret_verify(body: str, secret: bytes) -> None:
    encoded = json.dumps(body)
    receiver = standardwebhooks.Webhook(secret)
    receiver.verify(encoded, headers_of(encoded, "whsec_" + base64.b64encode(secret).decode()))


def test_a_secret_that_only_begins_as_base64_is_refused() -> None:
    with pytest.raises(ValueError, match="base64"):
        rules.key_of("whsec_not base64 at all!")


def test_the_secret_before_signs_for_a_day() -> None:
    until = later(NOW, hours=24)
    assert rules.secrets_at(NOW, "new", "old", until) == ["new", "old"]
    assert rules.secrets_at(until, "new", "old", until) == ["new"]
    assert rules.secrets_at(NOW, "new", None, None) == ["new"]


def test_the_usual_schedule_is_the_standards() -> None:
    waits = WebhookSettings().waits
    minute, hour = 60, 3600
    assert waits == [5, 5 * minute, 30 * minute, *(hours * hour for hours in (2, 5, 10, 14, 20, 24))]
    assert rules.next_attempt_at(waits, 1, NOW, chance=0, retry_after=None) == later(NOW, seconds=5)
    assert rules.next_attempt_at(waits, 9, NOW, chance=0, retry_after=None) == later(NOW, hours=24)
    assert rules.next_attempt_at(waits, 10, NOW, chance=0, retry_after=None) is None


@given(attempts=st.integers(1, 9), chance=st.floats(0, 1))
def test_no_attempt_comes_early_nor_more_than_a_fifth_late(attempts: int, chance: float) -> None:
    waits = WebhookSettings().waits
    at = rules.next_attempt_at(waits, attempts, NOW, chance=chance, retry_after=None)
    assert at is not None
    wait = waits[attempts - 1]
    assert later(NOW, seconds=wait) <= at <= later(NOW, seconds=1.2 * wait + 0.001)


@pytest.mark.parametrize(("told", "seconds"), [(None, 5), (3, 5), (90, 90), (86400, 3600)])
def test_a_receiver_may_ask_for_an_hour_at_most(told: float | None, seconds: float) -> None:
    assert rules.next_attempt_at([5], 1, NOW, chance=0, retry_after=told) == later(NOW, seconds=seconds)


def test_retry_after_is_read_in_both_its_forms() -> None:
    now = datetime(2026, 3, 13, 17, 14, 9, tzinfo=UTC)
    assert rules.retry_after_of("120", now) == 120
    assert rules.retry_after_of("Fri, 13 Mar 2026 17:15:09 GMT", now) == 60
    assert rules.retry_after_of("Fri, 13 Mar 2026 17:13:09 GMT", now) == 0
    for nonsense in (None, "", "soon", "-5", "1.5", "٣"):
        assert rules.retry_after_of(nonsense, now) is None
    assert rules.retry_after_of("9" * 400, now) is not None


@pytest.mark.parametrize(
    ("status", "failure"),
    [(200, None), (204, None), (301, "redirect"), (302, "redirect"), (404, "status"), (410, "gone"), (500, "status")],
)
def test_only_an_answer_of_success_counts_as_one(status: int, failure: str | None) -> None:
    assert rules.failure_of(status) == failure


def test_the_first_of_each_hook_is_sent_however_many_others_are_under_way() -> None:
    assert rules.may_send(0, rules.IN_FLIGHT_BESIDES)
    assert rules.may_send(3, rules.IN_FLIGHT_BESIDES - 1)
    assert not rules.may_send(1, rules.IN_FLIGHT_BESIDES)
    assert not rules.may_send(rules.IN_FLIGHT_OF_HOOK, 0)


def test_a_webhook_is_given_up_after_five_days_of_failure() -> None:
    since = datetime.fromisoformat(NOW)
    assert not rules.is_given_up(NOW, (since + timedelta(days=4, hours=23)).isoformat())
    assert rules.is_given_up(NOW, later(NOW, days=5))


@given(body=st.binary(max_size=5000))
@example(body=b"\x1b[31m\x00\r\nwhsec_x\xff")
def test_what_is_kept_of_an_answer_is_short_and_can_be_shown(body: bytes) -> None:
    kept = rules.answer_to_keep(body, ["whsec_x"])
    assert kept.isprintable()
    assert len(kept) <= 1024
    assert "whsec_x" not in kept


def test_an_answer_that_repeats_the_signature_is_kept_without_it() -> None:
    signature = rules.sign([SECRET], "msg_1", 1, BODY).removeprefix("v1,")
    kept = rules.answer_to_keep(f"you sent v1,{signature} with {SECRET}".encode(), [signature, SECRET])
    assert kept == "you sent v1,[hidden] with [hidden]"
