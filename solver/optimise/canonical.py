"""The second flow: of all optimal plans, the one that everybody would get.

Engines break ties differently. With optimal prices in hand, the optimal plans are exactly those
that use only pairs of zero reduced cost, own every lead that is worth more than its outside option
and fill every rep whose price is above 0 (complementary slackness). Among them the canonical plan
(DESIGN section 6) has

1. most leads owned, and of those the oldest (created_at, lead_id): a lead of rank r among n that
   may be held costs n - r when it is; the owned sets form a matroid, so the sum picks the oldest;
2. the least sum of squares of (assigned today + assigned here) over the reps: unit arcs of rising
   cost;
3. leads in the order of their ids with reps in the order of theirs: least sum of (n - lead) * rep.

The three are packed into one cost where its range permits, else solved one after the other, each
keeping what the one before has fixed: the owned leads, then the count of every rep. Where many
pairs are tight, a flow on few of them is proven to be as good (`optimise.narrowed`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from solver.certify.bound import best_and_net_surplus
from solver.certify.exchange import NOBODY
from solver.matrix.money import engine_takes
from solver.matrix.pairs import Problem
from solver.models import Lead
from solver.optimise.flow import NoFlowError
from solver.optimise.narrowed import MANY_PAIRS, least_cost_owners
from solver.optimise.tight import Objective, TightGraph

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Ages(Protocol):
    """When leads came in: an array, or what works it out for the leads asked for."""

    def __getitem__(self, leads: _Ints, /) -> _Ints:
        """Return when leads came in, in any unit."""
        ...


@dataclass(frozen=True, slots=True)
class TightPairs:
    """Pairs of zero reduced cost at the smallest optimal prices, over all pairs of open slots."""

    lead: _Ints
    """(A,) position of the lead, ascending."""
    rep: _Ints
    """(A,) position of the rep, ascending within a lead."""
    indifferent: _Flags
    """(L,) leads that are worth no more than held."""


def canonical_owners(problem: Problem, prices: _Ints) -> _Ints:
    """Return (L,) owners of the canonical optimal plan; ``prices`` are the smallest optimal ones.

    Raises
    ------
    EngineError
        If the prices are not optimal, so that no plan fits them.
    """
    pairs = problem.pairs
    best, net = best_and_net_surplus(pairs, prices)
    tight = np.flatnonzero((net == best[pairs.lead]) & (problem.capacity > 0)[pairs.rep])
    load = np.array([rep.assigned_today for rep in problem.rows.window.reps], dtype=np.int64)
    return canonical_choice(
        TightPairs(pairs.lead[tight].astype(np.int64), pairs.rep[tight].astype(np.int64),
                   best == 0),
        prices, problem.capacity, load, LeadAges(problem.rows.leads.leads))


@dataclass(frozen=True, slots=True)
class LeadAges:
    """When leads came in, in microseconds; worked out for those that are asked for."""

    leads: Sequence[Lead]

    def __getitem__(self, leads: _Ints) -> _Ints:
        """Return (n,) microseconds since 1970."""
        return np.array([(self.leads[lead].created_at - _EPOCH) // _MICROSECOND
                         for lead in leads.tolist()], dtype=np.int64)


def canonical_choice(tight: TightPairs, prices: _Ints, capacity: _Ints, load: _Ints,
                     created: Ages) -> _Ints:
    """Return (L,) owners of the canonical plan among those that use tight pairs only.

    Parameters
    ----------
    tight
        All pairs of zero reduced cost.
    prices
        (R,) the smallest optimal prices.
    capacity
        (R,) slots.
    load
        (R,) leads assigned today.
    created
        When leads came in, by position.

    Raises
    ------
    EngineError
        If the prices are not optimal, so that no plan fits them.
    """
    lead, rep = tight.lead, tight.rep
    num_leads = len(tight.indifferent)
    choices = np.bincount(lead, minlength=num_leads)
    owner = np.full(num_leads, NOBODY, dtype=np.int64)
    settled = (choices == 1) & ~tight.indifferent
    is_settled = settled[lead]
    owner[lead[is_settled]] = rep[is_settled]
    open_leads = np.flatnonzero((choices > 0) & ~settled)
    if len(open_leads):
        taken = np.bincount(rep[is_settled], minlength=len(prices))
        position = np.zeros(num_leads, dtype=np.int64)
        position[open_leads] = np.arange(len(open_leads))
        may_hold = tight.indifferent[open_leads]
        owner[open_leads] = _choose(TightGraph(
            position[lead[~is_settled]], rep[~is_settled], may_hold,
            _held_costs(may_hold, open_leads, created), capacity - taken,
            (prices > 0) & (capacity > 0), load + taken))
    return owner


def _held_costs(may_hold: _Flags, open_leads: _Ints, created: Ages) -> _Ints:
    """Return (n,) n - rank by age where the lead may be held, else 0."""
    held_cost = np.zeros(len(open_leads), dtype=np.int64)
    at = np.flatnonzero(may_hold)
    by_age = at[np.argsort(created[open_leads[at]], kind="stable")]
    held_cost[by_age] = np.arange(len(by_age), 0, -1)
    return held_cost


def _choose(graph: TightGraph) -> _Ints:
    """Return (n,) owners; where there are many pairs, the oldest leads are tried as the owned.

    No more leads can be owned than there are slots. If the oldest of those that may be held fill
    them beside those that must be owned, no choice of owned leads is better.
    """
    if len(graph.lead) >= MANY_PAIRS and graph.may_hold.any():
        with suppress(NoFlowError):
            return _in_steps(_fix_owned(graph, _oldest(graph)), first=1, patient=False)
    return _in_steps(graph)


def _oldest(graph: TightGraph) -> _Flags:
    """Return (n,) the leads that must be owned and the oldest others, up to all slots."""
    slots = int(np.minimum(graph.room, graph.offered).sum())
    owned = ~graph.may_hold
    others = np.flatnonzero(graph.may_hold)
    others = others[np.argsort(-graph.held_cost[others], kind="stable")]
    owned[others[:max(0, slots - int(owned.sum()))]] = True
    return owned


def _in_steps(graph: TightGraph, first: int = 0, *, patient: bool = True) -> _Ints:
    """Solve the objectives from `first` on in as few flows as the cost range permits; (n,)."""
    objectives = _objectives(graph)
    owner = np.empty(0, dtype=np.int64)
    while first < len(objectives):
        last = first + 1
        packed = objectives[first]
        while last < len(objectives) and _fits(graph, packed, objectives[last]):
            packed = _pack(packed, objectives[last])
            last += 1
        owner = least_cost_owners(graph, packed, patient=patient)
        if last < len(objectives):
            graph = _fix_owned(graph, owner >= 0)
            if last > 1:
                graph = _fix_counts(graph, owner)
            objectives = _objectives(graph)
        first = last
    return owner


def _objectives(graph: TightGraph) -> Sequence[Objective]:
    num_leads = len(graph.may_hold)
    unit_rep, unit_rank = graph.units()
    load = graph.load - graph.load[unit_rep].min(initial=2**62) if len(unit_rep) else graph.load
    no_held, no_unit = np.zeros(num_leads, np.int64), np.zeros(len(unit_rep), np.int64)
    no_pair = np.zeros(len(graph.lead), np.int64)
    _, rep_rank = np.unique(graph.rep, return_inverse=True)
    return (
        Objective(graph.held_cost * graph.may_hold, no_unit, no_pair),
        Objective(no_held, 2 * (load[unit_rep] + unit_rank), no_pair),
        Objective(no_held, no_unit, (num_leads - graph.lead) * rep_rank),
    )


def _fits(graph: TightGraph, heavy: Objective, light: Objective) -> bool:
    """Say whether the heavier objective, scaled above all of the lighter one, stays in range."""
    packed_sum = heavy.largest_sum * (light.largest_sum + 1) + light.largest_sum
    return engine_takes(packed_sum, num_nodes=len(graph.may_hold) + len(graph.room) + 1)


def _pack(heavy: Objective, light: Objective) -> Objective:
    scale = light.largest_sum + 1
    return Objective(heavy.held * scale + light.held, heavy.unit * scale + light.unit,
                      heavy.pair * scale + light.pair)


def _fix_owned(graph: TightGraph, owned: _Flags) -> TightGraph:
    """Keep which leads are owned."""
    keep = owned[graph.lead]
    return replace(graph, lead=graph.lead[keep], rep=graph.rep[keep],
                   may_hold=graph.may_hold & ~owned)


def _fix_counts(graph: TightGraph, owner: _Ints) -> TightGraph:
    """Keep every rep's count."""
    room = np.bincount(owner[owner >= 0], minlength=len(graph.room))
    return replace(graph, room=room, must_fill=np.ones(len(room), dtype=np.bool_))
