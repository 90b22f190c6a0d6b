"""Taking pairs one after the other while their lead is free and their rep has a slot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.array_windows.window import ArrayWindow
from solver.compiling import compiled

_Ints = NDArray[np.int64]


def first_fit(window: ArrayWindow, order: _Ints) -> _Ints:
    """Return (L,) owners when pairs are taken in an order, each if it still can be."""
    owner = np.full(window.num_leads, -1, dtype=np.int64)
    _take(order, window.leads(), window.rep, window.capacity.copy(), owner)
    return owner


@compiled
def _take(order: _Ints, lead: NDArray[np.int32], rep: NDArray[np.int32], left: _Ints,
          owner: _Ints) -> None:
    for pair in order:
        if owner[lead[pair]] < 0 and left[rep[pair]] > 0:
            owner[lead[pair]] = rep[pair]
            left[rep[pair]] -= 1
