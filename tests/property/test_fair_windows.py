"""Plans of windows that share leads out, against every plan there is.

What fairness asks of each rep is taken from the checker, which works it out on its own.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from solver.errors import PolicyConflictError
from solver.models import Plan, Window
from solver.solving import solve
from solver.verify import verify_plan
from solver.verify.recompute.window import recompute
from tests.oracle.rich_optimum import broken, rich_best, rich_objective
from tests.oracle.rich_problem import Count, RichProblem, rich_problem
from tests.property.rich_strategies import fair_windows


def _with_shares(plan: Plan, window: Window) -> RichProblem:
    """Return the window as numbers, with what the checker says that fairness asks."""
    numbers, found = rich_problem(window), recompute(plan, window)
    assert found.floor is not None
    pairs, counts = found.floor.pairs, []
    for limit in found.floor.limits:
        if limit.name.startswith("FAIR:"):
            amount = {(numbers.leads[pairs.lead[at]], numbers.reps[pairs.rep[at]]): int(one)
                      for at, one in zip(limit.pairs.tolist(), limit.amount, strict=True)}
            hinges = tuple((one.at, one.slope, one.over) for one in limit.hinges)
            counts.append(Count(limit.name, amount, limit.lower if limit.hard else 0,
                                limit.upper if limit.hard else None, None, hinges))
    return replace(numbers, counts=(*counts, *numbers.counts))


@settings(max_examples=200)
@given(fair_windows())
def test_fair_plans_are_the_best_and_never_in_conflict(window: Window) -> None:
    """Bounds hold, rules are kept, and shares alone never leave a window without a plan."""
    numbers = rich_problem(window)
    try:
        plan = solve(window, time_limit=None, rounds=2_000)
    except PolicyConflictError:
        assert rich_best(numbers) is None
        return
    assert rich_best(numbers) is not None
    owners = {one.lead_id: one.rep_id for one in plan.assignments}
    fair = _with_shares(plan, window)
    best = rich_best(fair)
    assert best is not None
    found = plan.certificate
    assert broken(fair, owners) == []
    assert found.objective == rich_objective(fair, owners) <= best <= found.bound
    if found.gap == 0:
        assert found.objective == best
    assert [check for check in verify_plan(window, plan) if not check.passed] == []
