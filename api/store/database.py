"""One database, SQLite or PostgreSQL: transactions that read, and transactions that write.

On SQLite a transaction that writes begins as IMMEDIATE: it waits for its turn at once instead of
failing when it first writes. On PostgreSQL all but snapshots is READ COMMITTED with row
locks. Functions that write ask for :class:`Writing`, so that none runs in a transaction that can't.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql import func

from solver.errors import UsageError

_BUSY_MILLISECONDS = 30_000
_WRITES = "fairlead_writes"
#: How long closing waits for connections in use.
_LAST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A transaction that reads.

    All its statements see one state on SQLite, and in a :meth:`Database.snapshot`; else each on
    PostgreSQL sees what was committed when it began.
    """

    connection: Connection


@dataclass(frozen=True, slots=True)
class Writing(Reading):
    """A transaction that may write; all of it is committed at its end, or nothing."""


class Database:
    """Hands out transactions; safe to share between threads.

    Parameters
    ----------
    url
        ``sqlite:///FILE`` or ``postgresql://...``.
    pool_size
        The most connections at once.

    Raises
    ------
    UsageError
        If the URL is neither; it is not repeated, for it may hold a password.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine = _engine(url, pool_size)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = self.engine.execution_options(**{_WRITES: True})
        self._peeker = self.engine if self.is_sqlite else self.engine.execution_options(
            isolation_level="AUTOCOMMIT")
        self._still = self.engine if self.is_sqlite else self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """Open a transaction that reads."""
        with self.engine.begin() as connection:
            yield Reading(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Reading]:
        """Open a transaction that reads, all of whose statements see one state."""
        with self._still.begin() as connection:
            yield Reading(connection)

    @contextmanager
    def peek(self) -> Iterator[Reading]:
        """Read by one statement: a transaction of its own would be two round trips for nothing."""
        with self._peeker.begin() as connection:
            yield Reading(connection)

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """Open a transaction that commits at its end, or rolls back if an error leaves it."""
        with self._writer.begin() as connection:
            yield Writing(connection)

    def clock(self) -> datetime:
        """Return the server's clock on PostgreSQL, which all processes share, else this one's."""
        if self.is_sqlite:
            return datetime.now(UTC)
        with self.engine.connect() as connection:
            found: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return found.astimezone(UTC)

    def close(self) -> None:
        """Close all connections, once those in use came back, or after a while."""
        late, pool = time.monotonic() + _LAST_SECONDS, self.engine.pool
        while isinstance(pool, QueuePool) and pool.checkedout() and time.monotonic() < late:
            time.sleep(0.01)
        self.engine.dispose()


def _engine(url: str, pool_size: int) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UsageError("the database URL cannot be read; write sqlite:///FILE or "
                         "postgresql://USER:PASSWORD@HOST/NAME") from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database in {None, "", ":memory:"}:
            raise UsageError("the database URL names no file; write sqlite:///FILE, which server "
                             "and worker share")
        case "sqlite":
            engine = create_engine(parsed, hide_parameters=True, pool_size=pool_size,
                                   max_overflow=0,
                                   pool_timeout=_BUSY_MILLISECONDS / 1000,
                                   connect_args={"check_same_thread": False,
                                                 "timeout": _BUSY_MILLISECONDS / 1000})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        case "postgresql":
            return create_engine(parsed.set(drivername="postgresql+psycopg"), hide_parameters=True,
                                 pool_size=pool_size, max_overflow=0, pool_pre_ping=True,
                                 pool_timeout=_BUSY_MILLISECONDS / 1000,
                                 connect_args={"connect_timeout": 5,
                                               "options": "-c timezone=UTC"})
        case other:
            raise UsageError(f"the database URL begins with {other!r}; it must be sqlite or "
                             "postgresql")


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" says how a transaction begins
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
                   f"busy_timeout={_BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_reachable(database: Database) -> bool:
    """Return whether the database answers."""
    try:
        with database.read() as tx:
            tx.connection.execute(text("SELECT 1"))
    except OperationalError:
        return False
    return True
