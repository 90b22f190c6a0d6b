"""Fairlead's library: from files to a proven, explained plan.

>>> from solver import load, solve, explain                              # doctest: +SKIP
>>> window = load("leads.csv", "reps.csv", policy="policy.yaml", at=now)  # doctest: +SKIP
>>> plan = solve(window)                                                  # doctest: +SKIP
>>> print(explain(plan, "L-0042").sentences[0])                           # doctest: +SKIP
"""

from solver.baselines import BASELINES
from solver.errors import (
    EngineError,
    FairleadError,
    InputWarning,
    InvalidInputError,
    NoPlanInTimeError,
    PolicyConflictError,
    UsageError,
)
from solver.explanation import Explanation, Move, WhyNot, explain
from solver.generate import generate_window
from solver.horizon import Forecast, horizon_prices, learn
from solver.instant import Decision, RoutingState, route_one
from solver.models import (
    Account,
    Engine,
    Floors,
    Issue,
    Lead,
    Plan,
    Policy,
    Rep,
    Territory,
    Window,
)
from solver.plan_files import parse_plan, render_plan
from solver.reading import load, load_past_leads
from solver.scenarios import Scenario, read_scenarios
from solver.solving import compare, solve
from solver.verify import Check, verify_files, verify_plan
from solver.what_if import Comparison, what_if
from solver.why_not import why_not
from solver.writing import render_inputs

__all__ = [
    "BASELINES",
    "Account",
    "Check",
    "Comparison",
    "Decision",
    "Engine",
    "EngineError",
    "Explanation",
    "FairleadError",
    "Floors",
    "Forecast",
    "InputWarning",
    "InvalidInputError",
    "Issue",
    "Lead",
    "Move",
    "NoPlanInTimeError",
    "Plan",
    "Policy",
    "PolicyConflictError",
    "Rep",
    "RoutingState",
    "Scenario",
    "Territory",
    "UsageError",
    "WhyNot",
    "Window",
    "compare",
    "explain",
    "generate_window",
    "horizon_prices",
    "learn",
    "load",
    "load_past_leads",
    "parse_plan",
    "read_scenarios",
    "render_inputs",
    "render_plan",
    "route_one",
    "solve",
    "verify_files",
    "verify_plan",
    "what_if",
    "why_not",
]
