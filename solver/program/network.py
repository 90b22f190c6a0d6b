"""A nested program as a circulation: the only place that speaks with OR-Tools' flow engine.

Nodes: a node per unit, a node per limit, and ``nobody``, where units come from and go to. A unit is
supplied with 1 and sends it along one of its columns, to the smallest limit that has the column, or
back to where it came from (its smallest limit of the unit side, else ``nobody``): that arc is
missing where the unit must take a column. Each limit is a bundle of parallel arcs, one per segment
of its convex cost, on the way to its parent (column side) or from it (unit side). The engine has no
lower bounds on arcs: the lower end is sent beforehand, as demand at one end of the bundle and
supply at the other (Ahuja, Magnanti and Orlin, Network Flows, 1993, section 2.4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from solver.errors import EngineError
from solver.matrix.money import engine_takes
from solver.program.program import NONE, Ints, Program
from solver.program.segments import segments
from solver.program.structure import Side, Structure


@dataclass(frozen=True, slots=True)
class Ends:
    """Where the arcs of limits, columns and unowned units begin and end: nodes without units'.

    Node l is limit l, node K is ``nobody``.
    """

    tail: Ints
    """(K,) where the flow of each limit comes from; -1 for limits that are left out."""
    head: Ints
    """(K,) where it goes to; -1 for limits that are left out."""
    column: Ints
    """(C,) where a unit with the column goes to."""
    unit: Ints
    """(U,) where a unit comes from, and stays while unowned."""


def ends(program: Program, trees: Structure) -> Ends:
    """Return the nodes between which limits and columns run."""
    nobody = program.limits.count
    own = np.arange(nobody)
    parent = np.where(trees.parent == NONE, nobody, trees.parent)
    columns, units = trees.side == Side.COLUMNS, trees.side == Side.UNITS
    return Ends(
        tail=np.where(columns, own, np.where(units, parent, NONE)),
        head=np.where(columns, parent, np.where(units, own, NONE)),
        column=np.where(trees.column_limit == NONE, nobody, trees.column_limit),
        unit=np.where(trees.unit_limit == NONE, nobody, trees.unit_limit))


@dataclass(frozen=True, slots=True)
class Network:
    """Arcs for the engine; the first C are the columns', in their order."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints
    supply: Ints
    """(nodes,) summing to 0. Unit u is node u, limit l node U + l, ``nobody`` node U + K."""


def network(program: Program, trees: Structure) -> Network:
    """Return the circulation whose least cost is the most that the program can bring.

    A unit's arcs cost what they bring less than its best column: the same amount for all arcs of a
    unit changes no optimum, and costs from 0 up are solved faster.
    """
    at, num_units = ends(program, trees), program.num_units
    units = np.arange(num_units)
    unit_of = np.repeat(units, np.diff(program.indptr))
    best = _best_gain(program)
    may_stay = np.flatnonzero(~program.must)
    parts = segments(program.limits)
    limit = parts.limit[at.tail[parts.limit] != NONE]
    used = at.tail[parts.limit] != NONE
    supply = np.concatenate([np.ones(num_units, np.int64),
                             np.zeros(program.limits.count + 1, np.int64)])
    np.subtract.at(supply, num_units + at.unit, 1)
    kept = np.flatnonzero(at.tail != NONE)
    np.subtract.at(supply, num_units + at.tail[kept], program.limits.lower[kept])
    np.add.at(supply, num_units + at.head[kept], program.limits.lower[kept])
    return Network(
        tail=np.concatenate([unit_of, may_stay, num_units + at.tail[limit]]),
        head=num_units + np.concatenate([at.column, at.unit[may_stay], at.head[limit]]),
        capacity=np.concatenate([np.ones(len(unit_of) + len(may_stay), np.int64),
                                 parts.length[used]]),
        cost=np.concatenate([best[unit_of] - program.gain, best[may_stay], parts.slope[used]]),
        supply=supply)


def _best_gain(program: Program) -> Ints:
    """Return (U,) the largest gain of each unit, at least 0 where it may stay unowned."""
    best = np.zeros(program.num_units, dtype=np.int64)
    starts = program.indptr[:-1]
    some = starts < program.indptr[1:]
    if some.any():
        best[some] = np.maximum.reduceat(program.gain, starts[some])
    return np.where(program.must, best, np.maximum(best, 0))


def flow_takes(program: Program) -> bool:
    """Say whether gains and slopes are small enough for the engine's 64 bits."""
    spread = _best_gain(program).max(initial=0) - min(0, int(program.gain.min(initial=0)))
    slope = np.zeros(program.limits.count, dtype=np.int64)
    np.add.at(slope, program.limits.hinge_limit, program.limits.hinge_slope)
    return engine_takes(max(int(spread), int(slope.max(initial=0))),
                        program.num_units + program.limits.count + 1)


def least_cost_flow(arcs: Network) -> Ints | None:
    """Return the flow on each arc, None where no flow meets all supplies.

    Raises
    ------
    EngineError
        If the engine reports anything but an optimum or that there is none.
    """
    engine = min_cost_flow.SimpleMinCostFlow()
    added = engine.add_arcs_with_capacity_and_unit_cost(arcs.tail, arcs.head, arcs.capacity,
                                                        arcs.cost)
    engine.set_nodes_supplies(np.arange(len(arcs.supply)), arcs.supply)
    status = engine.solve()
    if status == engine.INFEASIBLE:
        return None
    if status != engine.OPTIMAL:
        raise EngineError(f"the min-cost flow of {len(arcs.supply)} nodes and {len(arcs.tail)} "
                          f"arcs ended with {status.name}")
    flows: Ints = engine.flows(added)
    return flows


def short_side(arcs: Network) -> Ints | None:
    """Return the nodes of a cut that lets through less than it must; None if a flow exists.

    The nodes that can still be reached from the supplies once a largest flow is sent: what is
    supplied among them exceeds what can leave them.

    Raises
    ------
    EngineError
        If the engine does not report an optimum.
    """
    source, sink = len(arcs.supply), len(arcs.supply) + 1
    giving, taking = np.flatnonzero(arcs.supply > 0), np.flatnonzero(arcs.supply < 0)
    engine = max_flow.SimpleMaxFlow()
    engine.add_arcs_with_capacity(
        np.concatenate([arcs.tail, np.full(len(giving), source), taking]),
        np.concatenate([arcs.head, giving, np.full(len(taking), sink)]),
        np.concatenate([arcs.capacity, arcs.supply[giving], -arcs.supply[taking]]))
    if not len(giving):
        return None
    status = engine.solve(source, sink)
    if status != engine.OPTIMAL:
        raise EngineError(f"the max flow of {sink + 1} nodes ended with {status.name}")
    if engine.optimal_flow() == int(arcs.supply[giving].sum()):
        return None
    side = np.array(engine.get_source_side_min_cut(), dtype=np.int64)
    return np.sort(side[side < source])
