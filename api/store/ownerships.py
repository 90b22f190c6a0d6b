"""Who owned which lead from when to when; the database refuses a second owner at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from api.store.database import Reading, Writing
from api.store.many import add_records, among, in_chunks
from api.store.schema import ownerships


@dataclass(frozen=True, slots=True)
class OwnershipRow:
    """One lead with one owner."""

    id: int
    lead_id: str
    rep_id: str
    source: str
    window_id: str | None
    policy_version: int
    slots: int
    worth: int
    limits: str | None
    value: int | None
    why: str
    assignment: str | None
    started_at: datetime
    accept_by: datetime | None
    contact_by: datetime | None
    work_by: datetime | None
    accepted_at: datetime | None
    contacted_at: datetime | None
    qualified_at: datetime | None
    touches: int
    ended_at: datetime | None
    end_reason: str | None
    credited_at: datetime | None


_COLUMNS = [ownerships.c[field.name] for field in fields(OwnershipRow)]


def owner_of(tx: Reading, lead_id: str) -> OwnershipRow | None:
    """Return the ownership of a lead that lasts; None: it has no owner."""
    return owners_of(tx, [lead_id]).get(lead_id)


def owners_of(tx: Reading, lead_ids: Iterable[str]) -> dict[str, OwnershipRow]:
    """Return lead_id to the ownership that lasts."""
    found = {}
    for some in in_chunks(sorted(set(lead_ids))):
        for row in tx.connection.execute(select(*_COLUMNS).where(
                among(tx, ownerships.c.lead_id, some), ownerships.c.ended_at.is_(None))):
            found[row.lead_id] = OwnershipRow(*row)
    return found


def history_of(tx: Reading, lead_id: str) -> list[OwnershipRow]:
    """Return all ownerships of a lead, the oldest first."""
    return [OwnershipRow(*row) for row in tx.connection.execute(
        select(*_COLUMNS).where(ownerships.c.lead_id == lead_id).order_by(ownerships.c.id))]


def histories_of(tx: Reading, lead_ids: Iterable[str]) -> dict[str, list[OwnershipRow]]:
    """Return lead_id to all its ownerships, the oldest first; leads without any are left out."""
    found: dict[str, list[OwnershipRow]] = {}
    for some in in_chunks(sorted(set(lead_ids))):
        for row in tx.connection.execute(select(*_COLUMNS).where(ownerships.c.lead_id.in_(some))
                                         .order_by(ownerships.c.id)):
            found.setdefault(row.lead_id, []).append(OwnershipRow(*row))
    return found


def open_of(tx: Reading, rep_ids: Iterable[str]) -> list[OwnershipRow]:
    """Return what some reps own now, the oldest first."""
    found = []
    for some in in_chunks(sorted(set(rep_ids))):
        found += [OwnershipRow(*row) for row in tx.connection.execute(
            select(*_COLUMNS).where(ownerships.c.rep_id.in_(some), ownerships.c.ended_at.is_(None))
            .order_by(ownerships.c.id))]
    return found


def add_ownerships(tx: Writing, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new ownerships; every row has the same columns."""
    add_records(tx, ownerships, rows)


def update_ownership(tx: Writing, ownership_id: int, **values: Any) -> None:
    """Change columns of an ownership."""
    tx.connection.execute(
        update(ownerships).where(ownerships.c.id == ownership_id).values(**values))


def set_deadlines(tx: Writing, rows: Sequence[tuple[int, datetime | None, datetime | None,
                                                    datetime | None]]) -> None:
    """Set, of ownerships that last, ``(id, accept_by, contact_by, work_by)``."""
    if rows:
        tx.connection.execute(
            update(ownerships)
            .where(ownerships.c.id == bindparam("of_id"), ownerships.c.ended_at.is_(None))
            .values(accept_by=bindparam("to_accept"), contact_by=bindparam("to_contact"),
                    work_by=bindparam("to_work")),
            [{"of_id": one, "to_accept": accept, "to_contact": contact, "to_work": work}
             for one, accept, contact, work in rows])


def end_ownerships(tx: Writing, ids: Sequence[int], now: datetime, reason: str, *,
                   credited: bool = False) -> None:
    """End ownerships; credited ones count as never given."""
    if ids:
        tx.connection.execute(
            update(ownerships).where(ownerships.c.id == bindparam("of_id"))
            .values(ended_at=bindparam("to_ended"), end_reason=bindparam("to_reason"),
                    credited_at=bindparam("to_credited")),
            [{"of_id": one, "to_ended": now, "to_reason": reason,
              "to_credited": now if credited else None} for one in ids])
