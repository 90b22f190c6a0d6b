"""Windows: closed now, listed, with plan, certificate, files and inputs; cancelled, replayed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.http.bodies.windows import Replay, Window, WindowSummary, summary, whole
from api.http.paging import Cursor, Limit, Page, cursor_of, key_of
from api.http.problems import responses
from api.http.security import Admin, FiguresReader, Manager, Reader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.errors import ConflictError
from api.service.windows.asking import (
    ask_window,
    inputs_json,
    list_windows,
    one_window,
    plan_file,
    plan_json,
    replay,
)
from api.service.windows.closing import Status
from api.service.windows.failing import cancel_window
from api.solving.errors import WorkError
from api.solving.process import shared
from solver.models import Certificate

router = APIRouter(prefix="/v1/windows", tags=["windows"], route_class=StrictRoute)
#: Seconds after which asking for a window's state again makes sense.
_RETRY_AFTER = "1"


WindowId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")]


class PlanFile(StrEnum):
    """The CSV files of a plan."""

    ASSIGNMENTS = "assignments.csv"
    HELD = "held.csv"
    KEPT = "kept.csv"
    SLOTS = "slots.csv"
    LIMITS = "limits.csv"


def _media(kind: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "The bytes as they are stored.",
                  "content": {kind: {"schema": schema}}}}


_JSON = _media("application/json", {"type": "object"})
_CSV = _media("text/csv", {"type": "string"})


@router.post("", status_code=202, responses=responses())
def close_window_now(context: InContext, actor: Manager, response: Response) -> Window:
    """Ask for a window to be closed now; poll it at `Location`.

    Where one is asked for already it is answered. A worker closes it as soon as none runs. Where
    no lead waits it ends at once, without a plan.
    """
    row = ask_window(context, actor)
    response.headers["Location"] = f"{router.prefix}/{row.window_id}"
    response.headers["Retry-After"] = _RETRY_AFTER
    return whole(row)


@router.get("", responses=responses(422))
def list_all_windows(context: InContext, _: Reader, limit: Limit = 100, cursor: Cursor = None,
                     status: Annotated[Status | None, Query()] = None) -> Page[WindowSummary]:
    """List windows, the latest first."""
    key = key_of(cursor, (str,))
    rows = list_windows(context, limit + 1, None if key is None else str(key[0]), status)
    shown, more = rows[:limit], rows[limit:]
    return Page(items=[summary(row) for row in shown],
                next_cursor=cursor_of(shown[-1].window_id) if more else None)


@router.get("/{window_id}", responses=responses(404, 422))
def show_window(window_id: WindowId, context: InContext, _: Reader, response: Response) -> Window:
    """Show one window."""
    row = one_window(context, window_id)
    if row.status in (Status.QUEUED, Status.RUNNING):
        response.headers["Retry-After"] = _RETRY_AFTER
    return whole(row)


@router.get("/{window_id}/plan", responses={**_JSON, **responses(404, 409, 422)},
            response_class=Response)
def show_plan(window_id: WindowId, context: InContext, _: FiguresReader) -> Response:
    """Return plan.json: owners with every factor of their value, held leads, certificate, ..."""
    return Response(plan_json(context, window_id), media_type="application/json")


@router.get("/{window_id}/certificate", responses=responses(404, 409, 422))
def show_certificate(window_id: WindowId, context: InContext, _: Reader) -> Certificate:
    """Return the proof of how good the plan is for the stored inputs."""
    found = whole(one_window(context, window_id)).certificate
    if found is None:
        plan_json(context, window_id)  # says why there is none
        raise ConflictError(f"window {window_id!r} has no certificate", code="no_plan")
    return found


@router.get("/{window_id}/files/{name}", responses={**_CSV, **responses(404, 409, 422)},
            response_class=Response)
def show_plan_file(window_id: WindowId, name: PlanFile, context: InContext, _: FiguresReader
                   ) -> Response:
    """Return one of the CSV files of the plan; `limits.csv` where the policy has limits."""
    return Response(plan_file(context, window_id, name.value), media_type="text/csv")


@router.get("/{window_id}/inputs", responses={**_JSON, **responses(404, 409, 422)},
            response_class=Response)
def show_inputs(window_id: WindowId, context: InContext, _: Admin) -> Response:
    """Return what the window was solved from: leads without contact data, reps, policy, floors."""
    return Response(inputs_json(context, window_id), media_type="application/json")


@router.post("/{window_id}/cancel", responses=responses(404, 422))
def cancel_one_window(window_id: WindowId, context: InContext, actor: Manager) -> Window:
    """Cancel a window that is queued or runs; its leads wait for the next.

    One that has ended stays as it is.
    """
    return whole(cancel_window(context, actor, window_id))


@router.post("/{window_id}/replay", responses=responses(404, 409, 422))
def replay_window(window_id: WindowId, context: InContext, _: Admin) -> Replay:
    """Solve the stored inputs again, and say whether the plan is the same byte for byte."""
    try:
        found = replay(context, window_id, shared())
    except WorkError as error:
        raise ConflictError(f"window {window_id!r} cannot be solved again: {error}",
                            code="not_replayed") from error
    return Replay(equal=found.equal, plan_sha256=found.plan_sha256,
                  stored_sha256=found.stored_sha256)
