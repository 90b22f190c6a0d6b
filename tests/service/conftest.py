"""What tests of the service are given: databases, receivers of webhooks, processes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
import structlog

from api.store.database import Database
from api.store.migrating import upgrade
from api.store.schema import metadata
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


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks() -> None:
    """Let errors in the log be short: with local variables one takes seconds to lay out."""
    structlog.configure(processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(colors=False,
                                      exception_formatter=structlog.dev.plain_traceback)])


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the tables, of which tests get copies."""
    path = tmp_path_factory.mktemp("template") / "fairlead.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_tables(postgres: Postgres) -> str:
    """The address of a database with the tables, which tests get one after another."""
    url = postgres.create_database("test_tables")
    _make_tables(url)
    return url


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a database with the tables that nobody uses, to make copies of."""
    name = "test_template"
    _make_tables(postgres.create_database(name))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the test's own, without rows, on SQLite and PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "fairlead.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    url: str = request.getfixturevalue("postgres_tables")
    _wipe(url)
    yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the test's own that has no tables yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'fairlead.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"test_{next(_NUMBERS)}"
    try:
        yield server.create_database(name)
    finally:
        server.drop_database(name)


def _wipe(url: str) -> None:
    """Delete all rows, and begin counting anew; a new database would take a fifth of a second."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE datname = current_database() AND pid <> pg_backend_pid()")
        tables = ";".join(f"DELETE FROM {table.name}" for table in metadata.tables.values())  # noqa: S608 - our own names
        connection.execute(f"SET session_replication_role = replica; {tables}")  # type: ignore[arg-type]
        connection.execute("SELECT setval(c.oid::regclass, 1, false) FROM pg_class c "
                           "WHERE c.relkind = 'S'")


def _make_tables(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


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
