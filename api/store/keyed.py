"""Leads and accounts under the keys by which they are compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table, TextClause, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import String

from api.store.database import Reading, Writing
from api.store.many import in_chunks, insert_missing
from api.store.rows import wrapped_errors
from api.store.schema import account_keys, accounts, lead_keys, leads

#: Locks are few, so that a bulk does not fill the server's table of them; taken in one order.
_LOCK = (
    "SELECT pg_advisory_xact_lock(1717660018, one) FROM (SELECT DISTINCT "
    "mod(hashtext(key) & 2147483647, 1024) AS one FROM unnest(%s::text[]) AS k(key) ORDER BY 1"
    ") AS locks")
_LOOK = (
    "SELECT k.key, t.lead_id FROM unnest(%s::text[]) AS k(key) CROSS JOIN LATERAL (SELECT lead_id "
    "FROM lead_keys WHERE key = k.key ORDER BY lead_id LIMIT %s) t")
#: Key to the ids under it, sorted; one more than so many where there are more.
Keyed = Mapping[str, list[str]]


def leads_under(tx: Reading, keys: Collection[str], most: int) -> Keyed:
    """Return the leads under each key, at most so many and one more."""
    return _under(tx, lead_keys, "lead_id", keys, most)


def locked_leads_under(tx: Writing, locks: Collection[str], keys: Collection[str], most: int
                       ) -> Keyed:
    """Return the leads under each key, once all others who took one of the locks are through.

    SQLite writes one at a time anyway.

    Parameters
    ----------
    tx
        The transaction; the locks are free again at its end.
    locks
        Any texts.
    keys, most
        As of :func:`leads_under`.
    """
    if tx.connection.dialect.name == "sqlite" or not locks:
        return leads_under(tx, keys, most)
    driver: Any = tx.connection.connection.driver_connection
    with wrapped_errors(tx), driver.cursor() as locking, driver.cursor() as looking:
        with driver.pipeline():  # each statement sees what was committed when it begins
            locking.execute(_LOCK, (sorted(locks),))
            looking.execute(_LOOK, (sorted(keys), most + 1))
        found: dict[str, list[str]] = {}
        for key, lead_id in looking.fetchall():
            found.setdefault(key, []).append(lead_id)
    return found


def accounts_under(tx: Reading, keys: Collection[str], most: int) -> Keyed:
    """Return the accounts under each key, at most so many and one more."""
    return _under(tx, account_keys, "account_id", keys, most)


def oldest_under(tx: Reading, key: str, states: Iterable[str]) -> str | None:
    """Return the lead of a key that came in first, of those in some states."""
    found: str | None = tx.connection.execute(
        select(leads.c.lead_id).join(lead_keys, lead_keys.c.lead_id == leads.c.lead_id)
        .where(lead_keys.c.key == key, leads.c.state.in_(list(states)))
        .order_by(leads.c.created_at, leads.c.lead_id).limit(1)).scalar()
    return found


def known_ids(tx: Reading, lead_ids: Collection[str]) -> set[str]:
    """Return those of many ids that leads have."""
    if not lead_ids:
        return set()
    statement, given = _KNOWN[tx.connection.dialect.name]
    return set(tx.connection.execute(statement, {"ids": given(sorted(lead_ids))}).scalars())


def children_of(tx: Reading, account_ids: Iterable[str]) -> set[str]:
    """Return the accounts that name one of these as their parent."""
    found: set[str] = set()
    for some in in_chunks(sorted(set(account_ids))):
        found.update(tx.connection.execute(
            select(accounts.c.account_id).where(accounts.c.parent_id.in_(some))).scalars())
    return found


def add_lead_keys(tx: Writing, rows: Collection[tuple[str, str]]) -> None:
    """Store pairs of lead_id and key, where they are not stored yet."""
    if rows:
        tx.connection.execute(insert_missing(tx, lead_keys), [
            {"lead_id": lead_id, "key": key} for lead_id, key in sorted(set(rows))])


def _under(tx: Reading, table: Table, name: str, keys: Collection[str], most: int) -> Keyed:
    if not keys:
        return {}
    dialect = tx.connection.dialect.name
    found: dict[str, list[str]] = {}
    for row in tx.connection.execute(
            _under_statement(table.name, name, dialect),
            {"keys": _GIVEN[dialect](sorted(set(keys))), "most": most + 1}):
        found.setdefault(row.key, []).append(row[1])
    return {key: sorted(ids) for key, ids in found.items()}


@cache
def _under_statement(table: str, name: str, dialect: str) -> TextClause:
    """Return a query that looks at so many rows of each key, however many there are."""
    some = f"SELECT {name} FROM {table} WHERE key = k.key ORDER BY {name} LIMIT :most"  # noqa: S608
    if dialect == "sqlite":
        return text(
            f"SELECT k.key, t.{name} FROM (SELECT value AS key FROM json_each(:keys)) k "  # noqa: S608
            f"JOIN {table} t ON t.key = k.key AND t.{name} IN ({some})")
    return text(f"SELECT k.key, t.{name} FROM unnest(:keys) AS k(key) "  # noqa: S608
                f"CROSS JOIN LATERAL ({some}) t").bindparams(bindparam("keys", type_=ARRAY(String)))


def _as_json(values: list[str]) -> str:
    return json.dumps(values)


def _as_list(values: list[str]) -> list[str]:
    return values


_GIVEN: Mapping[str, Callable[[list[str]], object]] = {"sqlite": _as_json, "postgresql": _as_list}
_KNOWN: Mapping[str, tuple[TextClause, Callable[[list[str]], object]]] = {
    "sqlite": (text("SELECT lead_id FROM leads WHERE lead_id IN "
                    "(SELECT value FROM json_each(:ids))"), _as_json),
    "postgresql": (text("SELECT lead_id FROM leads WHERE lead_id = ANY(:ids)").bindparams(
        bindparam("ids", type_=ARRAY(String))), _as_list)}
