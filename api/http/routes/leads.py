"""Leads: posted one by one and in bulk, and listed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.exceptions import HTTPException

from api.http.bodies.leads import LEAD_SCHEMA, parse_many, parse_one, request_body
from api.http.idempotency_key import (
    REPLAYED_HEADER,
    IdempotencyKey,
    RawBody,
    answer,
    asked_once,
)
from api.http.problems import responses
from api.http.security import Intake
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.intake import post_lead, post_leads
from api.service.intake.results import BulkResult, Intaken

router = APIRouter(prefix="/v1/leads", tags=["leads"], route_class=StrictRoute)
_JSON, _NDJSON = "application/json", "application/x-ndjson"
Prepare = Annotated[Literal["true", "false"], Query(
    description="`true`: read, normalised, merged, matched, scored and checked as by `fairlead "
                "prepare`. `false`: taken as it is, with the types of the library's lead.")]


def _media_type(request: Request, *allowed: str) -> str:
    """Return the kind of the body; JSON where nothing is said."""
    said = request.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
    if said not in allowed:
        raise HTTPException(415, f"the body is {said[:80]!r}; send {' or '.join(allowed)}")
    return said


def _answers(model: Any, *statuses: int) -> dict[int | str, dict[str, Any]]:
    return {**responses(400, 409, 413, 415, 422),
            **{status: {"model": model, "headers": REPLAYED_HEADER} for status in statuses}}


@router.post("", status_code=201, response_model=Intaken,
             responses={**responses(410), **_answers(Intaken, 200, 201)},
             openapi_extra=request_body(LEAD_SCHEMA))
def post_one_lead(actor: Intake, context: InContext, request: Request, body: RawBody,
                  key: IdempotencyKey = None, prepare: Prepare = "true") -> Response:
    """Take one lead in: 201 for a new one, 200 for a known one, which the post updates.

    A change that matters to a rule sends a lead that nobody works back to the queue. A lead that
    the policy calls hot is routed at once.
    """
    _media_type(request, _JSON)
    prepares = prepare == "true"
    return answer(post_lead(context, actor, parse_one(body, prepare=prepares),
                            asked_once(key, request, body), prepare=prepares))


@router.post("/bulk", response_model=BulkResult, responses=_answers(BulkResult, 200),
             openapi_extra=request_body({"type": "array", "items": LEAD_SCHEMA}, ndjson=True))
def post_many_leads(actor: Intake, context: InContext, request: Request, body: RawBody,
                    key: IdempotencyKey = None, prepare: Prepare = "true") -> Response:
    """Take many leads in, as a JSON array or as NDJSON; each row is accepted or refused alone.

    All accepted rows are stored in one transaction. A lead that stands on several rows is updated
    by the later ones.
    """
    ndjson = _media_type(request, _JSON, _NDJSON) == _NDJSON
    prepares = prepare == "true"
    rows = parse_many(body, ndjson=ndjson, prepare=prepares,
                      most=context.settings.bulk_max_leads)
    return answer(post_leads(context, actor, rows, asked_once(key, request, body),
                             prepare=prepares))
