"""Slots ahead: how many a rep can give in each refill epoch of the horizon.

An epoch of a rep with a daily cap ends at the rep's midnight, when the cap's slots lapse and come
anew. Where leads close, the epochs of a rep without one are parts of the time that leads stay open.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from solver.calendar.zones import zone
from solver.matrix.moments import micros
from solver.models import Policy, Rep

_Ints = NDArray[np.int64]
#: Parts of the time that leads stay open, in each of which closed ones are counted.
_PARTS = 8
_DAY = timedelta(days=1)
#: More slots than any horizon has leads: no cap.
UNCAPPED = 2**31


@dataclass(frozen=True, slots=True)
class SlotsAhead:
    """Slots of R reps by refill epoch; C columns, those of a rep in a row, ascending in time."""

    first: _Ints
    """(R + 1,) first column of each rep."""
    start: _Ints
    """(C,) begin of the epoch, microseconds after now; 0 for the first of a rep."""
    daily: _Ints
    """(C,) slots that the daily cap leaves; they lapse with the epoch."""
    refill: _Ints
    """(C,) open-load slots that come up with the epoch; they carry over."""

    def rep_of(self, columns: _Ints) -> _Ints:
        """Return the rep positions of columns."""
        return np.searchsorted(self.first, columns, side="right") - 1

    def columns(self, at: _Ints) -> _Ints:
        """Return (L, R) the column of each rep at (L,) instants, microseconds after now."""
        columns = np.empty((len(at), len(self.first) - 1), dtype=np.int64)
        for rep, (first, last) in enumerate(zip(self.first[:-1], self.first[1:], strict=True)):
            if last - first == 1:
                columns[:, rep] = first
            else:
                columns[:, rep] = first - 1 + np.searchsorted(self.start[first:last], at, "right")
        return columns


def slots_ahead(reps: Sequence[Rep], free_slots: Mapping[str, int] | None, now: datetime,
                until: datetime, policy: Policy) -> SlotsAhead:
    """Count the slots of reps by epoch of the horizon.

    Parameters
    ----------
    reps
        As they are loaded now.
    free_slots
        rep_id to slots free now, where that differs from what the rep's loads say: the difference
        counts against both the daily cap and the open load.
    now, until
        The horizon.
    policy
        ``horizon.open_hours``: within that time the leads that are open now close, evenly; after it
        a slot taken now is free again, so later leads do not compete for it.
    """
    columns = [_of_rep(rep, (free_slots or {}).get(rep.rep_id), now, until,
                       policy.horizon.open_hours) for rep in reps]
    counts = [len(epochs) for epochs in columns]
    table = np.array([epoch for epochs in columns for epoch in epochs],
                     dtype=np.int64).reshape(-1, 3)
    return SlotsAhead(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
                      table[:, 0], table[:, 1], table[:, 2])


def _of_rep(rep: Rep, free: int | None, now: datetime, until: datetime, open_hours: float | None
            ) -> list[tuple[int, int, int]]:
    """Return begin, daily slots and refill of each epoch of a rep."""
    if not rep.active:
        return [(0, 0, 0)]
    of_today = UNCAPPED if rep.daily_cap is None else rep.daily_cap - rep.assigned_today
    open_slots = rep.capacity - rep.open_leads
    taken = 0 if free is None else min(of_today, open_slots) - free
    cap_left = UNCAPPED if rep.daily_cap is None else max(0, of_today - taken)
    open_slots -= taken
    daily = rep.daily_cap is not None
    new_days = midnights(rep, now, until) if daily else []
    starts = [now, *new_days] if daily else _parts(now, until, open_hours)
    epochs, before = [], 0
    for start, end in pairwise([*starts, until]):
        if start in new_days:
            cap_left = rep.daily_cap or 0
        # What is free now is known; later parts, and a day that is one part, are seen half way.
        middle = start if start == now and not daily else start + (end - start) / 2
        slots = max(before, open_slots + _closed(rep, middle - now, open_hours))
        epochs.append((micros(start - now), cap_left, slots - before))
        before = slots
    return epochs


def _parts(now: datetime, until: datetime, open_hours: float | None) -> list[datetime]:
    """Return begins of epochs: equal parts of the time in which open leads close, and what is left.

    Parts of a day could not keep a daily cap in one flow: they would cross the limits of the load.
    """
    if open_hours is None:
        return [now]
    back = min(until, now + timedelta(hours=open_hours))
    starts = [now + n * (back - now) / _PARTS for n in range(_PARTS)]
    return [*starts, back] if back < until else starts


def _closed(rep: Rep, after: timedelta, open_hours: float | None) -> int:
    """Return how many slots have come up after some time.

    Leads that are open now close evenly over ``open_hours``. By then a slot taken now is free
    again, so leads beyond do not compete for it.
    """
    if open_hours is None:
        return 0
    times = after / timedelta(hours=open_hours)
    if times >= 1:
        return UNCAPPED
    return math.floor(rep.open_leads * times + 0.5)


def midnights(rep: Rep, now: datetime, until: datetime) -> list[datetime]:
    """Return the rep's local midnights after ``now`` and before ``until``, in UTC."""
    clock = UTC if rep.timezone is None else zone(rep.timezone)
    day = now.astimezone(clock).date() + _DAY
    found = []
    while (midnight := datetime.combine(day, time.min, clock).astimezone(UTC)) < until:
        found.append(midnight)
        day += _DAY
    return found
