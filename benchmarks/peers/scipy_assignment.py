"""SciPy ``linear_sum_assignment`` on repeated slots, as a dense matrix."""

from __future__ import annotations

from scipy.optimize import linear_sum_assignment

from benchmarks.array_windows.window import ArrayWindow
from benchmarks.peers.found import Found, Proof
from benchmarks.peers.slots import dense_costs, owners_of_slots


def solve(window: ArrayWindow, seconds: float) -> Found:  # noqa: ARG001 - has no time limit
    """Solve a window; the time includes making the matrix."""
    costs = dense_costs(window)
    slot, lead = linear_sum_assignment(costs)
    return Found(owners_of_slots(window, slot, lead, costs[slot, lead]), Proof.FLOATS)
