"""How a webhook is sent: to an address that was checked, and nowhere else."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import pytest
import trustme
from anyio.streams.tls import TLSListener

from gamenight.webhooks.addresses import read_networks, read_url
from gamenight.webhooks.client import ANSWER_BYTES, Reply, WebhookClient
from tests.support.clients import Host
from tests.support.patience import PATIENCE
from tests.support.receiver import Answer, Receiver, receiving
from tests.support.server import Served, served, sqlite_url
from tests.webhooks.hooks import a_hook, post_hook

LOOPBACK = read_networks(["127.0.0.0/8", "::1/128"])
PUBLIC = "93.184.216.34"

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Names:
    """A DNS server's answers: of each name one after the other, the last of them for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@asynccontextmanager
async def a_client(*, allowed: Sequence[Any] = LOOPBACK, **options: Any) -> AsyncIterator[WebhookClient]:
    client = WebhookClient(allowed, **options)
    try:
        yield client
    finally:
        client.close()


async def post(client: WebhookClient, url: str) -> Reply:
    return await client.post(url, {"Content-Type": "application/json", "webhook-id": "msg_1"}, b"{}")


async def test_a_name_with_one_address_inside_is_refused_whole(receiver: Receiver) -> None:
    for addresses in ([PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], ["127.0.0.1"]):
        async with a_client(allowed=[], lookup=Names(addresses)) as client:
            reply = await post(client, f"http://party.example:{receiver.port}/")
            assert (reply.error, reply.status, reply.body) == ("address_refused", None, b"")
    assert receiver.received == []


async def test_a_name_that_is_public_when_it_is_saved_and_private_when_it_is_used_is_refused(
    receiver: Receiver,
) -> None:
    names = Names([PUBLIC], ["127.0.0.1"])
    async with a_client(allowed=[], lookup=names) as client:
        target = read_url(f"http://party.example:{receiver.port}/")
        assert await client.addresses_of(target.host, target.port) == [PUBLIC]
        assert (await post(client, target.url)).error == "address_refused"
    assert receiver.received == []


async def test_the_address_that_was_checked_is_the_one_that_is_connected_to(receiver: Receiver) -> None:
    names = Names(["127.0.0.1"], ["10.1.2.3"])
    async with a_client(lookup=names) as client:
        reply = await post(client, f"http://party.example:{receiver.port}/hook?x=1")
    assert reply.status == 204
    assert names.asked == ["party.example"], "once"
    (received,) = receiver.received
    assert received.headers["host"] == f"party.example:{receiver.port}"
    assert received.path == "/hook?x=1"


async def test_the_next_address_is_tried_where_the_first_takes_no_connection(receiver: Receiver) -> None:
    async with a_client(lookup=Names(["::1", "127.0.0.1"])) as client:
        assert (await post(client, f"http://party.example:{receiver.port}/")).status == 204


async def test_a_redirect_is_followed_nowhere(receiver: Receiver) -> None:
    with receiving(Answer(302, {"Location": receiver.url})) as first:
        async with a_client() as client:
            reply = await post(client, first.url)
        assert (reply.status, reply.error) == (302, "redirect")
        assert len(first.received) == 1
    assert receiver.received == []


async def test_no_proxy_of_the_environment_and_no_login_of_a_file_is_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login hana password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with a_client() as client:
            assert (await post(client, receiver.url)).status == 204
        assert proxy.received == []
    assert "authorization" not in receiver.received[0].headers


async def test_cookies_of_a_receiver_are_forgotten() -> None:
    with receiving(usual=Answer(200, {"Set-Cookie": "a=1"})) as receiver:
        async with a_client() as client:
            for _ in range(2):
                await post(client, receiver.url)
        assert not any("cookie" in each.headers for each in receiver.received)


async def test_a_long_answer_is_read_to_its_first_four_kilobytes() -> None:
    with receiving(Answer(200, body=b"x" * 3_000_000)) as receiver:
        async with a_client() as client:
            reply = await post(client, receiver.url)
    assert (reply.status, reply.error, len(reply.body)) == (200, None, ANSWER_BYTES)


async def test_a_compressed_answer_stays_as_it_is() -> None:
    with receiving(Answer(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b bomb")) as receiver:
        async with a_client() as client:
            assert (await post(client, receiver.url)).body == b"\x1f\x8b bomb"


async def test_who_does_not_answer_is_given_up() -> None:
    with receiving() as receiver:
        receiver.hang()
        async with a_client(answer_seconds=0.2) as client:
            reply = await post(client, receiver.url)
    assert (reply.error, reply.status) == ("timeout", None)


async def test_who_answers_and_never_ends_has_answered() -> None:
    async def drip(stream: anyio.abc.ByteStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx")
            await anyio.sleep_forever()

    async with serving(drip) as port, a_client(answer_seconds=PATIENCE) as client:
        reply = await post(client, f"http://127.0.0.1:{port}/")
        assert (reply.status, reply.error, reply.body) == (200, None, b"x")


async def test_what_is_no_http_is_an_answer_that_can_not_be_read() -> None:
    async def talk(stream: anyio.abc.ByteStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    async with serving(talk) as port, a_client() as client:
        reply = await post(client, f"http://127.0.0.1:{port}/")
        assert (reply.status, reply.error, reply.body) == (None, "answer_invalid", b"")


async def test_tls_is_for_the_name_in_the_url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def answer(stream: anyio.abc.ByteStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(b"HTTP/1.1 204 No Content\r\n\r\n")

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("party.example").configure_cert(tls)
    async with serving(answer, tls) as port, a_client(lookup=Names(["127.0.0.1"])) as client:
        assert (await post(client, f"https://party.example:{port}/")).status == 204
        assert (await post(client, f"https://other.example:{port}/")).error == "tls"


@asynccontextmanager
async def serving(handle: Any, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that speaks as a test says; the number is its port."""

    async def handle_and_forgive(stream: anyio.abc.ByteStream) -> None:
        with suppress(anyio.BrokenResourceError, anyio.EndOfStream, anyio.ClosedResourceError, OSError):
            await handle(stream)

    listener: Any = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port: int = listener.extra(anyio.abc.SocketAttribute.local_port)
    if tls is not None:
        listener = TLSListener(listener, tls, standard_compatible=False)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, handle_and_forgive)
        yield port
        tasks.cancel_scope.cancel()


async def test_a_webhook_may_not_lead_to_this_server(tmp_path: Path) -> None:
    with receiving() as receiver:
        async with a_client(own_port=receiver.port) as client:
            assert (await post(client, receiver.url)).error == "address_refused"
        assert receiver.received == []


def test_the_address_by_which_browsers_reach_this_server_is_refused(tmp_path: Path) -> None:
    with served(sqlite_url(tmp_path), public_url="https://games.example.org") as server, Host(server.url) as hana:
        for url in ("https://games.example.org/api", "https://GAMES.example.org:443/"):
            refused = post_hook(hana, url)
            assert (refused.json()["code"], refused.json()["reason"]) == ("webhook_url_refused", "own")


def test_the_log_never_says_what_answered_at_a_refused_address(tmp_path: Path) -> None:
    with receiving(usual=Answer(200, body=b"inside")) as receiver:
        open_, closed = {"webhook_allow_networks": "127.0.0.0/8"}, {"webhook_allow_networks": ""}

        def a_test(server: Served, hana: Host) -> dict[str, Any]:
            hook = hana.get("/api/webhooks").json()[0]
            return hana.ok(hana.post(f"/api/webhooks/test/{hook['id']}"))

        with served(sqlite_url(tmp_path), **open_) as server, Host(server.url) as hana:
            a_hook(hana, receiver.url, enabled=False)
            assert a_test(server, hana)["answer"] == "inside"
        with served(sqlite_url(tmp_path), **closed) as server, Host(server.url) as hana:
            result = a_test(server, hana)
            assert (result["error"], result["status"], result["answer"]) == ("address_refused", None, "")
        assert len(receiver.received) == 1
