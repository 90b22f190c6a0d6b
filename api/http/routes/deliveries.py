"""Deliveries: what was told to whom, what waits, dead letters and their replay."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from api.http.bodies.base import Answer, Body, Moment
from api.http.paging import Cursor, Limit, Page, cursor_of, key_of
from api.http.problems import responses
from api.http.security import Manager
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.deliveries import deliveries_page, replay, replay_dead
from api.store.deliveries import QUEUED, DeliveryRow

router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"], route_class=StrictRoute)

_LARGEST = 2**63 - 1
_TARGET = r"^tgt_[0-9a-f]{1,64}$"
_Status = Literal["queued", "delivered", "dead"]


class Delivery(Answer):
    """One message for one receiver."""

    delivery_id: int
    target_id: str
    message_id: str
    """The webhook's id: the same at every attempt, for every target, and when sent again."""
    kind: str
    """Of the event."""
    lead_id: str | None
    rep_id: str | None
    """Who is told, where the target mails reps."""
    status: _Status
    attempts: int
    """Since it was queued, or sent again."""
    queued_at: Moment
    next_at: Moment | None
    """When it is tried next at the earliest."""
    delivered_at: Moment | None
    last_error: str | None
    """Why the last attempt failed."""


class DeadLetters(Body):
    """Which deliveries are sent again."""

    status: Literal["dead"]
    target_id: Annotated[str, Field(pattern=_TARGET)] | None = None
    """The target; without it all targets that are on."""


class Replayed(Answer):
    """What is sent again."""

    replayed: int
    """Deliveries."""


def _shown(row: DeliveryRow) -> dict[str, Any]:
    return {"delivery_id": row.id, "target_id": row.target_id,
            "message_id": row.message.message_id, "kind": row.message.kind,
            "lead_id": row.message.lead_id, "rep_id": row.recipient or None,
            "status": row.status, "attempts": row.attempts, "queued_at": row.queued_at,
            "next_at": row.next_at if row.status == QUEUED else None,
            "delivered_at": row.delivered_at, "last_error": row.last_error}


@router.get("", responses=responses(422))
def list_deliveries(
        context: InContext, _: Manager,
        status: Annotated[_Status | None, Query(description="Those of one status.")] = None,
        target_id: Annotated[str | None, Query(
            pattern=_TARGET, description="Those of one target.")] = None,
        limit: Limit = 100, cursor: Cursor = None) -> Page[Delivery]:
    """List deliveries, the oldest first; those that arrived are kept some days."""
    key = key_of(cursor, (int,))
    after = 0 if key is None else max(0, min(int(key[0]), _LARGEST))
    rows = deliveries_page(context, after, limit + 1, status=status, target_id=target_id)
    return Page(items=[Delivery.model_validate(_shown(row)) for row in rows[:limit]],
                next_cursor=cursor_of(rows[limit - 1].id) if len(rows) > limit else None)


@router.post("/replay", responses=responses(400, 404, 409, 413, 422))
def replay_dead_letters(body: DeadLetters, context: InContext, _: Manager) -> Replayed:
    """Send dead letters again, under the same message ids."""
    return Replayed(replayed=replay_dead(context, body.target_id))


@router.post("/{delivery_id}/replay", responses=responses(404, 409, 422))
def replay_one_delivery(
        delivery_id: Annotated[int, Path(ge=1, le=_LARGEST, description="The delivery.")],
        context: InContext, _: Manager) -> Delivery:
    """Send one delivery again at once, whatever became of it, under the same message id."""
    return Delivery.model_validate(_shown(replay(context, delivery_id)))
