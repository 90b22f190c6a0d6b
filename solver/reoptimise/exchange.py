"""An optimal plan that stays optimal while slots come and go, one shortest path for each.

A slot more of rep j is used along a shortest path from nobody to j in the exchange graph, a slot
fewer is emptied along one from j to nobody, a slot that moves goes along one between the two
(DESIGN section 5). Each leaves no negative cycle behind, so that the plan is optimal for the slots
that there are then (successive shortest paths: Ahuja, Magnanti and Orlin, Network Flows, 1993,
section 9.7). Only the rows of the nodes on the path are worked out anew.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import NOBODY, UNREACHABLE, SlotPrices, own_surplus, slot_prices_of
from solver.errors import EngineError
from solver.matrix.pairs import Problem
from solver.reoptimise.kernels import (
    OUT,
    Graph,
    all_shortest,
    fill,
    pair_arrays,
    place,
    refill,
    shift,
    shortest,
)

_Ints = NDArray[np.int64]


class Exchange:
    """A plan in the making; not shared: copy it before you change it.

    Parameters
    ----------
    problem
        The usable pairs; its capacities play no part.
    owner
        (L,) rep positions, -1 for held leads, of an optimal plan for these slots.
    slots
        (R,) slots of each rep.
    without
        Leads that are left out.
    """

    def __init__(self, problem: Problem, owner: _Ints, slots: _Ints,
                 without: Collection[int] = ()) -> None:
        pairs = problem.pairs
        self.num_reps = pairs.num_reps
        node = np.where(owner < 0, self.num_reps, owner)
        own = own_surplus(pairs, owner)
        for lead in without:
            node[lead], own[lead] = OUT, 0
        size = (self.num_reps + 1, self.num_reps + 1)
        used = np.bincount(node[(node >= 0) & (node < self.num_reps)], minlength=self.num_reps)
        self._graph = Graph(*pair_arrays(pairs), node, own,
                            slots.astype(np.int64), used.astype(np.int64),
                            np.empty(size, np.int64), np.empty(size, np.int64))
        fill(self._graph)

    def copy(self) -> Self:
        """Return a plan that changes apart from this one."""
        other = object.__new__(type(self))
        graph = self._graph
        other.num_reps = self.num_reps
        other._graph = graph._replace(**{
            name: getattr(graph, name).copy()
            for name in ("node", "own", "capacity", "used", "cost", "mover")})
        return other

    @property
    def owner(self) -> _Ints:
        """(L,) rep positions, -1 for leads that nobody owns."""
        node = self._graph.node
        return np.where((node < 0) | (node == self.num_reps), NOBODY, node)

    @property
    def slots(self) -> _Ints:
        """(R,) slots of each rep."""
        return self._graph.capacity.copy()

    @property
    def surplus(self) -> int:
        """What the plan's owned leads bring above floors and reserve, minor units."""
        return int(self._graph.own.sum())

    def gains(self) -> _Ints:
        """Return (R,) what one slot more of each rep brings, minor units."""
        return -self._paths(self.num_reps)[0][:self.num_reps]

    def losses(self) -> _Ints:
        """Return (R,) what one slot fewer costs; ``UNREACHABLE`` where the rep has none."""
        return self._distances_to_nobody()[:self.num_reps]

    def move_costs(self) -> _Ints:
        """Return (R, R) what moving a slot of one rep to another costs; below 0: it brings.

        ``UNREACHABLE`` where the one has no slot.
        """
        distance = np.empty_like(self._graph.cost)
        all_shortest(self._graph.cost, distance)
        return distance[:self.num_reps, :self.num_reps]

    def prices(self, problem: Problem) -> SlotPrices:
        """Return the slot prices of the plan as it is, once its slots are those of the problem."""
        return slot_prices_of(problem, self.gains(), self.losses())

    def add_slots(self, rep: int, count: int) -> int:
        """Give a rep some slots; return what they bring."""
        total = 0
        for left in range(count, 0, -1):
            gain = self.add_slot(rep)
            if gain == 0:
                # A slot that brings nothing stays empty, and so does every further one.
                self._graph.capacity[rep] += left - 1
                break
            total += gain
        return total

    def add_slot(self, rep: int) -> int:
        """Give a rep one slot; return what it brings."""
        distance, previous = self._paths(self.num_reps)
        self._graph.capacity[rep] += 1
        if distance[rep] < 0:
            shift(self._graph, previous, self.num_reps, rep)
        else:
            refill(self._graph, rep)
        return -int(distance[rep])

    def remove_slots(self, rep: int, count: int) -> int:
        """Take some of its slots from a rep, empty ones first; return what that costs."""
        graph = self._graph
        empty = min(int(graph.capacity[rep] - graph.used[rep]), count)
        graph.capacity[rep] -= empty
        refill(graph, rep)
        return sum(self.remove_slot(rep) for _ in range(count - empty))

    def remove_slot(self, rep: int) -> int:
        """Take one of its slots from a rep, an empty one if there is one; return what it costs."""
        graph = self._graph
        empty = graph.used[rep] < graph.capacity[rep]
        graph.capacity[rep] -= 1
        if empty:
            refill(graph, rep)
            return 0
        distance, previous = self._paths(rep)
        shift(graph, previous, rep, self.num_reps)
        return int(distance[self.num_reps])

    def move_slot(self, source: int, target: int) -> int:
        """Move a slot from one rep to another; return what that costs, below 0: brings."""
        distance, previous = self._paths(source)
        self._graph.capacity[source] -= 1
        self._graph.capacity[target] += 1
        shift(self._graph, previous, source, target)
        return int(distance[target])

    def take_out(self, lead: int) -> None:
        """Leave a lead out of the plan."""
        graph, node = self._graph, int(self._graph.node[lead])
        place(graph, lead, OUT)
        if node < self.num_reps:
            graph.capacity[node] -= 1
        refill(graph, node)
        if node < self.num_reps:
            self.add_slot(node)

    def put_in(self, lead: int) -> None:
        """Take a lead that was left out into the plan."""
        graph = self._graph
        pairs = slice(int(graph.indptr[lead]), int(graph.indptr[lead + 1]))
        cost = self._distances_to_nobody()[graph.rep[pairs]] - graph.surplus[pairs]
        if cost.min(initial=0) < 0:
            rep = int(graph.rep[pairs][cost.argmin()])
            shift(graph, self._paths(rep)[1], rep, self.num_reps)
            place(graph, lead, rep)
            refill(graph, rep)
        else:
            place(graph, lead, self.num_reps)
            refill(graph, self.num_reps)

    def _paths(self, source: int) -> tuple[_Ints, _Ints]:
        return _shortest_paths(self._graph.cost, source)

    def _distances_to_nobody(self) -> _Ints:
        return _shortest_paths(np.ascontiguousarray(self._graph.cost.T), self.num_reps)[0]


def _shortest_paths(cost: _Ints, source: int) -> tuple[_Ints, _Ints]:
    distance, previous = np.full(len(cost), UNREACHABLE), np.empty(len(cost), np.int64)
    if not shortest(cost, source, distance, previous):
        raise EngineError("the exchange graph has a negative cycle: the plan is not optimal")
    return distance, previous
