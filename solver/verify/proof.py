"""Invariant 4: the bound from the prices, and what is claimed of the gap."""

from __future__ import annotations

from solver.models import Engine, Outcome, Plan, ProvenBy, StoppedBy
from solver.plan_files import decimal_money
from solver.verify.check import Check, Faults
from solver.verify.limited import is_limited
from solver.verify.recompute.pairs import bound
from solver.verify.recompute.window import Recomputed, is_slot_money


def check_proof(plan: Plan, recomputed: Recomputed) -> Check:
    """Recompute the bound over all usable pairs and compare what the plan claims."""
    faults = Faults()
    for slots in plan.slots:
        if not is_slot_money(slots.price):
            faults.add(f"rep {slots.rep_id!r}: a bound needs prices of 0 or more, not "
                       f"{decimal_money(slots.price)}")
    stated = plan.certificate
    proven = bound(recomputed.pairs, recomputed.reps.free_slots, recomputed.prices,
                   recomputed.reserve)
    faults.compare("bound", plan=decimal_money(stated.bound), recomputed=decimal_money(proven))
    faults.compare("price_bound", plan=decimal_money(stated.price_bound),
                   recomputed=decimal_money(proven))
    faults.compare("engine_bound, where no MIP ran", plan=stated.engine_bound, recomputed=None)
    faults.compare("proven_by", plan=stated.proven_by.value, recomputed=ProvenBy.PRICES.value)
    faults.compare("gap", plan=decimal_money(stated.gap),
                   recomputed=decimal_money(stated.bound - stated.objective))
    if stated.objective > proven:
        faults.add(f"objective {decimal_money(stated.objective)} is above the bound "
                   f"{decimal_money(proven)}")
    expected = Outcome.OPTIMAL if stated.gap == 0 else Outcome.FEASIBLE
    faults.compare("outcome", plan=plan.outcome.value, recomputed=expected.value)
    _check_engine(plan, recomputed, faults)
    return faults.check(
        4, "objective within the bound",
        f"objective {decimal_money(stated.objective)}, bound {decimal_money(proven)}, "
        f"gap {decimal_money(stated.gap)}")


def _check_engine(plan: Plan, recomputed: Recomputed, faults: Faults) -> None:
    """Ask what made the plan and what ended the run to fit each other and the window."""
    exact = plan.engine in (Engine.MIN_COST_FLOW, Engine.NONE_NEEDED)
    ended = StoppedBy.PROOF if exact else StoppedBy.RULE
    if not is_limited(plan, recomputed):
        faults.compare(f"stopped_by of engine {plan.engine.value}", plan=plan.stopped_by.value,
                       recomputed=ended.value)
    if plan.stopped_by is StoppedBy.PROOF and plan.certificate.gap != 0:
        faults.add("stopped by proof is claimed with a gap of "
                   f"{decimal_money(plan.certificate.gap)}")
    if exact:
        choice = bool((recomputed.reps.free_slots[recomputed.pairs.rep] > 0).any())
        needed = Engine.MIN_COST_FLOW if choice else Engine.NONE_NEEDED
        faults.compare("engine", plan=plan.engine.value, recomputed=needed.value)
