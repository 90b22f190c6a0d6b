"""OR-Tools CP-SAT as its tutorial of assignment shows: a bool per pair, two threads."""

from __future__ import annotations

from itertools import pairwise
from time import monotonic

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.array_windows.window import ArrayWindow, owners_of
from benchmarks.peers.found import SHARE_OF_LIMIT, Found, PeerFailedError, Proof

_NUM_THREADS = 2


def solve(window: ArrayWindow, seconds: float) -> Found:
    """Solve a window; at most one rep per lead, at most the free slots per rep."""
    until = monotonic() + SHARE_OF_LIMIT * seconds
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in range(window.num_pairs)]
    rows = window.indptr.tolist()
    for first, end in pairwise(rows):
        if first < end:
            model.add_at_most_one(taken[first:end])
    by_rep = np.argsort(window.rep, kind="stable")
    ends = np.cumsum(np.bincount(window.rep, minlength=window.num_reps)).tolist()
    for first, end, slots in zip([0, *ends], ends, window.capacity.tolist(), strict=False):
        model.add(cp_model.LinearExpr.sum([taken[at] for at in by_rep[first:end]]) <= slots)
    model.maximize(cp_model.LinearExpr.weighted_sum(taken, window.surplus.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = _NUM_THREADS
    solver.parameters.max_time_in_seconds = max(1.0, until - monotonic())
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        raise PeerFailedError(solver.status_name(status))
    chosen = np.flatnonzero([solver.boolean_value(one) for one in taken])
    proof = Proof.CLAIMED if status == cp_model.OPTIMAL else Proof.STOPPED
    return Found(owners_of(window.num_leads, window.leads()[chosen], window.rep[chosen]), proof)
