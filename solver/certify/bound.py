"""The bound that proves a plan: numpy alone, piece by piece; it shares nothing with the optimiser.

For any prices ``p >= 0``, ``sum_j max over 0 <= y <= c_j of p_j y  +  sum_i max(o, max_j (v_ij -
f_j - p_j))`` is at least the objective of every plan (weak duality of the transportation problem,
DESIGN section 1). The first sum is written for limits in their general form, ``lower <= y <=
upper``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.matrix.pairs import Pairs, Problem, net_surplus
from solver.matrix.source import Piece

_Ints = NDArray[np.int64]


def price_bound(problem: Problem, prices: _Ints) -> int:
    """Return the bound of (R,) integer prices over all usable pairs, in minor units."""
    limits = np.maximum(prices * problem.lower, prices * problem.capacity).sum()
    source = problem.source
    leads = sum(int(best_of_piece(source.piece(span), prices).sum()) for span in source.spans())
    return int(limits) + leads + problem.reserve * source.num_leads


def best_of_piece(piece: Piece, prices: _Ints) -> _Ints:
    """Return (n,) ``max(0, max_j (surplus - price))``: the worth of each lead at these prices."""
    own = slice(int(piece.indptr[0]), int(piece.indptr[-1]))
    starts, best = piece.indptr - own.start, np.zeros(len(piece.indptr) - 1, dtype=np.int64)
    some = starts[:-1] < starts[1:]
    if some.any():
        net = piece.surplus[own] - prices[piece.rep[own]]
        best[some] = np.maximum.reduceat(net, starts[:-1][some])
    return np.maximum(best, 0, out=best)


def best_and_net_surplus(pairs: Pairs, prices: _Ints) -> tuple[_Ints, _Ints]:
    """Return (L,) the worth of each lead at (R,) prices, and (P,) the net surplus of each pair."""
    net = net_surplus(pairs, prices)
    best = np.zeros(pairs.num_leads, dtype=np.int64)
    starts = pairs.indptr[:-1]
    some = starts < pairs.indptr[1:]
    if some.any():
        best[some] = np.maximum.reduceat(net, starts[some])
    return np.maximum(best, 0, out=best), net
