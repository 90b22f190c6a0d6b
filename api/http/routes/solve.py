"""One small window, solved while the request waits; nothing of it is stored."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http.bodies.solving import SolveBody, window_of
from api.http.problems import responses
from api.http.security import Reader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.solving import check_size, solve_small
from solver.models import Plan

router = APIRouter(prefix="/v1/solve", tags=["solve"], route_class=StrictRoute)


@router.post("", response_model=Plan, responses=responses(400, 413, 422))
def solve_now(body: SolveBody, context: InContext, _: Reader) -> Response:
    """Give every lead at most one owner, and prove it: the plan, as of `fairlead route`.

    Above `FAIRLEAD_SOLVE_MAX_PAIRS` leads times reps the answer is 413. A window that is no flow
    stops after `FAIRLEAD_SOLVE_SECONDS` with the best plan so far, and `stopped_by` says so. Rules
    that no plan can keep are 422, with a smallest set of them.
    """
    check_size(context, len(body.leads), len(body.reps))
    plan = solve_small(context, window_of(body, context.now), body.floors)
    return Response(plan, media_type="application/json")
