"""A ceiling where slots reopen: the prices of a linear relaxation.

Time is cut, rep by rep, at marks: every hour (every few, in longer worlds), at the rep's midnights,
and at the end. A column is a lead, a rep and a stretch between two marks in which the lead is
assigned. Rows: each lead once; the daily cap of each rep's day; at each mark the rep's capacity;
and over all of the time the hours of the rep's slots, which leads that open and close between two
marks take too. A column counts with what the lead takes for certain, whenever in the stretch it was
assigned, so every run is a solution.

The linear program only finds prices. The ceiling is their bound (weak duality, DESIGN section 1),
recomputed here, so that it holds whatever the tolerances of the solver are.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from solver.errors import EngineError
from solver.horizon.slots import UNCAPPED
from solver.matrix.moments import micros
from solver.models import Rep
from solver.simulate.best_values import BestValues
from solver.simulate.events import midnights
from solver.simulate.luck import Luck
from solver.world import World

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]
_HOUR = timedelta(hours=1)
#: Stretches between marks, about; more make the bound little better and the program much larger.
_MOST_STRETCHES = 24
#: What the sums of floats can be short of, minor units.
_ROUNDING = 0.01


@dataclass(frozen=True, slots=True)
class _Grid:
    """N stretches, those of a rep in a row, and the marks that they end at; D days."""

    first: _Ints
    """(R + 1,) first stretch of each rep."""
    start: _Ints
    """(N,) microseconds after the world's start."""
    stop: _Ints
    """(N,) the mark at which it ends."""
    capacity: _Ints
    """(N,) slots there are at the mark, beside those of leads open from before the start."""
    day: _Ints
    """(N,) day of the rep that it lies in."""
    hours: _Floats
    """(R,) hours of slots over all of the time."""
    cap: _Ints
    """(D,) leads that the rep can be assigned on each day."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of the program, ascending by lead."""

    pair: _Ints
    """(K,) position in the pairs."""
    stretch: _Ints
    """(K,)"""
    load_to: _Ints
    """(K,) the lead is open for certain at the marks from its stretch's to before this one's."""
    hours: _Floats
    """(K,) the least time that it is open before the end."""


@dataclass(frozen=True, slots=True)
class _Prices:
    """What rows cost, 0 or more, minor units."""

    load: _Floats
    """(N,) of a slot at each mark."""
    day: _Floats
    """(D,) of an assignment on each day."""
    hour: _Floats
    """(R,) of an hour of a slot."""


def relaxed_ceiling(world: World, best: BestValues) -> int:
    """Return a bound on the sum of the values of owned leads, minor units.

    Raises
    ------
    EngineError
        If the solver does not report an optimum.
    """
    if not len(best.value):
        return 0
    luck = Luck(world)
    grid = _grid(world, luck)
    columns = _columns(world, best, grid, luck)
    prices = _prices(best, grid, columns)
    before = np.concatenate([[0.0], np.cumsum(prices.load)])
    cost = (prices.day[grid.day[columns.stretch]] + prices.hour[best.rep[columns.pair]]
            * columns.hours + before[columns.load_to] - before[columns.stretch])
    net = best.value[columns.pair] - cost
    gain = np.zeros(len(best.arrived))
    np.maximum.at(gain, best.lead[columns.pair], net)
    slots = grid.capacity @ prices.load + grid.cap @ prices.day + grid.hours @ prices.hour
    return math.floor(float(gain.sum() + slots) + _ROUNDING)


def repeated(counts: _Ints) -> tuple[_Ints, _Ints]:
    """Repeat each position as often as its count says; return positions and which repeat it is."""
    at = np.repeat(np.arange(len(counts)), counts)
    return at, np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)


def _grid(world: World, luck: Luck) -> _Grid:
    """Cut each rep's time."""
    step = _HOUR * math.ceil((world.end - world.start) / _HOUR / _MOST_STRETCHES)
    steps = [world.start + n * step for n in range(math.ceil((world.end - world.start) / step))]
    first, stretches, caps = [0], [], []
    for rep_idx, rep in enumerate(world.reps):
        days = midnights(rep, world.start, world.end)
        closings = sorted(after for at, after in luck.closings if at == rep_idx)
        marks = sorted({*steps, *days})
        for start, stop in zip(marks, [*marks[1:], world.end], strict=True):
            if start == world.start or start in days:
                caps.append(_cap(rep, first_day=start == world.start))
            still_open = rep.open_leads - bisect_right(closings, stop - world.start)
            stretches.append((micros(start - world.start), micros(stop - world.start),
                              max(0, rep.capacity - still_open), len(caps) - 1))
        first.append(len(stretches))
    table = np.array(stretches, dtype=np.int64).reshape(-1, 4)
    starts, stops, capacity, day = table.T
    hours = np.add.reduceat(capacity * _hours(stops - starts), first[:-1])
    return _Grid(np.array(first), starts, stops, capacity, day, hours,
                 np.array(caps, dtype=np.int64))


def _cap(rep: Rep, *, first_day: bool) -> int:
    """Return how many leads a rep can be assigned on a day; without a cap, any number."""
    if rep.daily_cap is None:
        return UNCAPPED
    return max(0, rep.daily_cap - rep.assigned_today * first_day)


def _columns(world: World, best: BestValues, grid: _Grid, luck: Luck) -> _Columns:
    """Let each pair be made in any stretch from the lead's arrival on."""
    span = micros(world.end - world.start) + 1
    offset = np.repeat(np.arange(len(world.reps)), np.diff(grid.first)) * span
    open_time = _open_times(world, best, luck, span)
    arrived, rep_at = best.arrived[best.lead], best.rep * span
    first, last = (np.searchsorted(offset + grid.start, rep_at + at, side="right") - 1
                   for at in (arrived, best.latest))
    pair, nth = repeated(last - first + 1)
    piece = first[pair] + nth
    earliest = np.maximum(grid.start[piece], arrived[pair])
    closed = np.minimum(earliest + open_time[best.lead[pair]], span)
    to = np.searchsorted(offset + grid.stop, rep_at[pair] + closed, side="left")
    rest = np.minimum(open_time[best.lead[pair]], span - 1 - grid.stop[piece])
    return _Columns(pair, piece, np.maximum(to, piece), _hours(rest))


def _open_times(world: World, best: BestValues, luck: Luck, span: int) -> _Ints:
    """Return (L,) microseconds that each lead stays open."""
    times = {lead.lead_id: luck.open_time(at) for at, lead in enumerate(world.arrivals)}
    return np.array([span if (time := times[lead_id]) is None else min(micros(time), span)
                     for lead_id in best.lead_ids], dtype=np.int64)


def _prices(best: BestValues, grid: _Grid, columns: _Columns) -> _Prices:
    """Solve the program for its prices.

    Raises
    ------
    EngineError
        If the solver does not report an optimum.
    """
    solver = pywraplp.Solver.CreateSolver("GLOP")
    once, loads, days, hours = (
        [solver.Constraint(-solver.infinity(), most) for most in limits.tolist()]
        for limits in (np.ones(len(best.arrived)), grid.capacity, grid.cap, grid.hours))
    objective = solver.Objective()
    objective.SetMaximization()
    for lead, rep, value, piece, day, last, length in zip(
            *(column.tolist() for column in (
                best.lead[columns.pair], best.rep[columns.pair], best.value[columns.pair],
                columns.stretch, grid.day[columns.stretch], columns.load_to, columns.hours)),
            strict=True):
        variable = solver.NumVar(0, solver.infinity(), "")
        objective.SetCoefficient(variable, value)
        for row in (once[lead], days[day], *loads[piece:last]):
            row.SetCoefficient(variable, 1)
        hours[rep].SetCoefficient(variable, length)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        raise EngineError(f"the linear relaxation of {solver.NumVariables()} columns has no "
                          "optimum")
    return _Prices(*(np.maximum(np.array([row.dual_value() for row in rows]), 0.0)
                     for rows in (loads, days, hours)))


def _hours(length: _Ints) -> _Floats:
    """Return microseconds as hours."""
    return length / micros(_HOUR)
