"""Many rows at once: long lists as one parameter, and the quickest way to store or change rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Table,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY

from api.store.database import Reading, Writing
from api.store.rows import NewRows, add_new

_Item = TypeVar("_Item")
#: SQLite takes 32,766 parameters, PostgreSQL 65,535.
CHUNK = 5_000
#: From so many rows on one statement over arrays is quicker on PostgreSQL.
_MANY = 100


def in_chunks(items: Sequence[_Item], size: int = CHUNK) -> Iterator[Sequence[_Item]]:
    """Yield the items in pieces of a size."""
    for begin in range(0, len(items), size):
        yield items[begin:begin + size]


def insert_missing(tx: Writing, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return the statement that stores rows, and leaves those alone that are there already."""
    if tx.connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def add_missing(tx: Writing, table: Table, rows: Sequence[Mapping[str, Any]]) -> set[Any]:
    """Store rows whose key is not taken, and return the keys that are new.

    Another transaction that stores the same key is waited for.

    Parameters
    ----------
    tx
        The transaction.
    table
        Has a key of one column.
    rows
        Every row has the same columns.
    """
    if not rows:
        return set()
    key, = table.primary_key
    done = tx.connection.execute(insert_missing(tx, table).returning(key), list(rows))
    return set(done.scalars())


def among(tx: Reading, of: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a text is one of many, with one parameter however many."""
    if tx.connection.dialect.name == "sqlite":
        rows = func.json_each(bindparam(None, json.dumps(list(values)), unique=True))
        return of.in_(select(rows.table_valued("value").c.value))
    return of == func.any(bindparam(None, list(values), ARRAY(String), unique=True))


@cache
def select_among(columns: tuple[ColumnElement[Any], ...], of: ColumnElement[str], dialect: str
                 ) -> Select[Any]:
    """Return the query of columns where a text is one of many; made once, unlike :func:`among`.

    It is sent with what :func:`as_among` returns.
    """
    if dialect == "sqlite":
        rows = func.json_each(bindparam("values")).table_valued("value")
        return select(*columns).where(of.in_(select(rows.c.value)))
    return select(*columns).where(of == func.any(bindparam("values", type_=ARRAY(String))))


def as_among(tx: Reading, values: Sequence[str]) -> dict[str, Any]:
    """Return the parameters of :func:`select_among`."""
    return {"values": json.dumps(values) if tx.connection.dialect.name == "sqlite" else values}


def add_records(tx: Writing, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new rows; each has the same columns."""
    if rows:
        names = list(rows[0])
        add_new(tx, NewRows(table, names, [[row[name] for name in names] for row in rows]))


def change_rows(tx: Writing, table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change columns of many rows; each has the key and the same columns besides."""
    if not rows:
        return
    names = [name for name in rows[0] if name != key]
    if tx.connection.dialect.name == "sqlite" or len(rows) < _MANY:
        tx.connection.execute(
            update(table).where(table.c[key] == bindparam("of_key"))
            .values({name: bindparam(f"to_{name}") for name in names}),
            [{"of_key": row[key], **{f"to_{name}": row[name] for name in names}} for row in rows])
        return
    dialect = tx.connection.dialect
    arrays = ", ".join(f"CAST(:{name} AS {table.c[name].type.compile(dialect)}[])"
                       for name in (key, *names))
    tx.connection.execute(
        text(f"UPDATE {table.name} SET {', '.join(f'{name} = v.{name}' for name in names)} "  # noqa: S608 - names of our own columns
             f"FROM unnest({arrays}) AS v({', '.join((key, *names))}) "
             f"WHERE {table.name}.{key} = v.{key}"),
        {name: [row[name] for row in rows] for name in (key, *names)})
