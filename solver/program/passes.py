"""Compiled single passes over the entries and columns of large programs, in exact integers.

Each does what a few lines of numpy do elsewhere in this package, without arrays as long as the
entries beside them. Imported only where a program is large: compiling and loading take a while.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.program.program import NONE, Ints

_Flags = NDArray[np.bool_]
_Places = NDArray[np.int32]


@compiled
def pay(net: Ints, indptr: Ints, column: Ints, use: Ints, prices: Ints, safe: int) -> bool:
    """Take from each column what it pays for its limits; say whether nothing came near overflow.

    Parameters
    ----------
    net
        (C,) changed in place; meaningless where the answer is False.
    indptr, column, use
        The entries, as in :class:`solver.program.program.Limits`.
    prices
        (K,)
    safe
        No amount may pass it on the way; at most 2**61, so that the next step cannot overflow.
    """
    for limit in range(len(prices)):
        price = np.int64(prices[limit])
        if price == 0:
            continue
        for at in range(indptr[limit], indptr[limit + 1]):
            if abs(float(price)) * float(use[at]) > safe:
                return False
            place = column[at]
            net[place] -= price * np.int64(use[at])
            if net[place] > safe or net[place] < -safe:
                return False
    return True


@compiled
def lose(indptr: Ints, net: Ints, must: _Flags) -> None:
    """Turn (C,) net gains into what each column loses against its unit's best.

    The best is 0 at least where the unit may stay unowned.
    """
    for unit in range(len(must)):
        first, last = indptr[unit], indptr[unit + 1]
        best = net[first] if must[unit] and first < last else np.int64(0)
        for column in range(first, last):
            best = max(best, net[column])
        for column in range(first, last):
            net[column] = best - net[column]


@compiled
def most_of_units(num_units: int, unit_indptr: Ints, indptr: Ints, column: Ints, use: Ints,
                  total: Ints) -> None:
    """Fill in (K,) the use of each limit if each unit took the column that takes most of it."""
    unit_of = np.empty(unit_indptr[-1], np.int32)
    for unit in range(num_units):
        unit_of[unit_indptr[unit]:unit_indptr[unit + 1]] = unit
    for limit in range(len(total)):
        before, most = NONE, np.int64(0)
        for at in range(indptr[limit], indptr[limit + 1]):
            unit = unit_of[column[at]]
            if unit != before:
                total[limit] += most
                before, most = unit, np.int64(0)
            most = max(most, np.int64(use[at]))
        total[limit] += most


@compiled
def slots_of_limits(rep: _Places, indptr: Ints, column: Ints, use: Ints, slots: Ints, upper: Ints,
                    total: Ints) -> None:
    """Fill in (K,) the slots of all reps within each limit, ``NONE`` where one may count twice.

    (C,) ``slots`` are what each column takes of its rep; (R,) ``upper`` what the reps have.
    """
    seen = np.full(len(upper), NONE, np.int64)
    for limit in range(len(total)):
        total[limit] = 0
        for at in range(indptr[limit], indptr[limit + 1]):
            if use[at] > slots[column[at]]:
                total[limit] = NONE
                break
            at_rep = rep[column[at]]
            if seen[at_rep] != limit:
                seen[at_rep] = limit
                total[limit] += upper[at_rep]


@compiled
def keep_entries(before: Ints, kept: _Flags, entries: tuple[Ints, Ints, Ints], indptr: Ints,
                 column: Ints, use: Ints) -> None:
    """Fill in the entries of the columns that are kept.

    Parameters
    ----------
    before, kept
        (C,) kept columns before each, and which they are.
    entries
        The whole's ``indptr``, ``column`` and ``use``.
    indptr, column, use
        (K + 1,) filled before; as long as the kept entries.
    """
    for limit in range(len(indptr) - 1):
        place = indptr[limit]
        for at in range(entries[0][limit], entries[0][limit + 1]):
            if kept[entries[1][at]]:
                column[place] = before[entries[1][at]]
                use[place] = entries[2][at]
                place += 1


@compiled
def count_entries(indptr: Ints, column: Ints, kept: _Flags, count: Ints) -> None:
    """Fill in (K + 1,) where the kept entries of each limit begin, and their number."""
    count[0] = 0
    for limit in range(len(indptr) - 1):
        found = 0
        for at in range(indptr[limit], indptr[limit + 1]):
            found += kept[column[at]]
        count[limit + 1] = count[limit] + found


@compiled
def mark_near(indptr: Ints, losses: NDArray[Any], count: int, near: _Flags) -> None:
    """Mark the ``count`` columns of each unit that lose least; ties by position."""
    place, loss = np.empty(count, np.int64), np.empty(count, losses.dtype)
    for unit in range(len(indptr) - 1):
        size = 0
        for column in range(indptr[unit], indptr[unit + 1]):
            if size == count and losses[column] >= loss[size - 1]:
                continue
            at = min(size, count - 1)
            while at > 0 and loss[at - 1] > losses[column]:
                loss[at], place[at] = loss[at - 1], place[at - 1]
                at -= 1
            loss[at], place[at] = losses[column], column
            size = min(size + 1, count)
        for at in range(size):
            near[place[at]] = True
