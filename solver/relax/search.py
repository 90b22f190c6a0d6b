"""The cheapest point of a linear program in integers: relaxation, a dive, then what can matter.

1. GLOP solves the linear relaxation. Its prices, rounded to parts and put into the bound
   ``sum of price times end + sum of min(0, reduced cost) times most`` in exact integers, bound
   every point from below, whatever GLOP's tolerances.
2. SCIP solves the program over the columns that the relaxation uses: most of the time that closes
   the gap, for once the shared changes are chosen what is left is nearly a flow.
3. Columns whose reduced cost is above the gap are in no better point. CP-SAT solves the rest.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from solver.program.program import SolveLimits
from solver.relax.rows import ENDLESS, Ints, Linear

#: Prices are integers in this part of a unit of cost.
_PRICE_PARTS = 1 << 12
#: Share of the time left that the relaxation, and then the dive, may take: without the relaxation
#: there is neither a bound nor a good set.
_SHARE = 0.75
#: Below it the relaxation does not use a column.
_UNUSED = 1e-7
#: Nodes of the dive.
_DIVE_NODES = 2_000
#: CP-SAT reports its bound as a float.
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Found:
    """The best point found."""

    values: Ints
    bound: int
    """No point costs less."""
    proven: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a program before any search."""

    start: Ints | None
    """A point that keeps all rows; None: none is known."""
    few: NDArray[np.bool_]
    """(N,) columns to look at if there is no time for the relaxation."""
    least: int
    """No point costs less."""


def minimise(program: Linear, known: Known, limits: SolveLimits) -> Found | None:
    """Find the cheapest point; None where none was found in time, or there is none.

    Parameters
    ----------
    program
        Variables, rows, costs.
    known
        Where to begin.
    limits
        ``seconds``, ``rounds`` (CP-SAT's deterministic seconds), ``threads``.
    """
    clock = _Clock(limits)
    start = known.start
    best = start if start is not None and program.allows(start) else None
    relaxed = _relaxation(program, clock)
    bound, candidates = known.least, np.ones(len(program.cost), dtype=np.bool_)
    if relaxed is not None:
        bound = max(bound, _rounded_up(relaxed.bound, program))
    dived = _dive(program, known.few if relaxed is None else relaxed.used, clock)
    if dived is not None and (best is None or program.of(dived) < program.of(best)):
        best = dived
    if best is not None:
        if program.of(best) <= bound:
            return Found(best, program.of(best), proven=True)
        if relaxed is not None:
            gap = program.of(best) - relaxed.bound
            candidates = (relaxed.reduced <= gap * _PRICE_PARTS) | (best > 0)
    return _finish(program, candidates, best, bound, clock)


class _Clock:
    """Time that is left."""

    def __init__(self, limits: SolveLimits) -> None:
        self.limits = limits
        self._end = None if limits.seconds is None else time.monotonic() + limits.seconds

    def left(self, share: float = 1.0) -> float | None:
        """Return seconds, None where only rounds count."""
        return None if self._end is None else max(0.1, share * (self._end - time.monotonic()))


@dataclass(frozen=True, slots=True)
class _Relaxed:
    bound: int
    """No point costs less, in integers."""
    reduced: Ints
    """(N,) in 1/``_PRICE_PARTS``."""
    used: NDArray[np.bool_]
    """(N,) columns above 0."""


def _relaxation(program: Linear, clock: _Clock) -> _Relaxed | None:
    solver, variables = _model(program, "GLOP")
    _limit(solver, clock.left(_SHARE))
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    price = np.rint(np.array([row.dual_value() for row in solver.constraints()])
                    * _PRICE_PARTS).astype(np.int64)
    price[(price > 0) & (program.low <= -ENDLESS)] = 0
    price[(price < 0) & (program.high >= ENDLESS)] = 0
    reduced = program.cost * _PRICE_PARTS
    np.subtract.at(reduced, program.column, program.factor * price[program.row])
    ends = np.where(price > 0, program.low, program.high)
    parts = sum(a * b for a, b in zip(price.tolist(), ends.tolist(), strict=True) if a)
    parts += sum(a * b for a, b in zip(np.minimum(reduced, 0).tolist(), program.most.tolist(),
                                       strict=True) if a)
    used = np.array([variable.solution_value() for variable in variables]) > _UNUSED
    return _Relaxed(-(-parts // _PRICE_PARTS), reduced, used)


def _rounded_up(bound: int, program: Linear) -> int:
    """Return the least cost at or above a bound that integers can have."""
    step = int(np.gcd.reduce(program.cost)) or 1
    return max(0, -(-bound // step) * step)


def _dive(program: Linear, columns: NDArray[np.bool_], clock: _Clock) -> Ints | None:
    """Solve the program over some columns."""
    small = program.only(columns)
    solver, variables = _model(small, "SCIP")
    _limit(solver, clock.left(_SHARE))
    solver.SetSolverSpecificParametersAsString(f"limits/nodes = {_DIVE_NODES}\n")
    if solver.Solve() not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return None
    values = np.zeros(len(program.cost), dtype=np.int64)
    values[columns] = np.rint([variable.solution_value() for variable in variables])
    return values if program.allows(values) else None


def _model(program: Linear, engine: str
           ) -> tuple[pywraplp.Solver, list[pywraplp.Variable]]:
    solver = pywraplp.Solver.CreateSolver(engine)
    make = solver.NumVar if engine == "GLOP" else solver.IntVar
    variables = [make(0.0, float(most), "") for most in program.most.tolist()]
    infinity = solver.infinity()
    rows = [solver.Constraint(-infinity if low <= -ENDLESS else float(low),
                              infinity if high >= ENDLESS else float(high))
            for low, high in zip(program.low.tolist(), program.high.tolist(), strict=True)]
    for row, column, factor in zip(program.row.tolist(), program.column.tolist(),
                                   program.factor.tolist(), strict=True):
        rows[row].SetCoefficient(variables[column], float(factor))
    objective = solver.Objective()
    for variable, cost in zip(variables, program.cost.tolist(), strict=True):
        if cost:
            objective.SetCoefficient(variable, float(cost))
    objective.SetMinimization()
    return solver, variables


def _limit(solver: pywraplp.Solver, seconds: float | None) -> None:
    if seconds is not None:
        solver.SetTimeLimit(max(1, int(1_000 * seconds)))


def _finish(program: Linear, columns: NDArray[np.bool_], best: Ints | None, bound: int,
            clock: _Clock) -> Found | None:
    """Solve the program over every column that a better point can use."""
    small = program.only(columns)
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, most, "") for most in small.most.tolist()]
    starts = np.searchsorted(small.row, np.arange(len(small.low) + 1))
    columns_of, factors = small.column.tolist(), small.factor.tolist()
    for at, (low, high) in enumerate(zip(small.low.tolist(), small.high.tolist(), strict=True)):
        entries = range(int(starts[at]), int(starts[at + 1]))
        total = cp_model.LinearExpr.weighted_sum(
            [variables[columns_of[entry]] for entry in entries],
            [factors[entry] for entry in entries])
        model.add_linear_constraint(total, low, high)
    cost = cp_model.LinearExpr.weighted_sum(variables, small.cost.tolist())
    model.minimize(cost)
    if best is not None:
        for variable, value in zip(variables, best[columns].tolist(), strict=True):
            model.add_hint(variable, value)
    model.add_linear_constraint(cost, bound, ENDLESS)
    solver = _cp_solver(clock)
    status = solver.solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        values = np.zeros(len(program.cost), dtype=np.int64)
        values[columns] = [solver.value(variable) for variable in variables]
        if best is None or program.of(values) < program.of(best):
            best = values
    if best is None:
        return None
    proven = status == cp_model.OPTIMAL
    claimed = math.ceil(solver.best_objective_bound - _SLACK) if status != cp_model.UNKNOWN else 0
    found = program.of(best)
    return Found(best, found if proven else min(found, max(bound, claimed)), proven)


def _cp_solver(clock: _Clock) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    seconds = clock.left()
    if seconds is not None:
        solver.parameters.max_time_in_seconds = seconds
    if clock.limits.rounds is not None:
        solver.parameters.max_deterministic_time = float(clock.limits.rounds)
        solver.parameters.num_workers = 1
    else:
        solver.parameters.num_workers = clock.limits.threads
    return solver
