"""The limits of a program seen from its columns."""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from solver.program.program import Ints, Program


@dataclass(frozen=True, slots=True)
class ColumnEntries:
    """For each column, the limits it takes of: the transpose of :class:`Limits`."""

    indptr: Ints
    """(C + 1,) column c has the entries ``indptr[c]:indptr[c + 1]``."""
    limit: NDArray[np.int32]
    """(N,) limits, ascending within a column."""
    use: Ints
    """(N,) what the column takes of the limit."""


def column_entries(program: Program) -> ColumnEntries:
    """Return the entries of all limits by column."""
    limits = program.limits
    return ColumnEntries(*_transpose(program.num_columns, limits.indptr, limits.column,
                                     limits.use))


@nb.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _transpose(num_columns: int, indptr: Ints, column: Ints, use: Ints
               ) -> tuple[Ints, NDArray[np.int32], Ints]:
    start = np.zeros(num_columns + 1, np.int64)
    for at in range(len(column)):
        start[column[at] + 1] += 1
    for at in range(num_columns):
        start[at + 1] += start[at]
    fill = start[:-1].copy()
    limit = np.empty(len(column), np.int32)
    taken = np.empty(len(column), np.int64)
    for row in range(len(indptr) - 1):
        for at in range(indptr[row], indptr[row + 1]):
            place = fill[column[at]]
            fill[column[at]] += 1
            limit[place] = row
            taken[place] = use[at]
    return start, limit, taken


def use_per_column(program: Program) -> NDArray[np.float64]:
    """Return (K,) the mean use that a column takes of each limit, 1 where it has none."""
    limits = program.limits
    count = np.diff(limits.indptr)
    total = np.concatenate([[0], np.cumsum(limits.use, dtype=np.float64)])
    spent = total[limits.indptr[1:]] - total[limits.indptr[:-1]]
    return np.where(count > 0, spent / np.maximum(count, 1), 1.0)


def least_use(program: Program) -> NDArray[np.float64]:
    """Return (K,) the least use that a column takes of each limit, 1 where it has none."""
    limits = program.limits
    some = np.diff(limits.indptr) > 0
    least = np.ones(limits.count)
    if some.any():
        least[some] = np.minimum.reduceat(limits.use, limits.indptr[:-1][some])
    return least
