"""Events in the database."""

from __future__ import annotations

from sqlalchemy import func, select

from api.store.database import Reading
from api.store.schema import events


def last_event_id(tx: Reading, lead_id: str, kind: str) -> int:
    """Return the number of the last event of a kind of a lead, which there is."""
    found: int = tx.connection.execute(select(func.max(events.c.id)).where(
        events.c.lead_id == lead_id, events.c.kind == kind)).scalar_one()
    return found
