"""Leads that owners give back, or that are taken from them: routed anew, some times at most."""

from __future__ import annotations

import json
from datetime import datetime

from api.service.owning import end, queued
from api.store.control import Control
from api.store.database import Writing
from api.store.leads import LeadRow, exclude, update_leads
from api.store.ownerships import OwnershipRow
from solver.hand_off import LeadState, Place, Step, after_return
from solver.models import Queue, Reason, ReasonCode


def give_back(tx: Writing, lead: LeadRow, owner: OwnershipRow, step: Step, held: Control,
              now: datetime) -> Place:
    """Take a lead off an owner, who is as if never given it and may not own it again.

    Parameters
    ----------
    tx
        The transaction; its leads are locked already.
    lead
        The lead, whose state allows the step.
    owner
        Its ownership that lasts.
    step
        ``rejected`` or ``returned``.
    held
        The active policy.
    now
        When.

    Returns
    -------
    Place
        The next window, or the manager's queue if it came back too often.
    """
    end(tx, [(lead, owner)], step, now, credit=True, keeps_ledger=held.policy.keeps_ledger)
    exclude(tx, lead.lead_id, owner.rep_id, step.value, now)
    queue, times = after_return(lead.returns, held.policy), lead.returns + 1
    reasons = None
    if queue is Queue.MANAGER:
        reasons = reasons_of(ReasonCode.RETURNED, (
            f"came back {times} times, the last time from rep {owner.rep_id!r} ({step.value}); "
            f"hand_off.max_returns is {held.policy.hand_off.max_returns}"))
    update_leads(tx, [queued(lead, queue, now, reasons=reasons, returns=times)])
    return Place(LeadState.WAITING, queue)


def reasons_of(code: ReasonCode, detail: str, *others: Reason) -> str:
    """Return the column of a lead held for a reason, and for others besides."""
    found = (Reason(code=code, detail=detail), *others)
    return json.dumps([one.model_dump(mode="json", exclude_none=True) for one in found])
