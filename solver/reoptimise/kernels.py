"""Compiled passes over the exchange graph of a plan that changes slot by slot.

The graph is that of :mod:`solver.certify.exchange`, with the lead that moves along each arc kept
beside the arc's cost, so that a shortest path can be walked and only the rows of the nodes on it
be worked out anew.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import NOBODY as NONE
from solver.certify.exchange import UNREACHABLE
from solver.compiling import compiled
from solver.matrix.pairs import Pairs

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]
#: Node of a lead that is left out of the plan.
OUT = -2
#: A rep that is in the old window and not in the new one.
GONE = -1


class Graph(NamedTuple):
    """A plan of L leads and R reps, and its exchange graph; node R is nobody."""

    indptr: _Ints
    """(L + 1,) lead i has the pairs ``indptr[i]:indptr[i + 1]``."""
    rep: NDArray[np.int32]
    """(P,)"""
    surplus: _Ints
    """(P,) minor units, above 0."""
    node: _Ints
    """(L,) the lead's rep, R for held leads, ``OUT``."""
    own: _Ints
    """(L,) its surplus there."""
    capacity: _Ints
    """(R,) slots."""
    used: _Ints
    """(R,) leads."""
    cost: _Ints
    """(R + 1, R + 1) least objective lost by an arc, ``UNREACHABLE`` where there is none."""
    mover: _Ints
    """(R + 1, R + 1) the lead that moves along it, ``NONE`` where an empty slot does."""


@compiled
def fill(graph: Graph) -> None:
    """Fill in the costs and movers of all arcs."""
    graph.cost[:] = UNREACHABLE
    graph.mover[:] = NONE
    for lead in range(len(graph.node)):
        if graph.node[lead] != OUT:
            _offer(graph, lead)
    for node in range(len(graph.cost)):
        _close(graph, node)


@compiled
def refill(graph: Graph, node: int) -> None:
    """Work out the arcs that leave one node anew."""
    graph.cost[node] = UNREACHABLE
    graph.mover[node] = NONE
    for lead in range(len(graph.node)):
        if graph.node[lead] == node:
            _offer(graph, lead)
    _close(graph, node)


@compiled
def _offer(graph: Graph, lead: int) -> None:
    """Let a lead move along the arcs that leave its node, where nothing else costs less."""
    cost, mover = graph.cost[graph.node[lead]], graph.mover[graph.node[lead]]
    own = graph.own[lead]
    for at in range(graph.indptr[lead], graph.indptr[lead + 1]):
        lost = own - graph.surplus[at]
        if lost < cost[graph.rep[at]]:
            cost[graph.rep[at]], mover[graph.rep[at]] = lost, lead
    nobody = len(cost) - 1
    if own < cost[nobody]:
        cost[nobody], mover[nobody] = own, lead


@compiled
def _close(graph: Graph, node: int) -> None:
    """Add the arcs that an empty slot takes."""
    cost, mover = graph.cost[node], graph.mover[node]
    nobody = len(cost) - 1
    if node == nobody:
        for rep in range(nobody):
            if cost[rep] > 0:
                cost[rep], mover[rep] = 0, NONE
    elif graph.used[node] < graph.capacity[node]:
        cost[nobody], mover[nobody] = 0, NONE
    cost[node], mover[node] = 0, NONE


@compiled
def shortest(cost: _Ints, source: int, distance: _Ints, previous: _Ints) -> bool:
    """Fill in the shortest distances from a node, and the node before each.

    Bellman-Ford with a queue. False: there is a negative cycle, which no optimal plan has.
    """
    size = len(cost)
    distance[:] = UNREACHABLE
    previous[:] = NONE
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
            return False
        for to in range(size):
            arc = cost[node, to]
            if arc < UNREACHABLE and distance[node] + arc < distance[to]:
                distance[to], previous[to] = distance[node] + arc, node
                if not waits[to]:
                    queue[(first + waiting) % size], waits[to] = to, True
                    waiting += 1
    return True


@compiled
def all_shortest(cost: _Ints, distance: _Ints) -> None:
    """Fill in the shortest distances between all nodes (Floyd and Warshall)."""
    distance[:] = cost
    size = len(cost)
    for via in range(size):
        for source in range(size):
            first = distance[source, via]
            if source == via or first >= UNREACHABLE:
                continue
            for to in range(size):
                second = distance[via, to]
                if second < UNREACHABLE and first + second < distance[source, to]:
                    distance[source, to] = first + second


@compiled
def shift(graph: Graph, previous: _Ints, source: int, target: int) -> None:
    """Move leads along a path, then work out the rows of its nodes anew."""
    to = target
    while to != source:
        node = previous[to]
        if graph.mover[node, to] != NONE:
            place(graph, graph.mover[node, to], to)
        to = node
    to = target
    while to != source:
        refill(graph, to)
        to = previous[to]
    refill(graph, source)


@compiled
def place(graph: Graph, lead: int, node: int) -> None:
    """Put a lead where it is to be, and count; the rows stay as they are."""
    nobody = len(graph.capacity)
    if 0 <= graph.node[lead] < nobody:
        graph.used[graph.node[lead]] -= 1
    graph.node[lead] = node
    graph.own[lead] = 0
    if 0 <= node < nobody:
        graph.used[node] += 1
        for at in range(graph.indptr[lead], graph.indptr[lead + 1]):
            if graph.rep[at] == node:
                graph.own[lead] = graph.surplus[at]


class PairArrays(NamedTuple):
    """Pairs of L leads, by lead."""

    indptr: _Ints
    rep: NDArray[np.int32]
    surplus: _Ints


def pair_arrays(pairs: Pairs) -> PairArrays:
    """Return the arrays of pairs, read-only, as kernels are compiled for them."""
    arrays = PairArrays(pairs.indptr.view(), pairs.rep.view(), pairs.surplus.view())
    for array in arrays:
        array.setflags(write=False)
    return arrays


@compiled
def mark_changes(old: PairArrays, new: PairArrays, position: _Ints, edited: _Flags,
                 column: _Flags, lead: _Flags) -> None:
    """Mark the edited reps whose pairs differ, and the leads whose pairs with others do.

    Parameters
    ----------
    old, new
        Pairs of the same leads, the reps ascending within a lead.
    position
        (old R,) position of each rep in the new window, ascending, ``GONE``.
    edited
        (R,) reps of the new window that may differ as a whole.
    column, lead
        (R,) and (L,) to be marked.
    """
    past = len(edited)
    for at in range(len(lead)):
        a, b = old.indptr[at], new.indptr[at]
        a_end, b_end = old.indptr[at + 1], new.indptr[at + 1]
        while a < a_end or b < b_end:
            before = position[old.rep[a]] if a < a_end else past
            after = new.rep[b] if b < b_end else past
            if before == GONE:
                a += 1
                continue
            same = before == after and old.surplus[a] == new.surplus[b]
            a += before <= after
            b += after <= before
            if not same:
                rep = min(before, after)
                if edited[rep]:
                    column[rep] = True
                else:
                    lead[at] = True
