"""What leads did, each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from api.store.database import Reading, Writing
from api.store.many import in_chunks, insert_missing
from api.store.schema import activities
from solver.models import Activity


def add_activities(tx: Writing, given: Sequence[Activity], now: datetime) -> int:
    """Store activities that are not stored yet, and return how many these are."""
    if not given:
        return 0
    once = dict.fromkeys((one.lead_id, one.at, one.kind, one.detail) for one in given)
    done = tx.connection.execute(
        insert_missing(tx, activities).returning(activities.c.id),
        [{"lead_id": lead_id, "at": at, "kind": kind, "detail": detail, "received_at": now}
         for lead_id, at, kind, detail in once])
    return len(done.all())


def activities_of(tx: Reading, lead_ids: Iterable[str]) -> list[Activity]:
    """Return what some leads did, the oldest first."""
    found: list[Activity] = []
    for some in in_chunks(sorted(set(lead_ids))):
        rows = tx.connection.execute(
            select(activities.c.lead_id, activities.c.at, activities.c.kind, activities.c.detail)
            .where(activities.c.lead_id.in_(some)).order_by(activities.c.at, activities.c.id))
        found += [Activity.model_construct(**row._mapping) for row in rows]
    return found
