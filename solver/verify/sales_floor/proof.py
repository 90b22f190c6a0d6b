"""Invariant 4: the bound from the prices of slots and limits, and what is claimed of the gap."""

from __future__ import annotations

from solver.models import Certificate, Engine, Outcome, ProvenBy, StoppedBy
from solver.plan_files import decimal_money
from solver.verify.check import Check, Faults
from solver.verify.recompute.floor.bound import NoPlanError, price_bound
from solver.verify.sales_floor.laid import Laid

#: Engines that take rules beyond capacity.
_ENGINES = (Engine.MIN_COST_FLOW, Engine.MIP, Engine.NONE_NEEDED)


def check_floor_proof(laid: Laid) -> Check:
    """Recompute the bound over all eligible pairs and limits; compare what the plan claims."""
    faults = Faults()
    stated = laid.plan.certificate
    try:
        proven = price_bound(laid.floor, laid.choices, laid.recomputed.reps.free_slots,
                             laid.prices.slots, laid.prices.limits)
    except NoPlanError as error:
        faults.add(f"no plan keeps the rules of this window: {error}")
    else:
        faults.compare("price_bound", plan=decimal_money(stated.price_bound),
                       recomputed=decimal_money(proven))
        if stated.objective > proven:
            faults.add(f"objective {decimal_money(stated.objective)} is above the bound "
                       f"{decimal_money(proven)}")
    _check_claims(stated, faults)
    expected = Outcome.OPTIMAL if stated.gap == 0 else Outcome.FEASIBLE
    faults.compare("outcome", plan=laid.plan.outcome.value, recomputed=expected.value)
    _check_engine(laid, faults)
    return faults.check(
        4, "objective within the bound",
        f"objective {decimal_money(stated.objective)}, bound {decimal_money(stated.bound)} by "
        f"{stated.proven_by.value}, gap {decimal_money(stated.gap)}")


def _check_claims(stated: Certificate, faults: Faults) -> None:
    """Ask the bounds, the gap and what proves it to fit each other."""
    by_engine = stated.engine_bound is not None and stated.engine_bound < stated.price_bound
    bound = stated.engine_bound if by_engine else stated.price_bound
    proven_by = ProvenBy.ENGINE if by_engine else ProvenBy.PRICES
    faults.compare("bound", plan=decimal_money(stated.bound), recomputed=decimal_money(bound))
    faults.compare("proven_by", plan=stated.proven_by.value, recomputed=proven_by.value)
    faults.compare("gap", plan=decimal_money(stated.gap),
                   recomputed=decimal_money(stated.bound - stated.objective))
    if stated.engine_bound is not None and stated.engine_bound < stated.objective:
        faults.add(f"engine_bound {decimal_money(stated.engine_bound)} is below the objective "
                   f"{decimal_money(stated.objective)}, so it bounds nothing")


def _check_engine(laid: Laid, faults: Faults) -> None:
    """Ask what made the plan and what ended the run to fit each other and the window."""
    plan, stated = laid.plan, laid.plan.certificate
    if plan.engine not in _ENGINES:
        faults.add(f"engine {plan.engine.value} knows only capacities, and this window has more "
                   "rules")
    proven = plan.stopped_by is StoppedBy.PROOF
    if proven is not (stated.gap == 0) or plan.stopped_by is StoppedBy.RULE:
        faults.add(f"stopped by {plan.stopped_by.value} is claimed with a gap of "
                   f"{decimal_money(stated.gap)}")
    is_mip = plan.engine is Engine.MIP
    if stated.engine_bound is not None and not is_mip:
        faults.add(f"engine_bound {decimal_money(stated.engine_bound)} stands with engine "
                   f"{plan.engine.value}; only a MIP claims one")
    if not is_mip and stated.gap != 0:
        faults.add(f"engine {plan.engine.value} is exact, but the gap is "
                   f"{decimal_money(stated.gap)}")
    if (plan.engine is Engine.NONE_NEEDED) is not (len(laid.choices.unit) == 0):
        faults.add(f"engine {plan.engine.value} is claimed with {len(laid.choices.unit):,} choices "
                   "of an owner that could be worth taking")
