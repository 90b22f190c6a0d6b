"""The least hourly capacities of a team that hold a service level in given replications.

Just in time: the least that must be done by the end of an hour is what is due by then. So each hour
begins with what is due in it, at the wanted quantile over replications; then hours are raised until
the replications, played first in, first out, hold; then lowered, the latest first, until none can
be lowered by one alone. For a single week in which every lead must be in time the first step is
exact: no plan that holds has less capacity up to the end of any hour. For more it is a start.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from solver.quarter.fifo import Paths, missing
from solver.quarter.staffing_records import HOURS_A_WEEK

_Ints = NDArray[np.int64]


def dimensioned(paths: Paths, probability: float) -> _Ints:
    """Return (168,) capacities that hold, none of which can be lowered by one alone.

    Parameters
    ----------
    paths
        Replications of one team.
    probability
        Part of the replicated hours, for each hour of the week, in which enough leads are in time.
    """
    return lowered(paths, probability, raised(paths, probability, _due(paths, probability)))


def raised(paths: Paths, probability: float, capacity: _Ints) -> _Ints:
    """Return capacities with hours raised, one by one, until the replications hold.

    A lead that is late waits when its time is up, so one more in that hour helps it: of the hours
    in which the time of the worst hour's leads is up, the one that helps most is raised, the later
    one where two are alike. Behind a long queue one more helps nobody yet: then all of them are.
    """
    needed, allowed = paths.needed, allowed_to_fail(paths, probability)
    capacity = capacity.copy()
    while True:
        failed, leads = missing(paths, needed, capacity)
        worst = int((failed - allowed).argmax())
        if failed[worst] <= allowed[worst]:
            return capacity
        due = _due_hours(paths, worst)
        trials = [_with(capacity, [hour], 1) for hour in due]
        left = [missing(paths, needed, trial)[1][worst] for trial in trials]
        capacity = (trials[int(np.argmin(left))] if min(left) < leads[worst]
                    else _with(capacity, due, 1))


def lowered(paths: Paths, probability: float, capacity: _Ints) -> _Ints:
    """Return capacities with hours lowered, one by one, while the replications hold."""
    needed, allowed = paths.needed, allowed_to_fail(paths, probability)
    changed = True
    while changed:
        changed = False
        for hour in reversed(range(HOURS_A_WEEK)):
            while capacity[hour] > 0:
                trial = _with(capacity, [hour], -1)
                if (missing(paths, needed, trial)[0] > allowed).any():
                    break
                capacity, changed = trial, True
    return capacity


def allowed_to_fail(paths: Paths, probability: float) -> _Ints:
    """Return (168,) how many replicated hours may fall short."""
    allowed: _Ints = np.floor((1 - probability) * paths.looked_at + 1e-9).astype(np.int64)
    return allowed


def _due(paths: Paths, probability: float) -> _Ints:
    """Return (168,) quantiles of what is due in an hour, if each is left as late as can be."""
    needed = paths.needed
    early_due = np.maximum(needed - paths.late, 0)
    due = np.zeros_like(needed)
    shift = paths.whole_hours
    num_hours = needed.shape[1]
    due[:, shift:] += early_due[:, :num_hours - shift]
    due[:, shift + 1:] += (needed - early_due)[:, :max(0, num_hours - shift - 1)]
    capacity = np.zeros(HOURS_A_WEEK, dtype=np.int64)
    for hour in np.unique(paths.hour):
        there = np.sort(due[:, paths.hour == hour].ravel())
        capacity[hour] = there[math.ceil(probability * len(there) - 1e-9) - 1]
    return capacity


def _due_hours(paths: Paths, hour: int) -> list[int]:
    """Return the hours of the week in which the time of an hour's leads is up, the later first."""
    came = np.flatnonzero(paths.hour[:paths.num_known] == hour) + paths.whole_hours
    late, early = (np.unique(paths.hour[came + more]).tolist() for more in (1, 0))
    return list(dict.fromkeys([*late, *early]))


def _with(capacity: _Ints, hours: list[int], more: int) -> _Ints:
    changed = capacity.copy()
    changed[hours] += more
    return changed
