"""Compiled shortest paths in the exchange graph of a core, whose arcs are few."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import UNREACHABLE
from solver.compiling import compiled

_Ints = NDArray[np.int64]


@compiled
def arcs_by_tail(tail: _Ints, head: _Ints, cost: _Ints, num_nodes: int
                 ) -> tuple[_Ints, _Ints, _Ints]:
    """Sort arcs by their tail; of parallel arcs the cheapest stays."""
    starts = np.zeros(num_nodes + 1, np.int64)
    for node in tail:
        starts[node + 1] += 1
    starts = np.cumsum(starts)
    place, order = starts[:-1].copy(), np.empty(len(tail), np.int64)
    for arc in range(len(tail)):
        order[place[tail[arc]]] = arc
        place[tail[arc]] += 1
    indptr, size = np.zeros(num_nodes + 1, np.int64), 0
    heads, costs = np.empty(len(tail), np.int64), np.empty(len(tail), np.int64)
    slot = np.full(num_nodes, -1)
    for node in range(num_nodes):
        first = size
        for at in range(starts[node], starts[node + 1]):
            arc = order[at]
            to = head[arc]
            if slot[to] >= first:
                costs[slot[to]] = min(costs[slot[to]], cost[arc])
            else:
                slot[to], heads[size], costs[size] = size, to, cost[arc]
                size += 1
        indptr[node + 1] = size
    return indptr, heads[:size].copy(), costs[:size].copy()


@compiled
def distances(indptr: _Ints, head: _Ints, cost: _Ints, source: int) -> tuple[_Ints, bool]:
    """Return the shortest distances from a node; False where a negative cycle was met.

    Label correcting with a queue (Bellman, Ford, Moore).
    """
    size = len(indptr) - 1
    distance = np.full(size, UNREACHABLE)
    distance[source] = 0
    queue, waits = np.empty(size, np.int64), np.zeros(size, np.bool_)
    visits = np.zeros(size, np.int64)
    queue[0], first, waiting = source, 0, 1
    while waiting:
        node = queue[first]
        first, waiting = (first + 1) % size, waiting - 1
        waits[node] = False
        visits[node] += 1
        if visits[node] > size:
            return distance, False
        for at in range(indptr[node], indptr[node + 1]):
            to, length = head[at], distance[node] + cost[at]
            if length < distance[to]:
                distance[to] = length
                if not waits[to]:
                    queue[(first + waiting) % size], waits[to] = to, True
                    waiting += 1
    return distance, True
