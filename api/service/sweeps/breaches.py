"""Leads whose service level was broken go back; who breaks it too often is paused."""

from __future__ import annotations

from datetime import datetime

from api.service.context import WORKER, Context
from api.service.happenings import Happening, tell
from api.service.owning import after
from api.service.returning import give_back
from api.store.control import Control, bump_floor, read_control
from api.store.database import Writing
from api.store.leads import lock_lead
from api.store.ownerships import owner_of, update_ownership
from api.store.reps import RepRow, lock_reps, update_rep
from api.store.sweeping import overdue
from solver.hand_off import Breach, LeadState, Step, breach, deadlines, pause_until


def return_breached(context: Context, most: int = 500) -> int:
    """Take leads off owners who did not do in time what they owe; several workers may do so.

    Parameters
    ----------
    context
        The service.
    most
        Leads looked at in one call; each has a transaction of its own.

    Returns
    -------
    int
        How many went back.
    """
    now = context.now
    with context.database.read() as tx:
        due = overdue(tx, now, most)
    return sum(_return_one(context, lead_id, now) for lead_id in due)


def _return_one(context: Context, lead_id: str, now: datetime) -> bool:
    with context.database.write() as tx:
        lead, owner = lock_lead(tx, lead_id), owner_of(tx, lead_id)
        if lead is None or owner is None:
            return False
        held = read_control(tx)
        rep = lock_reps(tx, {owner.rep_id})[owner.rep_id]
        # The rep's time off may have changed since: the clock stands still in it.
        due = deadlines(rep.stored, owner.started_at, held.policy)
        found = breach(LeadState(lead.state), due, now)
        if found is None:
            update_ownership(tx, owner.id, accept_by=due.accept_by, contact_by=due.contact_by,
                             work_by=due.work_by)
            return False
        after(lead, Step.RETURNED)
        place = give_back(tx, lead, owner, Step.RETURNED, held, now)
        tell(tx, [_event(lead_id, rep, found, now, str(place.queue)),
                  *_count_breach(tx, rep, held, now)])
        return True


def _event(lead_id: str, rep: RepRow, found: Breach, now: datetime, queue: str) -> Happening:
    return Happening("lead.returned", now, WORKER.actor_id, lead_id=lead_id, rep_id=rep.rep_id,
                     state=LeadState.WAITING.value, queue=queue,
                     detail={"owed": found.kind.value, "due_at": found.due_at.isoformat()})


def _count_breach(tx: Writing, rep: RepRow, held: Control, now: datetime) -> list[Happening]:
    """Count a breach of a locked rep, who gets no leads for a while after too many."""
    breaches = rep.breaches + 1
    until = pause_until(breaches, now, held.policy)
    if until is None:
        update_rep(tx, rep.rep_id, breaches=breaches)
        return []
    if rep.paused_until is not None:
        until = max(until, rep.paused_until)
    why = f"broke the service level {breaches} times (hand_off.pause_after_breaches)"
    update_rep(tx, rep.rep_id, breaches=0, paused_until=until, pause_reason=why, updated_at=now,
               revision=rep.revision + 1)
    bump_floor(tx)
    return [Happening("rep.paused", now, WORKER.actor_id, rep_id=rep.rep_id,
                      detail={"until": until.isoformat(), "reason": why})]
