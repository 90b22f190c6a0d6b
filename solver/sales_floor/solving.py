"""Windows with further rules than capacities, from rows to a plan.

Loaded only for such windows: its engines take longer to load than a small plain window to solve.
"""

from __future__ import annotations

from solver.errors import EngineError
from solver.matrix.floors import AnyFloors
from solver.matrix.rows import ValueRows
from solver.models import Plan
from solver.program.clock import Clock
from solver.program.conflict import find_conflict
from solver.program.program import SolveLimits
from solver.sales_floor.building import sales_floor
from solver.sales_floor.conflicts import conflict_error
from solver.sales_floor.engine import solve_floor
from solver.sales_floor.plan import floor_plan


def solve_rules(rows: ValueRows, floors: AnyFloors, clock: Clock, rounds: int | None) -> Plan:
    """Plan a window under all its rules; arguments and errors are those of `solve`."""
    floor = sales_floor(rows, floors)
    choice, values = solve_floor(floor, SolveLimits(seconds=_for_engine(clock), rounds=rounds))
    plan = floor_plan(floor, choice, values)
    if plan.certificate.objective != floor.base + choice.objective:
        raise EngineError("the plan's objective is not that of the choice it was made from")
    return plan


def check_rules(rows: ValueRows, clock: Clock) -> None:
    """Look for rules that conflict.

    Raises
    ------
    PolicyConflictError
        With as small a set of them as the clock leaves time to find.
    """
    floor = sales_floor(rows)
    conflict = find_conflict(floor.program, clock)
    if conflict is not None:
        raise conflict_error(floor, conflict)


def _for_engine(clock: Clock) -> float | None:
    """Return the engine's seconds: words take about as long as building the program took."""
    if clock.seconds is None:
        return None
    return max(clock.left - clock.passed, clock.seconds / 2)
