"""Whether a window is to be closed now, and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from api.service.context import Context
from api.service.windows.closing import Status, Trigger
from api.service.windows.leasing import is_free
from api.store.control import WindowClock, window_clock
from api.store.database import Reading
from api.store.waiting import first_waiting, num_waiting
from api.store.windows import windows_of_status


def due(context: Context, waited: float = 0.0) -> Trigger | None:
    """Return why a window is to be closed now; None: none is.

    Parameters
    ----------
    context
        The service.
    waited
        Seconds that the caller has waited since it saw :func:`begun` change: the clock on the wall
        may have gone back.

    Notes
    -----
    A window closes ``window_seconds`` after its first lead came in, and after the one before; at
    once where as many leads as it takes wait, or where it was asked for.
    """
    with context.database.read() as tx:
        there = {row.status: row for row in windows_of_status(tx, Status.QUEUED, Status.RUNNING)}
        since = begun(tx, context.now)
        full = since is not None and _is_full(context, tx, window_clock(tx))
    if Status.RUNNING in there:  # of a worker that was lost, unless somebody holds the lease
        return Trigger.TIMER if is_free(context) else None
    if Status.QUEUED in there:
        return Trigger(there[Status.QUEUED].trigger)
    if since is None:
        return None
    if full:
        return Trigger.FULL
    span = timedelta(seconds=context.settings.window_seconds)
    if context.now - since >= span or waited >= span.total_seconds():
        return Trigger.TIMER
    return None


def begun(tx: Reading, now: datetime) -> datetime | None:
    """Return since when the next window gathers leads; None: none waits."""
    first, last = first_waiting(tx, now), window_clock(tx).at
    return first if first is None or last is None else max(first, last)


def _is_full(context: Context, tx: Reading, last: WindowClock) -> bool:
    """Return whether a whole window of leads waits that none has looked at.

    A window that only looks (shadow) leaves its leads as if none had.
    """
    if last.shadow:
        return False
    most = context.settings.window_max_leads
    return num_waiting(tx, context.now, most, since=last.at) >= most
