"""Where webhooks may go."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.delivery.addresses import Reach, TargetError, allowed_addresses, check_target, reach

HIDDEN = "tokenThatNobodySees"


def _resolver(*addresses: str):
    return lambda _host, _port: addresses


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8",
                                     "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    """Also those that carry a public IPv4 address, as networks with IPv6 alone use them."""
    assert reach(address) is Reach.PUBLIC


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1",
    "100.64.0.1", "::1", "fc00::1", "fd12:3456::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::a00:1"])
def test_private_addresses_are_private(address: str) -> None:
    """Loopback, private networks and the shared space of providers, mapped or embedded too."""
    assert reach(address) is Reach.PRIVATE


@pytest.mark.parametrize("address", [
    "0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.1.1", "100.100.100.200",  # noqa: S104
    "168.63.129.16", "192.0.0.192", "192.88.99.1", "192.0.2.1", "198.18.0.1", "224.0.0.1",
    "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "fe80::1", "fe80::1%1", "fec0::1", "ff02::1",
    "fd00:ec2::254", "fd20:ce::254", "2001:0:4136:e378::1", "2002:7f00:1::", "2002:808:808::1",
    "2001:db8::1", "3fff::1", "64:ff9b:1::1", "::7f00:1", "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe", "100::1", "no address", ""])
def test_reserved_addresses_are_never_a_target(address: str) -> None:
    """Metadata services, link-local, multicast, tunnels, documentation, and what is no address."""
    assert reach(address) is Reach.RESERVED


@given(st.ip_addresses(v=4))
def test_mapping_an_address_changes_nothing(address) -> None:
    """An IPv4 address is judged alike however it is written into an IPv6 one."""
    assert reach(f"::ffff:{address}") is reach(f"64:ff9b::{address}") is reach(str(address))


@pytest.mark.parametrize("addresses", [("10.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("::1", "8.8.8.8")])
def test_a_name_that_points_inwards_is_refused(addresses: tuple[str, ...]) -> None:
    """One private address is enough, and the message does not tell which."""
    with pytest.raises(TargetError, match="private network") as caught:
        check_target("https://crm.example/hook", False, resolver=_resolver(*addresses))
    assert not any(address in str(caught.value) for address in addresses)


def test_private_networks_can_be_allowed_but_not_metadata() -> None:
    """The setting opens private networks and http, and nothing else."""
    check_target("http://crm.example:8080/hook", True, resolver=_resolver("10.0.0.1", "::1"))
    with pytest.raises(TargetError, match="reserved"):
        check_target("http://crm.example/hook", True, resolver=_resolver("169.254.169.254"))


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost",
                                  "localhost.", "[::1]", "[::ffff:7f00:1]", "127.0.0.1"])
def test_loopback_in_disguise_is_refused(host: str) -> None:
    """The system's own resolver is asked, which knows every way to write an address."""
    with pytest.raises(TargetError):
        check_target(f"https://{host}/hook", False)


@pytest.mark.parametrize(("url", "problem"), [
    (f"http://crm.example/{HIDDEN}", "scheme 'http'"),
    (f"ftp://crm.example/{HIDDEN}", "scheme 'ftp'"),
    (f"file:///{HIDDEN}", "scheme 'file'"),
    (HIDDEN, "scheme ''"),
    (f"https:///{HIDDEN}", "names no host"),
    (f"https://user:{HIDDEN}@crm.example/", "user or password"),
    (f"https://{HIDDEN}@crm.example/", "user or password"),
    (f"https://crm.example:22/{HIDDEN}", "port 22"),
    (f"https://crm.example:0/{HIDDEN}", "port 0"),
    (f"https://crm.example:99999/{HIDDEN}", "port 99999"),
    (f"https://crm.example/\n{HIDDEN}", "not a URL"),
    (f"https://[::1/{HIDDEN}", "not a URL"),
    (f"https://crm.example/{HIDDEN * 200}", "characters"),
])
def test_targets_of_a_wrong_form_are_refused(url: str, problem: str) -> None:
    """The message names the rule and never shows path, query or password."""
    with pytest.raises(TargetError, match=problem) as caught:
        check_target(url, False, resolver=_resolver("8.8.8.8"))
    assert HIDDEN not in str(caught.value)


def _fails(_host: str, _port: int) -> tuple[str, ...]:
    raise socket.gaierror("no such name")


@pytest.mark.parametrize("resolver", [_fails, _resolver()])
def test_a_host_without_address_is_refused(resolver) -> None:
    """A name that nobody knows is said to be one."""
    with pytest.raises(TargetError, match="cannot be resolved"):
        check_target("https://nowhere.example/", False, resolver=resolver)


def test_a_resolver_that_hangs_does_not_hold_us() -> None:
    """The time for resolving is limited although the system's resolver knows no limit."""
    over = threading.Event()

    def hangs(_host: str, _port: int) -> tuple[str, ...]:
        over.wait()
        return ("8.8.8.8",)

    with pytest.raises(TargetError, match="not resolved within"):
        allowed_addresses("slow.example", 443, False, resolver=hangs, timeout=0.05)
    over.set()
