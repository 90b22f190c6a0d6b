"""What has come due: looked up without locks, so whoever acts on it looks again under one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, or_, select

from api.store.database import Reading
from api.store.schema import leads, ownerships
from solver.hand_off import OWED_IN, BreachKind
from solver.models import Queue

_DUE = {BreachKind.ACCEPT: ownerships.c.accept_by, BreachKind.CONTACT: ownerships.c.contact_by,
        BreachKind.WORK: ownerships.c.work_by}


def overdue(tx: Reading, now: datetime, most: int) -> list[str]:
    """Return ids of leads whose owner still owes what a stored deadline asked for."""
    owes = or_(*(and_(column < now, leads.c.state.in_([one.value for one in OWED_IN[kind]]))
                 for kind, column in _DUE.items()))
    return list(tx.connection.execute(
        select(ownerships.c.lead_id).join(leads, leads.c.lead_id == ownerships.c.lead_id)
        .where(ownerships.c.ended_at.is_(None), owes)
        .order_by(ownerships.c.id).limit(most)).scalars())


def rested(tx: Reading, now: datetime, most: int) -> list[str]:
    """Return ids of leads in nurture whose rest is over, the longest waiting first."""
    return list(tx.connection.execute(
        select(leads.c.lead_id).where(
            leads.c.state == "waiting", leads.c.queue == Queue.NURTURE.value,
            leads.c.not_before <= now)
        .order_by(leads.c.queued_at, leads.c.lead_id).limit(most)).scalars())


def aged(tx: Reading, before: datetime, most: int) -> list[str]:
    """Return ids of leads that wait for the next window and came in before an instant."""
    return list(tx.connection.execute(
        select(leads.c.lead_id).where(
            leads.c.state == "waiting", leads.c.queue == Queue.NEXT_WINDOW.value,
            func.coalesce(leads.c.created_at, leads.c.received_at) < before)
        .order_by(leads.c.queued_at, leads.c.lead_id).limit(most)).scalars())
