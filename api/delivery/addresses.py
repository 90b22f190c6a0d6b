"""Where messages may go: no target inside private networks unless that is allowed.

The names of a URL are judged by the addresses they resolve to, never by how they look, so that
``http://0x7f000001``, ``localhost.`` and a name that points inwards are all seen for what they are.
:mod:`api.delivery.pinned` resolves and judges again when it connects, and connects to the address
that was judged: a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import ClassVar

import httpx2

from solver.errors import FairleadError

#: Turns a host and a port into its addresses; raises OSError where it cannot.
Resolver = Callable[[str, int], Sequence[str]]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Longest URL of a target.
MAX_URL = 2048
#: Seconds that resolving a name may take.
RESOLVE_SECONDS = 5.0
_WEB_PORTS = (80, 443)
_FIRST_FREE_PORT = 1024
_LAST_PORT = 65535


class TargetError(FairleadError):
    """A target that no message may go to; the text says why and holds no secret."""

    code: ClassVar[str] = "target_refused"


class Reach(StrEnum):
    """What an address is to us."""

    PUBLIC = "public"
    PRIVATE = "private"
    """Loopback or a private network: allowed where the setting says so."""
    RESERVED = "reserved"
    """Never a target: link-local, multicast, the metadata services of clouds, documentation."""


def _networks(*texts: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(map(ipaddress.ip_network, texts))


_PRIVATE = _networks("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12",
                     "192.168.0.0/16", "::1/128", "fc00::/7")
#: Beside what ``is_global`` knows: metadata services (the two single IPv4 and IPv6 addresses each),
#: protocol assignments, 6to4 and its relays, Teredo and the like, documentation.
_RESERVED = _networks("100.100.100.200/32", "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24",
                      "fd00:ec2::254/128", "fd20:ce::254/128", "2001::/23", "2001:db8::/32",
                      "2002::/16", "3fff::/20")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
#: An IPv6-only network reaches IPv4 hosts through this prefix (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def reach(address: str) -> Reach:
    """Return what an address is to us; one that carries an IPv4 address is what that one is."""
    try:
        parsed = _unwrapped(ipaddress.ip_address(address))
    except ValueError:
        return Reach.RESERVED
    if any(parsed in network for network in _RESERVED) or parsed.is_multicast:
        return Reach.RESERVED
    if any(parsed in network for network in _PRIVATE):
        return Reach.PRIVATE
    unicast = parsed.version == 4 or parsed in _GLOBAL_UNICAST
    return Reach.PUBLIC if unicast and parsed.is_global else Reach.RESERVED


def _unwrapped(address: _Address) -> _Address:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(info[4][0]) for info in found))


def allowed_addresses(host: str, port: int, allow_private: bool, *,
                      resolver: Resolver = resolve, timeout: float = RESOLVE_SECONDS,
                      ) -> tuple[str, ...]:
    """Return the addresses of a host, all of which messages may go to.

    Parameters
    ----------
    host
        Name or address.
    port
        Port.
    allow_private
        Whether loopback and private networks are allowed.
    resolver
        Resolves the name.
    timeout
        Seconds that resolving may take.

    Raises
    ------
    TargetError
        If the host cannot be resolved in time, or any of its addresses is refused: a name that
        points both outwards and inwards is no honest one.
    """
    addresses = _resolved_in_time(host, port, resolver, timeout)
    kinds = set(map(reach, addresses))
    if Reach.RESERVED in kinds:
        raise TargetError(f"host {host!r} has an address that is reserved (link-local, multicast, "
                          "a cloud's metadata service or the like); name another host")
    if Reach.PRIVATE in kinds and not allow_private:
        raise TargetError(f"host {host!r} has an address in a private network; name a public host, "
                          "or allow private networks in the settings")
    return addresses


def _resolved_in_time(host: str, port: int, resolver: Resolver, timeout: float) -> tuple[str, ...]:
    """Resolve in a thread of its own: the system's resolver knows no time limit."""
    answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolver(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        raise TargetError(f"host {host!r} was not resolved within {timeout:g} s") from None
    if isinstance(answer, Exception) or not answer:
        raise TargetError(f"host {host!r} cannot be resolved; check its name")
    return tuple(answer)


def check_target(url: str, allow_private: bool, *, resolver: Resolver = resolve) -> None:
    """Check that messages may go to a URL.

    Parameters
    ----------
    url
        ``https``, or ``http`` where private networks are allowed.
    allow_private
        Whether loopback and private networks are allowed.
    resolver
        Resolves the name.

    Raises
    ------
    TargetError
        If they may not.
    """
    host, port = check_form(url, allow_private)
    allowed_addresses(host, port, allow_private, resolver=resolver)


def check_form(url: str, allow_private: bool) -> tuple[str, int]:
    """Check all of a target but where its name leads; return host and port.

    Parameters
    ----------
    url
        ``https``, or ``http`` where private networks are allowed.
    allow_private
        Whether loopback and private networks are allowed.

    Raises
    ------
    TargetError
        If messages may not go there.
    """
    parts = _parsed(url)
    schemes = ("https", "http") if allow_private else ("https",)
    if parts.scheme not in schemes:
        raise TargetError(f"scheme {parts.scheme[:20]!r} of the target must be "
                          f"{' or '.join(schemes)}")
    if not parts.host:
        raise TargetError("the target names no host")
    if parts.userinfo:
        raise TargetError(f"the target at {parts.host!r} carries a user or password; leave them "
                          "out, every message is signed")
    port = parts.port if parts.port is not None else (443 if parts.scheme == "https" else 80)
    if port not in _WEB_PORTS and not _FIRST_FREE_PORT <= port <= _LAST_PORT:
        raise TargetError(f"port {port} of {parts.host!r} is not one for webhooks; use 443, 80 or "
                          f"one from {_FIRST_FREE_PORT} to {_LAST_PORT}")
    return parts.host, port


def _parsed(url: str) -> httpx2.URL:
    """Read a URL as the client that will post to it reads it."""
    if len(url) > MAX_URL:
        raise TargetError(f"the target has {len(url):,} characters; at most {MAX_URL:,} are taken")
    try:
        return httpx2.URL(url)
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        raise TargetError("the target is not a URL such as https://crm.example/hook") from None
