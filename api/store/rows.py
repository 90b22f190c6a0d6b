"""Many new rows at once, as fast as the driver takes them: COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError

from api.store.database import Writing
from api.store.types import Instant

#: More rows than this are worth the round trips of a COPY for each table.
_FEW = 64


@dataclass(frozen=True, slots=True)
class NewRows:
    """New rows of one table."""

    table: Table
    names: Sequence[str]
    """Columns; all others have their defaults."""
    rows: Sequence[Sequence[Any]]
    """A value for each of these columns, as the driver takes them: instants are in UTC."""


def add_new(tx: Writing, *parts: NewRows) -> None:
    """Store new rows of several tables, in this order; few of them in one round trip.

    Raises
    ------
    sqlalchemy.exc.IntegrityError
        If a key is taken.
    """
    parts = tuple(one for one in parts if one.rows)
    if not parts:
        return
    if tx.connection.dialect.name == "sqlite":
        for one in parts:
            tx.connection.exec_driver_sql(_insert(one, "?"), _with_texts(one))
        return
    driver: Any = tx.connection.connection.driver_connection
    with wrapped_errors(tx):
        if sum(len(one.rows) for one in parts) > _FEW:
            for one in parts:
                _copy(driver, one)
            return
        with driver.pipeline(), driver.cursor() as cursor:
            for one in parts:
                for row in one.rows:
                    cursor.execute(_insert(one, "%s"), row)


@contextmanager
def wrapped_errors(tx: Writing) -> Iterator[None]:
    """Let errors of PostgreSQL's driver look as if they had come through the engine."""
    try:
        yield
    except psycopg.Error as error:
        driver: Any = tx.connection.connection.driver_connection
        raise DBAPIError.instance(
            None, None, error, psycopg.Error, hide_parameters=True,
            connection_invalidated=driver is None or driver.closed,
            dialect=tx.connection.dialect) from error


def _insert(part: NewRows, mark: str) -> str:
    marks = ", ".join(mark for _ in part.names)
    return f'INSERT INTO "{part.table.name}" ({_columns(part)}) VALUES ({marks})'  # noqa: S608


def _columns(part: NewRows) -> str:
    return ", ".join(f'"{name}"' for name in part.names)


def _copy(driver: Any, part: NewRows) -> None:
    statement = f'COPY "{part.table.name}" ({_columns(part)}) FROM STDIN'
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in part.rows:
            copy.write_row(row)


def _with_texts(part: NewRows) -> list[tuple[Any, ...]]:
    """Return rows with instants as SQLite keeps them."""
    columns = list(zip(*part.rows, strict=True))
    for at, name in enumerate(part.names):
        if isinstance(part.table.c[name].type, Instant):
            columns[at] = tuple(map(cache(_text), columns[at]))
    return list(zip(*columns, strict=True))


def _text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
