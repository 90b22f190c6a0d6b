"""What tests of the service are given: databases, receivers of webhooks, processes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.postgres import Postgres
from tests.postgres_binaries import require_binaries
from tests.service.processes import Processes
from tests.service.receiver import Receiver
from tests.service.serving import Service, serving
from tests.service.telling import open_service

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server that all tests of this process share; none may take it down."""
    with Postgres(require_binaries()) as server:
        yield server


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server for one test, which may take it down and up."""
    with Postgres(require_binaries()) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the test's own, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'fairlead.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"test_{next(_NUMBERS)}"
    try:
        yield server.create_database(name)
    finally:
        server.drop_database(name)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks on the loopback."""
    with Receiver() as started:
        yield started


@pytest.fixture
def processes() -> Iterator[Processes]:
    """Starts processes that end with the test."""
    with Processes() as started:
        yield started


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    """The service in this process, on an empty database, with a clock that stands still."""
    with serving(database_url) as started:
        yield started


@pytest.fixture
def sending(database_url: str) -> Iterator[Service]:
    """The service as `service`, which may send to receivers on this machine."""
    with open_service(database_url) as started:
        yield started
