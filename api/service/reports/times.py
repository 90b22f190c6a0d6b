"""Times of hand-overs: percentiles over business minutes and over minutes on the wall."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from api.service.reports.models import Times
from api.store.reports import HandOver, Key
from solver.hand_off import many_business_minutes
from solver.models import Rep

_Floats = npt.NDArray[np.float64]
_MINUTE = timedelta(minutes=1)


class Measured:
    """Minutes of hand-overs to one milestone, worked out once for all groups.

    Parameters
    ----------
    rows
        The hand-overs.
    ends
        When each got there; None: not yet.
    reps
        rep_id to the rep, whose calendar counts.
    """

    def __init__(self, rows: Sequence[HandOver], ends: Sequence[datetime | None],
                 reps: Mapping[str, Rep]) -> None:
        there: dict[str, list[tuple[Key, datetime, datetime]]] = defaultdict(list)
        for row, end in zip(rows, ends, strict=True):
            if end is not None:
                there[row.rep_id].append((row.key, row.started_at, end))
        self._business: dict[Key, list[_Floats]] = defaultdict(list)
        self._wall: dict[Key, list[_Floats]] = defaultdict(list)
        for rep_id, own in there.items():
            self._measure(reps[rep_id], own)

    def _measure(self, rep: Rep, own: Sequence[tuple[Key, datetime, datetime]]) -> None:
        begins, ends = [begin for _, begin, _ in own], [end for _, _, end in own]
        business = many_business_minutes(rep, begins, ends)
        wall = np.array([max(0.0, (end - begin) / _MINUTE) for _, begin, end in own])
        at: dict[Key, list[int]] = defaultdict(list)
        for idx, (key, _, _) in enumerate(own):
            at[key].append(idx)
        for key, indices in at.items():
            self._business[key].append(business[indices])
            self._wall[key].append(wall[indices])

    def of(self, key: Key, met: int, missed: int) -> Times:
        """Return the times of one group."""
        return _times(self._business.get(key, []), self._wall.get(key, []), met, missed)

    def of_all(self, met: int, missed: int) -> Times:
        """Return the times of all groups together."""
        return _times([part for parts in self._business.values() for part in parts],
                      [part for parts in self._wall.values() for part in parts], met, missed)


def nearest_rank(times: _Floats, share: float) -> float | None:
    """Return the time that so large a share does not pass: of n, the one at ceil(share * n)."""
    if not len(times):
        return None
    # A share such as 0.9 is no binary fraction: 0.9 * 10 must be place 9, whatever it rounds to.
    place = math.ceil(round(share * len(times), 6))
    return round(float(np.sort(times)[max(1, place) - 1]), 2)


def _times(business: Sequence[_Floats], wall: Sequence[_Floats], met: int, missed: int) -> Times:
    worked = np.concatenate(business) if business else np.zeros(0)
    passed = np.concatenate(wall) if wall else np.zeros(0)
    return Times(ownerships=len(worked), median_minutes=nearest_rank(worked, 0.5),
                 p90_minutes=nearest_rank(worked, 0.9),
                 median_wall_minutes=nearest_rank(passed, 0.5),
                 p90_wall_minutes=nearest_rank(passed, 0.9), met=met, missed=missed,
                 share_met=met / (met + missed) if met + missed else None)
