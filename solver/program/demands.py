"""What a program demands, and the small program that asks whether some demands can be kept.

A demand is a limit, by both its ends, or a unit that must take a column. Whether demands can be
kept together has nothing to do with gains: only columns count that help a demand (of a unit that
must take one, or within a limit that has a lower end), only the demanding limits stand in their
way, and of the columns of a unit that are alike to all these one is enough. So the question is
small even where the program is large.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.program.program import NONE, Conflict, Ints, Limits, Program

_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Demands:
    """A set of demands."""

    limits: Ints
    """Ascending positions of limits."""
    units: Ints
    """Ascending positions of units that must take a column."""

    def __len__(self) -> int:
        return len(self.limits) + len(self.units)

    def without(self, at: NDArray[np.int64] | int) -> Demands:
        """Leave out the demands at these positions, units counted after limits."""
        kept = np.ones(len(self), dtype=np.bool_)
        kept[at] = False
        return Demands(self.limits[kept[:len(self.limits)]], self.units[kept[len(self.limits):]])

    def only(self, at: NDArray[np.int64]) -> Demands:
        """Keep the demands at these positions alone, units counted after limits."""
        kept = np.ones(len(self), dtype=np.bool_)
        kept[at] = False
        return self.without(np.flatnonzero(kept))

    def conflict(self, *, irreducible: bool) -> Conflict:
        """Return these demands as a conflict."""
        return Conflict(tuple(self.limits.tolist()), tuple(self.units.tolist()), irreducible)


def all_demands(program: Program) -> Demands:
    """Return all demands that can stand in the way of another or fail by themselves."""
    limits = program.limits
    total = np.concatenate([[0], np.cumsum(limits.use)])
    most = total[limits.indptr[1:]] - total[limits.indptr[:-1]]
    return Demands(np.flatnonzero((limits.upper < most) | (limits.lower > 0)),
                   np.flatnonzero(program.must))


@dataclass(frozen=True, slots=True)
class Question:
    """The small program of some demands. Its limits are these demands' limits, in their order."""

    program: Program
    """Without gains and hinges; it has no reps' capacities of its own (``num_reps`` is 0)."""
    unit: Ints
    """Position of each of its units in the whole program."""
    demands: Demands

    def own_demands(self) -> Demands:
        """Return the demands by their positions in the small program."""
        return Demands(np.arange(len(self.demands.limits)), np.flatnonzero(self.program.must))

    def of_whole(self, limits: Ints, units: Ints) -> Demands:
        """Name limits and units of the small program as demands of the whole one."""
        return Demands(self.demands.limits[limits], self.unit[units])


def question(program: Program, demands: Demands) -> Question:
    """Return the program that has a choice if and only if the demands can be kept together."""
    limits = program.limits
    size = np.diff(limits.indptr)[demands.limits]
    first = np.cumsum(size) - size
    entry = (np.arange(size.sum()) - np.repeat(first, size)
             + np.repeat(limits.indptr[:-1][demands.limits], size))
    limit = np.repeat(np.arange(len(demands.limits)), size)
    unit_of = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    must = np.zeros(program.num_units, dtype=np.bool_)
    must[demands.units] = True
    helps = must[unit_of]
    helps[limits.column[entry[limits.lower[demands.limits][limit] > 0]]] = True
    kept = _unlike(program, unit_of, helps, limit, entry)
    place = np.full(program.num_columns, NONE, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    here = place[limits.column[entry]] >= 0
    units = np.union1d(np.unique(unit_of[kept]), demands.units).astype(np.int64)
    small = Program(
        indptr=np.searchsorted(unit_of[kept], np.append(units, program.num_units)),
        rep=program.rep[kept], gain=np.zeros(len(kept), dtype=np.int64), must=must[units],
        group=program.group[units], num_reps=0,
        limits=_ends_alone(limits, demands.limits, limit[here],
                           place[limits.column[entry[here]]], limits.use[entry[here]]))
    return Question(small, units, demands)


def _unlike(program: Program, unit_of: Ints, helps: _Flags, limit: Ints, entry: Ints) -> Ints:
    """Return the helping columns, of those alike within a unit the first.

    Alike: the same use of the same limits, compared by a fingerprint of 64 bits (sums of random
    odd numbers), and in groups the same rep.
    """
    odd = np.random.default_rng(5).integers(0, 2**63, limit.max(initial=0) + 1, dtype=np.int64)
    mark = np.zeros(program.num_columns, dtype=np.int64)
    column = program.limits.column[entry]
    with np.errstate(over="ignore"):
        np.add.at(mark, column, program.limits.use[entry] * (2 * odd + 1)[limit])
    helping = np.flatnonzero(helps)
    rep = np.where(program.group[unit_of[helping]] >= 0, program.rep[helping], NONE)
    order = np.lexsort((helping, rep, mark[helping], unit_of[helping]))
    keys = np.stack([unit_of[helping], mark[helping], rep])[:, order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    return np.sort(helping[order[new]])


def _ends_alone(limits: Limits, chosen: Ints, limit: Ints, column: Ints, use: Ints) -> Limits:
    """Return the chosen limits over the kept columns, without hinges."""
    total = np.zeros(len(chosen), dtype=np.int64)
    np.add.at(total, limit, use)
    none = np.empty(0, dtype=np.int64)
    return Limits(indptr=np.searchsorted(limit, np.arange(len(chosen) + 1)), column=column, use=use,
                  lower=limits.lower[chosen],
                  upper=np.minimum(limits.upper[chosen], total), hinge_limit=none, hinge_at=none,
                  hinge_slope=none, hinge_over=np.empty(0, dtype=np.bool_))
