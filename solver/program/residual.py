"""What it costs to change a flow: shortest paths between limits, without another solve.

Nodes are the limits and ``nobody``. An arc from a to b is the least lost by letting one unit more
run into b and one fewer into a: a unit changes its column, leaves it or takes one; a limit carries
one more (at the slope of its next segment) or one fewer. The flow is optimal, so there is no
negative cycle; shortest distances are exact marginal values and exact optimal prices (DESIGN
section 5; Ahuja, Magnanti and Orlin, Network Flows, 1993, section 9.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.errors import EngineError
from solver.program.network import ends
from solver.program.program import NONE, Ints, Program
from solver.program.segments import limit_use, slope_after
from solver.program.structure import Structure

#: No path. Every real distance is far below: the engine's cost range sees to it.
UNREACHABLE = np.int64(2**62)


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs between nodes 0 to n - 1, the cheapest of each pair, by ascending head."""

    num_nodes: int
    tail: Ints
    head: Ints
    cost: Ints

    def reversed(self) -> Arcs:
        """Turn every arc around."""
        return cheapest_arcs(self.num_nodes, self.head, self.tail, self.cost)


def cheapest_arcs(num_nodes: int, tail: Ints, head: Ints, cost: Ints) -> Arcs:
    """Keep the cheapest arc of each pair of different nodes."""
    key = head * num_nodes + tail
    if num_nodes**2 <= max(2**22, 4 * len(key)):
        least = np.full(num_nodes**2, UNREACHABLE)
        np.minimum.at(least, key, cost)
        key = np.flatnonzero(least < UNREACHABLE)
        cost = least[key]
    else:
        order = np.lexsort((cost, key))
        first = order[np.diff(key[order], prepend=-1) > 0]
        key, cost = key[first], cost[first]
    head, tail = np.divmod(key, num_nodes)
    apart = head != tail
    return Arcs(num_nodes, tail[apart], head[apart], cost[apart])


def residual_arcs(program: Program, trees: Structure, column: Ints) -> Arcs:
    """Return the changes that a choice of (U,) columns of a nested program still allows."""
    at, limits, nobody = ends(program, trees), program.limits, program.limits.count
    owned = np.flatnonzero(column >= 0)
    place, own = at.unit.copy(), np.zeros(program.num_units, dtype=np.int64)
    place[owned] = at.column[column[owned]]
    own[owned] = program.gain[column[owned]]
    unit_of = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    leaving = owned[~program.must[owned]]
    use = limit_use(program, column)
    kept = at.tail != NONE
    more = np.flatnonzero(kept & (use < limits.upper))
    fewer = np.flatnonzero(kept & (use > limits.lower))
    return cheapest_arcs(
        nobody + 1,
        np.concatenate([place[unit_of], place[leaving], at.tail[more], at.head[fewer]]),
        np.concatenate([at.column, at.unit[leaving], at.head[more], at.tail[fewer]]),
        np.concatenate([own[unit_of] - program.gain, own[leaving],
                        slope_after(limits, use)[more], -slope_after(limits, use - 1)[fewer]]))


def distances(arcs: Arcs, start: Ints) -> Ints:
    """Return (n,) shortest distances, from (n,) distances to start with (Bellman-Ford).

    Raises
    ------
    EngineError
        If there is a negative cycle, which no optimal flow has.
    """
    distance = start.copy()
    if not len(arcs.head):
        return distance
    first = np.flatnonzero(np.diff(arcs.head, prepend=-1))
    head = arcs.head[first]
    for _ in range(arcs.num_nodes + 1):
        so_far = distance[arcs.tail]
        through = np.where(so_far < UNREACHABLE, so_far + arcs.cost, UNREACHABLE)
        shorter = np.minimum.reduceat(through, first)
        if (shorter >= distance[head]).all():
            return distance
        distance[head] = np.minimum(distance[head], shorter)
    raise EngineError("the residual network has a negative cycle: the flow is not optimal")


def distances_from(arcs: Arcs, node: int) -> Ints:
    """Return (n,) shortest distances from one node, ``UNREACHABLE`` where there is no path."""
    start = np.full(arcs.num_nodes, UNREACHABLE)
    start[node] = 0
    return distances(arcs, start)


def potentials(arcs: Arcs, root: int) -> Ints:
    """Return (n,) finite d with d[head] <= d[tail] + cost on every arc, the root's 0.

    Where the root reaches a node it is the distance from the root, the highest that fits. The
    others could be as high as one likes; they get 0, or what is nearest among these that fit.
    """
    distance = distances_from(arcs, root)
    beyond = distance >= UNREACHABLE
    if not beyond.any():
        return distance
    back = distances(arcs.reversed(), np.where(beyond, UNREACHABLE, -distance))
    lowest = np.where(back < UNREACHABLE, np.maximum(-back, 0), 0)
    return distances(arcs, np.where(beyond, lowest, distance))


@dataclass(frozen=True, slots=True)
class Paths:
    """Shortest paths from many nodes, by arcs that potentials have made 0 or more (Dijkstra)."""

    first: Ints
    """(n + 1,) arcs of node v: ``first[v]`` up to ``first[v + 1]``."""
    head: Ints
    reduced: Ints
    """Cost of each arc between potentials."""
    potential: Ints

    @classmethod
    def along(cls, arcs: Arcs, potential: Ints) -> Paths:
        """Prepare the arcs; (n,) potentials with d[head] <= d[tail] + cost on each."""
        order = np.argsort(arcs.tail, kind="stable")
        tail, head = arcs.tail[order], arcs.head[order]
        return cls(np.searchsorted(tail, np.arange(arcs.num_nodes + 1)), head,
                   arcs.cost[order] + potential[tail] - potential[head], potential)

    def distances(self, node: int) -> Ints:
        """Return (n,) shortest distances from a node, ``UNREACHABLE`` where there is no path."""
        reached = np.full(len(self.potential), UNREACHABLE)
        reached[node] = 0
        waiting = reached.copy()
        while (so_far := waiting[at := int(waiting.argmin())]) < UNREACHABLE:
            waiting[at] = UNREACHABLE
            arcs = slice(self.first[at], self.first[at + 1])
            head, through = self.head[arcs], so_far + self.reduced[arcs]
            shorter = through < reached[head]
            reached[head[shorter]] = waiting[head[shorter]] = through[shorter]
        return np.where(reached < UNREACHABLE,
                        reached - self.potential[node] + self.potential, UNREACHABLE)
