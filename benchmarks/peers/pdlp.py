"""OR-Tools PDLP: a first-order method on the linear program, which ends near the optimum.

The plan is its shares rounded: pairs in order of their share, each taken if it still can be. The
bound comes from its prices, rounded to cents; what is between the two is the gap.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.pdlp import solve_log_pb2, solvers_pb2
from ortools.pdlp.python import pdlp
from scipy.sparse import csc_matrix

from benchmarks.array_windows.window import ArrayWindow
from benchmarks.peers.first_fit import first_fit
from benchmarks.peers.found import SHARE_OF_LIMIT, Found, PeerFailedError, Proof

_NUM_THREADS = 2
_LEAST_SHARE = 1e-6
_ENDS = (solve_log_pb2.TERMINATION_REASON_OPTIMAL, solve_log_pb2.TERMINATION_REASON_TIME_LIMIT,
         solve_log_pb2.TERMINATION_REASON_ITERATION_LIMIT)


def solve(window: ArrayWindow, seconds: float) -> Found:
    """Solve a window to its default tolerance of one in a million."""
    params = solvers_pb2.PrimalDualHybridGradientParams()
    params.num_threads = _NUM_THREADS
    params.termination_criteria.time_sec_limit = SHARE_OF_LIMIT * seconds
    result = pdlp.primal_dual_hybrid_gradient(_program(window), params)
    if result.solve_log.termination_reason not in _ENDS:
        raise PeerFailedError(solve_log_pb2.TerminationReason.Name(
            result.solve_log.termination_reason))
    share = np.asarray(result.primal_solution).ravel()
    some = np.flatnonzero(share > _LEAST_SHARE)
    owner = first_fit(window, some[np.argsort(-share[some], kind="stable")])
    prices = np.abs(np.rint(np.asarray(result.dual_solution).ravel()[window.num_leads:]))
    return Found(owner, Proof.GAP, bound_of(window, prices.astype(np.int64)))


def _program(window: ArrayWindow) -> pdlp.QuadraticProgram:
    """Minimise minus the surplus: a row per lead, at most 1; a row per rep, at most its slots."""
    program = pdlp.QuadraticProgram()
    num_pairs, num_rows = window.num_pairs, window.num_leads + window.num_reps
    program.resize_and_initialize(num_pairs, num_rows)
    program.objective_vector = -window.surplus.astype(np.float64)
    program.variable_lower_bounds = np.zeros(num_pairs)
    program.variable_upper_bounds = np.ones(num_pairs)
    program.constraint_lower_bounds = np.full(num_rows, -np.inf)
    program.constraint_upper_bounds = np.concatenate(
        [np.ones(window.num_leads), window.capacity]).astype(np.float64)
    rows = np.column_stack([window.leads(), window.num_leads + window.rep]).ravel()
    program.constraint_matrix = csc_matrix(
        (np.ones(2 * num_pairs), rows, np.arange(0, 2 * num_pairs + 1, 2)),
        shape=(num_rows, num_pairs))
    return program


def bound_of(window: ArrayWindow, prices: NDArray[np.int64]) -> int:
    """Return what no plan can exceed, for any (R,) prices of 0 or more, in cents."""
    best = np.zeros(window.num_leads, dtype=np.int64)
    some = window.indptr[:-1] < window.indptr[1:]
    if some.any():
        best[some] = np.maximum.reduceat(window.surplus - prices[window.rep],
                                         window.indptr[:-1][some])
    return int(np.maximum(best, 0).sum()) + int((prices * window.capacity).sum())
