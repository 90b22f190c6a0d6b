"""A program over some of its columns, and choices carried between it and the whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.program.bound import MANY
from solver.program.program import NONE, Ints, Limits, Program


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
    entries, column, use = _entries(limits, kept, before)
    most = total_use(entries, use)
    core = replace(
        program, indptr=before[program.indptr], rep=program.rep[columns],
        gain=program.gain[columns],
        limits=replace(limits, indptr=entries, column=column, use=use,
                       upper=np.maximum(np.minimum(limits.upper, most), limits.lower)))
    return Core(core, columns, program.num_columns)


def _entries(limits: Limits, kept: NDArray[np.bool_], before: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the limits' ``indptr``, ``column`` and ``use`` over the columns that are kept."""
    if len(limits.column) > MANY:
        return _entries_in_one_pass(limits, kept, before)
    stays = kept[limits.column]
    entries = np.concatenate([[0], np.cumsum(stays)])[limits.indptr]
    return entries, before[limits.column[stays]], limits.use[stays]


def _entries_in_one_pass(limits: Limits, kept: NDArray[np.bool_], before: Ints
                         ) -> tuple[Ints, Ints, Ints]:
    from solver.program.passes import count_entries, keep_entries  # noqa: PLC0415

    entries = np.zeros(limits.count + 1, dtype=np.int64)
    count_entries(limits.indptr, limits.column, kept, entries)
    column, use = (np.empty(int(entries[-1]), dtype=np.int64) for _ in range(2))
    keep_entries(before, kept, (limits.indptr, limits.column, limits.use), entries, column, use)
    return entries, column, use


def total_use(indptr: Ints, use: Ints) -> Ints:
    """Return (K,) the sum of the use of each limit's entries."""
    some = np.flatnonzero(np.diff(indptr))
    total = np.zeros(len(indptr) - 1, dtype=np.int64)
    if len(some):
        total[some] = np.add.reduceat(use, indptr[some])
    return total
