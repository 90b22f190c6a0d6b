"""Many new rows at once, as fast as the driver takes them: COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError

from api.store.database import Writing
from api.store.types import Instant

#: Fewer rows than this are not worth the two round trips of a COPY.
_FEW = 8


def add_rows(tx: Writing, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]
             ) -> None:
    """Store new rows.

    Parameters
    ----------
    tx
        The transaction.
    table
        The table.
    names
        Columns; all others have their defaults.
    rows
        A value for each of these columns, as the driver takes them: instants are in UTC.

    Raises
    ------
    sqlalchemy.exc.IntegrityError
        If a key is taken.
    """
    if not rows:
        return
    is_sqlite = tx.connection.dialect.name == "sqlite"
    columns = ", ".join(f'"{name}"' for name in names)
    if not is_sqlite and len(rows) >= _FEW:
        _copy(tx, f'COPY "{table.name}" ({columns}) FROM STDIN', rows)
        return
    mark = "?" if is_sqlite else "%s"
    statement = (f'INSERT INTO "{table.name}" ({columns}) '  # noqa: S608 - names of our own tables
                 f'VALUES ({", ".join(mark for _ in names)})')
    if is_sqlite:
        instants = [at for at, name in enumerate(names)
                    if isinstance(table.c[name].type, Instant)]
        rows = _with_texts(rows, instants)
    tx.connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def _copy(tx: Writing, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    driver: Any = tx.connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True,
            connection_invalidated=driver.closed, dialect=tx.connection.dialect) from error


def _with_texts(rows: Sequence[Sequence[Any]], instants: Sequence[int]) -> list[tuple[Any, ...]]:
    """Return rows with instants as SQLite keeps them; the same instant is written once."""
    text = _instant_texts()
    found = []
    for row in rows:
        values = list(row)
        for at in instants:
            if values[at] is not None:
                values[at] = text(values[at])
        found.append(tuple(values))
    return found


def _instant_texts() -> Callable[[datetime], str]:
    known: dict[datetime, str] = {}

    def text(moment: datetime) -> str:
        found = known.get(moment)
        if found is None:
            plain = moment.astimezone(UTC).replace(tzinfo=None)
            found = known[moment] = plain.isoformat(" ", "microseconds")
        return found
    return text
