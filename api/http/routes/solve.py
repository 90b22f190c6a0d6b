"""One small window, solved while the request waits; nothing of it is stored."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from api.http.bodies.base import Body, Moment
from api.http.bodies.records import AccountRecord, LeadRecord, RepRecord, as_record, in_body
from api.http.problems import responses
from api.http.security import Reader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.solving import check_size, solve_small
from solver.errors import InvalidInputError
from solver.models import Account, IssueCode, Lead, Plan, Policy, Rep, Window
from solver.reading.parsing.strict_yaml import plain_document
from solver.reading.validation import validate

router = APIRouter(prefix="/v1/solve", tags=["solve"], route_class=StrictRoute)
Floor = Annotated[int, Field(strict=True, ge=0, le=2**62)]


class SolveBody(Body):
    """A window, in the library's own records."""

    at: Moment | None = None
    """Instant of the decision; none: now."""
    leads: list[LeadRecord]
    """Taken as they come: nothing is normalised, merged or scored."""
    reps: list[RepRecord]
    """With their loads."""
    accounts: list[AccountRecord] = Field(default_factory=list)
    policy: dict[str, Any] = Field(default_factory=dict)
    """Keys that differ from the defaults, as in the policy file."""
    floors: dict[str, Floor] | None = None
    """rep_id to what a slot is expected to bring later, minor units."""


@router.post("", response_model=Plan, responses=responses(400, 413, 422))
def solve_now(body: SolveBody, context: InContext, _: Reader) -> Response:
    """Give every lead at most one owner, and prove it: the plan, as of `fairlead route`.

    Above `FAIRLEAD_SOLVE_MAX_PAIRS` leads times reps the answer is 413. A window that is no flow
    stops after `FAIRLEAD_SOLVE_SECONDS` with the best plan so far, and `stopped_by` says so. Rules
    that no plan can keep are 422, with a smallest set of them.
    """
    check_size(context, len(body.leads), len(body.reps))
    plan = solve_small(context, _window(body, context.now if body.at is None else body.at),
                       body.floors)
    return Response(plan, media_type="application/json")


def _window(body: SolveBody, at: Any) -> Window:
    policy, issues = validate(Policy, plain_document("policy", body.policy), IssueCode.BAD_POLICY)
    if policy is None:
        raise InvalidInputError(issues)
    reps = []
    for place, rep in enumerate(body.reps):
        try:
            reps.append(as_record(Rep, rep))
        except ValidationError as error:
            raise RequestValidationError(in_body(error, "reps", place)) from None
    try:
        return Window(at=at, leads=tuple(as_record(Lead, one) for one in body.leads),
                      reps=tuple(reps), policy=policy,
                      accounts=tuple(as_record(Account, one) for one in body.accounts))
    except ValidationError as error:
        raise RequestValidationError(in_body(error)) from None
