"""Reps repeated once per slot: what engines of linear assignment need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.array_windows.window import ArrayWindow

_Ints = NDArray[np.int64]


def slot_reps(window: ArrayWindow) -> NDArray[np.int32]:
    """Return (S,) the rep of each slot."""
    return np.repeat(np.arange(window.num_reps, dtype=np.int32), window.capacity)


def first_slots(window: ArrayWindow) -> _Ints:
    """Return (R,) the first slot of each rep."""
    return np.cumsum(window.capacity) - window.capacity


def dense_costs(window: ArrayWindow) -> NDArray[np.float64]:
    """Return (S, L) minus the surplus of each slot with each lead, 0 where no pair is usable.

    A lead in a slot of a rep with whom it has no usable pair brings nothing, as if both were left
    alone; so these are the same plans, and nothing need be forbidden. Rows are slots, of which
    there are mostly fewer than leads: engines turn a matrix round that has more rows than columns.
    """
    costs = np.zeros((window.num_reps, window.num_leads))
    costs[window.rep, window.leads()] = -window.surplus
    return np.repeat(costs, window.capacity, axis=0)


def owners_of_slots(window: ArrayWindow, slot: _Ints, lead: _Ints, cost: NDArray[np.float64]
                    ) -> _Ints:
    """Return (L,) owners; slots whose lead brings nothing there count as free."""
    owner = np.full(window.num_leads, -1, dtype=np.int64)
    used = cost < 0
    owner[lead[used]] = slot_reps(window)[slot[used]]
    return owner
