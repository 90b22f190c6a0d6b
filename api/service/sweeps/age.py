"""Leads past the policy's age leave the queue for the manager's, with an alert."""

from __future__ import annotations

from datetime import datetime, timedelta

from api.service.context import WORKER, Context
from api.service.happenings import Happening, tell
from api.service.owning import queued
from api.service.returning import reasons_of
from api.store.control import Control, read_control
from api.store.database import Writing
from api.store.leads import LeadRow, lock_leads, update_leads
from api.store.sweeping import aged
from solver.models import Queue, ReasonCode


def send_aged_to_manager(context: Context, most: int = 500) -> int:
    """Send leads that have waited too long for a window to the manager; return how many."""
    now = context.now
    with context.database.read() as tx:
        before = _oldest(read_control(tx), now)
        due = [] if before is None else aged(tx, before, most)
    if not due:
        return 0
    with context.database.write() as tx:
        locked = list(lock_leads(tx, due).values())
        happenings = aged_out(tx, locked, read_control(tx), now)
        tell(tx, happenings)
    return sum(one.kind == "lead.aged" for one in happenings)


def aged_out(tx: Writing, leads: list[LeadRow], held: Control, now: datetime) -> list[Happening]:
    """Send those of some locked leads that are too old for a window to the manager's queue.

    Returns
    -------
    list
        An event and an alert for each, to be told by the caller.
    """
    old = [(lead, why) for lead in leads if lead.queue == Queue.NEXT_WINDOW.value
           and (why := too_old(lead, held, now)) is not None]
    update_leads(tx, [queued(lead, Queue.MANAGER, now,
                             reasons=reasons_of(ReasonCode.TOO_OLD, why)) for lead, why in old])
    return [Happening(kind, now, WORKER.actor_id, lead_id=lead.lead_id, state=lead.state,
                      queue=Queue.MANAGER.value, detail={"why": why})
            for lead, why in old for kind in ("lead.aged", "alert.lead_aged")]


def too_old(lead: LeadRow, held: Control, now: datetime) -> str | None:
    """Say that a lead is too old for a window, or None."""
    before, limit = _oldest(held, now), held.policy.freshness.max_age_hours
    if before is None or _since(lead) >= before:
        return None
    hours = (now - _since(lead)) / timedelta(hours=1)
    return f"{hours:,.1f} hours old; max_age_hours is {limit:g}"


def _oldest(held: Control, now: datetime) -> datetime | None:
    limit = held.policy.freshness.max_age_hours
    try:
        return None if limit is None else now - timedelta(hours=limit)
    except OverflowError:  # older than the calendar
        return None


def _since(lead: LeadRow) -> datetime:
    return lead.created_at or lead.received_at
