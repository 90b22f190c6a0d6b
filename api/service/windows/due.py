"""Whether a window is to be closed now, and why."""

from __future__ import annotations

from datetime import timedelta

from api.service.context import Context
from api.service.windows.closing import Status, Trigger
from api.service.windows.leasing import is_free
from api.store.control import WindowClock, window_clock
from api.store.database import Reading
from api.store.waiting import num_waiting
from api.store.windows import windows_of_status


def due(context: Context, waited: float = 0.0) -> Trigger | None:
    """Return why a window is to be closed now; None: none is.

    Parameters
    ----------
    context
        The service.
    waited
        Seconds that the caller has waited since it saw the last window close: the clock on the
        wall may have gone back.
    """
    with context.database.read() as tx:
        there = {row.status: row for row in windows_of_status(tx, Status.QUEUED, Status.RUNNING)}
        if Status.RUNNING in there:  # of a worker that was lost, unless somebody holds the lease
            return Trigger.TIMER if is_free(context, tx) else None
        if Status.QUEUED in there:
            return Trigger(there[Status.QUEUED].trigger)
        if not num_waiting(tx, context.now, 1):
            return None
        last = window_clock(tx)
        if _is_full(context, tx, last):
            return Trigger.FULL
    span = timedelta(seconds=context.settings.window_seconds)
    if last.at is None or context.now - last.at >= span or waited >= span.total_seconds():
        return Trigger.TIMER
    return None


def _is_full(context: Context, tx: Reading, last: WindowClock) -> bool:
    """Return whether a whole window of leads waits that none has looked at.

    A window that only looks (shadow) leaves its leads as if none had.
    """
    if last.shadow:
        return False
    most = context.settings.window_max_leads
    return num_waiting(tx, context.now, most, since=last.at) >= most
