"""The yardstick: OR-Tools' min-cost flow on the usable pairs of a window, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from solver.matrix.pairs import Problem

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BareFlow:
    """The arrays that the engine takes; leads and pairs that no slot is open to are left out."""

    tail: _Ints
    head: _Ints
    capacity: _Ints
    cost: _Ints
    node: _Ints
    supply: _Ints
    held: int
    """Objective of the plan that owns nothing, minor units."""

    def solve(self) -> int:
        """Add the arrays to a new engine, solve, and return the objective in minor units.

        Raises
        ------
        RuntimeError
            If the engine does not report an optimum.
        """
        engine = min_cost_flow.SimpleMinCostFlow()
        engine.add_arcs_with_capacity_and_unit_cost(self.tail, self.head, self.capacity, self.cost)
        engine.set_nodes_supplies(self.node, self.supply)
        status = engine.solve()
        if status != engine.OPTIMAL:
            raise RuntimeError(f"the bare min-cost flow ended with {status.name}")
        return self.held - int(engine.optimal_cost())


def bare_flow(problem: Problem) -> BareFlow:
    """Prepare the arrays: lead to rep, lead to nobody, rep to nobody with the free slots."""
    pairs = problem.pairs
    is_open = problem.capacity[pairs.rep] > 0
    leads, lead = np.unique(pairs.lead[is_open], return_inverse=True)
    num_pairs, num_leads, num_reps = len(lead), len(leads), pairs.num_reps
    nobody = num_leads + num_reps
    return BareFlow(
        tail=np.concatenate([lead, np.arange(nobody)]),
        head=np.concatenate([num_leads + pairs.rep[is_open].astype(np.int64),
                             np.full(nobody, nobody)]),
        capacity=np.concatenate([np.ones(num_pairs + num_leads, np.int64), problem.capacity]),
        cost=np.concatenate([-pairs.surplus[is_open], np.zeros(nobody, np.int64)]),
        node=np.arange(nobody + 1),
        supply=np.concatenate([np.ones(num_leads, np.int64), np.zeros(num_reps, np.int64),
                               [-num_leads]]),
        held=problem.reserve * pairs.num_leads)
