"""POT ``ot.emd``: the network simplex of optimal transport, on the dense matrix of leads and reps.

Both sides must weigh the same: what leads or slots have too much of goes to a dummy of the other
side at no cost. A lead with a rep with whom it has no usable pair brings nothing, as if held.
"""

from __future__ import annotations

import warnings

import numpy as np
import ot

from benchmarks.array_windows.window import ArrayWindow, owners_of
from benchmarks.peers.found import Found, PeerFailedError, Proof

#: Its default of 100,000 pivots ends too early from a few thousand leads on.
MOST_PIVOTS = 2_000_000_000


def solve(window: ArrayWindow, seconds: float) -> Found:  # noqa: ARG001 - has no time limit
    """Solve a window; the time includes making the matrix."""
    num_leads, num_reps = window.num_leads, window.num_reps
    more_leads = num_leads - window.num_slots
    costs = np.zeros((num_leads + (more_leads < 0), num_reps + (more_leads > 0)))
    costs[window.leads(), window.rep] = -window.surplus
    supply = np.concatenate([np.ones(num_leads), [-more_leads] if more_leads < 0 else []])
    demand = np.concatenate([window.capacity, [more_leads] if more_leads > 0 else []]).astype(float)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        flow = ot.emd(supply, demand, costs, numItermax=MOST_PIVOTS)
    if said:
        raise PeerFailedError(str(said[0].message))
    lead, rep = np.nonzero((flow[:num_leads, :num_reps] > 0.5) & (costs[:num_leads, :num_reps] < 0))
    return Found(owners_of(num_leads, lead, rep), Proof.FLOATS)
