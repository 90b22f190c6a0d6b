"""Times of hand-overs: percentiles over business minutes and over minutes on the wall."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from api.service.reports.models import Times
from api.store.reports import HandOver, Key, Tally
from solver.hand_off import many_business_minutes
from solver.models import Rep

_Floats = npt.NDArray[np.float64]
_MINUTE = timedelta(minutes=1)


class Measured:
    """Minutes of hand-overs to acceptance and to contact, worked out once for all groups.

    Parameters
    ----------
    rows
        The hand-overs.
    reps
        rep_id to the rep, whose calendar counts.
    """

    def __init__(self, rows: Sequence[HandOver], reps: Mapping[str, Rep]) -> None:
        self._of_key: dict[Key, list[int]] = defaultdict(list)
        of_rep: dict[str, list[int]] = defaultdict(list)
        for idx, row in enumerate(rows):
            self._of_key[row.key].append(idx)
            of_rep[row.rep_id].append(idx)
        # By row: business and wall minutes to acceptance, then to contact; not there yet: nan.
        self._minutes = np.full((len(rows), 2, 2), np.nan)
        for rep_id, indices in of_rep.items():
            self._measure(rows, indices, reps[rep_id])

    def _measure(self, rows: Sequence[HandOver], indices: Sequence[int], rep: Rep) -> None:
        stretches = [(idx, milestone, rows[idx].started_at, end) for idx in indices
                     for milestone, end in enumerate((rows[idx].accepted_at,
                                                      rows[idx].contacted_at)) if end is not None]
        of_row, milestones, begins, ends = zip(*stretches, strict=True)
        self._minutes[of_row, milestones, 0] = many_business_minutes(rep, begins, ends)
        self._minutes[of_row, milestones, 1] = [
            max(0.0, (end - begin) / _MINUTE) for begin, end in zip(begins, ends, strict=True)]

    def of_group(self, key: Key, counted: Tally) -> tuple[Times, Times]:
        """Return the times to acceptance and to contact of one group."""
        return _times(self._minutes[self._of_key.get(key, [])], counted)

    def of_all(self, counted: Tally) -> tuple[Times, Times]:
        """Return the times to acceptance and to contact of all groups together."""
        return _times(self._minutes, counted)


def nearest_rank(times: _Floats, share: float) -> float | None:
    """Return the time that so large a share does not pass: of n, the one at ceil(share * n)."""
    if not len(times):
        return None
    # A share such as 0.9 is no binary fraction: 0.9 * 10 must be place 9, whatever it rounds to.
    place = math.ceil(round(share * len(times), 6))
    return round(float(np.sort(times)[max(1, place) - 1]), 2)


def _times(minutes: _Floats, counted: Tally) -> tuple[Times, Times]:
    return (_times_to(minutes[:, 0], counted.accept_met, counted.accept_missed),
            _times_to(minutes[:, 1], counted.contact_met, counted.contact_missed))


def _times_to(minutes: _Floats, met: int, missed: int) -> Times:
    worked, passed = minutes[~np.isnan(minutes[:, 0])].T
    return Times(ownerships=len(worked), median_minutes=nearest_rank(worked, 0.5),
                 p90_minutes=nearest_rank(worked, 0.9),
                 median_wall_minutes=nearest_rank(passed, 0.5),
                 p90_wall_minutes=nearest_rank(passed, 0.9), met=met, missed=missed,
                 share_met=met / (met + missed) if met + missed else None)
