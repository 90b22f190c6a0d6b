"""Leads: posted one by one and in bulk, listed; what they did."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api.http.bodies.base import LEAD_ID, RepId
from api.http.bodies.leads import (
    LEAD_SCHEMA,
    NO_NUL,
    ROWS_SCHEMA,
    DoneActivity,
    ListedLead,
    parse_many,
    parse_one,
    request_body,
)
from api.http.idempotency_key import (
    REPLAYED_HEADER,
    IdempotencyKey,
    RawBody,
    answer,
    asked_once,
)
from api.http.paging import Page, cursor_of, key_of
from api.http.problems import responses
from api.http.security import Intake, Reader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.context import Actor
from api.service.errors import Problem, RefusedError
from api.service.intake import post_lead, post_leads, take_activities
from api.service.intake.listing import list_of_leads
from api.service.intake.results import ActivitiesTaken, BulkResult, Intaken
from api.service.showing import reasons_for
from api.store.lead_lists import ListedLead as StoredLead
from api.store.lead_lists import Wanted
from solver.hand_off import LeadState
from solver.models import Activity, Queue

router = APIRouter(prefix="/v1/leads", tags=["leads"], route_class=StrictRoute)
_JSON, _NDJSON = "application/json", "application/x-ndjson"
OfLead = Annotated[str, Path(pattern=LEAD_ID)]
OneOrMany = Annotated[DoneActivity | Annotated[list[DoneActivity], Field(
    min_length=1, max_length=1000)], Body()]


class How(BaseModel):
    """How leads are taken in; parameters that are misspelt are refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    prepare: Literal["true", "false"] = "true"
    """`true`: read, normalised, merged, matched, scored and checked as by `fairlead prepare`.
    `false`: taken as it is, with the types of the library's lead."""

    @property
    def prepares(self) -> bool:
        """Whether leads are prepared."""
        return self.prepare == "true"


class Which(BaseModel):
    """Which leads, and which page of them."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    state: LeadState | None = None
    queue: Queue | None = None
    """Of waiting leads."""
    rep_id: RepId | None = None
    """Who owns them now."""
    account_id: Annotated[str, Field(max_length=200, pattern=NO_NUL)] | None = None
    source: Annotated[str, Field(max_length=200, pattern=NO_NUL)] | None = None
    cursor: Annotated[str, Field(max_length=2000)] | None = None
    """`next_cursor` of the page before; none begins at the front."""
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    """Rows of a page at most."""


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
                  how: Annotated[How, Query()], key: IdempotencyKey = None) -> Response:
    """Take one lead in: 201 for a new one, 200 for a known one, which the post updates.

    A change that matters to a rule sends a lead that nobody works back to the queue. A lead that
    the policy calls hot is routed at once.
    """
    _media_type(request, _JSON)
    return answer(post_lead(context, actor, parse_one(body, prepare=how.prepares),
                            asked_once(key, request, body), prepare=how.prepares))


@router.post("/bulk", response_model=BulkResult, responses=_answers(BulkResult, 200),
             openapi_extra=request_body(ROWS_SCHEMA, ndjson=True))
def post_many_leads(actor: Intake, context: InContext, request: Request, body: RawBody,
                    how: Annotated[How, Query()], key: IdempotencyKey = None) -> Response:
    """Take many leads in, as a JSON array or as NDJSON; each row is accepted or refused alone.

    All accepted rows are stored in one transaction. A lead that stands on several rows is updated
    by the later ones.
    """
    ndjson = _media_type(request, _JSON, _NDJSON) == _NDJSON
    rows = parse_many(body, ndjson=ndjson, prepare=how.prepares,
                      most=context.settings.bulk_max_leads)
    return answer(post_leads(context, actor, rows, asked_once(key, request, body),
                             prepare=how.prepares))


@router.post("/{lead_id}/activities", response_model=ActivitiesTaken,
             responses={**responses(404, 410), **_answers(ActivitiesTaken, 200)})
def post_activities(lead_id: OfLead, did: OneOrMany, actor: Intake, context: InContext,
                    request: Request, body: RawBody, key: IdempotencyKey = None) -> Response:
    """Keep what a lead did, one thing or up to 1,000; the same thing twice counts once.

    A lead that rests is woken. Where the policy scores, points are counted anew, and a lead that
    becomes hot is routed at once.
    """
    many = did if isinstance(did, list) else [did]
    now = context.now
    done = [Activity(lead_id=lead_id, at=one.at or now, kind=one.kind, detail=one.detail)
            for one in many]
    return answer(take_activities(context, actor, lead_id, done,
                                  asked_once(key, request, body)))


@router.get("", responses=responses(422))
def list_leads(actor: Reader, context: InContext, which: Annotated[Which, Query()]
               ) -> Page[ListedLead]:
    """List leads in the order in which they were received."""
    after = key_of(which.cursor, (str, str))
    begin = None if after is None else (_instant(str(after[0])), str(after[1]))
    found = list_of_leads(context, Wanted(**which.model_dump(exclude={"cursor", "limit"})),
                          begin, which.limit + 1)
    shown, more = found[:which.limit], found[which.limit:]
    last = shown[-1] if more else None
    return Page(items=[_listed(one, actor) for one in shown], next_cursor=None if last is None else
                cursor_of(last.received_at.isoformat(), last.lead_id))


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min
    if found.tzinfo is None:
        raise RefusedError("cursor is not one of this list; take next_cursor of the page before",
                           problems=[Problem(pointer="cursor", code="bad_cursor",
                                             detail="must be the next_cursor of a page")])
    return found


def _listed(row: StoredLead, actor: Actor) -> ListedLead:
    return ListedLead.model_validate({**{name: getattr(row, name) for name in
                                         ListedLead.model_fields},
                                      "reasons": reasons_for(actor, row.reasons)})
