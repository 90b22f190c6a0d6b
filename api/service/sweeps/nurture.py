"""Leads that rest, and wake at a date; a new activity wakes them in intake."""

from __future__ import annotations

from datetime import datetime

from api.service.context import WORKER, Actor, Context
from api.service.happenings import Happening, tell
from api.service.owning import queued
from api.store.database import Writing
from api.store.leads import LeadRow, lock_leads, update_leads
from api.store.sweeping import rested
from solver.models import Queue


def wake_nurtured(context: Context, most: int = 500) -> int:
    """Send leads whose rest is over to the next window, and return how many."""
    now = context.now
    with context.database.read() as tx:
        due = rested(tx, now, most)
    if not due:
        return 0
    with context.database.write() as tx:
        awake = [lead for lead in lock_leads(tx, due).values()
                 if _rests(lead) and lead.not_before is not None and lead.not_before <= now]
        tell(tx, _wake(tx, awake, now, WORKER, "the rest is over"))
    return len(awake)


def _rests(lead: LeadRow) -> bool:
    return lead.queue == Queue.NURTURE.value


def _wake(tx: Writing, leads: list[LeadRow], now: datetime, actor: Actor, why: str
          ) -> list[Happening]:
    update_leads(tx, [queued(lead, Queue.NEXT_WINDOW, now) for lead in leads])
    return [Happening("lead.queued", now, actor.actor_id, lead_id=lead.lead_id, state=lead.state,
                      queue=Queue.NEXT_WINDOW.value,
                      detail={"why": why, "from_queue": Queue.NURTURE.value}) for lead in leads]
