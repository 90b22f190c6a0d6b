"""Windows that come to nothing: failed, or cancelled; their leads never left the queue."""

from __future__ import annotations

from api.service.context import WORKER, Actor, Context
from api.service.errors import UnknownError
from api.service.happenings import Happening, tell
from api.service.windows.closing import Status
from api.service.windows.leasing import Lease
from api.store.windows import WindowRow, get_window, latest_windows, lock_window, update_window

_MOST_CHARACTERS = 2000


def fail_window(context: Context, window_id: str, lease: Lease, code: str, detail: str) -> bool:
    """Give a window up that this lease's holder runs; return whether it still ran.

    People are told, but not of the same failure again and again.
    """
    error = f"{code}: {detail}"[:_MOST_CHARACTERS]
    now = context.now
    with context.database.write() as tx:
        row = lock_window(tx, window_id)
        if row is None or row.status != Status.RUNNING or row.token != lease.token:
            return False
        last = next(iter(latest_windows(tx, 1, statuses=[Status.SUCCEEDED, Status.FAILED])), None)
        update_window(tx, window_id, [Status.RUNNING], status=Status.FAILED, finished_at=now,
                      error=error)
        if last is None or last.error != error:
            tell(tx, [Happening("alert.window_failed", now, WORKER.actor_id, window_id=window_id,
                                detail={"code": code})])
    return True


def cancel_window(context: Context, actor: Actor, window_id: str) -> WindowRow:
    """Cancel a window that waits or runs; one that has ended stays as it is.

    Raises
    ------
    UnknownError
        There is no such window.
    """
    now = context.now
    with context.database.write() as tx:
        if update_window(tx, window_id, [Status.QUEUED, Status.RUNNING], status=Status.CANCELLED,
                         finished_at=now, error=None):
            tell(tx, [Happening("window.cancelled", now, actor.actor_id, window_id=window_id)])
        row = get_window(tx, window_id)
    if row is None:
        raise UnknownError(f"there is no window {window_id!r}")
    return row


def is_running(context: Context, window_id: str) -> bool:
    """Return whether a window still runs: it was not cancelled, nor taken over."""
    with context.database.read() as tx:
        row = get_window(tx, window_id)
    return row is not None and row.status == Status.RUNNING
