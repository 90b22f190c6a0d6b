"""OR-Tools ``SimpleMinCostFlow`` on all usable pairs: what one would write by hand.

Lead to rep for each pair, lead to nobody, rep to nobody with the free slots; arcs added as arrays.
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from benchmarks.array_windows.window import ArrayWindow, owners_of
from benchmarks.peers.found import Found, PeerFailedError, Proof


def solve(window: ArrayWindow, seconds: float) -> Found:  # noqa: ARG001 - has no time limit
    """Solve a window; the time includes making the arcs and reading the flow."""
    engine = min_cost_flow.SimpleMinCostFlow()
    num_leads, num_pairs = window.num_leads, window.num_pairs
    nobody = num_leads + window.num_reps
    lead = window.leads()
    arcs = engine.add_arcs_with_capacity_and_unit_cost(
        lead, window.rep + np.int32(num_leads), np.ones(num_pairs, np.int64), -window.surplus)
    ends = np.arange(nobody)
    engine.add_arcs_with_capacity_and_unit_cost(
        ends, np.full(nobody, nobody),
        np.concatenate([np.ones(num_leads, np.int64), window.capacity]), np.zeros(nobody, np.int64))
    supply = np.zeros(nobody + 1, np.int64)
    supply[:num_leads], supply[nobody] = 1, -num_leads
    engine.set_nodes_supplies(np.arange(nobody + 1), supply)
    status = engine.solve()
    if status != engine.OPTIMAL:
        raise PeerFailedError(status.name)
    taken = np.flatnonzero(engine.flows(arcs))
    return Found(owners_of(num_leads, lead[taken], window.rep[taken]), Proof.CLAIMED)
