"""The costs of limits as segments of rising slope: parallel arcs of a flow, terms of a bound.

Between its ends a limit's cost is convex and bends only at its hinges, so it is a chain of
segments, each with one slope. An ``over`` hinge adds its slope from where it bends; an ``under``
hinge takes its slope away before it and nothing after: both raise the slope by theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.program.program import Ints, Limits, Program


@dataclass(frozen=True, slots=True)
class Segments:
    """The cost of every limit between its ends; S segments, in the order of limits and of use."""

    limit: Ints
    """(S,) limit of each segment, ascending."""
    length: Ints
    """(S,) units of use in it, above 0."""
    slope: Ints
    """(S,) minor units for each unit of use, rising within a limit; below 0 before ``under``."""


def segments(limits: Limits) -> Segments:
    """Cut every limit from its lower to its upper end at its hinges."""
    lower, upper = limits.lower[limits.hinge_limit], limits.upper[limits.hinge_limit]
    inside = (limits.hinge_at > lower) & (limits.hinge_at < upper)
    limit = np.concatenate([np.arange(limits.count), limits.hinge_limit[inside]])
    start = np.concatenate([limits.lower, limits.hinge_at[inside]])
    rise = np.concatenate([slope_after(limits, limits.lower), limits.hinge_slope[inside]])
    order = np.lexsort((start, limit))
    limit, start, total = limit[order], start[order], np.cumsum(rise[order])
    first = np.searchsorted(limit, np.arange(limits.count))
    slope = total - (total[first] - rise[order][first])[limit]
    end = limits.upper[limit]
    follows = limit[1:] == limit[:-1]
    end[:-1][follows] = start[1:][follows]
    some = end > start
    return Segments(limit[some], (end - start)[some], slope[some])


def slope_after(limits: Limits, use: Ints) -> Ints:
    """Return (K,) what one unit more costs each limit at (K,) ``use``, whatever its ends."""
    beyond = limits.hinge_at <= use[limits.hinge_limit]
    change = np.where(limits.hinge_over, np.where(beyond, limits.hinge_slope, 0),
                      np.where(beyond, 0, -limits.hinge_slope))
    slope = np.zeros(limits.count, dtype=np.int64)
    np.add.at(slope, limits.hinge_limit, change)
    return slope


def limit_costs(limits: Limits, use: Ints) -> list[int]:
    """Return the cost of each limit at (K,) ``use``, exact."""
    beyond = np.where(limits.hinge_over, 1, -1) * (use[limits.hinge_limit] - limits.hinge_at)
    costs = [0] * limits.count
    for limit, slope, units in zip(limits.hinge_limit.tolist(), limits.hinge_slope.tolist(),
                                   np.maximum(beyond, 0).tolist(), strict=True):
        costs[limit] += slope * units
    return costs


def limit_use(program: Program, column: Ints) -> Ints:
    """Return (K,) the use of each limit by (U,) chosen columns, ``NONE`` where a unit has none."""
    limits = program.limits
    taken = np.zeros(program.num_columns, dtype=np.int64)
    taken[column[column >= 0]] = 1
    summed = np.concatenate([[0], np.cumsum(taken[limits.column] * limits.use)])
    used: Ints = summed[limits.indptr[1:]] - summed[limits.indptr[:-1]]
    return used
