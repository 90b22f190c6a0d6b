"""What is shown of one lead, read from the database: events, activities, others of its account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from api.store.database import Reading
from api.store.schema import activities, events, leads

#: Rows that are no lead of their own.
_GONE = ("merged", "erased")


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that happened."""

    id: int
    at: datetime
    kind: str
    rep_id: str | None
    actor: str
    state: str | None
    queue: str | None
    window_id: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One thing that a lead did, or that somebody noted of it."""

    at: datetime
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A lead of an account."""

    lead_id: str
    state: str
    queue: str | None
    record: str


_EVENT = [events.c[name] for name in EventRow.__slots__]


def events_after(tx: Reading, lead_id: str, after: int, most: int) -> list[EventRow]:
    """Return events of a lead in order, those after a number, at most so many."""
    return [EventRow(*row) for row in tx.connection.execute(
        select(*_EVENT).where(events.c.lead_id == lead_id, events.c.id > after)
        .order_by(events.c.id).limit(most))]


def latest_events(tx: Reading, lead_id: str, most: int) -> list[EventRow]:
    """Return the latest events of a lead, in order."""
    rows = tx.connection.execute(
        select(*_EVENT).where(events.c.lead_id == lead_id)
        .order_by(events.c.id.desc()).limit(most)).all()
    return [EventRow(*row) for row in reversed(rows)]


def latest_activities(tx: Reading, lead_id: str, most: int) -> list[ActivityRow]:
    """Return the latest activities of a lead, in order."""
    rows = tx.connection.execute(
        select(activities.c.at, activities.c.kind, activities.c.detail)
        .where(activities.c.lead_id == lead_id)
        .order_by(activities.c.at.desc(), activities.c.id.desc()).limit(most)).all()
    return [ActivityRow(*row) for row in reversed(rows)]


def leads_of_account(tx: Reading, account_id: str, most: int) -> list[ContactRow]:
    """Return the leads of an account that came last, at most so many."""
    return [ContactRow(*row) for row in tx.connection.execute(
        select(leads.c.lead_id, leads.c.state, leads.c.queue, leads.c.record)
        .where(leads.c.account_id == account_id, leads.c.state.not_in(_GONE),
               leads.c.record.is_not(None))
        .order_by(leads.c.received_at.desc(), leads.c.lead_id).limit(most))]
