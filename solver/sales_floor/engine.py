"""Which engine solves a sales floor: its structure says, never a switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from solver.errors import NoPlanInTimeError
from solver.program.bound import bound, objective
from solver.program.closed import impossible_columns, possible_part
from solver.program.core_run import NoChoiceFoundError
from solver.program.engine import solve_mip
from solver.program.flow import solve_as_flow
from solver.program.marginals import marginals
from solver.program.network import flow_takes
from solver.program.program import (
    NONE,
    Choice,
    InfeasibleError,
    Ints,
    Method,
    Program,
    SolveLimits,
    Stop,
)
from solver.program.segments import limit_use
from solver.program.structure import Structure, structure
from solver.sales_floor.conflicts import conflict_error
from solver.sales_floor.floor import SalesFloor

_NONE_REASON = "no lead of the window has a rep with a free slot who brings more than nothing"


@dataclass(frozen=True, slots=True)
class Values:
    """What one unit more or fewer of upper ends is worth, exactly, minor units."""

    gain: dict[int, int]
    """By limit of the program: every rep's slots, and hard limits that are used up."""
    loss: dict[int, int | None]


def solve_floor(floor: SalesFloor, limits: SolveLimits, start: Ints | None = None
                ) -> tuple[Choice, Values | None]:
    """Return the best choice found and, from a flow, what one unit more or fewer brings.

    Parameters
    ----------
    floor
        The window.
    limits
        When a MIP stops, and the search for rules that conflict.
    start
        (U,) a choice for the MIP to begin with, which may break limits.

    Raises
    ------
    PolicyConflictError
        If no plan keeps all rules; a smallest set of those that conflict is named.
    NoPlanInTimeError
        If none was found in time, and none is proven impossible.
    """
    try:
        return _solve(floor, limits, start)
    except InfeasibleError as error:
        raise conflict_error(floor, error.conflict) from error
    except NoChoiceFoundError as error:
        raise NoPlanInTimeError(f"{error}") from error


def is_flow(floor: SalesFloor) -> bool:
    """Tell whether a flow solves the window; else a MIP does, without values of single slots."""
    return structure(floor.program).is_flow and flow_takes(floor.program)


def _solve(floor: SalesFloor, limits: SolveLimits, start: Ints | None
           ) -> tuple[Choice, Values | None]:
    program = floor.program
    if (not program.must.any() and not program.limits.lower.any()
            and impossible_columns(program).all()):
        return _nobody(possible_part(program).program), None
    trees = structure(program)
    if trees.is_flow and flow_takes(program):
        choice = solve_as_flow(program, trees, limits.seconds)
        return choice, _values(floor, trees, choice)
    reason = (trees.sentence(_namer(floor)) if not trees.is_flow
              else "amounts are too large for the flow engine")
    choice = solve_mip(program, limits, start)
    return replace(choice, reason=f"{reason}: prices, a local search and a MIP"), None


def _values(floor: SalesFloor, trees: Structure, choice: Choice) -> Values:
    program = floor.program
    used = limit_use(program, choice.column)[program.num_reps:].tolist()
    asked = [*range(program.num_reps), *(
        program.num_reps + at for at, limit in enumerate(floor.limits)
        if limit.hard and limit.upper is not None and used[at] >= limit.upper)]
    found = marginals(program, trees, choice.column, np.array(asked, dtype=np.int64))
    return Values(dict(zip(asked, found.gain.tolist(), strict=True)),
                  dict(zip(asked, found.loss, strict=True)))


def _namer(floor: SalesFloor) -> Callable[[int], str]:
    reps = floor.rows.reps.rep_ids

    def name(limit: int) -> str:
        return (f"slots of {reps[limit]}" if limit < len(reps)
                else floor.limits[limit - len(reps)].name)
    return name


def _nobody(program: Program) -> Choice:
    column = np.full(program.num_units, NONE, dtype=np.int64)
    prices = np.zeros(program.limits.count, dtype=np.int64)
    return Choice(column, objective(program, column), prices, bound(program, prices), None,
                  Method.NONE_NEEDED, _NONE_REASON, Stop.PROOF)
