"""The graph of the second flow: leads with a choice, and the pairs of zero reduced cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import NOBODY
from solver.optimise.flow import solve_flow

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TightGraph:
    """Leads that still have a choice, and the pairs of zero reduced cost among which to choose."""

    lead: _Ints
    """(A,) lead of each pair, position in the graph, ascending."""
    rep: _Ints
    """(A,) rep of each pair, ascending within a lead."""
    may_hold: _Flags
    """(n,) leads that may also be held."""
    held_cost: _Ints
    """(n,) n - rank by age where the lead may be held."""
    room: _Ints
    """(R,) slots left for these leads."""
    must_fill: _Flags
    """(R,) reps whose room must be used up."""
    load: _Ints
    """(R,) assigned today and by the part of the plan that has no choice."""

    @property
    def offered(self) -> _Ints:
        """(R,) pairs of each rep."""
        return np.bincount(self.rep, minlength=len(self.room))

    @property
    def filled(self) -> _Ints:
        """(R,) leads that reps must get."""
        return np.where(self.must_fill, self.room, 0)

    def units(self) -> tuple[_Ints, _Ints]:
        """Return the unit arcs to nobody: rep and how many units of the rep come before."""
        units = np.where(self.must_fill, 0, np.minimum(self.room, self.offered))
        rep = np.repeat(np.arange(len(units)), units)
        return rep, np.arange(len(rep)) - np.repeat(np.cumsum(units) - units, units)


@dataclass(frozen=True, slots=True)
class Objective:
    """What a plan is judged by; the least sum is best."""

    held: _Ints
    """(n,) cost of holding a lead."""
    unit: _Ints
    """Cost of a rep's next unit, in the order of `TightGraph.units`."""
    pair: _Ints
    """(A,) cost of a pair."""

    @property
    def largest_sum(self) -> int:
        """No plan costs more; a lead takes one pair."""
        pairs = len(self.held) * int(self.pair.max(initial=0))
        return int(self.held.sum()) + int(self.unit.sum()) + pairs


@dataclass(frozen=True, slots=True)
class TightPlan:
    """A plan of least cost among those of some pairs."""

    owner: _Ints
    """(n,) reps, `NOBODY` for held leads."""
    own: _Ints
    """(n,) cost of each lead's pair, or of holding it."""
    used: _Flags
    """Unit arcs that are used."""


def solve_tight(graph: TightGraph, costs: Objective, pairs: _Ints | slice = slice(None)
                ) -> TightPlan:
    """Return a plan of least cost that uses only the pairs at some positions.

    Raises
    ------
    NoFlowError
        If there is no plan of these pairs.
    """
    lead, rep, cost = graph.lead[pairs], graph.rep[pairs], costs.pair[pairs]
    num_leads, num_reps, num_pairs = len(graph.may_hold), len(graph.room), len(lead)
    may_hold, (unit_rep, _), filled = np.flatnonzero(graph.may_hold), graph.units(), graph.filled
    num_single = len(may_hold) + len(unit_rep)
    flow = solve_flow(
        tail=np.concatenate([lead, may_hold, num_leads + unit_rep]),
        head=np.concatenate([num_leads + rep, np.full(num_single, num_leads + num_reps)]),
        capacity=np.ones(num_pairs + num_single, np.int64),
        cost=np.concatenate([cost, costs.held[may_hold], costs.unit]),
        supply=np.concatenate([np.ones(num_leads, np.int64), -filled,
                               [int(filled.sum()) - num_leads]]))
    owner, own = np.full(num_leads, NOBODY, dtype=np.int64), costs.held.copy()
    taken = np.flatnonzero(flow[:num_pairs])
    owner[lead[taken]], own[lead[taken]] = rep[taken], cost[taken]
    return TightPlan(owner, own, flow[num_pairs + len(may_hold):] > 0)
