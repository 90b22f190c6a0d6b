"""The inputs: the plan was made from exactly these leads, reps, accounts and this policy."""

from __future__ import annotations

from solver.digests import digest, ledger_sha256, policy_sha256
from solver.models import Assignment, Digest, HeldLead, Plan
from solver.verify.check import Check, Faults
from solver.verify.recompute.window import Recomputed


def check_inputs(plan: Plan, recomputed: Recomputed) -> Check:
    """Compare instant, policy, hashes, counts and the cells that a plan repeats."""
    faults = Faults()
    window = recomputed.window
    faults.compare("the instant", plan=plan.at.isoformat(), recomputed=window.at.isoformat())
    if plan.policy != window.policy:
        faults.add("the policy of the plan is not the policy of the inputs")
    found = plan.inputs
    _compare_digest("leads", found.leads, digest(window.leads), faults)
    _compare_digest("reps", found.reps, digest(window.reps), faults)
    if window.accounts or found.accounts is not None:
        _compare_digest("accounts", found.accounts, digest(window.accounts), faults)
    if window.previous or found.previous is not None:
        _compare_digest("previous owners", found.previous, digest(window.previous), faults)
    faults.compare("ledger_sha256", plan=found.ledger_sha256,
                   recomputed=None if window.ledger is None else ledger_sha256(window.ledger))
    faults.compare("policy_sha256", plan=found.policy_sha256,
                   recomputed=policy_sha256(window.policy))
    if plan.preparation != window.preparation:
        faults.add("what preparing did to the leads is not what the plan says")
    faults.compare("the number of window leads", plan=found.window_leads,
                   recomputed=len(recomputed.routed))
    faults.compare("the number of eligible pairs", plan=found.eligible_pairs,
                   recomputed=recomputed.num_eligible)
    faults.compare("the number of usable pairs", plan=found.usable_pairs,
                   recomputed=recomputed.num_usable)
    faults.compare("lead_attributes", plan=list(found.lead_attributes),
                   recomputed=sorted({name for lead in window.leads for name in lead.attributes}))
    _compare_cells(plan, recomputed, faults)
    return faults.check(
        None, "made from these inputs",
        f"{len(window.leads):,} leads, {len(window.reps):,} reps, policy version "
        f"{window.policy.version} and the instant are those of the plan")


def _compare_digest(name: str, plan: Digest | None, recomputed: Digest, faults: Faults) -> None:
    if plan is None:
        faults.add(f"the plan was made without {name}, but {recomputed.count:,} are given")
    elif plan.count != recomputed.count:
        faults.compare(f"the number of {name}", plan=plan.count, recomputed=recomputed.count)
    else:
        faults.compare(f"sha256 of {name}", plan=plan.sha256, recomputed=recomputed.sha256)


def _compare_cells(plan: Plan, recomputed: Recomputed, faults: Faults) -> None:
    leads = {lead.lead_id: lead for lead in recomputed.window.leads}
    placed_leads: tuple[Assignment | HeldLead, ...] = (*plan.assignments, *plan.held)
    for placed in placed_leads:
        if (lead := leads.get(placed.lead_id)) is not None:
            faults.compare(f"lead {lead.lead_id!r}: assumed", plan=list(placed.assumed),
                           recomputed=list(lead.assumed))
    for assignment in plan.assignments:
        if (lead := leads.get(assignment.lead_id)) is not None:
            faults.compare(f"lead {lead.lead_id!r}: attributes", plan=assignment.attributes,
                           recomputed=lead.attributes)
