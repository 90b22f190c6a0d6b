"""What one slot more or fewer of each rep is worth, by shortest paths over leads and reps.

The residual network has a node for each routed lead, each rep and nobody. A lead has one arc
from the place where it is now (its owner, or nobody) and arcs to every place it could be: that
keeps the search an ordinary Bellman-Ford over the usable pairs themselves.

R. K. Ahuja, T. L. Magnanti and J. B. Orlin, Network Flows (1993), chapters 5 and 9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.verify.recompute.arrays import BoolArray, IntArray, least_per_group
from solver.verify.recompute.pairs import Pairs

#: Farther than any path: no rep without slots passes a lead on.
_FAR = 2 ** 61


class NotOptimalError(Exception):
    """Moving leads around would earn more, so the plan has no marginal values."""


@dataclass(frozen=True)
class Network:
    """A plan over the usable pairs of its window."""

    pairs: Pairs
    place: IntArray
    """Shape (leads,): the rep who owns each lead; the number of reps where it is held."""
    earned: IntArray
    """Shape (leads,): value - floor of owned leads, the reserve of held ones, minor units."""
    left_free: BoolArray
    """Shape (reps,): who has a slot left."""
    reserve: int
    """What a held lead is worth, minor units."""


def gains(network: Network) -> IntArray:
    """Return the objective won with one slot more of each rep; shape (reps,), minor units.

    Raises
    ------
    NotOptimalError
        If the plan is not optimal.
    """
    pairs, num_reps = network.pairs, len(network.left_free)
    by_rep = np.argsort(pairs.rep, kind="stable")
    lead, net = pairs.lead[by_rep], pairs.net[by_rep]
    starts = np.searchsorted(pairs.rep[by_rep], np.arange(num_reps + 1)).astype(np.int64)
    unused = np.zeros(num_reps, dtype=np.int64)
    cost = np.zeros(num_reps + 1, dtype=np.int64)
    for _ in range(num_reps + 2):
        moved = cost[network.place] + network.earned
        back = min((moved - network.reserve).min(initial=0),
                   cost[:-1][network.left_free].min(initial=0))
        if back < 0:
            raise NotOptimalError
        cheaper = least_per_group(moved[lead] - net, starts, unused)
        if np.array_equal(cheaper, cost[:-1]):
            return -cheaper
        cost[:-1] = cheaper
    raise NotOptimalError


def losses(network: Network) -> IntArray:
    """Return the objective lost with one slot fewer of each rep; shape (reps,), minor units.

    The number of a rep without slots means nothing.

    Raises
    ------
    NotOptimalError
        If the plan is not optimal.
    """
    pairs, num_reps = network.pairs, len(network.left_free)
    dropped = np.full(len(network.place), -network.reserve, dtype=np.int64)
    start = np.append(np.where(network.left_free, 0, _FAR), 0)
    cost = start
    for _ in range(num_reps + 2):
        moved = least_per_group(cost[pairs.rep] - pairs.net, pairs.starts, dropped)
        cheaper = start.copy()
        np.minimum.at(cheaper, network.place, moved + network.earned)
        cheaper[num_reps] = 0
        if np.array_equal(cheaper, cost):
            return cheaper[:num_reps]
        cost = cheaper
    raise NotOptimalError
