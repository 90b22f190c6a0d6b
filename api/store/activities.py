"""What leads did, in the database."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from api.store.database import Reading
from api.store.many import in_chunks
from api.store.schema import activities
from solver.models import Activity


def activities_of(tx: Reading, lead_ids: Iterable[str]) -> list[Activity]:
    """Return what some leads did, by lead and instant."""
    found = []
    for some in in_chunks(sorted(set(lead_ids))):
        found += [Activity(lead_id=row.lead_id, at=row.at, kind=row.kind, detail=row.detail)
                  for row in tx.connection.execute(
                      select(activities).where(activities.c.lead_id.in_(some))
                      .order_by(activities.c.lead_id, activities.c.at, activities.c.id))]
    return found
