"""Bulk intake, beside validating the same body and bare batched inserts of the same rows."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Table, func, select, text

from api.http.bodies.base import LeadId
from api.http.bodies.leads import LeadFields
from api.store.database import Database
from api.store.schema import events, lead_keys, leads, outbox
from benchmarks.service.bodies import body_of, lead_rows, window_of
from benchmarks.service.places import Place
from benchmarks.service.servers import Served, served
from benchmarks.service.sizes import Sizes

_WRITTEN = (leads, events, outbox)


class _PostedLead(LeadFields):
    lead_id: LeadId


_BODY = TypeAdapter(list[_PostedLead])


@dataclass(frozen=True, slots=True)
class BulkTimes:
    """Seconds of each repetition."""

    post: list[float]
    """From the first byte of the request to the last of the answer."""
    validate: list[float]
    insert: list[float]

    @property
    def ratios(self) -> list[float]:
        """Of each repetition: the post over validating and inserting."""
        return [post / (validate + insert) for post, validate, insert
                in zip(self.post, self.validate, self.insert, strict=True)]


@dataclass(frozen=True, slots=True)
class _Insert:
    """Rows of one table as the driver takes them."""

    statement: str
    rows: Sequence[tuple[Any, ...]]


def measure_bulk(place: Place, sizes: Sizes) -> BulkTimes:
    """Post the leads of a window in one request, and do the least beside it, again and again.

    Raises
    ------
    RuntimeError
        If not all leads are taken, or not each has its row, its event and its message.
    """
    url = place.copy()
    body = body_of(lead_rows(window_of(sizes.num_leads, 1)))
    times = BulkTimes([], [], [])
    database = Database(url)
    with served(url) as server:
        _time_post(server, body)  # imports and caches are warm from here
        inserts = _what_was_written(database)
        for _ in range(sizes.repeats):
            _empty(database)
            times.post.append(_time_post(server, body))
            _check(database, sizes.num_leads)
            _empty(database)
            gc.collect()
            times.validate.append(_time_validating(body))
            times.insert.append(_time_inserts(database, inserts))
            _check(database, sizes.num_leads)
    database.close()
    return times


def _what_was_written(database: Database) -> list[_Insert]:
    """Return the inserts of all rows, without columns that are blank or have their defaults."""
    mark = "?" if database.is_sqlite else "%s"
    found = []
    for table in _WRITTEN:
        raw = database.engine.raw_connection()
        cursor = raw.cursor()
        names = [column.name for column in table.columns
                 if column.name != "id" and column.server_default is None]
        cursor.execute(f"SELECT {', '.join(names)} FROM {table.name}")  # noqa: S608 - our names
        rows = cursor.fetchall()
        raw.close()
        used = [at for at in range(len(names)) if any(row[at] is not None for row in rows)]
        listed, marks = ", ".join(names[at] for at in used), ", ".join(mark for _ in used)
        found.append(_Insert(f"INSERT INTO {table.name} ({listed}) VALUES ({marks})",  # noqa: S608
                             [tuple(row[at] for at in used) for row in rows]))
    return found


def _time_post(server: Served, body: bytes) -> float:
    with server.client() as client:
        return client.post("/v1/leads/bulk?prepare=false", body).seconds


def _time_validating(body: bytes) -> float:
    began = perf_counter()
    _BODY.validate_json(body)
    return perf_counter() - began


def _time_inserts(database: Database, inserts: Sequence[_Insert]) -> float:
    """Insert all rows in one transaction, with nothing between us and the driver."""
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        began = perf_counter()
        cursor = raw.cursor()
        if database.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        for one in inserts:
            cursor.executemany(one.statement, one.rows)
        raw.commit()
        return perf_counter() - began


def _empty(database: Database) -> None:
    names = [table.name for table in (outbox, events, lead_keys, leads)]
    if database.is_sqlite:
        # With foreign keys on, each lead that goes is looked for in all others.
        _at_once(database, "PRAGMA foreign_keys=OFF", *(f"DELETE FROM {name}" for name in names),  # noqa: S608 - our names
                 "PRAGMA foreign_keys=ON", "PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with database.write() as tx:
        tx.connection.execute(text(f"TRUNCATE {', '.join(names)} CASCADE"))


def _at_once(database: Database, *statements: str) -> None:
    """Run statements outside of transactions."""
    raw = database.engine.raw_connection()
    for one in statements:
        raw.cursor().execute(one).fetchall()
    raw.close()


def _check(database: Database, num_leads: int) -> None:
    counts = {table.name: _count(database, table) for table in _WRITTEN}
    if counts["leads"] != num_leads or min(counts.values()) < num_leads:
        raise RuntimeError(f"{num_leads:,} leads were posted, and stored are {counts}")


def _count(database: Database, table: Table) -> int:
    with database.read() as tx:
        return tx.connection.execute(select(func.count()).select_from(table)).scalar_one()
