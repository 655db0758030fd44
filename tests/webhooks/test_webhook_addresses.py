"""Which URLs and addresses a webhook may have."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamenight.core.errors import StartError
from gamenight.settings import load
from gamenight.webhooks.addresses import UrlInvalid, is_allowed, read_networks, read_url

PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"]
INSIDE = [
    *(
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.20",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
    ),
    *("100.64.0.1", "192.0.0.8", "192.88.99.1", "198.18.0.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:7f00:1", "::ffff:a00:1", "::ffff:169.254.169.254", "64:ff9b::7f00:1"),
    *("64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "5f00::1", "fc00::1", "fe80::1"),
    *("fe80::1%lo", "fec0::1", "ff02::1", "2606:4700::1%eth0", "no address", ""),
]
NEVER = ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "::", "ff02::1", "fd00:ec2::254", "100.100.100.200"]


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are_allowed(address: str) -> None:
    assert is_allowed(address, [])


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_networks_inside_are_refused_however_they_are_wrapped(address: str) -> None:
    assert not is_allowed(address, [])


def test_a_network_that_is_named_is_allowed_and_only_that() -> None:
    allowed = read_networks(["192.168.1.0/24", "fd12:3456::/32"])
    assert all(is_allowed(each, allowed) for each in ("192.168.1.20", "::ffff:192.168.1.20", "fd12:3456::1"))
    assert not any(is_allowed(each, allowed) for each in ("192.168.2.20", "10.0.0.1", "127.0.0.1", "fd12:3457::1"))


@pytest.mark.parametrize("address", NEVER)
def test_what_leads_to_the_secrets_of_a_cloud_or_to_no_host_is_refused_whatever_is_named(address: str) -> None:
    everything = read_networks(["0.0.0.0/0", "::/0"])
    assert is_allowed("10.0.0.1", everything)
    assert not is_allowed(address, everything)


def test_loopback_is_allowed_only_where_it_is_named_itself() -> None:
    assert not is_allowed("127.0.0.1", read_networks(["0.0.0.0/0", "::/0"]))
    assert is_allowed("127.0.0.1", read_networks(["127.0.0.1/32"]))
    assert not is_allowed("127.0.0.2", read_networks(["127.0.0.1/32"]))
    assert is_allowed("::1", read_networks(["::1/128"]))


@pytest.mark.parametrize("network", ["169.254.169.254/32", "169.254.0.0/16", "fe80::/64", "nonsense", "10.0.0.1/8"])
def test_a_setting_with_a_network_that_is_never_allowed_stops_the_start(network: str) -> None:
    with pytest.raises(StartError, match="GAMENIGHT_WEBHOOK_ALLOW_NETWORKS"):
        load({"GAMENIGHT_WEBHOOK_ALLOW_NETWORKS": network})


@pytest.mark.parametrize("waits", ["soon", "5,-1", "0", "1e9", ",".join(["5"] * 21), "nan"])
def test_a_schedule_that_is_none_stops_the_start(waits: str) -> None:
    with pytest.raises(StartError, match="GAMENIGHT_WEBHOOK_RETRY_SECONDS"):
        load({"GAMENIGHT_WEBHOOK_RETRY_SECONDS": waits})


@given(number=st.integers(0, 2**128 - 1))
def test_an_address_of_ipv6_that_wraps_one_of_ipv4_is_refused_with_it(number: int) -> None:
    address = ipaddress.IPv6Address(number)
    inner = address.ipv4_mapped or address.sixtofour
    if is_allowed(str(address), []) and inner is not None:
        assert is_allowed(str(inner), [])


@given(number=st.integers(0, 2**32 - 1))
def test_what_is_allowed_of_ipv4_is_global(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    if is_allowed(str(address), []):
        assert address.is_global
        assert not address.is_multicast


@pytest.mark.parametrize(
    ("given_", "read"),
    [
        ("https://Example.ORG/Hook?a=1#part", "https://example.org/Hook?a=1"),
        ("http://example.org", "http://example.org/"),
        ("http://bücher.example:8123/ä", "http://xn--bcher-kva.example:8123/%C3%A4"),
        (
            "http://home_assistant.local:8123/api/webhook/abc%2F1",
            "http://home_assistant.local:8123/api/webhook/abc%2F1",
        ),
        ("http://localhost./", "http://localhost/"),
        ("http://[::FFFF:7f00:1]:80/", "http://[::ffff:7f00:1]:80/"),
        ("http://１２７.０.０.１/", "http://127.0.0.1/"),  # noqa: RUF001
        ("http://①②⑦.⓪.⓪.①/", "http://127.0.0.1/"),
        ("http://127.0.0.1#@example.org/", "http://127.0.0.1/"),
    ],
)
def test_a_url_is_read_in_one_way(given_: str, read: str) -> None:
    assert read_url(given_).url == read


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        *(
            (f"http://{host}/", "number")
            for host in ("2130706433", "0x7f.1", "0177.0.0.1", "127.1", "1.2.3.4.5", "0x7f")
        ),
        ("http://public@127.0.0.1/", "login"),
        ("http://user:password@example.org/", "login"),
        ("http://[fe80::1%25lo]/", "host"),
        ("http://exa mple.org/", "not_a_url"),
        ("http://example.org\\@127.0.0.1/", "not_a_url"),
        *(
            (f"http://example.org/{each}", "not_a_url")
            for each in ("\t", "\r\nHost: x", "\n", "\x00", "\u2028", "\ud800")
        ),
        *((f"{scheme}example.org/", "not_a_url") for scheme in ("ftp://", "file:///", "//", "", "javascript:")),
        ("http:///path", "not_a_url"),
        ("http://example.org:0/", "not_a_url"),
        ("http://example.org:99999/", "not_a_url"),
        ("http://[::1/", "not_a_url"),
        ("http://.example.org/", "host"),
        ("http://a..b/", "host"),
        ("http://" + "a" * 3000, "not_a_url"),
    ],
)
def test_a_url_that_can_be_read_differently_is_refused(url: str, fault: str) -> None:
    with pytest.raises(UrlInvalid) as refused:
        read_url(url)
    assert refused.value.fault == fault


@given(text=st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://{text}/{text}"):
        try:
            target = read_url(url)
        except UrlInvalid:
            continue
        assert target.url.isascii()
        assert read_url(target.url) == target
