"""Invariants 1 and 2: every lead in one place, and no owner whom a rule forbids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from solver.models import Assignment, Hold, Plan
from solver.verify.check import Check, Faults
from solver.verify.recompute.window import Recomputed
from solver.verify.violations import check_violations


def check_single_owner(plan: Plan, recomputed: Recomputed) -> Check:
    """Check that each lead is owned, held or kept, once, and kept exactly by the rule."""
    faults = Faults()
    places = {"assignments": [a.lead_id for a in plan.assignments],
              "held": [h.lead_id for h in plan.held], "kept": [k.lead_id for k in plan.kept]}
    _check_listed(places, recomputed, faults)
    for assignment in plan.assignments:
        reason = recomputed.triage.held.get(assignment.lead_id)
        if reason is not None:
            code = reason.reason.code if isinstance(reason, Hold) else reason
            faults.add(f"lead {assignment.lead_id!r} is owned by {assignment.rep_id!r} but must "
                       f"be held as {code.value}")
    kept = {k.lead_id: k.owner_id for k in plan.kept}
    for lead_id, owner_id in recomputed.triage.kept.items():
        faults.compare(f"owner who keeps lead {lead_id!r}", plan=kept.get(lead_id),
                       recomputed=owner_id)
    for lead_id in sorted(kept.keys() - recomputed.triage.kept.keys()):
        faults.add(f"lead {lead_id!r} is kept, but no rule keeps it")
    return faults.check(
        1, "one place for every lead",
        f"{len(plan.assignments):,} leads owned, {len(plan.held):,} held, {len(plan.kept):,} kept, "
        f"of {len(recomputed.window.leads):,}")


def check_allowed(plan: Plan, recomputed: Recomputed) -> Check:
    """Check capacity, eligibility and the longest wait of every assignment."""
    faults = Faults()
    reps = recomputed.reps
    taken = Counter(a.rep_id for a in plan.assignments)
    for rep_id, num_leads in sorted(taken.items()):
        if rep_id not in reps.idx:
            faults.add(f"rep {rep_id!r} owns {num_leads} leads but is not in the rep file")
        elif num_leads > (free := int(reps.free_slots[reps.idx[rep_id]])):
            faults.add(f"rep {rep_id!r} owns {num_leads} leads with {free} free slots")
    for assignment in plan.assignments:
        check_eligible(assignment, recomputed, faults)
    check_violations(plan, recomputed, faults)
    return faults.check(
        2, "within capacity and eligibility",
        f"{len(plan.assignments):,} owners are eligible, {len(taken):,} reps within their slots")


def _check_listed(places: dict[str, list[str]], recomputed: Recomputed, faults: Faults) -> None:
    for name, lead_ids in places.items():
        if list(lead_ids) != sorted(lead_ids):
            faults.add(f"{name} are not sorted by lead_id")
    listed = Counter(lead_id for lead_ids in places.values() for lead_id in lead_ids)
    expected = {lead.lead_id for lead in recomputed.window.leads}
    for lead_id, times in listed.items():
        if lead_id not in expected:
            faults.add(f"lead {lead_id!r} is in the plan but not in the leads file")
        elif times > 1:
            faults.add(f"lead {lead_id!r} stands {times} times in the plan, in "
                       f"{_join([name for name, ids in places.items() if lead_id in ids])}")
    for lead_id in sorted(expected - listed.keys()):
        faults.add(f"lead {lead_id!r} is in the leads file but not in the plan")


def check_eligible(assignment: Assignment, recomputed: Recomputed, faults: Faults) -> None:
    """Check that no rule refuses the owner of a lead."""
    lead = recomputed.routed.get(assignment.lead_id)
    rep_idx = recomputed.reps.idx.get(assignment.rep_id)
    if lead is None or rep_idx is None:
        return
    pair = f"lead {assignment.lead_id!r} with rep {assignment.rep_id!r}"
    if not recomputed.reps.active[rep_idx]:
        faults.add(f"{pair}: the rep is not active")
        return
    row = recomputed.rows.row(lead)
    if not row.eligible[rep_idx]:
        codes = [code.value for code, refused in row.refused.items() if np.take(refused, rep_idx)]
        faults.add(f"{pair}: not eligible, refused by {_join(codes)}")


def _join(words: Sequence[str]) -> str:
    return " and ".join(words)
