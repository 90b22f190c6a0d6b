"""A receiver of webhooks on the loopback: records what comes, and fails as it is told."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.ports import LOOPBACK, free_port


@dataclass(frozen=True)
class Received:
    """One request; the names of its headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True)
class Answer:
    """What the receiver says."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Receiver:
    """A server in a thread; a context manager that ends it.

    Attributes
    ----------
    url : str
        Where it receives; the same after `down` and `up`.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._received: list[Received] = []
        self._failure = Answer()
        self._failures_left: int | None = 0
        self._hanging = False
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0
        self.up()
        self.url = f"http://{LOOPBACK}:{self._port}/hook"

    @property
    def received(self) -> list[Received]:
        """All requests so far, in the order in which they came, failed ones too."""
        with self._changed:
            return list(self._received)

    def wait_for(self, count: int, seconds: float = 30.0) -> list[Received]:
        """Return all requests once there are so many; an AssertionError after the seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._received) >= count, seconds):
                raise AssertionError(f"{len(self._received)} requests came in {seconds:g} s, "
                                     f"not {count}: {self._received}")
            return list(self._received)

    def fail(self, status: int, times: int | None = None,
             headers: Mapping[str, str] | None = None) -> None:
        """Answer the next requests with a status, and all following ones with 200.

        Parameters
        ----------
        status
            Any status, one that redirects too.
        times
            How many requests; None: until `recover`.
        headers
            Headers of these answers, as `Retry-After` or `Location`.
        """
        with self._changed:
            self._failure = Answer(status, headers or {}, b"told to fail")
            self._failures_left = times

    def hang(self) -> None:
        """Leave requests without an answer until `recover`; `down` hangs up on them."""
        with self._changed:
            self._hanging = True

    def recover(self) -> None:
        """Answer with 200 from now on, also those that are kept waiting."""
        with self._changed:
            self._hanging, self._failures_left = False, 0
            self._changed.notify_all()

    def down(self) -> None:
        """Refuse connections, and hang up on those who wait for an answer."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        with self._changed:
            self._server.closing = True
            self._changed.notify_all()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def up(self) -> None:
        """Receive again, at the same address."""
        if self._server is not None:
            return
        self._server = self._bound()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.down()

    def take(self, request: Received, server: _Server) -> Answer | None:
        """Record a request and return its answer; None: hang up."""
        with self._changed:
            self._received.append(request)
            self._changed.notify_all()
            self._changed.wait_for(lambda: server.closing or not self._hanging)
            if server.closing:
                return None
            if self._failures_left == 0:
                return Answer()
            if self._failures_left is not None:
                self._failures_left -= 1
            return self._failure

    def _bound(self) -> _Server:
        if self._port:
            return _Server(self, self._port)
        for _ in range(5):
            port = free_port()
            try:
                server = _Server(self, port)
            except OSError:
                continue
            self._port = port
            return server
        raise RuntimeError(f"none of 5 free ports of {LOOPBACK} could be taken")


class _Server(ThreadingHTTPServer):
    # Closing waits for the threads of its requests.
    daemon_threads = False
    # The library's 5 makes the system hang up on senders that come together.
    request_queue_size = 128

    def __init__(self, receiver: Receiver, port: int) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.receiver = receiver
        self.closing = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    # A client that connects and says nothing must not keep `down` waiting for long.
    timeout = 5.0

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        answer = self.server.receiver.take(
            Received(self.command, self.path, headers, body, datetime.now(UTC)), self.server)
        if answer is None:
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 - the names are the library's

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is inherited
        """Say nothing."""
