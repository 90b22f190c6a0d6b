"""Leads in the database: one row each, changed only under its lock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, null, select, update

from api.store.database import Reading, Writing
from api.store.many import (
    add_records,
    among,
    as_among,
    change_rows,
    in_chunks,
    select_among,
)
from api.store.schema import exclusions, lead_keys, leads


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead as it stands; JSON columns are text."""

    lead_id: str
    state: str
    queue: str | None
    queued_at: datetime | None
    not_before: datetime | None
    reasons: str | None
    hold: str | None
    record: str | None
    posted: str | None
    points: str | None
    hot: bool
    created_at: datetime | None
    received_at: datetime
    updated_at: datetime
    revision: int
    returns: int
    account_id: str | None
    source: str | None
    segment: str | None
    merged_into: str | None
    kept_by: str | None
    window_id: str | None
    won_amount: float | None
    last_activity_at: datetime | None


_COLUMNS = tuple(leads.c[field.name] for field in fields(LeadRow))
_COLUMNS_WITHOUT_RECORD = [null() if field.name in ("record", "posted", "points")
                           else leads.c[field.name] for field in fields(LeadRow)]


def get_lead(tx: Reading, lead_id: str) -> LeadRow | None:
    """Return a lead; None: there is none with this id."""
    row = tx.connection.execute(
        select(*_COLUMNS).where(leads.c.lead_id == lead_id)).one_or_none()
    return None if row is None else LeadRow(*row)


def get_leads(tx: Reading, lead_ids: Iterable[str]) -> dict[str, LeadRow]:
    """Return lead_id to lead, of those that there are."""
    query = select_among(_COLUMNS, leads.c.lead_id, tx.connection.dialect.name)
    found = {}
    for some in in_chunks(sorted(set(lead_ids))):
        for row in tx.connection.execute(query, as_among(tx, some)):
            found[row.lead_id] = LeadRow(*row)
    return found


def any_erased(tx: Reading, lead_ids: Collection[str]) -> bool:
    """Return whether any of some leads is erased."""
    return tx.connection.execute(select(leads.c.lead_id).where(
        leads.c.state == "erased", among(tx, leads.c.lead_id, lead_ids)).limit(1)
    ).one_or_none() is not None


def lock_lead(tx: Writing, lead_id: str) -> LeadRow | None:
    """Return a lead that nobody else changes before this transaction ends."""
    return lock_leads(tx, [lead_id]).get(lead_id)


def lock_leads(tx: Writing, lead_ids: Iterable[str], *, whole: bool = True) -> dict[str, LeadRow]:
    """Return leads that nobody else changes before this transaction ends.

    Locks are taken in the order of ids, and leads before reps, so that nobody waits in a circle.
    Those of a whole window need not be read whole: then what was posted is None.
    """
    columns = _COLUMNS if whole else _COLUMNS_WITHOUT_RECORD
    # One statement, for the database has its own order of texts.
    rows = tx.connection.execute(
        select(*columns).where(among(tx, leads.c.lead_id, sorted(set(lead_ids))))
        .order_by(leads.c.lead_id).with_for_update())
    return {row.lead_id: LeadRow(*row) for row in rows}


def add_leads(tx: Writing, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new leads; every row has the same columns."""
    add_records(tx, leads, rows)


def update_lead(tx: Writing, lead_id: str, **values: Any) -> None:
    """Change columns of a lead."""
    tx.connection.execute(update(leads).where(leads.c.lead_id == lead_id).values(**values))


def update_leads(tx: Writing, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change columns of many leads; every row has ``lead_id`` and the same columns besides."""
    change_rows(tx, leads, "lead_id", rows)


def change_leads(tx: Writing, lead_ids: Iterable[str], **values: Any) -> None:
    """Change columns of many leads to the same values."""
    for some in in_chunks(sorted(set(lead_ids))):
        tx.connection.execute(
            update(leads).where(among(tx, leads.c.lead_id, some)).values(**values))


def set_keys(tx: Writing, keys: Mapping[str, Sequence[str]]) -> None:
    """Set the keys under which leads are compared: lead_id to keys."""
    for some in in_chunks(list(keys)):
        tx.connection.execute(delete(lead_keys).where(among(tx, lead_keys.c.lead_id, some)))
    rows = [{"lead_id": lead_id, "key": key} for lead_id, own in keys.items()
            for key in dict.fromkeys(own)]
    if rows:
        tx.connection.execute(insert(lead_keys), rows)


def exclude(tx: Writing, lead_id: str, rep_id: str, reason: str, now: datetime) -> None:
    """Note that a rep may not own a lead any more."""
    there = tx.connection.execute(
        select(exclusions.c.rep_id).where(exclusions.c.lead_id == lead_id,
                                          exclusions.c.rep_id == rep_id)).one_or_none()
    if there is None:
        tx.connection.execute(insert(exclusions).values(
            lead_id=lead_id, rep_id=rep_id, reason=reason, at=now))


def excluded_reps(tx: Reading, lead_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return lead_id to the reps who may not own it any more, sorted."""
    found: dict[str, list[str]] = {}
    for some in in_chunks(sorted(set(lead_ids))):
        for row in tx.connection.execute(
                select(exclusions.c.lead_id, exclusions.c.rep_id)
                .where(among(tx, exclusions.c.lead_id, some))
                .order_by(exclusions.c.lead_id, exclusions.c.rep_id)):
            found.setdefault(row.lead_id, []).append(row.rep_id)
    return {lead_id: tuple(reps) for lead_id, reps in found.items()}
