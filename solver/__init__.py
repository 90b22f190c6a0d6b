"""Fairlead's library: from files to a proven, explained plan.

>>> from solver import load, solve, explain                              # doctest: +SKIP
>>> window = load("leads.csv", "reps.csv", policy="policy.yaml", at=now)  # doctest: +SKIP
>>> plan = solve(window)                                                  # doctest: +SKIP
>>> print(explain(plan, "L-0042").sentences[0])                           # doctest: +SKIP
"""

import importlib
import typing

if typing.TYPE_CHECKING:
    from solver.answering import why_not
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
    from solver.what_ifs import Comparison, what_if
    from solver.writing import render_inputs

#: Where the names stand: each is loaded when it is first asked for, and what it needs with it.
#: No name may be that of a module here: once the module is loaded, it would be what is found. So
#: `what_if` stands in what_ifs/, and `why_not` in answering.py.
_HOMES = {
    "baselines": "BASELINES",
    "errors":
        "EngineError FairleadError InputWarning InvalidInputError NoPlanInTimeError "
        "PolicyConflictError UsageError",
    "explanation": "Explanation Move WhyNot explain",
    "generate": "generate_window",
    "horizon": "Forecast horizon_prices learn",
    "instant": "Decision RoutingState route_one",
    "models": "Account Engine Floors Issue Lead Plan Policy Rep Territory Window",
    "plan_files": "parse_plan render_plan",
    "reading": "load load_past_leads",
    "scenarios": "Scenario read_scenarios",
    "solving": "compare solve",
    "verify": "Check verify_files verify_plan",
    "what_ifs": "Comparison what_if",
    "answering": "why_not",
    "writing": "render_inputs",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

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


def __getattr__(name: str) -> typing.Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
