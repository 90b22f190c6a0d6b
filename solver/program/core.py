"""A program over some of its columns, and choices carried between it and the whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.program.program import NONE, Ints, Program


@dataclass(frozen=True, slots=True)
class Core:
    """A part of a program: the same units and limits, fewer columns."""

    program: Program
    columns: Ints
    """(c,) the whole program's column of each column here, ascending."""
    num_whole: int
    """Columns of the whole program."""

    def widen(self, column: Ints) -> Ints:
        """Return (U,) columns of the whole for a choice of the core."""
        widened: Ints = np.append(self.columns, NONE)[column]
        return widened

    def narrow(self, column: Ints) -> Ints:
        """Return (U,) columns of the core for a choice of the whole; ``NONE`` if not in it."""
        place = np.full(self.num_whole + 1, NONE, dtype=np.int64)
        place[self.columns] = np.arange(len(self.columns))
        narrowed: Ints = place[column]
        return narrowed


def restrict(program: Program, kept: NDArray[np.bool_]) -> Core:
    """Return the program over the columns that are kept.

    Parameters
    ----------
    program
        The whole.
    kept
        (C,) which columns stay. Choices of the core are choices of the whole, and worth the same.
    """
    columns = np.flatnonzero(kept)
    before = np.concatenate([[0], np.cumsum(kept)])
    limits = program.limits
    stays = kept[limits.column]
    entries = np.concatenate([[0], np.cumsum(stays)])[limits.indptr]
    use = limits.use[stays]
    total = np.concatenate([[0], np.cumsum(use)])
    most = total[entries[1:]] - total[entries[:-1]]
    core = replace(
        program, indptr=before[program.indptr], rep=program.rep[columns],
        gain=program.gain[columns],
        limits=replace(limits, indptr=entries, column=before[limits.column[stays]], use=use,
                       upper=np.maximum(np.minimum(limits.upper, most), limits.lower)))
    return Core(core, columns, program.num_columns)
