"""The optimum of a window of one lead, in closed form.

One lead takes the free slot of the largest net surplus, and the second flow's choice among equals
(:mod:`solver.optimise.canonical`) comes down to the rep with the fewest leads today, then the
smallest id. The prices are what one slot more would win: nothing where a slot is free, and for a
full rep what the lead would bring above its owner.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import NOBODY
from solver.matrix.pairs import Problem

_Ints = NDArray[np.int64]


def owner_of_one(problem: Problem, assigned_today: _Ints) -> int:
    """Return the rep position of the canonical owner of the only lead, ``NOBODY`` if none."""
    pairs = problem.pairs
    is_open = problem.capacity[pairs.rep] > 0
    rep, surplus = pairs.rep[is_open], pairs.surplus[is_open]
    if not len(rep):
        return NOBODY
    tied = rep[surplus == surplus.max()]
    return int(tied[assigned_today[tied].argmin()])


def gains_of_one(problem: Problem, owner: int) -> _Ints:
    """Return (R,) what one slot more of each rep would win, minor units."""
    pairs = problem.pairs
    won = pairs.surplus[pairs.rep == owner].sum()
    gains = np.zeros(pairs.num_reps, dtype=np.int64)
    gains[pairs.rep] = np.maximum(pairs.surplus - won, 0)
    return gains
