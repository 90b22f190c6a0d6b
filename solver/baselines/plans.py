"""Baselines as plans of the same type, beside the optimal plan of the same window."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from solver.baselines.current import current_owners
from solver.baselines.rules import (
    first_match,
    greedy,
    most_free_slots,
    round_robin,
    weighted_round_robin,
)
from solver.matrix.pairs import Problem
from solver.models import Engine, Plan, StoppedBy, Violation
from solver.planning import Solution, make_plan

_Ints = NDArray[np.int64]
_RULES: dict[Engine, tuple[Callable[[Problem], _Ints], str]] = {
    Engine.FIRST_MATCH: (first_match, "each lead to the first rep by rep_id who may have it"),
    Engine.ROUND_ROBIN: (round_robin, "each lead to the next rep in turn who may have it"),
    Engine.WEIGHTED_ROUND_ROBIN: (
        weighted_round_robin,
        "each lead to the rep who may have it with the fewest leads today for the rep's weight"),
    Engine.MOST_FREE_SLOTS: (most_free_slots,
                             "each lead to the rep who may have it with the most slots left"),
    Engine.GREEDY: (greedy, "each lead to the rep with whom it is worth the most"),
}
#: Every baseline, in the order in which they are compared.
BASELINES = (*_RULES, Engine.CURRENT)


def baseline_plan(solution: Solution, engine: Engine) -> Plan:
    """Route the window of a solution by one of ``BASELINES``.

    The plan carries the optimal plan's prices, so that its certificate says how far it is from the
    best one.
    """
    violations: tuple[Violation, ...] = ()
    if engine is Engine.CURRENT:
        owner, violations = current_owners(solution.problem)
        reason = "the owners that the export names"
        outbid = "the export names no owner who may have it"
    else:
        rule, reason = _RULES[engine]
        owner = rule(solution.problem)
        outbid = "no rep who may have it had a free slot left when its turn came"
    plan = make_plan(solution, owner, engine=engine, engine_reason=reason,
                     stopped_by=StoppedBy.RULE, outbid=outbid)
    return plan.model_copy(update={"violations": violations})
