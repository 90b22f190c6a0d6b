"""A client that connects only where it may, to the address that was judged, within a time limit.

The host's name stays in the Host header and in TLS: only the connection goes to the address. Each
message has a connection of its own, whose time starts with resolving the name; a receiver that
trickles its answer cannot hold a worker longer than that.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore2
import httpx2

from api.delivery.addresses import Resolver, allowed_addresses, check_form, resolve

#: Addresses of one host that are tried.
_MOST_ADDRESSES = 3


@dataclass(frozen=True)
class Limits:
    """What a client may do."""

    allow_private: bool = False
    """Whether it may connect to loopback and private networks."""
    connect_seconds: float = 3.0
    """Time to resolve the name, and time to connect to each address."""
    total_seconds: float = 10.0
    """Time for all of it."""


def webhook_client(limits: Limits, *, resolver: Resolver = resolve,
                   clock: Callable[[], float] = time.monotonic) -> httpx2.Client:
    """Return a client to post webhooks with; it may be shared by threads.

    Parameters
    ----------
    limits
        What it may do.
    resolver
        Resolves names.
    clock
        Seconds that only grow.
    """
    # It writes whole URLs to the log, and those of many receivers hold a token.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    return httpx2.Client(
        transport=_PinnedTransport(limits, _PinnedBackend(limits, resolver, clock)),
        timeout=httpx2.Timeout(limits.total_seconds, connect=limits.connect_seconds),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])), trust_env=False,
        follow_redirects=False)


class _PinnedTransport(httpx2.BaseTransport):
    """A transport over a backend that chooses the address; nothing is kept open."""

    def __init__(self, limits: Limits, backend: httpcore2.NetworkBackend) -> None:
        self._allow_private = limits.allow_private
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(), max_connections=None,
            max_keepalive_connections=0, network_backend=backend)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; errors are those of httpcore2, or a TargetError."""
        url = request.url
        check_form(str(url), self._allow_private)
        response = self._pool.handle_request(httpcore2.Request(
            method=request.method, headers=request.headers.raw, content=request.stream,
            extensions=request.extensions,
            url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port,
                              target=url.raw_path)))
        return httpx2.Response(response.status, headers=response.headers,
                               stream=_Stream(response), extensions=response.extensions)

    def close(self) -> None:
        """Close what is open."""
        self._pool.close()


class _Stream(httpx2.SyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _PinnedBackend(httpcore2.SyncBackend):
    """Resolves, judges, and connects to what was judged."""

    def __init__(self, limits: Limits, resolver: Resolver, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._resolver = resolver
        self._clock = clock

    def connect_tcp(self, host: str, port: int, timeout: float | None = None,
                    local_address: str | None = None,
                    socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
                    ) -> httpcore2.NetworkStream:
        budget = _Budget(self._clock() + self._limits.total_seconds, self._clock)
        addresses = allowed_addresses(
            host, port, self._limits.allow_private, resolver=self._resolver,
            timeout=self._limits.connect_seconds)[:_MOST_ADDRESSES]
        for position, address in enumerate(addresses, start=1):
            try:
                stream = super().connect_tcp(address, port, budget.left(timeout), local_address,
                                             socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if position == len(addresses):
                    raise
            else:
                return _TimedStream(stream, budget)
        raise httpcore2.ConnectError("there is no address")


@dataclass(frozen=True)
class _Budget:
    """Time that all steps of one exchange share."""

    deadline: float
    clock: Callable[[], float]

    def left(self, wanted: float | None) -> float:
        """Return the seconds that a step may take.

        Raises
        ------
        httpcore2.ReadTimeout
            If none are left.
        """
        left = self.deadline - self.clock()
        if left <= 0:
            raise httpcore2.ReadTimeout("the time is over")
        return left if wanted is None else min(left, wanted)


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose reads and writes share one budget."""

    def __init__(self, stream: httpcore2.NetworkStream, budget: _Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._budget.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._budget.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
                  timeout: float | None = None) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._budget.left(timeout))
        return _TimedStream(secured, self._budget)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
