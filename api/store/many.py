"""Many rows at once: in pieces that every database takes as parameters, or only missing ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from api.store.database import Writing

_Item = TypeVar("_Item")
#: SQLite takes 32,766 parameters, PostgreSQL 65,535.
CHUNK = 5_000


def in_chunks(items: Sequence[_Item], size: int = CHUNK) -> Iterator[Sequence[_Item]]:
    """Yield the items in pieces of a size."""
    for begin in range(0, len(items), size):
        yield items[begin:begin + size]


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
    is_sqlite = tx.connection.dialect.name == "sqlite"
    statement = sqlite.insert(table) if is_sqlite else postgresql.insert(table)
    key, = table.primary_key
    done = tx.connection.execute(statement.on_conflict_do_nothing().returning(key), list(rows))
    return set(done.scalars())
