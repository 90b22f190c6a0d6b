"""What the leads of a plan bring with their owners, whether all pairs are at hand or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import own_surplus
from solver.matrix.pair_values import pair_values
from solver.matrix.pairs import Pairs, Problem

_Ints = NDArray[np.int64]


def owned_surplus(problem: Problem, owner: _Ints) -> _Ints:
    """Return (L,) the surplus of each lead with its owner; 0 for held leads, never below 0.

    Parameters
    ----------
    problem
        The window.
    owner
        (L,) rep positions, -1 for held leads.
    """
    if isinstance(problem.source, Pairs):
        return own_surplus(problem.source, owner)
    owned = np.flatnonzero(owner >= 0)
    reps, own = owner[owned], np.zeros(len(owner), dtype=np.int64)
    above = pair_values(problem.rows, owned, reps).value - problem.floors[reps] - problem.reserve
    own[owned] = np.maximum(above, 0)
    return own
