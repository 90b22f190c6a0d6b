"""The fairest counts that all reps can reach together, by a flow.

Which counts of leads the reps can have together is an integral base polytope (flows out of one
side of a bipartite graph), on which the greedy rule is optimal: serve the queue of all reps' units
in order, as far as a flow exists (Edmonds 1970; Federgruen and Groenevelt 1986). Distinct places
in the queue therefore make the counts unique, whatever the engine; a small min-cost flow of units
alone finds them at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from solver.errors import EngineError
from solver.fairness.offer import Offer, lead_classes

_Ints = NDArray[np.int64]


def fairest_amounts(offer: Offer, queue: Sequence[Sequence[int]], turn: Sequence[int],
                    most: _Ints, block: int = 1) -> _Ints:
    """Return what each rep gets if as much as possible goes out, in the order of a queue.

    Parameters
    ----------
    offer
        Leads and who may have them; what they count is taken as divisible, so that the amounts are
        exact where it is 1 and else less than one lead from what can be reached.
    queue
        For each rep the places of its first, second, ... block, rising; smaller ones go first.
    turn
        (R,) who goes first among equal places; each once.
    most
        (R,) ends of what each rep can get; ``ceil(most / block)`` blocks.
    block
        Units of the measure that are one place in the queue.

    Returns
    -------
    ndarray
        (R,) int64, unique.

    Raises
    ------
    EngineError
        If the engine does not report an optimum; the graph is always feasible.
    """
    order = sorted((place, turn[at], at, n) for at, places in enumerate(queue)
                   for n, place in enumerate(places))
    amounts = np.zeros(len(most), dtype=np.int64)
    if not order:
        return amounts
    wanted = np.array([at for _, _, at, _ in order], dtype=np.int64)
    begin = np.array([n for _, _, _, n in order], dtype=np.int64) * block
    heads, members, supply = lead_classes(offer)
    first_rep, sink = len(supply), len(supply) + len(most)
    engine = min_cost_flow.SimpleMinCostFlow()
    engine.add_arcs_with_capacity_and_unit_cost(
        members, first_rep + heads, supply[members], np.zeros(len(heads), np.int64))
    taken = engine.add_arcs_with_capacity_and_unit_cost(
        first_rep + wanted, np.full(len(wanted), sink),
        np.minimum(block, most[wanted] - begin), np.arange(len(wanted)))
    engine.add_arcs_with_capacity_and_unit_cost(
        np.arange(first_rep), np.full(first_rep, sink), supply,
        np.full(first_rep, len(wanted) + 1))
    engine.set_nodes_supplies(np.arange(sink + 1), np.concatenate(
        [supply, np.zeros(len(most), np.int64), [-int(supply.sum())]]))
    status = engine.solve()
    if status != engine.OPTIMAL:
        raise EngineError(f"the flow of fair amounts ended with {status.name}")
    np.add.at(amounts, wanted, engine.flows(taken))
    return amounts
