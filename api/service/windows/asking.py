"""Windows as people see them: asked for, listed, looked into, solved again."""

from __future__ import annotations

from dataclasses import dataclass

from api.service.context import Actor, Context
from api.service.errors import ConflictError, UnknownError
from api.service.windows.closing import Status, Trigger, new_window_id
from api.solving.deciding import Decided
from api.solving.packing import digest, unpack
from api.solving.process import Solving
from api.store.control import read_control
from api.store.windows import (
    WindowRow,
    add_window,
    get_window,
    latest_windows,
    read_inputs,
    read_plan,
    windows_of_status,
)
from solver.plan_files import parse_plan, render_plan

#: A solve that takes so many times its limit has gone wrong: loading and words come on top.
_LATE = 10.0


@dataclass(frozen=True, slots=True)
class Replayed:
    """A window solved again from its stored inputs."""

    equal: bool
    """Whether the plan's bytes are those stored."""
    plan_sha256: str
    stored_sha256: str


def ask_window(context: Context, actor: Actor, trigger: Trigger = Trigger.ASKED) -> WindowRow:
    """Ask for a window to be closed now; one that is asked for already will do.

    A window that runs has closed before and lacks what came since: it will not do.
    """
    now = context.now
    with context.database.write() as tx:
        control = read_control(tx)
        add_window(tx, window_id=new_window_id(now), status=Status.QUEUED, trigger=trigger,
                   at=now, created_at=now, policy_version=control.policy_version,
                   shadow=control.shadow)
        waiting = windows_of_status(tx, Status.QUEUED)
    if not waiting:  # the one that was there was taken up at this moment
        return ask_window(context, actor, trigger)
    return waiting[0]


def list_windows(context: Context, most: int, before: str | None, status: Status | None
                 ) -> list[WindowRow]:
    """Return windows, the latest first, before one where it is named."""
    with context.database.read() as tx:
        return latest_windows(tx, most, before, () if status is None else (status,))


def one_window(context: Context, window_id: str) -> WindowRow:
    """Return a window.

    Raises
    ------
    UnknownError
        There is none with this id.
    """
    with context.database.read() as tx:
        row = get_window(tx, window_id)
    if row is None:
        raise UnknownError(f"there is no window {window_id!r}")
    return row


def plan_json(context: Context, window_id: str) -> bytes:
    """Return plan.json of a window.

    Raises
    ------
    UnknownError
        There is no such window.
    ConflictError
        It has no plan: it has not ended yet, it failed, or no lead waited.
    """
    row = one_window(context, window_id)
    with context.database.read() as tx:
        packed = read_plan(tx, window_id)
    if packed is None:
        raise ConflictError(_without_plan(row), code="no_plan")
    return unpack(packed)


def plan_file(context: Context, window_id: str, name: str) -> bytes:
    """Return one of the CSV files of a plan; errors of :func:`plan_json`, and for unknown names."""
    files = render_plan(parse_plan(plan_json(context, window_id)))
    if name not in files:
        raise UnknownError(f"the plan of window {window_id!r} has no file {name!r}; it has "
                           f"{', '.join(sorted(files))}")
    return files[name]


def inputs_json(context: Context, window_id: str) -> bytes:
    """Return the inputs that a window was solved from; errors as of :func:`plan_json`."""
    return unpack(_inputs(context, window_id))


def replay(context: Context, window_id: str, solving: Solving) -> Replayed:
    """Solve the stored inputs again, and compare the plan byte for byte.

    Runs that a time limit ended need not repeat; nor does a plan repeat once Fairlead, or a library
    it names under ``versions``, is another. Errors as of :func:`plan_json`, and of the solving.
    """
    row = one_window(context, window_id)
    inputs = _inputs(context, window_id)
    if row.plan_sha256 is None:
        raise ConflictError(_without_plan(row), code="no_plan")
    again = Decided.from_bytes(solving.run("decide", inputs, seconds=solve_seconds(context)))
    return Replayed(equal=again.plan_sha256 == row.plan_sha256 == digest(unpack(again.plan)),
                    plan_sha256=again.plan_sha256, stored_sha256=row.plan_sha256)


def solve_seconds(context: Context) -> float:
    """Return how long the solving of a window may take before it is taken for hung."""
    return max(_LATE * context.settings.solve_seconds, 60.0)


def _inputs(context: Context, window_id: str) -> bytes:
    row = one_window(context, window_id)
    with context.database.read() as tx:
        packed = read_inputs(tx, window_id)
    if packed is None:
        raise ConflictError(_without_plan(row), code="no_plan")
    return packed


def _without_plan(row: WindowRow) -> str:
    why = {Status.QUEUED: "it waits for a worker", Status.RUNNING: "it is being solved",
           Status.FAILED: f"it failed: {row.error}", Status.CANCELLED: "it was cancelled",
           Status.SUCCEEDED: "no lead waited"}[Status(row.status)]
    return f"window {row.window_id!r} has no plan: {why}"
