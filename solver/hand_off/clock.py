"""Business minutes of an owner: time that stands still while the owner is not at work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from solver.calendar.working import Schedule, schedule_from, working_intervals
from solver.models import Rep

#: How far ahead a deadline is looked for.
HORIZON = timedelta(days=400)
#: Most deadlines lie within a week; each further look is twice as long.
_FIRST_LOOK = timedelta(days=7)
_MINUTE = timedelta(minutes=1)
_MICROSECOND = timedelta.resolution
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def business_minutes(rep: Rep, begin: datetime, end: datetime) -> float:
    """Return how long a rep was at work between two instants, in minutes.

    A rep without working hours counts as always at work but for time off and holidays, whatever
    ``response.unknown_hours`` says: a lead must not lie for ever with an owner whose hours nobody
    knows.

    Parameters
    ----------
    rep
        The owner.
    begin
        Aware instant from which minutes count.
    end
        Aware instant up to which they do; before `begin` there are none.

    Raises
    ------
    ValueError
        If an instant has no UTC offset.
    """
    stretches = working_intervals(_schedule_of(rep), begin, end)
    return sum((stop - start for start, stop in stretches), timedelta()) / _MINUTE


def many_business_minutes(rep: Rep, begins: Sequence[datetime], ends: Sequence[datetime]
                          ) -> npt.NDArray[np.float64]:
    """Return the same as :func:`business_minutes` for many stretches of time of one rep.

    The calendar is laid out once, so that each further stretch costs next to nothing.

    Parameters
    ----------
    rep
        The owner.
    begins
        Aware instants from which minutes count.
    ends
        Aware instants up to which they do, as many.

    Returns
    -------
    numpy.ndarray
        Minutes, one figure a stretch.

    Raises
    ------
    ValueError
        If an instant has no UTC offset.
    """
    if not begins:
        return np.zeros(0)
    last = max(ends)
    stretches = working_intervals(_schedule_of(rep), min(begins), last)
    starts = _microseconds([*(start for start, _ in stretches), max(last, *begins)])
    stops = _microseconds(stop for _, stop in stretches)
    worked = np.concatenate(([0], np.cumsum(stops - starts[:-1])))

    def worked_until(instants: Sequence[datetime]) -> npt.NDArray[np.int64]:
        at = _microseconds(instants)
        num_over = np.searchsorted(stops, at, side="right")
        of_this: npt.NDArray[np.int64] = np.maximum(at - starts[num_over], 0)
        return worked[num_over] + of_this

    between = np.maximum(worked_until(ends) - worked_until(begins), 0)
    minutes: npt.NDArray[np.float64] = between / (_MINUTE // _MICROSECOND)
    return minutes


def deadline(rep: Rep, begin: datetime, minutes: float) -> datetime | None:
    """Return the first instant at which so many business minutes of a rep have passed.

    Parameters
    ----------
    rep
        The owner, whose hours are those of :func:`business_minutes`.
    begin
        Aware instant from which minutes count.
    minutes
        How many, above 0; taken to the microsecond.

    Returns
    -------
    datetime or None
        The instant in UTC; None if it lies more than 400 days after `begin`.

    Raises
    ------
    ValueError
        If `begin` has no UTC offset.
    """
    schedule, left = _schedule_of(rep), timedelta(minutes=minutes)
    start, look, end = begin, _FIRST_LOOK, begin + HORIZON
    while start < end:
        until = min(start + look, end)
        for opens, closes in working_intervals(schedule, start, until):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        start, look = until, 2 * look
    return None


def _microseconds(instants: Iterable[datetime]) -> npt.NDArray[np.int64]:
    return np.array([(one - _EPOCH) // _MICROSECOND for one in instants], dtype=np.int64)


def _schedule_of(rep: Rep) -> Schedule:
    return _schedule(rep.timezone, rep.working_hours, rep.time_off, rep.holidays)


@lru_cache(maxsize=4096)
def _schedule(timezone: str | None, hours: tuple[str, ...], time_off: tuple[str, ...],
              holidays: tuple[str, ...]) -> Schedule:
    return schedule_from(timezone, hours, time_off, holidays, around_the_clock=not hours)
