"""Leads that wait, by queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select

from api.store.database import Reading
from api.store.leads import LeadRow, get_leads
from api.store.schema import leads
from solver.models import Queue


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How many leads wait in a queue, and since when the one that waits longest."""

    num_leads: int = 0
    oldest: datetime | None = None


def queue_counts(tx: Reading) -> dict[Queue, QueueCount]:
    """Return queue to what waits in it, of all queues."""
    rows = tx.connection.execute(
        select(leads.c.queue, func.count(), func.min(leads.c.queued_at))
        .where(leads.c.state == "waiting").group_by(leads.c.queue))
    found = {row[0]: QueueCount(row[1], row[2]) for row in rows}
    return {queue: found.get(queue.value, QueueCount()) for queue in Queue}


def queue_page(tx: Reading, queue: Queue, after: tuple[datetime, str] | None, most: int
               ) -> list[LeadRow]:
    """Return leads of a queue, the longest waiting first, after one of them."""
    lead_ids = list(tx.connection.execute(_of_queue(queue, after).limit(most)).scalars())
    found = get_leads(tx, lead_ids)
    return [found[lead_id] for lead_id in lead_ids if lead_id in found]


def ids_in_queue(tx: Reading, queue: Queue, most: int) -> list[str]:
    """Return ids of the leads that wait longest in a queue."""
    return list(tx.connection.execute(_of_queue(queue, None).limit(most)).scalars())


def _of_queue(queue: Queue, after: tuple[datetime, str] | None) -> Select[str]:
    statement = (select(leads.c.lead_id)
                 .where(leads.c.state == "waiting", leads.c.queue == queue.value)
                 .order_by(leads.c.queued_at, leads.c.lead_id))
    if after is None:
        return statement
    since, lead_id = after
    return statement.where(or_(leads.c.queued_at > since, and_(leads.c.queued_at == since,
                                                               leads.c.lead_id > lead_id)))
