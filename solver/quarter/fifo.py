"""Hours played first in, first out: who has an owner in time at given capacities.

In each hour a team gives owners to as many leads as its capacity says, each as soon as it is there
and it is its turn. So after hour k ``served[k] = min(arrived[k], served[k - 1] + capacity[k])``
leads have one, and the i-th has it in time if ``served[k] >= i`` for the hour k in which its time
is up: whoever waits when that hour begins is served at its begin.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.quarter.staffing_records import HOURS_A_WEEK

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Paths:
    """Leads of one team in N replications of K hours."""

    early: _Ints
    """(N, K) leads whose time is up ``whole_hours`` after the hour in which they came."""
    late: _Ints
    """(N, K) leads whose time is up an hour later than that."""
    hour: _Ints
    """(K,) hour of the week."""
    whole_hours: int
    service_level: float

    @property
    def needed(self) -> _Ints:
        """(N, K) leads of each hour that must have an owner in time."""
        exact = self.service_level * (self.early + self.late)
        needed: _Ints = np.ceil(exact - 1e-9).astype(np.int64)
        return needed

    @property
    def looked_at(self) -> _Ints:
        """(168,) hours of all replications in which time is up before the end."""
        known = np.bincount(self.hour[:self.num_known], minlength=HOURS_A_WEEK)
        return known * len(self.early)

    @property
    def num_known(self) -> int:
        """Hours whose leads' time is up before the end."""
        return max(0, len(self.hour) - self.whole_hours - 1)

    def joined(self, other: Paths) -> Paths:
        """Return these replications and others of the same team."""
        return replace(self, early=np.concatenate([self.early, other.early]),
                       late=np.concatenate([self.late, other.late]))


def in_time(paths: Paths, capacity: _Ints) -> _Ints:
    """Return (N, K) leads that came in each hour and had an owner in time.

    Parameters
    ----------
    paths
        What comes.
    capacity
        (168,) leads that the team can take in each hour of the week.
    """
    return _play(paths.early, paths.late, capacity[paths.hour], paths.whole_hours)


def missing(paths: Paths, needed: _Ints, capacity: _Ints) -> tuple[_Ints, _Ints]:
    """Return (168,) in how many replicated hours too few were in time, and by how many leads."""
    lacking = np.maximum(needed - in_time(paths, capacity), 0)[:, :paths.num_known]
    hour = np.broadcast_to(paths.hour[:paths.num_known], lacking.shape)
    failed = np.bincount(hour[lacking > 0], minlength=HOURS_A_WEEK)
    leads = np.bincount(hour.ravel(), weights=lacking.ravel(), minlength=HOURS_A_WEEK)
    return failed.astype(np.int64), leads.astype(np.int64)


@compiled
def _play(early: _Ints, late: _Ints, capacity: _Ints, whole_hours: int) -> _Ints:
    num_paths, num_hours = early.shape
    counts = np.zeros((num_paths, num_hours), np.int64)
    served = np.zeros(num_hours, np.int64)
    for path in range(num_paths):
        arrived = done = 0
        for hour in range(num_hours):
            arrived += early[path, hour] + late[path, hour]
            done = min(arrived, done + capacity[hour])
            served[hour] = done
        before = 0
        for hour in range(num_hours):
            first, second = early[path, hour], late[path, hour]
            at = hour + whole_hours
            if at < num_hours:
                counts[path, hour] += min(max(served[at] - before, 0), first)
            if at + 1 < num_hours:
                counts[path, hour] += min(max(served[at + 1] - before - first, 0), second)
            before += first + second
    return counts
