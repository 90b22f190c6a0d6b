"""Notes that people leave with a lead, among what it did; what it did has other kinds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from api.store.database import Writing
from api.store.schema import activities

#: Kind of an activity that is a note of a person; no rule of a scoring should name it.
NOTE = "note"


def add_note(tx: Writing, lead_id: str, at: datetime, text: str, now: datetime) -> None:
    """Store a note; the same one of the same instant stands once."""
    one = {"lead_id": lead_id, "at": at, "kind": NOTE, "detail": text}
    there = tx.connection.execute(select(activities.c.id).filter_by(**one)).first()
    if there is None:
        tx.connection.execute(insert(activities).values(**one, received_at=now))
