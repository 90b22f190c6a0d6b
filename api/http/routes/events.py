"""What sales does with leads: one step after another, and two leads that are one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from api.http.bodies.base import LeadId
from api.http.bodies.steps import AnyStep, MergeBody, StepTaken, asked_of, shown
from api.http.idempotency_key import (
    REPLAYED_HEADER,
    IdempotencyKey,
    RawBody,
    answer,
    asked_once,
)
from api.http.problems import responses
from api.http.security import Operator
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.steps import merge, take_step_once

router = APIRouter(prefix="/v1/leads", tags=["hand-off"], route_class=StrictRoute)
_RESPONSES = responses(400, 404, 409, 410, 413, 422)


@router.post("/{lead_id}/events", response_model=StepTaken,
             responses={**_RESPONSES, 200: {"description": "It was taken.",
                                            "headers": REPLAYED_HEADER}})
def report_step(lead_id: LeadId, body: Annotated[AnyStep, Body()], context: InContext,
                actor: Operator, request: Request, sent: RawBody, key: IdempotencyKey = None
                ) -> Response:
    """Report a step; one that the lead's state does not allow is refused with 409."""
    return answer(take_step_once(context, actor, lead_id, asked_of(body),
                                 asked_once(key, request, sent),
                                 lambda taken: shown(taken).model_dump_json().encode()))


@router.post("/{lead_id}/merge", responses=_RESPONSES)
def merge_lead(lead_id: LeadId, body: MergeBody, context: InContext, actor: Operator) -> StepTaken:
    """Merge a lead that waits, or that the CRM keeps, into another one, which gains its data."""
    return shown(merge(context, actor, lead_id, body.into))
