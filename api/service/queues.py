"""Queues: what waits where and why, and leads handed out of them by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.service.context import Actor, Context
from api.service.errors import ConflictError, ForbiddenError
from api.service.steps.asked import Asked, Case, Taken
from api.service.steps.giving import check_hand_out, hand_over
from api.service.steps.taking import known, settle
from api.store.control import Control, read_control
from api.store.leads import LeadRow, lock_lead
from api.store.queues import queue_counts, queue_page
from solver.hand_off import Step
from solver.models import Queue


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue."""

    queue: Queue
    num_leads: int
    oldest: datetime | None
    contact: str | None
    """rep_id of the one person who hands its leads out."""


def queues(context: Context) -> list[QueueState]:
    """Return all queues."""
    with context.database.read() as tx:
        contacts = read_control(tx).policy.hand_off.contacts
        return [QueueState(queue, found.num_leads, found.oldest, contacts.get(queue))
                for queue, found in queue_counts(tx).items()]


def queue_leads(context: Context, actor: Actor, queue: Queue,
                after: tuple[datetime, str] | None, most: int) -> list[LeadRow]:
    """Return leads of a queue, the longest waiting first.

    Raises
    ------
    ForbiddenError
        If the key is a rep's own who is not the contact of the queue: reasons name colleagues.
    """
    with context.database.read() as tx:
        check_rep(actor, queue, read_control(tx))
        return queue_page(tx, queue, after, most)


def take(context: Context, actor: Actor, queue: Queue, lead_id: str, rep_id: str) -> Taken:
    """Give a lead of a queue to a rep by hand.

    Errors are those of the step ``reassigned``, and:

    Raises
    ------
    ForbiddenError
        If somebody else hands out the leads of this queue.
    ConflictError
        If the lead does not wait there.
    """
    now = context.now
    with context.database.write() as tx:
        held = read_control(tx)
        check_hand_out(actor, queue, held.policy)
        lead = known(lock_lead(tx, lead_id), lead_id)
        if lead.queue != queue.value:
            raise ConflictError(elsewhere(lead, queue), code="not_in_queue")
        case = Case(tx, held, actor, lead, None,
                    Asked(Step.REASSIGNED, rep_id=rep_id), now, now)
        return settle(case, hand_over(case, rep_id))


def check_rep(actor: Actor, queue: Queue, held: Control) -> None:
    """Check that a rep's own key is that of the queue's contact; other keys pass.

    Raises
    ------
    ForbiddenError
        If it is not: reasons in queues name colleagues.
    """
    if actor.rep_id is not None and held.policy.hand_off.contacts.get(queue) != actor.rep_id:
        raise ForbiddenError(f"the key is rep {actor.rep_id!r}'s own, who is not the contact of "
                             f"the queue {queue.value!r} (hand_off.contacts)",
                             code="not_the_contact")


def elsewhere(lead: LeadRow, queue: Queue) -> str:
    """Say that a lead does not wait in a queue."""
    place = lead.state if lead.queue is None else f"in {lead.queue}"
    return f"lead {lead.lead_id!r} does not wait in {queue.value}: it is {place}"
