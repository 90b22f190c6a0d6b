"""The second flow where many pairs are tight: on few of them, and proven over all.

Where many leads are worth the same with many reps, as where all values are equal, nearly all pairs
are tight. The third objective, ``(n - lead) * rep``, draws leads in the order of their ids to reps
in the order of theirs: if every pair were tight, the leads, in order, would fill the first rep,
then the second, and so on (the product of a falling and a rising row is least in sum). So each lead
begins with the tight pairs nearest to the rep where it would come to stand (`_first_pairs`).

Proof over all pairs. Let a plan be of least cost among those of some pairs. Its residual graph has
no negative cycle; seen from reps and nobody (node R), an arc k -> j costs the least that it takes
to move one lead from k to j, or to give or take the unit between a rep and nobody. Shortest
distances ``d`` in it exist, and ``d[j] <= d[k] + cost`` on every arc says that no pair that was
looked at beats its lead's own: ``cost(lead, j) - d[j] >= cost(lead, own) - d[own]``. Holding and
units are always looked at. If this holds for all pairs, no arc of the whole residual graph has a
negative reduced cost, so the plan is of least cost over all pairs (complementary slackness of the
min-cost flow). Otherwise the pairs that break it join, and the flow is solved again. What is
guessed decides only how soon this ends.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import UNREACHABLE
from solver.errors import EngineError
from solver.optimise.flow import NoFlowError
from solver.optimise.tight import Objective, TightGraph, TightPlan, solve_tight

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]
#: Below so many pairs one flow on all is as fast. Measured on `ties-1` windows.
MANY_PAIRS = 20_000
#: First pairs must be so few of all that a second flow, if need be, is paid for.
_LEAST_SAVED = 3
#: Moves between reps for each pair: beyond, the proof would cost more than the flow.
_MOST_MOVES = 8
#: Pairs of a lead at first; four times as many where they do not fit together.
_FIRST_PAIRS = 8
_WIDER = 4
#: Flows after which all pairs join.
_MOST_FLOWS = 8


def is_large(graph: TightGraph) -> bool:
    """Say whether few pairs are tried first: always the same for a graph."""
    num_pairs, nodes = len(graph.lead), len(graph.room) + 1
    return (num_pairs >= max(MANY_PAIRS, _LEAST_SAVED * _FIRST_PAIRS * len(graph.may_hold))
            and nodes * nodes <= _MOST_MOVES * num_pairs)


def least_cost_owners(graph: TightGraph, costs: Objective, *, patient: bool = True) -> _Ints:
    """Return (n,) owners of a plan of least cost over all pairs.

    Parameters
    ----------
    graph, costs
        The pairs and what they cost.
    patient
        Whether more pairs are tried where the first do not fit together.

    Raises
    ------
    NoFlowError
        If there is no plan; unless `patient`, if the first pairs have none.
    """
    if not is_large(graph):
        return solve_tight(graph, costs).owner
    wanted = _wanted(graph, costs)
    num_first, chosen = _FIRST_PAIRS, _first_pairs(graph, wanted, _FIRST_PAIRS)
    for _ in range(_MOST_FLOWS):
        try:
            plan = solve_tight(graph, costs, np.flatnonzero(chosen))
        except NoFlowError:
            if chosen.all() or not patient:
                raise
            num_first *= _WIDER
            chosen |= _first_pairs(graph, wanted, num_first)
            continue
        better = _better_pairs(graph, costs, plan, chosen)
        if not better.any():
            return plan.owner
        chosen |= better
    return solve_tight(graph, costs).owner


def _wanted(graph: TightGraph, costs: Objective) -> _Ints:
    """Return (n,) the rep where each lead would come to stand if all pairs were tight."""
    num_leads, num_reps = len(graph.may_hold), len(graph.room)
    slots, (unit_rep, _) = graph.filled, graph.units()
    cheapest = np.argsort(costs.unit, kind="stable")[:max(0, num_leads - int(slots.sum()))]
    slots = slots + np.bincount(unit_rep[cheapest], minlength=num_reps)
    num_slots = int(slots.sum())
    held = np.where(graph.may_hold, costs.held, UNREACHABLE)
    owned = np.zeros(num_leads, dtype=np.int64)
    owned[np.argsort(-held, kind="stable")[:num_slots]] = 1
    place = np.minimum(np.cumsum(owned) - owned, num_slots - 1)
    return np.repeat(np.arange(num_reps), slots)[place] if num_slots else np.zeros_like(place)


def _first_pairs(graph: TightGraph, wanted: _Ints, count: int) -> _Flags:
    """Return (A,) flags of the `count` pairs of each lead around the wanted rep."""
    num_leads, num_reps = len(wanted), len(graph.room)
    ends = np.searchsorted(graph.lead, np.arange(num_leads + 1))
    at = np.searchsorted(graph.lead * num_reps + graph.rep,
                         np.arange(num_leads) * num_reps + wanted)
    last = np.minimum(np.maximum(at - count // 2, ends[:-1]) + count, ends[1:])
    first = np.maximum(last - count, ends[:-1])
    opened = np.bincount(first, minlength=len(graph.lead) + 1)
    return np.cumsum(opened - np.bincount(last, minlength=len(opened)))[:-1] > 0


def _better_pairs(graph: TightGraph, costs: Objective, plan: TightPlan, chosen: _Flags) -> _Flags:
    """Return (A,) flags of the pairs that beat their lead's own at the plan's distances."""
    node = np.where(plan.owner < 0, len(graph.room), plan.owner)
    distance = _distances(_moves(graph, costs, plan, np.flatnonzero(chosen)))
    own = plan.own - distance[node]
    better: _Flags = costs.pair - distance[graph.rep] < own[graph.lead]
    return better


def _moves(graph: TightGraph, costs: Objective, plan: TightPlan, pairs: _Ints) -> _Ints:
    """Return (R + 1, R + 1) least costs of moves between reps and nobody, `UNREACHABLE` if none."""
    nobody, size = len(graph.room), len(graph.room) + 1
    node = np.where(plan.owner < 0, nobody, plan.owner)
    lead, rep = graph.lead[pairs], graph.rep[pairs]
    moves = np.full(size * size, UNREACHABLE)
    np.minimum.at(moves, node[lead] * size + rep, costs.pair[pairs] - plan.own[lead])
    dropped = np.flatnonzero(graph.may_hold & (plan.owner >= 0))
    np.minimum.at(moves, node[dropped] * size + nobody, costs.held[dropped] - plan.own[dropped])
    unit_rep, _ = graph.units()
    free, used = np.flatnonzero(~plan.used), np.flatnonzero(plan.used)
    np.minimum.at(moves, unit_rep[free] * size + nobody, costs.unit[free])
    np.minimum.at(moves, nobody * size + unit_rep[used], -costs.unit[used])
    return moves.reshape(size, size)


def _distances(moves: _Ints) -> _Ints:
    """Return (R + 1,) shortest distances from a source that reaches every node at no cost.

    Raises
    ------
    EngineError
        If there is a negative cycle, which no plan of least cost has.
    """
    distance = np.zeros(len(moves), dtype=np.int64)
    improved = np.arange(len(moves))
    for _ in range(len(moves) + 1):
        arcs = moves[improved]
        through = np.where(arcs < UNREACHABLE, distance[improved, None] + arcs, UNREACHABLE)
        shortest = through.min(axis=0)
        improved = np.flatnonzero(shortest < distance)
        if not len(improved):
            return distance
        distance[improved] = shortest[improved]
    raise EngineError("a cheaper plan was left: the second flow is not optimal")
