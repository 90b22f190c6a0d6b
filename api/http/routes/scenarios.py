"""Scenarios compared with what there is: asked for, followed, read, ended, deleted."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.http.bodies.scenarios import (
    ComparisonJob,
    ComparisonSummary,
    ScenariosBody,
    summary,
    whole,
)
from api.http.bodies.solving import window_of
from api.http.idempotency_key import (
    REPLAYED_HEADER,
    IdempotencyKey,
    RawBody,
    answer,
    asked_once,
)
from api.http.paging import Cursor, Limit, Page, cursor_of, key_of
from api.http.problems import responses
from api.http.security import FiguresReader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.errors import Problem, RefusedError
from api.service.scenarios.asking import (
    ask_comparison,
    cancel_comparison,
    delete_comparison,
    list_comparisons,
    one_comparison,
    results_of,
)
from api.service.scenarios.gathering import Posted
from api.service.windows.closing import Status
from api.solving.pointers import with_pointer
from solver.errors import InvalidInputError
from solver.reading.parsing.strict_yaml import plain_document
from solver.scenarios.reading import scenarios_in
from solver.what_ifs import ScenarioResult

router = APIRouter(prefix="/v1/scenarios", tags=["scenarios"], route_class=StrictRoute)
#: Seconds after which asking for the state again makes sense.
_RETRY_AFTER = "1"
#: Name of the list, and of the file in messages of the library.
_PLACE = "scenarios"

ComparisonId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")]


@router.post("", status_code=202, response_model=ComparisonJob, responses={
    **responses(400, 404, 409, 413, 422),
    202: {"description": "It waits for a worker.", "headers": REPLAYED_HEADER}})
def compare_scenarios(body: ScenariosBody, context: InContext, actor: FiguresReader,
                      request: Request, sent: RawBody, key: IdempotencyKey = None) -> Response:
    """Ask what would be if: hire, leave, shift, re-weight; poll it at `Location`.

    Each scenario is solved beside the leads that wait now, the stored inputs of `window_id`, or a
    `window` of your own; nothing of it is carried out. Edits that cannot be made are 422, before
    anything runs: first all that are ill written; where none is, all that do not fit the window.
    """
    given = _given(body, context)
    plain = [one.model_dump(exclude_unset=True) for one in body.scenarios]
    scenarios, issues = scenarios_in(plain_document(_PLACE, {_PLACE: plain}))
    if issues:
        raise InvalidInputError([with_pointer(one, plain) for one in issues])
    done = ask_comparison(context, actor, scenarios, given, asked_once(key, request, sent),
                          lambda row: whole(row).model_dump_json().encode())
    response = answer(done)
    response.headers["Location"] = f"{router.prefix}/{json.loads(done.body)['comparison_id']}"
    response.headers["Retry-After"] = _RETRY_AFTER
    return response


@router.get("", responses=responses(422))
def list_all_comparisons(context: InContext, _: FiguresReader, limit: Limit = 100,
                         cursor: Cursor = None,
                         status: Annotated[Status | None, Query()] = None
                         ) -> Page[ComparisonSummary]:
    """List comparisons, the latest first."""
    key = key_of(cursor, (str,))
    rows = list_comparisons(context, limit + 1, None if key is None else str(key[0]), status)
    shown, more = rows[:limit], rows[limit:]
    return Page(items=[summary(row) for row in shown],
                next_cursor=cursor_of(shown[-1].comparison_id) if more else None)


@router.get("/{comparison_id}", responses=responses(404, 422))
def show_comparison(comparison_id: ComparisonId, context: InContext, _: FiguresReader,
                    response: Response) -> ComparisonJob:
    """Show how far a comparison is, and the figures without any edit."""
    row = one_comparison(context, comparison_id)
    if row.status in (Status.QUEUED, Status.RUNNING):
        response.headers["Retry-After"] = _RETRY_AFTER
    return whole(row)


@router.get("/{comparison_id}/results", responses=responses(404, 422))
def show_comparison_results(comparison_id: ComparisonId, context: InContext, _: FiguresReader,
                            limit: Limit = 100, cursor: Cursor = None) -> Page[ScenarioResult]:
    """Return the results that are there, in the order of the scenarios.

    While it runs, and after it was cancelled or failed, these are the first `num_done`.
    """
    key = key_of(cursor, (int,))
    found = results_of(context, comparison_id, limit + 1, -1 if key is None else int(key[0]))
    shown, more = found[:limit], found[limit:]
    return Page(items=[result for _, result in shown],
                next_cursor=cursor_of(shown[-1][0]) if more else None)


@router.post("/{comparison_id}/cancel", responses=responses(404, 422))
def cancel_one_comparison(comparison_id: ComparisonId, context: InContext, _: FiguresReader
                          ) -> ComparisonJob:
    """End a comparison that is queued or runs; its results so far stay.

    One that has ended stays as it is.
    """
    return whole(cancel_comparison(context, comparison_id))


@router.delete("/{comparison_id}", status_code=204, responses=responses(404, 422))
def delete_one_comparison(comparison_id: ComparisonId, context: InContext, _: FiguresReader
                          ) -> None:
    """Delete a comparison with its inputs and results; one that runs is ended."""
    delete_comparison(context, comparison_id)


def _given(body: ScenariosBody, context: InContext) -> str | Posted | None:
    """Return what the scenarios are compared with."""
    if body.window is None:
        return body.window_id
    if body.window_id is not None:
        raise RefusedError(
            f"window_id {body.window_id!r} and window both say what scenarios are compared with; "
            "leave one of them out",
            problems=[Problem(pointer="/window_id", code="both_given",
                              detail="leave out window_id, or window", offending=body.window_id)])
    return Posted(window_of(body.window, context.now, "window"), body.window.floors)
