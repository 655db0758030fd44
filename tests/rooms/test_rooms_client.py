"""Where the outgoing side goes, and where it never does."""

import ssl
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path

import httpx
import pytest
import trustme

from gamenight.fake_rooms import FakeRooms, Faults, named
from gamenight.fake_rooms.faults import Answer, Compressed
from gamenight.rooms import wire
from gamenight.rooms.client import REST_BYTES, Gone, HostRefused, RoomsClient, Unknown, a_seat, is_public

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client() -> AsyncIterator[RoomsClient]:
    opened = RoomsClient("http://127.0.0.1:38201", ["*.jackboxgames.com", "rooms.lan:9000"])
    yield opened
    await opened.close()


REFUSED = [
    "10.0.0.1",
    "127.0.0.2",
    "localhost",
    "169.254.169.254",
    "[::1]",
    "evil.example",
    "jackboxgames.com.evil.example",
    "user@ecast.jackboxgames.com",
    "ecast.jackboxgames.com/path",
    "ecast.jackboxgames.com:notaport",
    "127.0.0.1:1",
    "127.0.0.1#.jackboxgames.com",
    "",
    "\r\nX: y",
]


@pytest.mark.parametrize("host", REFUSED)
async def test_a_host_that_the_answer_names_must_be_allowed(client: RoomsClient, host: str) -> None:
    with pytest.raises(HostRefused):
        await client.address_of(host)


async def test_the_services_own_host_and_those_the_owner_lists_are_allowed(client: RoomsClient) -> None:
    assert await client.address_of("127.0.0.1:38201") == "127.0.0.1"
    assert await client.address_of("rooms.lan:9000") == "rooms.lan"
    with pytest.raises(HostRefused):
        await client.address_of("rooms.lan:9001")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.2", "169.254.169.254", "100.64.0.1", "224.0.0.1", "0.0.0.0",
        "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "fec0::1", "ff02::1",
        "fe80::1%lo",
    ],
)  # fmt: skip
async def test_no_address_inside_a_network_counts_as_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111"])
async def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


async def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    async with FakeRooms(tls=tls) as fake, httpx.AsyncClient(verify=False, trust_env=False) as careless:
        fake.open("PLAY")
        assert (await careless.get(f"{fake.url}/api/v2/rooms/PLAY")).status_code == 200
        client = RoomsClient(fake.url, [])
        assert isinstance(await client.look("PLAY"), Unknown)
        with pytest.raises(ssl.SSLCertVerificationError):
            async with client.socket(wire.Info(app_tag="quiplash3"), "PLAY", "shard", a_seat()):
                pass
        await client.close()


@pytest.mark.parametrize(("name", "trusted"), [("127.0.0.1", True), ("rooms.example", False)])
async def test_rest_and_sockets_trust_the_authorities_of_ssl_cert_file_for_the_name_that_they_vouch_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, trusted: bool
) -> None:
    authority, tls = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with FakeRooms(tls=tls) as fake:
        fake.open("PLAY")
        client = RoomsClient(fake.url, [])
        assert isinstance(await client.look("PLAY"), wire.Info if trusted else Unknown)
        with nullcontext() if trusted else pytest.raises(ssl.SSLCertVerificationError):
            async with client.socket(wire.Info(app_tag="quiplash3"), "PLAY", "shard", a_seat()) as connection:
                assert b"client/welcome" in await connection.recv(decode=False)
        await client.close()


async def test_certificates_that_can_not_be_read_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    client = RoomsClient("http://127.0.0.1:38201", [])
    answer = await client.look("PLAY")
    assert isinstance(answer, Unknown)
    assert "SSL_CERT_FILE" in answer.reason
    await client.close()


async def test_an_answer_is_asked_for_as_it_is_and_no_other_is_decoded(fake: FakeRooms) -> None:
    fake.open("PLAY")
    client = RoomsClient(fake.url, [])
    assert isinstance(await client.look("PLAY"), wire.Info)
    assert fake.received[0].headers["accept-encoding"] == "identity"
    bomb = Compressed(32 * 1024 * 1024)
    assert len(bomb.body) < REST_BYTES
    fake.faults = Faults(rest=bomb)
    tracemalloc.start()
    try:
        answer = await client.look("PLAY")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer == Unknown("The room service sent a compressed answer, which was not asked for.")
    assert peak < 8 * 1024 * 1024
    await client.close()


async def test_who_asks_too_much_is_told_so_by_403_as_by_429(fake: FakeRooms) -> None:
    client = RoomsClient(fake.url, [])
    for fault, retry_after in (("blocked", 0), ("html", 0), ("rate-limited", 2)):
        fake.faults = named(fault)
        answer = await client.look("PLAY")
        assert isinstance(answer, Unknown)
        assert (answer.limited, answer.retry_after) == (True, retry_after)
    fake.faults = Faults(rest=Answer(429, headers={"Retry-After": "999999"}))
    answer = await client.look("PLAY")
    assert isinstance(answer, Unknown)
    assert answer.retry_after == 60
    fake.faults = Faults()
    assert isinstance(await client.look("PLAY"), Gone)
    await client.close()
