"""The most that each pair of a world can be worth at any time from the arrival on.

Without calendars that is its value at arrival. Where the rep is away, a later decision may be worth
more: the wait is shorter, the lead less fresh. Between arrival and the rep's next working instant
the value follows one power of time, so that it is largest at one of the two (or when the wait is
short enough for the first time); later it is less.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from solver.calendar.working import schedule_from, working_intervals
from solver.horizon.history import instant_micros
from solver.horizon.pairs import lead_rows
from solver.matrix.moments import Moments, micros
from solver.matrix.pairs import reserve_minor
from solver.matrix.rep_factors import (
    Calendar,
    availability_bits,
    calendar_of,
    works_around_the_clock,
)
from solver.matrix.rep_side import rep_side
from solver.world import World

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]
_MINUTE = micros(timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class BestValues:
    """Pairs that can be usable at some time in a world, ascending by lead."""

    arrived: _Ints
    """(L,) microseconds after the start; leads that no window routes are left out."""
    lead: _Ints
    """(P,)"""
    rep: _Ints
    """(P,)"""
    value: _Ints
    """(P,) above the reserve, minor units."""
    latest: _Ints
    """(P,) when a plan can name the pair at the latest, microseconds after the start."""
    lead_ids: tuple[str, ...]
    """(L,)"""


def best_values(world: World) -> BestValues:
    """Return the pairs of a world that is played; errors are those of :class:`ValueRows`."""
    reps, policy = world.reps, world.policy
    rows = lead_rows(world.arrivals, reps, policy, world.start,
                     rep_side(reps, policy, world.start))
    begin = instant_micros(world.start)
    arrived = np.array([instant_micros(lead.created_at or world.start) - begin
                        for lead in rows.leads.leads], dtype=np.int64)
    rows = rows.take(np.arange(rows.num_leads), _moments(world, arrived), rows.reps)
    latest = np.minimum(_latest(world, arrived)[:, None], _works_until(world))
    leads, rep_idx, values = [], [], []
    for block in rows.blocks():
        part = rows.rows(block)
        in_time = latest[block] >= arrived[block, None]
        lead, rep = np.nonzero(
            (part.refused == 0) & (part.value > reserve_minor(policy)) & in_time)
        leads.append(lead + block.start)
        rep_idx.append(rep)
        values.append(part.value[lead, rep])
    none = np.empty(0, dtype=np.int64)
    lead, rep, value = (np.concatenate([none, *parts]) for parts in (leads, rep_idx, values))
    return BestValues(arrived, lead, rep, value, latest[lead, rep],
                      tuple(lead.lead_id for lead in rows.leads.leads))


def _latest(world: World, arrived: _Ints) -> _Ints:
    """Return (L,) when each lead is too old, or the end."""
    end, max_age = micros(world.end - world.start), world.policy.freshness.max_age_hours
    if max_age is None:
        return np.full(len(arrived), end)
    return np.minimum(arrived + round(60 * max_age * _MINUTE), end)


def _works_until(world: World) -> _Ints:
    """Return (R,) up to when each rep takes leads, microseconds after the start; -1: never."""
    end = micros(world.end - world.start)
    last = {rep.rep_id: end if rep.capacity else -1 for rep in world.reps}
    for illness in world.illnesses:
        before = micros(illness.at - world.start) - 1
        last[illness.rep_id] = min(last[illness.rep_id], before)
    return np.array(list(last.values()), dtype=np.int64)


def _moments(world: World, arrived: _Ints) -> Moments:
    """Return availability, and the best of freshness times response, by lead and rep."""
    calendars = list(dict.fromkeys(map(calendar_of, world.reps)))
    best = np.stack([_best_factor(world, calendar, arrived) for calendar in calendars], axis=1) \
        if calendars else np.empty((len(arrived), 0))
    around_the_clock = works_around_the_clock(world.reps, world.policy.response.unknown_hours)
    bits = np.array([[availability_bits(rep, bool(rep.working_hours) or around_the_clock, away)
                      for rep in world.reps] for away in (False, True)], dtype=np.uint16)
    factor = best[:, [calendars.index(calendar_of(rep)) for rep in world.reps]]
    return Moments(code=np.arange(len(arrived)), response=factor,
                   availability=np.where(factor > 0, bits[0], bits[1]))


def _best_factor(world: World, calendar: Calendar, arrived: _Ints) -> _Floats:
    """Return (L,) the best of freshness times response up to the end, 0 where there is none."""
    policy, end = world.policy, micros(world.end - world.start)
    longest = timedelta(minutes=policy.response.longest_wait_minutes)
    starts, stops = _work(world, calendar, world.end + longest - world.start)
    following = np.searchsorted(stops, arrived, side="right")
    known = np.append(starts, -1)[following] >= 0
    at_work = np.where(known, np.maximum(np.append(starts, 0)[following], arrived), arrived)
    first, last = np.maximum(arrived, at_work - micros(longest)), np.minimum(at_work, end)
    soonest, latest = (_freshness(world, then - arrived) * _response(world, at_work - then)
                       for then in (first, last))
    return np.where(known, np.maximum(soonest, latest), 0.0)


def _work(world: World, calendar: Calendar, until: timedelta) -> tuple[_Ints, _Ints]:
    """Return starts and ends of working time, microseconds after the world's start."""
    schedule = schedule_from(*calendar, around_the_clock=not calendar[1])
    stretches = [(micros(start - world.start), micros(stop - world.start)) for start, stop
                 in working_intervals(schedule, world.start, world.start + until)]
    starts, stops = np.array(stretches, dtype=np.int64).reshape(-1, 2).T
    return starts, stops


def _response(world: World, wait: _Ints) -> _Floats:
    """Return the response after a wait, without rounding it up to minutes."""
    response: _Floats = 0.5 ** (wait / _MINUTE / world.policy.response.half_life_minutes)
    return response


def _freshness(world: World, age: _Ints) -> _Floats:
    half_life = world.policy.freshness.half_life_hours
    if half_life is None:
        return np.ones(len(age))
    freshness: _Floats = 0.5 ** (age / _MINUTE / 60 / half_life)
    return freshness
