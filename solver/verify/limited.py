"""Which plans a limit may have ended before the proof, and what those leave open."""

from __future__ import annotations

from solver.models import Engine, Plan
from solver.models.limited import LIMITS, PRICES_FIRST_PAIRS
from solver.verify.recompute.window import Recomputed


def is_large(recomputed: Recomputed) -> bool:
    """Say whether a window has so many usable pairs that a limit can end its search."""
    return len(recomputed.pairs.rep) >= PRICES_FIRST_PAIRS


def is_limited(plan: Plan, recomputed: Recomputed) -> bool:
    """Say whether a plan of a plain window may be one that a limit ended."""
    return (plan.engine is Engine.MIN_COST_FLOW and plan.stopped_by in LIMITS
            and plan.certificate.gap > 0 and is_large(recomputed))


def leaves_worth_open(plan: Plan, recomputed: Recomputed) -> bool:
    """Say whether gain and loss are blank: in a limited plan, and in baselines beside one."""
    exact = plan.engine in (Engine.MIN_COST_FLOW, Engine.NONE_NEEDED)
    if exact or not is_large(recomputed):
        return is_limited(plan, recomputed)
    return all(slots.gain is None and slots.loss is None for slots in plan.slots)
