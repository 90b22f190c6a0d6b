"""Leads of a window that get no owner: they stay in their queue, or go to another, with reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from api.service.context import WORKER
from api.service.happenings import Happening
from api.service.owning import queued
from api.solving.deciding import HeldBack, Stays
from api.store.database import Writing
from api.store.leads import LeadRow, change_leads, update_leads
from solver.hand_off import LeadState, Step
from solver.models import Policy, Queue, ReasonCode


def leave_waiting(tx: Writing, window_id: str | None, held: Sequence[tuple[LeadRow, HeldBack]],
                  policy: Policy, now: datetime, actor: str = WORKER.actor_id) -> list[Happening]:
    """Store why leads are held, and put those elsewhere whose reason asks for it.

    Parameters
    ----------
    tx
        The transaction; its leads are locked.
    window_id
        The window that held them; None: they were decided on one by one.
    held
        Leads as they are, with what the plan says.
    policy
        Says how long leads rest in nurture.
    now
        When.
    actor
        Who asked for a decision.

    Returns
    -------
    list
        One happening for each lead whose queue, or first reason, is another than before.
    """
    staying = [(row, one) for row, one in held if one.queue == row.queue]
    leaving = [(row, one) for row, one in held if one.queue != row.queue]
    update_leads(tx, [{"lead_id": row.lead_id, "reasons": one.reasons,
                       "window_id": window_id}
                      for row, one in staying if one.reasons != row.reasons])
    change_leads(tx, [row.lead_id for row, one in staying if one.reasons == row.reasons],
                 window_id=window_id)
    update_leads(tx, [_gone(row, one, window_id, policy, now) for row, one in leaving])
    told = [*((row, one) for row, one in staying if one.code != _code(row)), *leaving]
    return [happening for row, one in told for happening in _told(row, one, window_id, now, actor)]


def keep_owned(tx: Writing, window_id: str | None, kept: Sequence[tuple[LeadRow, Stays]],
               now: datetime, actor: str = WORKER.actor_id) -> list[Happening]:
    """Let leads stay with the owners that the CRM names; arguments as :func:`leave_waiting`."""
    update_leads(tx, [
        {"lead_id": row.lead_id, "state": LeadState.KEPT.value, "queue": None, "queued_at": None,
         "not_before": None, "reasons": None, "kept_by": one.owner_id, "updated_at": now,
         "revision": row.revision + 1, "window_id": window_id} for row, one in kept])
    return [Happening(f"lead.{Step.KEPT}", now, actor, lead_id=row.lead_id,
                      rep_id=one.owner_id, state=LeadState.KEPT.value, window_id=window_id)
            for row, one in kept]


def _gone(row: LeadRow, one: HeldBack, window_id: str | None, policy: Policy, now: datetime
          ) -> dict[str, Any]:
    queue = Queue(one.queue)
    rests = now + timedelta(days=policy.hand_off.nurture_days) if queue is Queue.NURTURE else None
    return queued(row, queue, now, reasons=one.reasons, not_before=rests, window_id=window_id)


def _code(row: LeadRow) -> str | None:
    reasons = json.loads(row.reasons or "[]")
    return str(reasons[0]["code"]) if reasons else None


def _told(row: LeadRow, one: HeldBack, window_id: str | None, now: datetime, actor: str
          ) -> list[Happening]:
    aged = one.code == ReasonCode.TOO_OLD
    kinds = [f"lead.{Step.AGED}", "alert.lead_aged"] if aged else [f"lead.{Step.QUEUED}"]
    detail = {"code": one.code, "why": json.loads(one.reasons)[0]["detail"]}
    return [Happening(kind, now, actor, lead_id=row.lead_id,
                      state=LeadState.WAITING.value, queue=one.queue, window_id=window_id,
                      detail=detail) for kind in kinds]
