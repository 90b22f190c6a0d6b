"""Servers in processes of their own, and the client that asks them."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Self

from pydantic import SecretStr

from api.service.context import Context, Scope
from api.service.keys import create_key
from api.settings import Settings
from api.store.database import Database
from tests.ports import LOOPBACK
from tests.service.processes import Process, Processes

_LISTENING = r"listening.*http://127\.0\.0\.1:(\d+)"
_NO_LIMIT = "1000000/second"


def settings_of(url: str) -> Settings:
    """Return the settings of a service that no rate limit holds up."""
    return Settings(database_url=SecretStr(url), log_level="WARNING", rate_limit=_NO_LIMIT)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and when."""

    status: int
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class Client:
    """One connection to a server, kept open within a block; one request at a time.

    Parameters
    ----------
    port
        Of the server on the loopback.
    key
        An API key.
    """

    def __init__(self, port: int, key: str = "") -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=120)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def send(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """Send a request, and time it to the last byte of the answer."""
        began = perf_counter()
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        read = answer.read()
        return Answer(answer.status, read, perf_counter() - began)

    def post(self, path: str, body: Any) -> Answer:
        """Post a body that must be taken."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        found = self.send("POST", path, data)
        if found.status >= 300:
            raise RuntimeError(f"POST {path}: {found.status} {found.body[:500]!r}")
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs."""

    port: int
    key: str

    def client(self) -> Client:
        """Return a new connection to it."""
        return Client(self.port, self.key)


@contextmanager
def served(url: str, *, worker: bool = False) -> Iterator[Served]:
    """Run ``fairlead serve`` on a database, and ``fairlead worker`` beside it if wished."""
    database = Database(url)
    try:
        _, key = create_key(Context(database, settings_of(url)), "speed", [Scope.ADMIN])
    finally:
        database.close()
    # Nobody but us asks for windows.
    env = {"FAIRLEAD_DATABASE_URL": url, "FAIRLEAD_RATE_LIMIT": _NO_LIMIT,
           "FAIRLEAD_WINDOW_SECONDS": "86400", "FAIRLEAD_WINDOW_MAX_LEADS": "1000000"}
    with Processes() as processes:
        server = processes.fairlead("serve", "--no-worker", "--port", 0, env=env)
        port = _port_of(server)
        if worker:
            processes.fairlead("worker", env=env).wait_for_line("worker.started")
        yield Served(port, key)


@contextmanager
def bare_served(url: str) -> Iterator[Served]:
    """Run the yardstick of single posts on a database."""
    with Processes() as processes:
        yield Served(_port_of(processes.python("-m", "benchmarks.service.bare_app", url)), "")


def _port_of(server: Process) -> int:
    return int(server.wait_for_line(_LISTENING, 60.0)[1])
