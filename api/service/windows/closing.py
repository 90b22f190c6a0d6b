"""Closing a window: what waits is read, stored as the window's inputs, and marked as running."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from api.service.context import Context
from api.service.windows.gathering import Gathered, gather
from api.service.windows.leasing import Lease, hold
from api.solving.packing import digest, pack, unpack
from api.store.control import set_control
from api.store.database import Writing
from api.store.windows import (
    WindowRow,
    add_revisions,
    add_window,
    latest_windows,
    read_revisions,
    update_window,
    windows_of_status,
)


class Status(StrEnum):
    """Where the work on a window stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Trigger(StrEnum):
    """Why a window closed."""

    TIMER = "timer"
    FULL = "full"
    ASKED = "asked"
    CRON = "cron"


@dataclass(frozen=True, slots=True)
class Closed:
    """A window that runs."""

    window_id: str
    inputs: bytes
    """Packed."""


def new_window_id(at: datetime) -> str:
    """Return an id that sorts by time."""
    return f"w-{at:%Y%m%dT%H%M%S}{at.microsecond:06d}-{uuid4().hex[:6]}"


def close_window(context: Context, lease: Lease, trigger: Trigger) -> Closed | None:
    """Close a window over the leads that wait now.

    Parameters
    ----------
    context
        The service.
    lease
        That windows are closed under.
    trigger
        Why it closes; a window that was asked for is taken up whatever it is.

    Returns
    -------
    Closed or None
        None where no lead waits, or nothing changed since a window that only looked (shadow).

    Raises
    ------
    LostLeaseError
        If another worker has taken the lease.
    """
    gathered = gather(context)
    with context.database.write() as tx:
        hold(tx, lease)
        _fail_lost(tx, context.now)
        asked = next(iter(windows_of_status(tx, Status.QUEUED)), None)
        if gathered is None:
            _end_empty(tx, asked, context.now)
            return None
        set_control(tx, last_window_at=gathered.at)
        if asked is None and trigger in (Trigger.TIMER, Trigger.FULL) and _is_known(tx, gathered):
            return None
        return _start(tx, context, lease, gathered, asked, trigger)


def _start(tx: Writing, context: Context, lease: Lease, gathered: Gathered,
           asked: WindowRow | None, trigger: Trigger) -> Closed | None:
    packed, now = pack(gathered.inputs), context.now
    values = {
        "status": Status.RUNNING, "at": gathered.at, "holder": lease.holder, "token": lease.token,
        "policy_version": gathered.control.policy_version, "shadow": gathered.control.shadow,
        "started_at": now, "num_leads": len(gathered.leads), "floors_id": gathered.floors_id,
        "inputs": packed, "inputs_sha256": digest(gathered.inputs)}
    if asked is not None:
        window_id = asked.window_id
        if not update_window(tx, window_id, [Status.QUEUED], **values):
            return None  # cancelled at this moment
    else:
        window_id = new_window_id(now)
        add_window(tx, window_id=window_id, trigger=trigger, created_at=now, **values)
    add_revisions(tx, window_id, pack(json.dumps({
        "leads": gathered.leads, "reps": gathered.reps, "entries": gathered.entries,
        "content": gathered.content}).encode()))
    return Closed(window_id, packed)


def _fail_lost(tx: Writing, now: datetime) -> None:
    """Give up what a worker left behind that is gone; its leads never left the queue."""
    for row in windows_of_status(tx, Status.RUNNING):
        update_window(tx, row.window_id, [Status.RUNNING], status=Status.FAILED, finished_at=now,
                      error=f"worker {row.holder!r} was lost while the window ran; its leads are "
                            "in the next window")


def _end_empty(tx: Writing, asked: WindowRow | None, now: datetime) -> None:
    if asked is not None:
        update_window(tx, asked.window_id, [Status.QUEUED], status=Status.SUCCEEDED,
                      at=now, started_at=now, finished_at=now, num_assigned=0, num_held=0,
                      num_dropped=0)


def _is_known(tx: Writing, gathered: Gathered) -> bool:
    """Return whether a window that only looked saw all of this before."""
    last = next(iter(latest_windows(tx, 1, statuses=[Status.SUCCEEDED])), None)
    if last is None or not (last.shadow and gathered.control.shadow):
        return False
    revisions = read_revisions(tx, last.window_id)
    return revisions is not None and json.loads(unpack(revisions))["content"] == gathered.content
