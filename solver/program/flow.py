"""Programs whose limits are nested, solved to the optimum with prices that prove it.

The choice comes from OR-Tools' min-cost flow (:mod:`solver.program.network`), the prices from
shortest paths in what the choice leaves open (:mod:`solver.program.residual`). They are exact: the
bound they make equals the objective, in integers.

Of all optimal prices these make every slot as cheap as it can be: what a column pays over all its
limits is the least it pays at any optimum, and where a limit lies within another the larger one
asks for as little as it can. In a plain program this is ``gain``, what one slot more would bring.
"""

from __future__ import annotations

import numpy as np

from solver.errors import EngineError
from solver.program.bound import bound, objective
from solver.program.conflict import explain_infeasible
from solver.program.network import Ends, ends, flow_takes, least_cost_flow, network
from solver.program.program import (
    NONE,
    PRICE_SCALE,
    Choice,
    Conflict,
    InfeasibleError,
    Ints,
    Method,
    Program,
    Stop,
)
from solver.program.residual import Arcs, cheapest_arcs, potentials, residual_arcs
from solver.program.segments import limit_use, slope_after
from solver.program.structure import Structure, structure

#: Largest price, minor units, whose parts an int64 holds.
_LARGEST_PRICE = (2**63 - 1) // PRICE_SCALE


def solve_as_flow(program: Program, trees: Structure | None = None,
                  seconds: float | None = None) -> Choice:
    """Return a choice of the largest objective and prices that prove it.

    Parameters
    ----------
    program
        A program that is a flow.
    trees
        Its structure, if known.
    seconds
        Time to find the smallest conflict, if there is one; None: as long as it takes.

    Returns
    -------
    Choice
        With ``bound`` equal to ``objective``; only prices above 2^43 minor units, which an int64
        cannot hold in parts, are cut there, and then the engine's word stands as ``engine_bound``.

    Raises
    ------
    InfeasibleError
        If no choice keeps all limits and places all units that must be.
    EngineError
        If the program is no flow, or its gains and slopes are too large for the engine
        (:func:`solver.program.network.flow_takes`).
    """
    trees = trees or structure(program)
    column = optimal_columns(program, trees, seconds)
    prices = flow_prices(program, trees, column)
    brings, limit = objective(program, column), bound(program, prices)
    return Choice(column=column, objective=brings, prices=prices, bound=limit,
                  engine_bound=None if limit == brings else brings,
                  method=Method.MIN_COST_FLOW, reason=trees.sentence(), stop=Stop.PROOF)


def optimal_columns(program: Program, trees: Structure, seconds: float | None = None) -> Ints:
    """Return (U,) columns of one choice of the largest objective, ``NONE`` for unowned units.

    Raises
    ------
    InfeasibleError
        If there is no choice.
    EngineError
        If the program is no flow, or too large in its amounts.
    """
    if not trees.is_flow:
        raise EngineError(f"this program is no flow: {trees.sentence()}")
    if not flow_takes(program):
        raise EngineError(
            f"gains or slopes are too large for the flow engine at {program.num_units:,} units and "
            f"{program.limits.count:,} limits: 64 bits must hold the largest times 5 for each")
    refuse_crossed_ends(program)
    flow = least_cost_flow(network(program, trees))
    if flow is None:
        raise InfeasibleError(explain_infeasible(program, seconds))
    column = np.full(program.num_units, NONE, dtype=np.int64)
    taken = np.flatnonzero(flow[:program.num_columns])
    column[np.searchsorted(program.indptr, taken, side="right") - 1] = taken
    return column


def refuse_crossed_ends(program: Program) -> None:
    """Refuse limits whose lower end is above the upper.

    Raises
    ------
    InfeasibleError
        Naming the first.
    """
    crossed = np.flatnonzero(program.limits.lower > program.limits.upper)
    if len(crossed):
        raise InfeasibleError(Conflict((int(crossed[0]),), ()))


def flow_prices(program: Program, trees: Structure, column: Ints) -> Ints:
    """Return (K,) the smallest optimal prices of an optimal choice, in 1/``PRICE_SCALE``.

    The price of a limit is the difference of the potentials at its ends. Prices below 0 are taken
    only where nothing else fits: a limit that costs when it is missed bears any price from one
    slope to the other, and 0 is what people expect. A limit of which nothing is used, and nothing
    must be, would bear any price low enough; it gets the highest of them up to 0 (as if slots could
    be left empty): that only makes columns dearer that nobody takes.

    Raises
    ------
    EngineError
        If the choice is not optimal.
    """
    at, limits = ends(program, trees), program.limits
    arcs, kept, use = residual_arcs(program, trees, column), at.tail != NONE, limit_use(
        program, column)
    untaken = np.minimum(slope_after(limits, np.zeros_like(limits.lower)), 0)
    empty = np.flatnonzero(kept & (limits.lower <= 0) & (use == 0))
    for above in (kept, kept & (use > limits.lower), np.zeros_like(kept)):
        none_below = np.flatnonzero(above)
        limit = np.concatenate([none_below, empty])
        least = np.concatenate([np.zeros(len(none_below), dtype=np.int64), -untaken[empty]])
        potential = _potentials(arcs, at, limit, least)
        if potential is not None:
            prices = np.where(kept, potential[at.head] - potential[at.tail], 0)
            return np.clip(prices, -_LARGEST_PRICE, _LARGEST_PRICE) * PRICE_SCALE
    raise EngineError("the choice is not optimal: no prices go with it")


def _potentials(arcs: Arcs, at: Ends, limit: Ints, least: Ints) -> Ints | None:
    """Return potentials with prices of some limits not below -``least``; None where none fit."""
    wider = cheapest_arcs(arcs.num_nodes, np.concatenate([arcs.tail, at.head[limit]]),
                          np.concatenate([arcs.head, at.tail[limit]]),
                          np.concatenate([arcs.cost, least]))
    try:
        return potentials(wider, arcs.num_nodes - 1)
    except EngineError:  # a negative cycle: what is asked for does not fit the choice
        return None
