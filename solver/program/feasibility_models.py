"""Feasibility without structure: elastic in GLOP, with assumptions in CP-SAT.

Both take a small program of :mod:`solver.program.demands` and state the same rules: at most one
column for a unit, one rep for a group, the ends of the limits, the units that must take a column.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from solver.errors import EngineError
from solver.program.clock import Clock
from solver.program.program import PRICE_SCALE, Ints, Program

#: Deterministic seconds of GLOP or CP-SAT for one question.
_EFFORT = 10.0
#: Elastic cost below which GLOP's answer is taken for 0.
_ZERO = 1e-6


def elastic_prices(program: Program, clock: Clock) -> Ints | None:
    """Return (K,) prices of the limits where the demands must fall short, None where they need not.

    The least sum of what limits and units fall short, without integrality; its dual values are the
    prices, in 1/``PRICE_SCALE``. They prove nothing until the bound that they make is checked.
    """
    engine = pywraplp.Solver.CreateSolver("GLOP")
    engine.SetSolverSpecificParametersAsString(f"max_deterministic_time: {_EFFORT}")
    taken = [engine.NumVar(0, 1, "") for _ in range(program.num_columns)]
    short = []
    for columns, must in _unit_rows(program):
        row = engine.Constraint(1.0 if must else -engine.infinity(), 1.0)
        for column in columns:
            row.SetCoefficient(taken[column], 1)
        if must:
            short.append(engine.NumVar(0, 1, ""))
            row.SetCoefficient(short[-1], 1)
    _share_reps(engine, program, taken)
    rows = []
    for columns, uses, lower, upper in _limit_rows(program):
        row = engine.Constraint(lower, upper)
        for column, use in zip(columns, uses, strict=True):
            row.SetCoefficient(taken[column], use)
        for sign in (1, -1):
            short.append(engine.NumVar(0, engine.infinity(), ""))
            row.SetCoefficient(short[-1], sign)
        rows.append(row)
    engine.Minimize(engine.Sum(short))
    if clock.seconds is not None:
        engine.SetTimeLimit(max(1, round(1000 * clock.left)))
    if engine.Solve() != engine.OPTIMAL or engine.Objective().Value() <= _ZERO:
        return None
    prices = np.array([-row.dual_value() for row in rows], dtype=np.float64)
    return np.rint(prices * PRICE_SCALE).astype(np.int64)


def _share_reps(engine: pywraplp.Solver, program: Program,
                taken: list[pywraplp.Variable]) -> None:
    for by_rep in _group_rows(program):
        whole = engine.Constraint(-engine.infinity(), 1.0)
        for columns in by_rep:
            here = engine.NumVar(0, 1, "")
            whole.SetCoefficient(here, 1)
            for column in columns:
                link = engine.Constraint(-engine.infinity(), 0.0)
                link.SetCoefficient(taken[column], 1)
                link.SetCoefficient(here, -1)


def search(program: Program, clock: Clock) -> tuple[bool | None, Ints, Ints]:
    """Ask CP-SAT; return its answer and, if it is no, limits and units that already cannot be kept.

    One thread and a deterministic effort: without a clock the answer repeats. None where effort or
    time did not do.

    Raises
    ------
    EngineError
        If CP-SAT refuses the model.
    """
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in range(program.num_columns)]
    limits = [model.new_bool_var("") for _ in range(program.limits.count)]
    musts = [model.new_bool_var("") for _ in range(int(program.must.sum()))]
    asked = iter(musts)
    for columns, must in _unit_rows(program):
        row = [taken[column] for column in columns]
        model.add_at_most_one(row)
        if must:
            model.add_bool_or([*row, ~next(asked)])
    for by_rep in _group_rows(program):
        here = [model.new_bool_var("") for _ in by_rep]
        model.add_at_most_one(here)
        for columns, rep in zip(by_rep, here, strict=True):
            for column in columns:
                model.add_implication(taken[column], rep)
    for demand, (columns, uses, lower, upper) in zip(limits, _limit_rows(program), strict=True):
        used = cp_model.LinearExpr.weighted_sum([taken[column] for column in columns], uses)
        model.add_linear_constraint(used, lower, upper).only_enforce_if(demand)
    model.add_assumptions([*limits, *musts])
    return _ask(model, limits, musts, np.flatnonzero(program.must), clock)


def _ask(model: cp_model.CpModel, limits: list[cp_model.IntVar], musts: list[cp_model.IntVar],
         units: Ints, clock: Clock) -> tuple[bool | None, Ints, Ints]:
    engine = cp_model.CpSolver()
    engine.parameters.num_workers = 1
    engine.parameters.max_deterministic_time = _EFFORT
    if clock.seconds is not None:
        engine.parameters.max_time_in_seconds = clock.left
    status = engine.solve(model)
    if status == cp_model.MODEL_INVALID:
        raise EngineError(f"CP-SAT refuses the demands: {model.validate()}")
    core = set(engine.sufficient_assumptions_for_infeasibility()) or {
        demand.index for demand in (*limits, *musts)}
    feasible = {cp_model.OPTIMAL: True, cp_model.FEASIBLE: True,
                cp_model.INFEASIBLE: False}.get(status)
    return (feasible, np.flatnonzero([demand.index in core for demand in limits]),
            units[[demand.index in core for demand in musts]])


def _unit_rows(program: Program) -> Iterator[tuple[list[int], bool]]:
    """Yield the columns of each unit, and whether it must take one."""
    ends = program.indptr.tolist()
    for start, end, must in zip(ends[:-1], ends[1:], program.must.tolist(), strict=True):
        yield list(range(start, end)), must


def _limit_rows(program: Program) -> Iterator[tuple[list[int], list[int], int, int]]:
    """Yield columns, their use and the two ends of each limit."""
    limits = program.limits
    for limit in range(limits.count):
        of = slice(limits.indptr[limit], limits.indptr[limit + 1])
        yield (limits.column[of].tolist(), limits.use[of].tolist(), int(limits.lower[limit]),
               int(limits.upper[limit]))


def _group_rows(program: Program) -> Iterator[list[list[int]]]:
    """Yield the columns of each group of two units or more, by rep."""
    unit_of = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    members = np.bincount(program.group[program.group >= 0])
    for group in np.flatnonzero(members > 1):
        columns = np.flatnonzero(program.group[unit_of] == group)
        reps = program.rep[columns]
        yield [columns[reps == rep].tolist() for rep in np.unique(reps)]
