"""The rules that the owners named by the export break, in plans of engine ``current``."""

from __future__ import annotations

from collections import Counter

from solver.models import Engine, Lead, Plan
from solver.verify.check import Faults
from solver.verify.recompute.window import Recomputed


def check_violations(plan: Plan, recomputed: Recomputed, faults: Faults) -> None:
    """Check that a ``current`` plan has the export's owners, and a violation for each other one.

    No other plan has violations.
    """
    if plan.engine is not Engine.CURRENT:
        if plan.violations:
            faults.add(f"violations stand in a plan of engine {plan.engine.value}; only "
                       f"{Engine.CURRENT.value} plans have them")
        return
    owners = {a.lead_id: a.rep_id for a in plan.assignments}
    taken = Counter(a.rep_id for a in plan.assignments)
    expected: list[tuple[str, str, str]] = []
    for lead in recomputed.routed.values():
        owner_id = _named_owner(lead, recomputed)
        if lead.lead_id in owners:
            faults.compare(f"lead {lead.lead_id!r}: owner that the export names",
                           plan=owners[lead.lead_id], recomputed=owner_id)
        elif owner_id is not None:
            code = _violated(lead, owner_id, taken, recomputed)
            expected.append((lead.lead_id, owner_id, code))
    stated = [(v.lead_id, v.rep_id, v.code) for v in plan.violations]
    in_plan = set(stated)
    for violation in sorted(in_plan ^ set(expected)):
        where = "in the plan but not recomputed" if violation in in_plan else "missing in the plan"
        faults.add(f"violation {' '.join(violation)} is {where}")
    if len(stated) != len(in_plan) or stated != sorted(stated):
        faults.add("violations must stand once each, sorted by lead_id")


def _named_owner(lead: Lead, recomputed: Recomputed) -> str | None:
    placeholder = lead.owner_id in recomputed.window.policy.placeholder_owners
    return None if placeholder else lead.owner_id or None


def _violated(lead: Lead, owner_id: str, taken: Counter[str], recomputed: Recomputed) -> str:
    rep_idx = recomputed.reps.idx.get(owner_id)
    if rep_idx is None:
        return "NOT_IN_REP_FILE"
    row = recomputed.rows.row(lead)
    if not row.eligible[rep_idx]:
        return "NOT_ELIGIBLE"
    if row.value[rep_idx] - recomputed.floors[rep_idx] <= recomputed.reserve:
        return "NOT_USABLE"
    full = taken[owner_id] >= recomputed.reps.free_slots[rep_idx]
    return "ABOVE_CAPACITY" if full else "no rule, the rep has a free slot"
