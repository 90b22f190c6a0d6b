"""The optimal plan beside what today's routers would have done with the same window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import pstdev

from solver.models import Engine, Plan
from solver.models.limited import LIMITS


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One method's plan in five figures."""

    method: str
    value: int
    """Sum of the values of owned leads, minor units."""
    objective: int
    """Minor units."""
    owned: int
    share: float | None
    """Objective as a share of that of the first row; None where that is 0."""
    load_spread: float
    """Population standard deviation of assigned / free slots over reps with a slot."""
    violations: int
    """Rules that the named owners break."""


def comparison_rows(plan: Plan, baselines: Mapping[Engine, Plan]) -> list[ComparisonRow]:
    """Return the optimum, or the best plan so far, first, then the baselines in their order."""
    best = plan.certificate.objective
    first = "best so far" if plan.stopped_by in LIMITS else "optimal"
    return [_row(first, plan, best)] + [
        _row(engine.value, baseline, best) for engine, baseline in baselines.items()]


def _row(method: str, plan: Plan, best: int) -> ComparisonRow:
    loads = [slot.assigned / slot.free_slots for slot in plan.slots if slot.free_slots]
    return ComparisonRow(
        method=method, value=plan.certificate.value, objective=plan.certificate.objective,
        owned=len(plan.assignments), share=plan.certificate.objective / best if best else None,
        load_spread=pstdev(loads) if loads else 0.0, violations=len(plan.violations))
