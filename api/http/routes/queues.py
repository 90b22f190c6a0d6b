"""Queues: listed, handed out by hand, sent back to be routed, moved."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter

from api.http.bodies.base import LEAD_ID
from api.http.bodies.queues import (
    MoveBody,
    MovedLeads,
    QueueSummary,
    SomeOrAll,
    TakeBody,
    WaitingLead,
)
from api.http.bodies.steps import StepTaken, shown
from api.http.paging import Cursor, Limit, Page, bad_cursor, cursor_of, key_of
from api.http.problems import responses
from api.http.security import Operator, Reader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.moving import move, send_back
from api.service.queues import queue_leads, queues, take
from solver.models import Queue

router = APIRouter(prefix="/v1/queues", tags=["queues"], route_class=StrictRoute)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@router.get("", responses=responses())
def list_queues(context: InContext, _: Reader) -> list[QueueSummary]:
    """List all queues: how many leads wait, how long the first has, who hands them out."""
    now = context.now
    return [QueueSummary.of(one, now) for one in queues(context)]


@router.get("/{queue}", responses=responses(422))
def list_waiting_leads(queue: Queue, context: InContext, actor: Reader, limit: Limit = 100,
                       cursor: Cursor = None) -> Page[WaitingLead]:
    """List the leads of a queue with their reasons, the longest waiting first."""
    now = context.now
    rows = queue_leads(context, actor, queue, _after(cursor), limit + 1)
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        assert last.queued_at is not None
        following = cursor_of((last.queued_at - _EPOCH) // _MICROSECOND, last.lead_id)
    return Page(items=[WaitingLead.of(row, actor, now) for row in rows[:limit]],
                next_cursor=following)


@router.post("/{queue}/take", responses=responses(400, 404, 409, 410, 413, 422))
def take_lead(queue: Queue, body: TakeBody, context: InContext, actor: Operator) -> StepTaken:
    """Give a lead of the queue to a rep by hand; capacity and exclusions hold.

    Where the policy names a contact for the queue, only that rep's key or an admin's may.
    """
    return shown(take(context, actor, queue, body.lead_id, body.rep_id))


@router.post("/{queue}/send-back", responses=responses(400, 409, 413, 422))
def send_leads_back(queue: Queue, body: SomeOrAll, context: InContext, actor: Operator
                    ) -> MovedLeads:
    """Send leads to the next window, whatever held them."""
    return MovedLeads.of(send_back(context, actor, queue, body.lead_ids))


@router.post("/{queue}/move", responses=responses(400, 409, 413, 422))
def move_leads(queue: Queue, body: MoveBody, context: InContext, actor: Operator) -> MovedLeads:
    """Move leads to another queue."""
    return MovedLeads.of(move(context, actor, queue, body.queue, body.lead_ids))


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    key = key_of(cursor, (int, str))
    if key is None:
        return None
    since, lead_id = int(key[0]), str(key[1])
    try:
        instant = _EPOCH + since * _MICROSECOND
    except OverflowError:
        raise bad_cursor(cursor) from None
    if not re.fullmatch(LEAD_ID, lead_id):
        raise bad_cursor(cursor)
    return instant, lead_id
