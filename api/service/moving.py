"""Leads that people move from one queue to another, or send back to be routed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.service.context import Actor, Context
from api.service.errors import ConflictError, Problem
from api.service.happenings import Happening, tell
from api.service.owning import queued
from api.service.queues import check_rep, elsewhere
from api.service.returning import reasons_of
from api.service.sweeps.age import too_old
from api.store.control import Control, read_control
from api.store.leads import LeadRow, lock_leads, update_leads
from api.store.many import in_chunks
from api.store.queues import ids_in_queue, queue_counts
from solver.models import Queue, Reason, ReasonCode

#: Leads that move in one transaction.
_BATCH = 500
#: Leads that one call moves; more wait for the next.
MOST_MOVED = 10_000


@dataclass(frozen=True, slots=True)
class Moved:
    """Leads that went to another queue, and those that did not."""

    lead_ids: tuple[str, ...]
    refused: tuple[Problem, ...]
    """``offending`` is the lead's id."""
    num_left: int
    """Leads that still wait in the queue."""


def send_back(context: Context, actor: Actor, queue: Queue, lead_ids: Sequence[str] | None
              ) -> Moved:
    """Send leads of a queue to the next window, whatever held them.

    Parameters
    ----------
    context
        The service.
    actor
        Who says so; of keys of reps only that of the queue's contact.
    queue
        Where they wait.
    lead_ids
        Which; None: those that wait longest, up to :data:`MOST_MOVED`.

    Raises
    ------
    ForbiddenError
        If the key may not.
    ConflictError
        If they wait for the next window already.
    """
    return move(context, actor, queue, Queue.NEXT_WINDOW, lead_ids)


def move(context: Context, actor: Actor, queue: Queue, to: Queue, lead_ids: Sequence[str] | None
         ) -> Moved:
    """Move leads to another queue; parameters and errors are those of :func:`send_back`."""
    if to is queue:
        raise ConflictError(f"leads of the queue {queue.value!r} are there already; name another",
                            code="same_queue")
    now = context.now
    with context.database.read() as tx:
        check_rep(actor, queue, read_control(tx))
        wanted = (ids_in_queue(tx, queue, MOST_MOVED) if lead_ids is None
                  else list(dict.fromkeys(lead_ids)))
    moved: list[str] = []
    refused: list[Problem] = []
    for some in in_chunks(wanted, _BATCH):
        with context.database.write() as tx:
            held, found = read_control(tx), lock_leads(tx, some)
            problems = {one: _problem(one, found.get(one), queue, to, held, now) for one in some}
            going = [found[one] for one in some if problems[one] is None]
            update_leads(tx, [_moved(lead, to, held, now) for lead in going])
            tell(tx, [_event(lead, to, now, actor) for lead in going])
        moved += [lead.lead_id for lead in going]
        refused += [one for one in problems.values() if one is not None]
    with context.database.read() as tx:
        left = queue_counts(tx)[queue].num_leads
    return Moved(tuple(moved), tuple(refused), left)


def _problem(lead_id: str, lead: LeadRow | None, queue: Queue, to: Queue, held: Control,
             now: datetime) -> Problem | None:
    """Say why a lead does not move, or None."""
    if lead is None:
        return Problem(pointer="/lead_ids", code="unknown", offending=lead_id,
                       detail=f"there is no lead {lead_id!r}")
    if lead.queue != queue.value:
        return Problem(pointer="/lead_ids", code="not_in_queue", offending=lead_id,
                       detail=elsewhere(lead, queue))
    if to is Queue.NEXT_WINDOW and (why := too_old(lead, held, now)) is not None:
        return Problem(pointer="/lead_ids", code="too_old", offending=lead_id,
                       detail=f"no window routes lead {lead_id!r}, {why}; give it to a rep by hand")
    return None


def _moved(lead: LeadRow, to: Queue, held: Control, now: datetime) -> dict[str, Any]:
    """Return the columns of a lead that moves; whoever sends it back overrules what held it."""
    if to is Queue.NEXT_WINDOW:
        return queued(lead, to, now, hold=None)
    others = [Reason.model_validate(one) for one in json.loads(lead.reasons or "[]")]
    reasons = reasons_of(ReasonCode.BY_HAND, f"moved from {lead.queue} by hand",
                         *(one for one in others if one.code is not ReasonCode.BY_HAND))
    rests = timedelta(days=held.policy.hand_off.nurture_days)
    return queued(lead, to, now, reasons=reasons, hold=lead.hold,
                  not_before=now + rests if to is Queue.NURTURE else None)


def _event(lead: LeadRow, to: Queue, now: datetime, actor: Actor) -> Happening:
    return Happening("lead.queued", now, actor.actor_id, lead_id=lead.lead_id, state=lead.state,
                     queue=to.value, detail={"why": "by hand", "from_queue": lead.queue})
