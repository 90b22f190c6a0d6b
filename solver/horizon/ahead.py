"""One plan over leads now and later against slots by rep and refill epoch: one min-cost flow.

Columns are rep x epoch. A lead takes a slot of a column twice over: one of the day's cap, which
lapses with the epoch, and one of the open load, which carries over. Epochs of a rep hang on a
chain: a unit that enters at epoch e is drained by an open-load slot that came up at e or before.
Nested limits stay a flow (DESIGN section 7), and shortest paths in its residual network are exact
marginal values (section 5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import NOBODY, UNREACHABLE
from solver.errors import EngineError
from solver.horizon.slots import SlotsAhead
from solver.optimise.flow import solve_flow

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class AheadPairs:
    """Usable pairs of leads and columns, ascending by lead."""

    num_leads: int
    lead: _Ints
    """(P,)"""
    column: _Ints
    """(P,)"""
    surplus: _Ints
    """(P,) value minus reserve, above 0, minor units."""


@dataclass(frozen=True, slots=True)
class AheadPlan:
    """An optimal plan ahead."""

    pair_of_lead: _Ints
    """(L,) position in the pairs, -1 for a lead that nobody takes."""
    objective: int
    """Sum of the surplus of the pairs taken, minor units."""
    loss: _Ints
    """(R,) objective lost if a slot of the rep is used now for something else, minor units;
    ``UNREACHABLE`` where the rep has no slot now."""
    gain: _Ints
    """(R,) objective won if the rep had one slot more now, minor units."""


@dataclass(frozen=True, slots=True)
class _Network:
    """Arcs from columns to the sink; nodes: C columns, C chain nodes, the sink."""

    tail: _Ints
    head: _Ints
    capacity: _Ints
    sink: int


def plan_pairs(slots: SlotsAhead, pairs: AheadPairs) -> AheadPlan:
    """Find a plan of the largest objective, and what a slot of each rep is worth now.

    Raises
    ------
    EngineError
        If the engine does not report an optimum.
    """
    network = _network(slots, pairs.num_leads)
    taken, used = _solve(network, pairs)
    pair_of_lead = np.full(pairs.num_leads, NOBODY, dtype=np.int64)
    pair_of_lead[pairs.lead[taken]] = taken
    tail, head, cost = _residual(network, pairs, pair_of_lead, used)
    now = slots.first[:-1]
    loss = _distances(head, tail, cost, network.sink)[now]
    gain = -_distances(tail, head, cost, network.sink)[now]
    return AheadPlan(pair_of_lead, int(pairs.surplus[taken].sum()), loss, np.maximum(gain, 0))


def _network(slots: SlotsAhead, num_leads: int) -> _Network:
    """Column to chain (daily cap), chain to the chain before (carry over), chain to sink (load)."""
    num_columns = len(slots.start)
    column = np.arange(num_columns)
    chain, sink = num_columns + column, 2 * num_columns
    later = np.setdiff1d(column, slots.first[:-1])
    most = num_leads + 1
    return _Network(
        tail=np.concatenate([column, chain[later], chain]),
        head=np.concatenate([chain, chain[later] - 1, np.full(num_columns, sink)]),
        capacity=np.concatenate([np.minimum(slots.daily, most), np.full(len(later), most),
                                 np.minimum(slots.refill, most)]),
        sink=sink)


def _solve(network: _Network, pairs: AheadPairs) -> tuple[_Ints, _Ints]:
    """Return positions of the pairs taken and the flow on each arc of the network."""
    if not len(pairs.lead):
        return np.empty(0, np.int64), np.zeros(len(network.tail), np.int64)
    is_first = np.diff(pairs.lead, prepend=-1) > 0
    node = np.cumsum(is_first) - 1
    best = np.maximum.reduceat(pairs.surplus, np.flatnonzero(is_first))
    num_leads, sink = len(best), len(best) + network.sink
    flows = solve_flow(
        tail=np.concatenate([node, np.arange(num_leads), num_leads + network.tail]),
        head=np.concatenate([num_leads + pairs.column, np.full(num_leads, sink),
                             num_leads + network.head]),
        capacity=np.concatenate([np.ones(len(node) + num_leads, np.int64), network.capacity]),
        cost=np.concatenate([best[node] - pairs.surplus, best,
                             np.zeros(len(network.tail), np.int64)]),
        supply=np.concatenate([np.ones(num_leads, np.int64), np.zeros(network.sink, np.int64),
                               [-num_leads]]))
    return np.flatnonzero(flows[:len(node)]), flows[len(node) + num_leads:]


def _residual(network: _Network, pairs: AheadPairs, pair_of_lead: _Ints, used: _Ints
              ) -> tuple[_Ints, _Ints, _Ints]:
    """Return tails, heads and costs: what it costs to push one lead on, from node to node.

    Nobody, who has the leads that no rep takes, and the sink are one node.
    """
    owned = np.flatnonzero(pair_of_lead >= 0)
    place = np.full(pairs.num_leads, network.sink, dtype=np.int64)
    place[owned] = pairs.column[pair_of_lead[owned]]
    own = np.zeros(pairs.num_leads, dtype=np.int64)
    own[owned] = pairs.surplus[pair_of_lead[owned]]
    left, back = used < network.capacity, used > 0
    free = np.zeros(int(left.sum() + back.sum()), dtype=np.int64)
    return (np.concatenate([place[pairs.lead], place[owned], network.tail[left],
                            network.head[back]]),
            np.concatenate([pairs.column, np.full(len(owned), network.sink), network.head[left],
                            network.tail[back]]),
            np.concatenate([own[pairs.lead] - pairs.surplus, own[owned], free]))


def _distances(tail: _Ints, head: _Ints, cost: _Ints, source: int) -> _Ints:
    """Bellman-Ford over sparse arcs: shortest distances from the source, which is the last node."""
    order = np.argsort(head, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    first = np.flatnonzero(np.diff(head, prepend=-1) > 0)
    heads = head[first]
    distance = np.full(source + 1, UNREACHABLE)
    distance[source] = 0
    for _ in range(len(distance) + 1):
        through = np.where(distance[tail] < UNREACHABLE, distance[tail] + cost, UNREACHABLE)
        shortest = np.minimum.reduceat(through, first)
        if not (shortest < distance[heads]).any():
            return distance
        distance[heads] = np.minimum(distance[heads], shortest)
    raise EngineError("the plan ahead has a negative cycle: it is not optimal")
