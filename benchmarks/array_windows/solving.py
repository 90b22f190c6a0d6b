"""Prices first on a window of arrays: optimum, exact prices of all slots, and the bound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.matrix.source import PairSource
from solver.prices_first.loop import prices_first
from solver.prices_first.shards import LocalShards
from solver.prices_first.transportation import Optimum, Transportation

_Ints = NDArray[np.int64]


def solved(source: PairSource, capacity: _Ints, start_prices: _Ints | None = None) -> Optimum:
    """Solve a window whose leads came in one after the other and whose reps have had none today."""
    problem = Transportation(LocalShards(source), capacity, np.zeros_like(capacity),
                             np.arange(source.num_leads))
    return prices_first(problem, start_prices=start_prices)
