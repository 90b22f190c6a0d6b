"""OR-Tools ``SimpleLinearSumAssignment``, with a node per slot and dummies on both sides.

It wants as many left as right nodes and gives each a mate. Left: leads, and a dummy per slot;
right: slots, and a dummy per lead. A held lead takes its own dummy and a free slot its own; where
a lead takes a slot, their dummies are free for each other, by an arc of their own.
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python import linear_sum_assignment

from benchmarks.array_windows.window import ArrayWindow
from benchmarks.peers.found import Found, PeerFailedError, Proof
from benchmarks.peers.slots import first_slots, slot_reps


def solve(window: ArrayWindow, seconds: float) -> Found:  # noqa: ARG001 - has no time limit
    """Solve a window; the time includes making the arcs of all slots."""
    engine = linear_sum_assignment.SimpleLinearSumAssignment()
    num_leads, num_slots = window.num_leads, window.num_slots
    copies = window.capacity[window.rep]
    lead = np.repeat(window.leads(), copies)
    ends = np.cumsum(copies)
    shift = np.arange(len(lead)) - np.repeat(ends - copies, copies)
    slot = (np.repeat(first_slots(window)[window.rep], copies) + shift).astype(np.int32)
    del shift
    leads, slots = (np.arange(num, dtype=np.int32) for num in (num_leads, num_slots))
    for left, right, cost in (
            (lead, slot, -np.repeat(window.surplus, copies)),
            (num_leads + slot, num_slots + lead, np.zeros(len(lead), np.int64)),
            (leads, num_slots + leads, np.zeros(num_leads, np.int64)),
            (num_leads + slots, slots, np.zeros(num_slots, np.int64))):
        engine.add_arcs_with_cost(left.astype(np.int32), right.astype(np.int32), cost)
    status = engine.solve()
    if status != engine.OPTIMAL:
        raise PeerFailedError(status.name)
    mate = np.array([engine.right_mate(at) for at in range(num_leads)], dtype=np.int64)
    owned = mate < num_slots
    owner = np.full(num_leads, -1, dtype=np.int64)
    owner[owned] = slot_reps(window)[mate[owned]]
    return Found(owner, Proof.CLAIMED)
