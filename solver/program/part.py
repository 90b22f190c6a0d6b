"""A program over some of its units, while every other one stays as a choice has it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.program.core import restrict, total_use
from solver.program.program import NONE, Ints, Program
from solver.program.segments import limit_use


@dataclass(frozen=True, slots=True)
class Part:
    """A small program of its own: what the others take is gone from its limits."""

    program: Program
    units: Ints
    """(u,) the whole program's unit of each unit here, ascending."""
    columns: Ints
    """(c,) the whole program's column of each column here, ascending."""

    def narrow(self, column: Ints) -> Ints:
        """Return (u,) columns of the part for a choice of the whole."""
        wanted = column[self.units]
        found = np.minimum(np.searchsorted(self.columns, wanted), max(len(self.columns) - 1, 0))
        is_here = (wanted != NONE) & (self.columns[found] == wanted)
        return np.where(is_here, found, NONE)

    def widen(self, column: Ints, around: Ints) -> Ints:
        """Return (U,) a choice of the whole: the part's in the midst of another."""
        widened = around.copy()
        widened[self.units] = np.append(self.columns, NONE)[column]
        return widened


def part_around(program: Program, kept: NDArray[np.bool_], column: Ints) -> Part:
    """Return the part of the units with a column that is kept.

    Parameters
    ----------
    program
        The whole; no unit of a part may share its group with one that is not in it.
    kept
        (C,) columns that the part may choose from; what its units have now always joins.
    column
        (U,) a choice that keeps all limits.

    Notes
    -----
    Ends and hinges move by what the units outside take, so that a choice of the part is worth what
    it is worth in the whole, less a constant.
    """
    counts = np.concatenate([[0], np.cumsum(kept)])
    inside = counts[program.indptr[1:]] > counts[program.indptr[:-1]]
    used = limit_use(program, np.where(inside, NONE, column))
    kept = kept.copy()
    kept[column[inside & (column != NONE)]] = True
    core, whole = restrict(program, kept), program.limits
    limits = core.program.limits
    most = total_use(limits.indptr, limits.use)
    indptr = core.program.indptr
    return Part(replace(
        core.program, indptr=np.append(indptr[:-1][inside], indptr[-1]), must=program.must[inside],
        group=program.group[inside], limits=replace(
            limits, lower=np.maximum(whole.lower - used, 0),
            upper=np.minimum(whole.upper - used, most),
            hinge_at=whole.hinge_at - used[whole.hinge_limit])),
        np.flatnonzero(inside), core.columns)
