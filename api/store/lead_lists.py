"""Leads page by page, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import and_, or_, select

from api.store.database import Reading
from api.store.schema import leads, ownerships


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which leads are listed; None: whichever."""

    state: str | None = None
    queue: str | None = None
    rep_id: str | None = None
    """Who owns them now."""
    account_id: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ListedLead:
    """One lead of a list: where it stands, not who it is."""

    lead_id: str
    state: str
    queue: str | None
    queued_at: datetime | None
    rep_id: str | None
    hot: bool
    created_at: datetime | None
    received_at: datetime
    updated_at: datetime
    account_id: str | None
    source: str | None
    merged_into: str | None
    reasons: str | None


_OWNED = and_(ownerships.c.lead_id == leads.c.lead_id, ownerships.c.ended_at.is_(None))
_COLUMNS = [ownerships.c.rep_id if field.name == "rep_id" else leads.c[field.name]
            for field in fields(ListedLead)]


def page_of_leads(tx: Reading, wanted: Wanted, after: tuple[datetime, str] | None, most: int
                  ) -> list[ListedLead]:
    """Return leads by when they were received, those after one, at most so many."""
    statement = select(*_COLUMNS).select_from(
        leads.join(ownerships, _OWNED, isouter=wanted.rep_id is None))
    for name in ("state", "queue", "account_id", "source"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(leads.c[name] == value)
    if wanted.rep_id is not None:
        statement = statement.where(ownerships.c.rep_id == wanted.rep_id)
    if after is not None:
        at, lead_id = after
        statement = statement.where(or_(
            leads.c.received_at > at,
            and_(leads.c.received_at == at, leads.c.lead_id > lead_id)))
    rows = tx.connection.execute(
        statement.order_by(leads.c.received_at, leads.c.lead_id).limit(most))
    return [ListedLead(*row) for row in rows]
