"""The two databases that the service is measured on, and copies of one that is made ready."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from api.store.database import Database
from api.store.migrating import upgrade
from tests.postgres import Postgres
from tests.postgres_binaries import find_binaries

_TEMPLATE = "with_tables"


class Place(Protocol):
    """Where databases lie."""

    def copy(self, url: str | None = None) -> str:
        """Return the address of a new database with tables, or a copy of one nobody uses now."""
        ...


class _SqlitePlace:
    """Files in one folder, with the pragmas that the service sets itself."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count(1)
        self._template = _with_tables(f"sqlite:///{folder / _TEMPLATE}.db")

    def copy(self, url: str | None = None) -> str:
        """Copy a file, and what a server that was killed left beside it."""
        path = self._folder / f"{next(self._numbers)}.db"
        template = sqlite3.connect((url or self._template).removeprefix("sqlite:///"))
        own = sqlite3.connect(path)
        with closing(template), closing(own):
            template.backup(own)
            own.execute("PRAGMA journal_mode=WAL")
        return f"sqlite:///{path}"


class _PostgresPlace:
    """Databases of one server, which waits for the disk at each commit."""

    def __init__(self, server: Postgres) -> None:
        self._server, self._numbers = server, count(1)
        _with_tables(server.create_database(_TEMPLATE))

    def copy(self, url: str | None = None) -> str:
        """Copy a database."""
        template = _TEMPLATE if url is None else url.rpartition("/")[2]
        return self._server.create_database(f"copy_{next(self._numbers)}", template)


@contextmanager
def sqlite_place() -> Iterator[Place]:
    """Give a folder for SQLite files."""
    with TemporaryDirectory(prefix="fairlead-speed-") as folder:
        yield _SqlitePlace(Path(folder))


@contextmanager
def postgres_place() -> Iterator[Place]:
    """Give a PostgreSQL server of our own.

    Raises
    ------
    RuntimeError
        If none is installed.
    """
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed; `make test` says how, or leave it out "
                           "with --databases sqlite")
    with Postgres(binaries, fsync=True) as server:
        yield _PostgresPlace(server)


#: How a place is opened, by the name that the command line takes.
PLACES: Mapping[str, Callable[[], AbstractContextManager[Place]]] = {
    "sqlite": sqlite_place, "postgresql": postgres_place}
LABELS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _with_tables(url: str) -> str:
    database = Database(url)
    upgrade(database)
    database.close()
    return url
