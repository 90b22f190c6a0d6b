"""Reps as arrays: one entry per rep, sorted by rep_id, inactive ones included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from solver.calendar.working import next_working_instant, schedule_from, wait_minutes
from solver.matrix.refusals import Refusal
from solver.models import Policy, Rep, UnknownHours

#: How far past the longest wait the calendar is searched, so that a refusal can name a date.
_LOOK_AHEAD = timedelta(days=35)
#: What a rep's working time depends on: zone, hours, time off, holidays.
Calendar = tuple[str | None, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RepFactors:
    """What the value and the eligibility of a pair take from the rep; R entries each."""

    rep_ids: tuple[str, ...]
    active: NDArray[np.bool_]
    free_slots: NDArray[np.int64]
    min_deal: NDArray[np.float64]
    max_deal: NDArray[np.float64]
    performance: NDArray[np.float64]
    response: NDArray[np.float64]
    """0.5**(wait/half-life); 0 for a rep who is away."""
    wait: tuple[int | None, ...]
    """Minutes until next at work; None past the longest wait."""
    next_work: tuple[datetime | None, ...]
    """When next at work, looked up some weeks past the longest wait."""
    availability: NDArray[np.uint16]
    """Bits INACTIVE, AWAY, UNKNOWN_HOURS."""
    any_deal_band: bool
    """Whether any rep has one."""
    index: Mapping[str, int]
    """rep_id to position."""


def rep_factors(reps: Sequence[Rep], policy: Policy, at: datetime,
                known: Mapping[Calendar, datetime | None] | None = None) -> RepFactors:
    """Encode reps at an instant; runs every calendar once that is not ``known`` at it already."""
    response = policy.response
    around_the_clock = works_around_the_clock(reps, response.unknown_hours)
    next_work = _next_work(reps, policy, at, known or {})
    waits = [_wait(policy, at, instant) for instant in next_work]
    hours_known = [bool(rep.working_hours) or around_the_clock for rep in reps]
    return RepFactors(
        rep_ids=tuple(rep.rep_id for rep in reps),
        active=np.array([rep.active for rep in reps], dtype=np.bool_),
        free_slots=np.array([rep.free_slots for rep in reps], dtype=np.int64),
        min_deal=_floats([-np.inf if rep.min_deal is None else rep.min_deal for rep in reps]),
        max_deal=_floats([np.inf if rep.max_deal is None else rep.max_deal for rep in reps]),
        performance=_floats([rep.performance for rep in reps]),
        response=_floats([0.0 if wait is None else 0.5 ** (wait / response.half_life_minutes)
                          for wait in waits]),
        wait=tuple(waits),
        next_work=tuple(next_work),
        availability=np.array(
            [availability_bits(rep, known, wait is None)
             for rep, known, wait in zip(reps, hours_known, waits, strict=True)], dtype=np.uint16),
        any_deal_band=any(rep.min_deal is not None or rep.max_deal is not None for rep in reps),
        index={rep.rep_id: position for position, rep in enumerate(reps)},
    )


def works_around_the_clock(reps: Sequence[Rep], mode: UnknownHours) -> bool:
    """Say whether reps without working hours are taken to work around the clock."""
    if mode is UnknownHours.AUTO:
        return not any(rep.working_hours for rep in reps)
    return mode is UnknownHours.WORKS


def _next_work(reps: Sequence[Rep], policy: Policy, at: datetime,
               known: Mapping[Calendar, datetime | None]) -> list[datetime | None]:
    """Run each calendar; a rep without hours is asked as if at work around the clock."""
    until = search_end(policy, at)
    instants = dict(known)
    for rep in reps:
        calendar = calendar_of(rep)
        if calendar not in instants:
            schedule = schedule_from(*calendar, around_the_clock=not rep.working_hours)
            instants[calendar] = next_working_instant(schedule, at, until)
    return [instants[calendar_of(rep)] for rep in reps]


def calendar_of(rep: Rep) -> Calendar:
    """Return what the rep's working time depends on; colleagues often share it."""
    return rep.timezone, rep.working_hours, rep.time_off, rep.holidays


def search_end(policy: Policy, at: datetime) -> datetime:
    """Return the instant up to which calendars are searched."""
    longest = timedelta(minutes=policy.response.longest_wait_minutes)
    try:
        return at + longest + _LOOK_AHEAD
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _wait(policy: Policy, at: datetime, instant: datetime | None) -> int | None:
    if instant is None:
        return None
    wait = wait_minutes(at, instant)
    return wait if wait <= policy.response.longest_wait_minutes else None


def availability_bits(rep: Rep, hours_known: bool, away: bool) -> int:
    """Return the bits of what keeps a rep from any lead; past the longest wait a rep is away."""
    bits = 0 if rep.active else Refusal.INACTIVE
    if away:
        return bits | Refusal.AWAY
    return bits | (0 if hours_known else Refusal.UNKNOWN_HOURS)


def _floats(numbers: Sequence[float]) -> NDArray[np.float64]:
    return np.array(numbers, dtype=np.float64)
