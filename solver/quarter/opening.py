"""Minutes in which a floor is open: anybody of it is at work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from solver.calendar.working import schedule_from, working_intervals
from solver.matrix.moments import micros
from solver.matrix.rep_factors import calendar_of, works_around_the_clock
from solver.world import World

_MINUTE = timedelta(minutes=1)


class OpenTime:
    """The time in which at least one active rep of a world is at work.

    Parameters
    ----------
    world
        Its reps as they stand at the start, with their hours, holidays and time off; reps without
        hours are taken as ``response.unknown_hours`` says. A floor where nobody ever works is open
        around the clock, for its leads wait all the same.
    """

    def __init__(self, world: World) -> None:
        self._start = world.start
        self._begins, self._ends = _union(world)
        self._before = np.concatenate(([0], np.cumsum(self._ends - self._begins)))

    def minutes(self, begins: Sequence[datetime], ends: Sequence[datetime]) -> NDArray[np.float64]:
        """Return the open minutes between instants, pair by pair; within the world."""
        passed = self._passed(ends) - self._passed(begins)
        minutes: NDArray[np.float64] = passed / micros(_MINUTE)
        return minutes

    def _passed(self, instants: Sequence[datetime]) -> NDArray[np.int64]:
        """Return (N,) open microseconds from the start to each instant."""
        at = np.array([micros(one - self._start) for one in instants], dtype=np.int64)
        nth = np.searchsorted(self._begins, at, side="right")
        length = np.append(self._ends - self._begins, 0)
        latest = np.append(self._begins, 0)[nth - 1]
        running = np.where(nth > 0, np.minimum(at - latest, length[nth - 1]), 0)
        passed: NDArray[np.int64] = self._before[np.maximum(nth - 1, 0)] + running
        return passed


def _union(world: World) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return begins and ends of the stretches in which anybody works, microseconds."""
    around_the_clock = works_around_the_clock(world.reps, world.policy.response.unknown_hours)
    calendars = {calendar_of(rep) for rep in world.reps if rep.active}
    stretches = sorted(
        stretch for calendar in calendars
        for stretch in working_intervals(
            schedule_from(*calendar, around_the_clock=around_the_clock), world.start, world.end))
    merged: list[list[int]] = []
    for start, stop in stretches or [(world.start, world.end)]:
        begin, end = micros(start - world.start), micros(stop - world.start)
        if merged and begin <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([begin, end])
    begins, ends = np.array(merged, dtype=np.int64).T
    return begins, ends
