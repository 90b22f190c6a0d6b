"""A core handed to a MIP engine of OR-Tools, and what it claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import floor

import numpy as np
from ortools.math_opt.python import mathopt

from solver.program.bound import violations
from solver.program.formulation import Formulation, formulate, limit_pieces
from solver.program.program import NONE, Ints, Program

#: Objectives are whole, so that a bound this near to one is as good as it.
_NEAR = 1e-6
#: An engine that is so much short of the next whole objective is done.
_ALMOST_ONE = 0.999


class Engine(StrEnum):
    """MIP engines of OR-Tools that take these models."""

    SCIP = "scip"
    CP_SAT = "cp_sat"


_SOLVERS = {Engine.SCIP: mathopt.SolverType.GSCIP, Engine.CP_SAT: mathopt.SolverType.CP_SAT}


@dataclass(frozen=True, slots=True)
class MipLimits:
    """When a MIP engine stops."""

    seconds: float | None
    nodes: int | None = None
    """Nodes of SCIP; CP-SAT has none and takes as many hundredths of deterministic time."""
    gap: float = 0.0
    threads: int = 1


@dataclass(frozen=True, slots=True)
class MipAnswer:
    """What a MIP engine found on the program it was given."""

    column: Ints | None
    """(U,) a choice that keeps all limits, checked in integers; None where none was found."""
    bound: int | None
    """No choice of this program can bring more, says the engine; None: it says nothing."""
    is_infeasible: bool
    """The engine says that the program has no choice."""


def solve_as_mip(program: Program, start: Ints | None, limits: MipLimits,
                 engine: Engine = Engine.SCIP) -> MipAnswer:
    """Solve a program as a MIP.

    Parameters
    ----------
    program
        Small enough: a core.
    start
        (U,) a choice that keeps all limits, to begin with.
    limits
        When to stop.
    engine
        Which.
    """
    if (program.limits.lower > program.limits.upper).any():
        return MipAnswer(None, None, True)
    written = formulate(program, np.arange(program.num_columns), limit_pieces(program.limits))
    model = written.model.mathopt()
    hints = mathopt.ModelSolveParameters()
    if start is not None:
        point = written.point(program, start)
        hints.solution_hints.append(mathopt.SolutionHint(variable_values=dict(
            zip(model.variables(), point.tolist(), strict=True))))
    result = mathopt.solve(model, _SOLVERS[engine], params=_parameters(limits, engine),
                           model_params=hints)
    reason = result.termination.reason
    if reason == mathopt.TerminationReason.INFEASIBLE:
        return MipAnswer(None, None, True)
    column = _choice(program, written, result) if result.has_primal_feasible_solution() else None
    return MipAnswer(column, _claimed(written, result), False)


def _parameters(limits: MipLimits, engine: Engine) -> mathopt.SolveParameters:
    parameters = mathopt.SolveParameters(
        threads=limits.threads, relative_gap_tolerance=limits.gap,
        absolute_gap_tolerance=_ALMOST_ONE, random_seed=1)
    if limits.seconds is not None:
        parameters.time_limit = timedelta(seconds=limits.seconds)
    if limits.nodes is not None and engine is Engine.SCIP:
        parameters.node_limit = limits.nodes
    elif limits.nodes is not None:
        parameters.cp_sat.max_deterministic_time = limits.nodes / 100
    return parameters


def _choice(program: Program, written: Formulation, result: mathopt.SolveResult) -> Ints | None:
    values = np.fromiter(result.variable_values().values(), np.float64, written.model.size)
    taken = written.columns[values[:len(written.columns)] > 0.5]
    column = np.full(program.num_units, NONE, dtype=np.int64)
    column[np.searchsorted(program.indptr, taken, side="right") - 1] = taken
    return None if violations(program, column) else column


def _claimed(written: Formulation, result: mathopt.SolveResult) -> int | None:
    claimed = result.termination.objective_bounds.dual_bound
    if not np.isfinite(claimed):
        return None
    bound: int = floor(claimed + _NEAR * max(1.0, abs(claimed) * _NEAR)) + written.constant
    return bound
