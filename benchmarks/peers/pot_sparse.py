"""POT ``ot.emd`` on a sparse matrix: the usable pairs, and a dummy on both sides.

The dummy rep takes held leads and the dummy lead takes free slots, each at no cost; both weigh
enough for all. Stored zeros must not be lost, so that every cost is shifted by a constant: each
lead and each slot uses one arc, a plan's cost changes by the same for all plans.
"""

from __future__ import annotations

import warnings

import numpy as np
import ot
from scipy.sparse import coo_matrix

from benchmarks.array_windows.window import ArrayWindow, owners_of
from benchmarks.peers.found import Found, PeerFailedError, Proof
from benchmarks.peers.pot_emd import MOST_PIVOTS


def solve(window: ArrayWindow, seconds: float) -> Found:  # noqa: ARG001 - has no time limit
    """Solve a window; the time includes making the matrix."""
    num_leads, num_reps = window.num_leads, window.num_reps
    leads, reps = np.arange(num_leads), np.arange(num_reps + 1)
    lead = np.concatenate([window.leads(), leads, np.full(num_reps + 1, num_leads)])
    rep = np.concatenate([window.rep, np.full(num_leads, num_reps), reps])
    shift = float(window.surplus.max(initial=0)) + 1
    cost = np.full(len(lead), shift)
    cost[:window.num_pairs] -= window.surplus
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        flow = ot.emd(np.append(np.ones(num_leads), window.num_slots),
                      np.append(window.capacity, num_leads).astype(np.float64),
                      coo_matrix((cost, (lead, rep)), shape=(num_leads + 1, num_reps + 1)),
                      numItermax=MOST_PIVOTS)
    if said:
        raise PeerFailedError(str(said[0].message))
    taken = (flow.data > 0.5) & (flow.row < num_leads) & (flow.col < num_reps)
    return Found(owners_of(num_leads, flow.row[taken], flow.col[taken]), Proof.FLOATS)
