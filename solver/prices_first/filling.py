"""Free slots of an unproven plan: no lead that could have one is left without."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.matrix.source import PairSource, Piece
from solver.prices_first.rows import rows_of

_Ints = NDArray[np.int64]


def fill_free_slots(source: PairSource, owner: _Ints, capacity: _Ints) -> tuple[_Ints, int]:
    """Give each held lead, in their order, the free slot where it brings most.

    Parameters
    ----------
    source
        All usable pairs.
    owner
        (L,) rep positions, -1 for held leads.
    capacity
        (R,) slots.

    Returns
    -------
    tuple of ndarray and int
        (L,) owners, and what the leads that got a slot bring, minor units.
    """
    filled, brought = owner.copy(), 0
    free = np.maximum(capacity - np.bincount(owner[owner >= 0], minlength=len(capacity)), 0)
    for span in source.spans():
        held = np.flatnonzero(filled[span] < 0) + span.start
        if not free.any():
            break
        if len(held):
            brought += int(_fill(rows_of(source, held), held, free, filled))
    return filled, brought


@compiled
def _fill(rows: Piece, leads: _Ints, free: _Ints, owner: _Ints) -> int:
    """Fill in owners of leads whose pairs the rows are; take their slots off those free."""
    brought = np.int64(0)
    for row in range(len(leads)):
        best, chosen = np.int64(0), -1
        for at in range(rows.indptr[row], rows.indptr[row + 1]):
            if free[rows.rep[at]] > 0 and rows.surplus[at] > best:
                best, chosen = rows.surplus[at], rows.rep[at]
        if chosen >= 0:
            owner[leads[row]] = chosen
            free[chosen] -= 1
            brought += best
    return int(brought)
