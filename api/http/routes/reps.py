"""Reps: put by the CRM, listed with their live loads, paused, away, leaving."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.http.bodies.base import Answer, Body, Moment, RepId
from api.http.bodies.putting import PutRows, Rows, check_put, put_rows
from api.http.bodies.records import NamedRep, PlainText, RepFields, record_of, strictly
from api.http.paging import Cursor, Limit, Page, cursor_of, key_of
from api.http.problems import responses
from api.http.security import Manager, Reader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.context import Actor, Context
from api.service.leaving import leave
from api.service.reps import (
    add_time_off,
    drop_time_off,
    list_reps,
    pause,
    put_reps,
    resume,
    the_rep,
)
from api.store.reps import RepRow
from solver.models import Rep

router = APIRouter(prefix="/v1/reps", tags=["reps"], route_class=StrictRoute)
#: Figures about a rep that only managers and the rep see.
_FIGURES = ("performance", "weight", "breaches")
Period = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


@strictly(Rep, without=("rep_id", "open_leads", "assigned_today", "assumed", "performance",
                        "weight"))
class RepAnswer(Answer):
    """A rep as it was put, and its loads now."""

    rep_id: str
    performance: float | None
    """As it was put; null where the key may not see it."""
    weight: float | None
    """As it was put; null where the key may not see it."""
    open_leads: int
    """Open leads that only the CRM knows."""
    used: int
    """Slots that leads owned here take."""
    assigned_today: int
    """Slots given to the rep today, where it is."""
    free_slots: int
    """Slots free now; 0 for who gets no leads."""
    works: bool
    """Whether the rep may get new leads: active, not paused, not gone."""
    paused_until: Moment | None
    pause_reason: str | None
    left_at: Moment | None
    breaches: int | None
    """Of the service level, since the last pause; null where the key may not see it."""
    revision: int
    """Grows with every change that matters to a plan."""
    updated_at: Moment


class Pause(Body):
    """How long a rep gets no new leads."""

    until: Moment
    reason: Annotated[PlainText, Field(min_length=1, max_length=500)] | None = None


class TimeOff(Body):
    """When a rep is away."""

    period: Period
    """``2026-11-23/2026-11-27`` (local dates, both included) or two instants with offsets."""


class Leave(Body):
    """What becomes of the open leads of a rep who leaves."""

    reassign_to: RepId | None = None
    """Who gets them, as far as there is room; the rest, and all where nobody is named, go to the
    next window."""


class LeftAnswer(Answer):
    """What became of them."""

    rep_id: str
    left_at: Moment
    requeued: int
    """Leads that went to the next window by this request."""
    reassigned: int
    """Leads that went to the other rep by this request."""


@router.post("", responses=responses(400, 413, 422))
def put_many_reps(body: Rows, context: InContext, actor: Manager) -> PutRows:
    """Put up to 5,000 reps.

    Each is as of `PUT /v1/reps/{rep_id}`, with its `rep_id`. Bad rows are refused one by one, and
    the others are stored.
    """
    return put_rows(body, NamedRep, Rep, lambda reps: put_reps(context, actor, reps))


@router.put("/{rep_id}", responses=responses(400, 413, 422))
def put_one_rep(rep_id: RepId, body: RepFields, context: InContext, actor: Manager) -> RepAnswer:
    """Put a rep: a new one, or all fields of a known one. Pauses and open leads stay."""
    put, = put_reps(context, actor, [record_of(Rep, body, rep_id=rep_id)])
    check_put(put)
    return _shown(the_rep(context, rep_id), context, actor)


@router.get("", responses=responses(422))
def list_all_reps(
        context: InContext, actor: Reader, cursor: Cursor = None, limit: Limit = 100,
        team: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$",
                                          description="Only reps of this team.")] = None
        ) -> Page[RepAnswer]:
    """List reps by id, those who left too."""
    key = key_of(cursor, (str,))
    rows = list_reps(context, None if key is None else str(key[0]), limit + 1, team)
    return Page(items=[_shown(row, context, actor) for row in rows[:limit]],
                next_cursor=cursor_of(rows[limit - 1].rep_id) if len(rows) > limit else None)


@router.get("/{rep_id}", responses=responses(404, 422))
def get_one_rep(rep_id: RepId, context: InContext, actor: Reader) -> RepAnswer:
    """Return a rep."""
    return _shown(the_rep(context, rep_id), context, actor)


@router.post("/{rep_id}/pause", responses=responses(400, 404, 413, 422))
def pause_rep(rep_id: RepId, body: Pause, context: InContext, actor: Manager) -> RepAnswer:
    """Give a rep no new leads before an instant; the open ones stay."""
    return _shown(pause(context, actor, rep_id, body.until, body.reason), context, actor)


@router.post("/{rep_id}/resume", responses=responses(404, 422))
def resume_rep(rep_id: RepId, context: InContext, actor: Manager) -> RepAnswer:
    """Give a rep new leads again, who was paused or had left."""
    return _shown(resume(context, actor, rep_id), context, actor)


@router.post("/{rep_id}/time-off", responses=responses(400, 404, 413, 422))
def add_rep_time_off(rep_id: RepId, body: TimeOff, context: InContext, actor: Manager
                     ) -> RepAnswer:
    """Note that a rep is away: no leads then, and its service level stands still."""
    return _shown(add_time_off(context, actor, rep_id, body.period), context, actor)


@router.delete("/{rep_id}/time-off", responses=responses(404, 422))
def drop_rep_time_off(
        rep_id: RepId, context: InContext, actor: Manager,
        period: Annotated[str, Query(min_length=1, max_length=100, pattern=r"^[^\x00]*$",
                                     description="As it was added.")]) -> RepAnswer:
    """Note that a rep is not away after all."""
    return _shown(drop_time_off(context, actor, rep_id, period), context, actor)


@router.post("/{rep_id}/leave", responses=responses(400, 404, 409, 413, 422))
def rep_leaves(rep_id: RepId, body: Leave, context: InContext, actor: Manager) -> LeftAnswer:
    """Take a rep off the floor: no new leads from now on, and the open ones move, in batches.

    If that is broken off, ask again: it goes on where it stopped.
    """
    left = leave(context, actor, rep_id, body.reassign_to)
    return LeftAnswer(rep_id=rep_id, left_at=left.left_at, requeued=left.requeued,
                      reassigned=left.reassigned)


def _shown(row: RepRow, context: Context, actor: Actor) -> RepAnswer:
    now = context.now
    found: dict[str, Any] = row.stored.model_dump(exclude={"assigned_today", "assumed"}) | {
        "used": row.used, "assigned_today": row.used_today(now), "free_slots": row.free_slots(now),
        "works": row.works(now), "paused_until": row.paused_until,
        "pause_reason": row.pause_reason, "left_at": row.left_at, "breaches": row.breaches,
        "revision": row.revision, "updated_at": row.updated_at}
    if not (actor.is_manager or actor.rep_id == row.rep_id):
        found |= dict.fromkeys(_FIGURES)
    return RepAnswer.model_validate(found)
