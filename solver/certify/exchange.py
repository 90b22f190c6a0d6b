"""Exchange graph of a plan: what it costs to move a lead from one rep to another.

Nodes are the R reps and ``nobody`` (node R), which stands for held leads and for empty slots.
``D[k, j]`` is the least objective lost by moving one lead off rep k onto rep j, over all usable
pairs (DESIGN section 5). Shortest paths between nodes are exact marginal values of slots, because
the plan is optimal: its residual graph has no negative cycle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.errors import EngineError
from solver.matrix.pairs import Pairs, Problem

_Ints = NDArray[np.int64]
#: No arc, no path. Every real distance is below 2**62: the range checks see to it.
UNREACHABLE = np.int64(2**62)
#: Owner of a lead that nobody owns.
NOBODY = -1


def exchange_costs(problem: Problem, owner: _Ints, without_lead: int | None = None) -> _Ints:
    """Return D, shape (R + 1, R + 1), int64 minor units, ``UNREACHABLE`` where there is no arc.

    Parameters
    ----------
    problem
        The window in integers.
    owner
        (L,) rep positions of an optimal plan, -1 for held leads.
    without_lead
        A lead whose own moves are left out; its slot stays taken.
    """
    pairs, nobody = problem.pairs, problem.pairs.num_reps
    node = np.where(owner < 0, nobody, owner)
    own = own_surplus(pairs, owner)
    flat = np.full((nobody + 1) ** 2, UNREACHABLE)
    moved = slice(None) if without_lead is None else pairs.lead != without_lead
    lead = pairs.lead[moved]
    arc = node[lead] * (nobody + 1) + pairs.rep[moved]
    np.minimum.at(flat, arc, own[lead] - pairs.surplus[moved])
    dropped = owner >= 0
    if without_lead is not None:
        dropped[without_lead] = False
    np.minimum.at(flat, node[dropped] * (nobody + 1) + nobody, own[dropped])
    costs = flat.reshape(nobody + 1, nobody + 1)
    has_free_slot = np.bincount(owner[owner >= 0], minlength=nobody) < problem.capacity
    costs[:nobody, nobody][has_free_slot] = 0
    np.minimum(costs[nobody], 0, out=costs[nobody])
    np.fill_diagonal(costs, 0)
    return costs


def own_surplus(pairs: Pairs, owner: _Ints) -> _Ints:
    """Return (L,) the surplus of each lead with its owner, 0 for held leads."""
    own = np.zeros(pairs.num_leads, dtype=np.int64)
    chosen = pairs.rep == owner[pairs.lead]
    own[pairs.lead[chosen]] = pairs.surplus[chosen]
    return own


@dataclass(frozen=True, slots=True)
class Distances:
    """Shortest distances from one node of the exchange graph."""

    distance: _Ints
    """(R + 1,) minor units, ``UNREACHABLE`` where there is no path."""
    previous: _Ints
    """(R + 1,) the node before on a shortest path, -1 at the source and where unreachable."""


def distances_from(costs: _Ints, source: int) -> Distances:
    """Bellman-Ford from one node, whole rows at a time, only from nodes that improved.

    Raises
    ------
    EngineError
        If there is a negative cycle, which no optimal plan has.
    """
    distance = np.full(len(costs), UNREACHABLE)
    previous = np.full(len(costs), -1, dtype=np.int64)
    distance[source] = 0
    improved = np.array([source])
    for _ in range(len(costs)):
        arcs = costs[improved]
        through = np.where(arcs < UNREACHABLE, distance[improved, None] + arcs, UNREACHABLE)
        shortest = through.min(axis=0)
        better = np.flatnonzero(shortest < distance)
        if not len(better):
            return Distances(distance, previous)
        distance[better] = shortest[better]
        previous[better] = improved[through[:, better].argmin(axis=0)]
        improved = better
    raise EngineError("the exchange graph has a negative cycle: the plan is not optimal")


@dataclass(frozen=True, slots=True)
class SlotPrices:
    """What one slot more and one slot fewer of each rep are worth; exact, minor units."""

    gain: _Ints
    """(R,) objective won with one slot more; the smallest optimal prices. 0 for inactive reps."""
    loss: tuple[int | None, ...]
    """Objective lost with one slot fewer, by rep; None where the rep has no slot."""


def slot_prices(problem: Problem, owner: _Ints) -> SlotPrices:
    """Price every rep's slots with two shortest-path runs (DESIGN section 5)."""
    costs = exchange_costs(problem, owner)
    nobody = problem.pairs.num_reps
    gain = -distances_from(costs, nobody).distance[:nobody]
    loss = distances_from(np.ascontiguousarray(costs.T), nobody).distance[:nobody]
    return slot_prices_of(problem, gain, loss)


def slot_prices_of(problem: Problem, gain: _Ints, loss: _Ints) -> SlotPrices:
    """Put (R,) distances into slot prices: nothing for inactive reps and slots that are none."""
    return SlotPrices(gain=np.where(problem.rows.reps.active, gain, 0),
                      loss=tuple(lost if slots else None for lost, slots in zip(
                          loss.tolist(), problem.capacity.tolist(), strict=True)))
