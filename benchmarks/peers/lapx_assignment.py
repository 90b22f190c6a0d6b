"""lapx ``lapjv`` (Jonker and Volgenant) on repeated slots, on a dense matrix made square."""

from __future__ import annotations

import lap
import numpy as np

from benchmarks.array_windows.window import ArrayWindow
from benchmarks.peers.found import Found, Proof
from benchmarks.peers.slots import dense_costs, owners_of_slots


def solve(window: ArrayWindow, seconds: float) -> Found:  # noqa: ARG001 - has no time limit
    """Solve a window; the time includes making the matrix."""
    costs = dense_costs(window)
    lead_of_slot, _ = lap.lapjv(costs, extend_cost=True, return_cost=False)
    slot = np.flatnonzero(lead_of_slot >= 0)
    lead = lead_of_slot[slot]
    return Found(owners_of_slots(window, slot, lead, costs[slot, lead]), Proof.FLOATS)
