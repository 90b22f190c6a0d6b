"""Personal data of leads taken out of the database."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import Table, delete, select, update

from api.store.database import Reading, Writing
from api.store.schema import (
    activities,
    events,
    idempotency,
    lead_keys,
    leads,
    outbox,
    ownerships,
)

#: Words in events and messages that can quote what is known of a person.
_WORDS = ("why", "note")
#: Columns of leads that an assignment repeats.
_OTHER_COLUMNS = ("attributes", "assumed")
#: Request of many leads at once; a lead's own id may begin with "bulk".
_BULK = "POST /v1/leads/bulk"


def same_person(tx: Reading, lead_id: str) -> list[str]:
    """Return the ids of all leads that are one with a lead, its own too, sorted."""
    into = tx.connection.execute(
        select(leads.c.merged_into).where(leads.c.lead_id == lead_id)).scalar()
    root = into or lead_id
    found = tx.connection.execute(select(leads.c.lead_id).where(leads.c.merged_into == root))
    return sorted({root, lead_id, *found.scalars()})


def maybe_same(tx: Reading, lead_ids: Iterable[str]) -> list[str]:
    """Return leads that are held because they may be one with one of these.

    A person may have moved them from one queue to another, and the hold with them.
    """
    found: set[str] = set()
    for lead_id in lead_ids:
        found.update(tx.connection.execute(
            select(leads.c.lead_id).where(
                leads.c.hold.is_not(None),
                leads.c.hold.contains(f"lead {lead_id} ", autoescape=True))).scalars())
    return sorted(found)


def drop_traces(tx: Writing, lead_ids: Collection[str]) -> None:
    """Delete keys and activities of leads, and other columns of leads in assignments."""
    for table in (lead_keys, activities):
        tx.connection.execute(delete(table).where(table.c.lead_id.in_(lead_ids)))
    _rewrite(tx, ownerships, "assignment", lead_ids,
             lambda found: {key: value for key, value in found.items()
                            if key not in _OTHER_COLUMNS})


def drop_words(tx: Writing, lead_ids: Collection[str]) -> None:
    """Take sentences out of events and messages about leads; codes and ids stay."""
    _rewrite(tx, events, "detail", lead_ids, _without_words)
    _rewrite(tx, outbox, "payload", lead_ids, lambda found: {
        **found, "detail": _without_words(found.get("detail", {}))})


def _without_words(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key not in _WORDS}


def _rewrite(tx: Writing, table: Table, column: str, lead_ids: Collection[str], change: Any
             ) -> None:
    """Change a JSON column of the rows of leads."""
    rows = tx.connection.execute(select(table.c.id, table.c[column]).where(
        table.c.lead_id.in_(lead_ids), table.c[column].is_not(None))).all()
    for row_id, text in rows:
        before = json.loads(text)
        after = change(before)
        if after != before:
            tx.connection.execute(update(table).where(table.c.id == row_id)
                                  .values({column: json.dumps(after)}))


def answers_about(tx: Reading, lead_ids: Collection[str], since: datetime | None = None
                  ) -> tuple[list[tuple[str, str]], datetime | None]:
    """Return keys of kept answers that may hold data of leads, and when the last one was kept.

    Answers of bulks hold ids and states alone. All others are looked through: there are as many
    as were given in the time for which answers are kept, and nobody erases often.

    Parameters
    ----------
    tx
        The transaction.
    lead_ids
        The leads.
    since
        Look only at answers kept from then on; None: at all.
    """
    marks = [json.dumps(lead_id).encode() for lead_id in lead_ids]
    statement = select(idempotency.c.key_id, idempotency.c.key, idempotency.c.answer,
                       idempotency.c.created_at).where(
                           idempotency.c.request != _BULK,
                           ~idempotency.c.request.startswith(f"{_BULK}?", autoescape=True))
    if since is not None:
        statement = statement.where(idempotency.c.created_at >= since)
    found, last = [], since
    rows = tx.connection.execute(statement.execution_options(yield_per=1000))
    for key_id, key, answer, created_at in rows:
        last = created_at if last is None else max(last, created_at)
        if answer and any(mark in zstandard.decompress(answer) for mark in marks):
            found.append((key_id, key))
    return found, last


def drop_answers(tx: Writing, keys: Iterable[tuple[str, str]]) -> None:
    """Forget answers."""
    for key_id, key in keys:
        tx.connection.execute(delete(idempotency).where(
            idempotency.c.key_id == key_id, idempotency.c.key == key))
