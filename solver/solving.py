"""The one way from a window to a plan; command line, service and notebooks all call it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.baselines import BASELINES, baseline_plan
from solver.certify.exchange import SlotPrices, slot_prices
from solver.errors import EngineError
from solver.matrix.floors import AnyFloors, check_floors
from solver.matrix.pairs import Problem, build_problem
from solver.matrix.rows import ValueRows
from solver.models import Engine, Plan, StoppedBy, Window
from solver.optimise.canonical import canonical_owners
from solver.optimise.flow import optimal_owners
from solver.planning import Solution, make_plan

_FLOW_REASON = ("every lead takes one slot and every rep has one capacity: a transportation "
                "problem, which a min-cost flow solves exactly")
_NONE_REASON = "no lead of the window has a usable rep with a free slot"


def solve(window: Window, *, floors: AnyFloors = None) -> Plan:
    """Give every lead of a window at most one owner, at the largest objective, with a proof.

    Parameters
    ----------
    window
        Leads, reps and policy at one instant.
    floors
        What a slot of each rep is expected to bring later: made by
        :func:`solver.horizon.horizon_prices`, or rep_id to minor units, 0 or more; reps that are
        not named have floor 0.

    Returns
    -------
    Plan
        With gap 0: owners, held leads with reasons, prices of all slots. The same inputs give the
        same plan, in whatever order they come.

    Raises
    ------
    InvalidInputError
        If values are too large for exact sums.
    UsageError
        If a floor is not an integer from 0 to 2**62 or names a rep that is not in the window.

    Notes
    -----
    Maximises ``sum (value - floor) + sum of the reserve over held leads`` (DESIGN section 1).
    """
    return optimal_plan(solve_exactly(window, floors=floors))


def compare(window: Window, *, floors: AnyFloors = None
            ) -> tuple[Plan, dict[Engine, Plan]]:
    """Return the optimal plan and the plan of every baseline for the same window.

    Parameters and errors are those of :func:`solve`.
    """
    solution = solve_exactly(window, floors=floors)
    return (optimal_plan(solution),
            {engine: baseline_plan(solution, engine) for engine in BASELINES})


def solve_exactly(window: Window, *, floors: AnyFloors = None) -> Solution:
    """Find the canonical optimal owners and the exact slot prices, without words.

    Parameters and errors are those of :func:`solve`.
    """
    problem = prepare(window, floors=floors)
    owner, prices = optimise(problem)
    return Solution(problem, owner, prices)


def prepare(window: Window, *, floors: AnyFloors = None) -> Problem:
    """Put a window into integers: everything that can be wrong with it shows here.

    Parameters and errors are those of :func:`solve`.
    """
    check_floors(window.reps, floors)
    return build_problem(ValueRows(window), floors)


def optimise(problem: Problem) -> tuple[NDArray[np.int64], SlotPrices]:
    """Solve, price, and make canonical: first flow, shortest paths, second flow."""
    prices = slot_prices(problem, optimal_owners(problem))
    return canonical_owners(problem, prices.gain), prices


def optimal_plan(solution: Solution) -> Plan:
    """Put an optimum into words.

    Raises
    ------
    EngineError
        If the prices do not prove it: then it is none, by a fault of ours.
    """
    flow_needed = bool((solution.problem.capacity[solution.problem.pairs.rep] > 0).any())
    plan = make_plan(
        solution, solution.owner, stopped_by=StoppedBy.PROOF,
        engine=Engine.MIN_COST_FLOW if flow_needed else Engine.NONE_NEEDED,
        engine_reason=_FLOW_REASON if flow_needed else _NONE_REASON)
    if plan.certificate.gap != 0:
        raise EngineError(f"the optimum's gap is {plan.certificate.gap} minor units, not 0")
    return plan
