"""The bound that proves a plan: two lines of numpy that share nothing with the optimiser.

For any prices ``p >= 0``, ``sum_j max over 0 <= y <= c_j of p_j y  +  sum_i max(o, max_j (v_ij -
f_j - p_j))`` is at least the objective of every plan (weak duality of the transportation problem,
DESIGN section 1). The first sum is written for limits in their general form, ``lower <= y <=
upper``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.matrix.pairs import Pairs, Problem, net_surplus

_Ints = NDArray[np.int64]


def price_bound(problem: Problem, prices: _Ints) -> int:
    """Return the bound of (R,) integer prices over all usable pairs, in minor units."""
    limits = np.maximum(prices * problem.lower, prices * problem.capacity).sum()
    leads = best_net_surplus(problem.pairs, prices).sum()
    return int(limits + leads) + problem.reserve * problem.pairs.num_leads


def best_net_surplus(pairs: Pairs, prices: _Ints) -> _Ints:
    """Return (L,) ``max(0, max_j (surplus - price))``: the worth of each lead at these prices."""
    return best_and_net_surplus(pairs, prices)[0]


def best_and_net_surplus(pairs: Pairs, prices: _Ints) -> tuple[_Ints, _Ints]:
    """Return (L,) the worth of each lead at (R,) prices, and (P,) the net surplus of each pair."""
    net = net_surplus(pairs, prices)
    best = np.zeros(pairs.num_leads, dtype=np.int64)
    starts = pairs.indptr[:-1]
    some = starts < pairs.indptr[1:]
    if some.any():
        best[some] = np.maximum.reduceat(net, starts[some])
    return np.maximum(best, 0, out=best), net
