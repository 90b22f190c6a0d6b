"""The first flow: a plan of the largest objective, by OR-Tools ``SimpleMinCostFlow``.

Graph: a node per lead with supply 1, a node per rep, and ``nobody``, which takes what the leads
supply. Arcs: lead to rep for each usable pair, lead to ``nobody`` (held), rep to ``nobody``
(capacity: the rep's free slots). The cost of a lead's arc is what it brings less than the lead's
best pair: a constant per lead changes no optimum, and costs from 0 up are solved faster. Source of
the form: a transportation problem with an outside option, DESIGN section 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from solver.certify.exchange import NOBODY
from solver.errors import EngineError
from solver.matrix.pairs import Problem

_Ints = NDArray[np.int64]
_Nodes = NDArray[np.int32] | NDArray[np.int64]


class NoFlowError(EngineError):
    """No flow meets the supplies."""


def optimal_owners(problem: Problem) -> _Ints:
    """Return (L,) rep positions, ``NOBODY`` for held leads, of one plan of the largest objective.

    Raises
    ------
    EngineError
        If the engine does not report an optimum; the graph is always feasible.
    """
    pairs = problem.pairs
    owner = np.full(pairs.num_leads, NOBODY, dtype=np.int64)
    open_pairs = np.flatnonzero(problem.capacity[pairs.rep] > 0)
    if not len(open_pairs):
        return owner
    lead, rep, surplus = pairs.lead, pairs.rep, pairs.surplus
    if len(open_pairs) < len(pairs):
        lead, rep, surplus = lead[open_pairs], rep[open_pairs], surplus[open_pairs]
    starts = np.concatenate([[0], np.flatnonzero(lead[1:] != lead[:-1]) + 1])
    taken = taken_pairs(np.append(starts, len(lead)), rep, surplus, problem.capacity)
    owner[lead[taken]] = rep[taken]
    return owner


def taken_pairs(indptr: _Ints, rep: NDArray[np.int32], surplus: _Ints, capacity: _Ints) -> _Ints:
    """Return the places of the pairs of one plan of the largest sum of surplus.

    Parameters
    ----------
    indptr
        (n + 1,) the n-th lead has the pairs ``indptr[n]:indptr[n + 1]``, from 0 on and at least
        one; it takes one of them or none.
    rep, surplus
        (A,) rep positions; minor units, above 0.
    capacity
        (R,) slots, 0 or more.

    Raises
    ------
    EngineError
        If the engine does not report an optimum; the graph is always feasible.
    """
    counts, best = np.diff(indptr), np.maximum.reduceat(surplus, indptr[:-1])
    num_leads, num_reps = len(best), len(capacity)
    nobody = num_leads + num_reps
    nodes = np.arange(nobody, dtype=np.int32)
    used = solve_flow(
        tail=np.concatenate([np.repeat(nodes[:num_leads], counts), nodes]),
        head=np.concatenate([rep + np.int32(num_leads), np.full(nobody, nobody, np.int32)]),
        capacity=np.concatenate([np.ones(len(rep) + num_leads, np.int64), capacity]),
        cost=np.concatenate([np.repeat(best, counts) - surplus, best,
                             np.zeros(num_reps, np.int64)]),
        supply=np.concatenate([np.ones(num_leads, np.int64), np.zeros(num_reps, np.int64),
                               [-num_leads]]))
    return np.flatnonzero(used[:len(rep)])


def solve_flow(tail: _Nodes, head: _Nodes, capacity: _Ints, cost: _Ints, supply: _Ints) -> _Ints:
    """Return the flow on each arc of a min-cost flow.

    Raises
    ------
    NoFlowError
        If no flow meets the supplies.
    EngineError
        If the engine does not report an optimum for another reason.
    """
    engine = min_cost_flow.SimpleMinCostFlow()
    arcs = engine.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    engine.set_nodes_supplies(np.arange(len(supply)), supply)
    status = engine.solve()
    if status != engine.OPTIMAL:
        error = NoFlowError if status == engine.INFEASIBLE else EngineError
        raise error(f"the min-cost flow of {len(supply)} nodes and {len(tail)} arcs "
                    f"ended with {status.name}")
    flows: _Ints = engine.flows(arcs)
    return flows
