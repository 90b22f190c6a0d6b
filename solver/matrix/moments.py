"""Reps at many instants: for leads that are decided each at a moment of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from solver.calendar.working import schedule_from, working_intervals
from solver.matrix.rep_factors import (
    Calendar,
    availability_bits,
    calendar_of,
    works_around_the_clock,
)
from solver.models import Policy, Rep

_MICROSECONDS_PER_MINUTE = 60_000_000
_NEVER = np.int64(2**62)


@dataclass(frozen=True, slots=True)
class Moments:
    """Availability and response of R reps at M instants, and which instant each lead has."""

    code: NDArray[np.int64]
    """(L,) instant of each lead."""
    response: NDArray[np.float64]
    """(M, R); 0 for a rep who is away."""
    availability: NDArray[np.uint16]
    """(M, R) bits INACTIVE, AWAY, UNKNOWN_HOURS."""


class WorkPlan:
    """The working time of reps from one instant to another, asked at any instants between.

    Parameters
    ----------
    reps, policy
        Their calendars, and what is made of missing hours.
    begin, until
        The span, both included.
    """

    def __init__(self, reps: Sequence[Rep], policy: Policy, begin: datetime, until: datetime
                 ) -> None:
        self._policy, self.begin = policy, begin
        longest = timedelta(minutes=policy.response.longest_wait_minutes + 1)
        calendars = list(dict.fromkeys(map(calendar_of, reps)))
        self._stretches = [_stretches(calendar, begin, until + longest) for calendar in calendars]
        code = {calendar: at for at, calendar in enumerate(calendars)}
        self._calendar_of_rep = np.array([code[calendar_of(rep)] for rep in reps], dtype=np.int64)
        around_the_clock = works_around_the_clock(reps, policy.response.unknown_hours)
        self._hours_known = [bool(rep.working_hours) or around_the_clock for rep in reps]

    def moments(self, reps: Sequence[Rep], at: NDArray[np.int64]) -> Moments:
        """Return the reps at instants of the span; one moment per instant.

        Parameters
        ----------
        reps
            The same reps, as active as they are then.
        at
            (L,) microseconds after the span's begin.
        """
        response_rules = self._policy.response
        waits = np.stack([_wait_minutes(stretches, at) for stretches in self._stretches]) \
            if self._stretches else np.empty((0, len(at)))
        away = waits > response_rules.longest_wait_minutes
        response = np.where(away, 0.0, 0.5 ** (waits / response_rules.half_life_minutes))
        bits = np.array([[availability_bits(rep, known, gone) for gone in (False, True)]
                         for rep, known in zip(reps, self._hours_known, strict=True)],
                        dtype=np.uint16).reshape(-1, 2)
        of_rep = self._calendar_of_rep
        availability = np.where(away.T[:, of_rep], bits[:, 1], bits[:, 0])
        return Moments(code=np.arange(len(at)), availability=availability,
                       response=np.ascontiguousarray(response.T[:, of_rep]))


def micros(span: timedelta) -> int:
    """Return a span in whole microseconds."""
    return span // timedelta(microseconds=1)


def _stretches(calendar: Calendar, begin: datetime, end: datetime
               ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts and ends of working time; a rep without hours is asked as if around the clock."""
    schedule = schedule_from(*calendar, around_the_clock=not calendar[1])
    stretches = [(micros(start - begin), micros(stop - begin))
                 for start, stop in working_intervals(schedule, begin, end)]
    starts, ends = np.array(stretches, dtype=np.int64).reshape(-1, 2).T
    return starts, ends


def _wait_minutes(stretches: tuple[NDArray[np.int64], NDArray[np.int64]], at: NDArray[np.int64]
                  ) -> NDArray[np.float64]:
    """Whole minutes until next at work, rounded up; infinite where there is no such time."""
    starts, ends = stretches
    following = np.searchsorted(ends, at, side="right")
    start = np.append(starts, _NEVER)[following]
    wait = np.maximum(start - at, 0)
    return np.where(start == _NEVER, np.inf, -(-wait // _MICROSECONDS_PER_MINUTE))
